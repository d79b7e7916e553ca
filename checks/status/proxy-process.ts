import { proxyPort } from '../../src/domain/endpoints.js';
import { defineCheck } from '../../src/model/check.js';

export default defineCheck({
  id: 'proxy/process',
  stage: 'status',
  per: 'proxy',
  title: "the Ollama proxy's port belongs to the one proxy that its pid file names",
  about:
    'Finds the owner of the proxy port and compares it with the pid file. Onboarding that cannot stop the old proxy leaves it running with the old token while the token file holds a new one. A stopped proxy accepts connections and never answers.',
  falsePositives: 'A proxy that was started by hand has no pid file.',
  needs: [],
  uses: ['proxy.process', 'proxy.files'],
  answeredBy: ['proxy/credentials'],
  codes: {
    'owned-by-proxy': {
      outcome: 'pass',
      text: 'process {pid} on port {port} is the Ollama auth proxy',
    },
    unused: {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'no sandbox goes through the Ollama proxy, and none runs',
    },
    'nothing-listens': {
      outcome: 'fail',
      text: 'nothing listens on the proxy port {port}, and {users} go through it',
      next: ['restart-proxy-with-file-token'],
    },
    'foreign-program': {
      outcome: 'fail',
      text: 'process {pid} on the proxy port {port} is not the Ollama auth proxy',
      next: ['stop-foreign-listener', 'restart-proxy-with-file-token'],
    },
    stopped: {
      outcome: 'fail',
      text: 'the proxy (process {pid}) is stopped: it accepts connections and never answers',
      next: ['restart-proxy-with-file-token'],
    },
    'pid-file-elsewhere': {
      outcome: 'warn',
      text: 'the pid file names process {filePid}, and process {pid} owns port {port}: a restart by NemoClaw would leave the old proxy running',
      next: ['repair-proxy-files', 'restart-proxy-with-file-token'],
    },
    'second-proxy': {
      outcome: 'warn',
      text: 'besides process {pid}, more processes run the proxy script: {others}',
      next: ['stop-foreign-listener'],
    },
    'owner-hidden': {
      outcome: 'unknown',
      text: 'something listens on the proxy port {port}, and its owner may not be seen; run clawdoctor as the user of the proxy, or let the probes answer',
      next: ['run-as-owner'],
    },
    'not-determined': {
      outcome: 'unknown',
      text: 'the owner of the proxy port {port} could not be looked up ({reason}); look again where /proc can be read',
      next: ['look-again'],
    },
  },
  judge(at) {
    const port = proxyPort(at.facts, at.subject);
    const files = at.look('proxy.files')?.data;
    const seen = at.look('proxy.process');
    if (seen?.state !== 'ok' || !seen.data) {
      const reason = seen?.reason ?? 'it was not looked at';
      return [at.found('not-determined', { port, reason })];
    }
    const process = seen.data;
    const users = files?.sandboxes ?? [];
    if (process.found === 'none' || (process.found === 'pid-file' && !process.isProxy)) {
      const wanted = users.length > 0 || files?.pid.state === 'ok';
      if (!wanted) return [at.found('unused')];
      const names = users.length > 0 ? users : ['sandboxes'];
      return [at.found('nothing-listens', { port, users: names })];
    }
    const pid = process.pid ?? null;
    if (process.found === 'pid-file') {
      // The proxy of the pid file lives and does not own the port: so somebody hidden may.
      return [at.found('owner-hidden', { port })];
    }
    if (process.found === 'socket-without-owner') return [at.found('owner-hidden', { port })];
    if (process.isProxy === false) return [at.found('foreign-program', { port, pid })];
    if (process.stopped) return [at.found('stopped', { pid })];
    if (process.isProxy === undefined) return [at.found('owner-hidden', { port })];
    const found = [];
    const filePid = process.pidFile.pid;
    if (filePid !== undefined && filePid !== pid) {
      found.push(at.found('pid-file-elsewhere', { filePid, pid, port }));
    }
    if (process.others.length > 0) {
      found.push(at.found('second-proxy', { pid, others: process.others.map(String) }));
    }
    return found.length > 0 ? found : [at.found('owned-by-proxy', { pid, port })];
  },
});
