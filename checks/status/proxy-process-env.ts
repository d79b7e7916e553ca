import { defineCheck } from '../../src/model/check.js';

export default defineCheck({
  id: 'proxy/process-env',
  stage: 'status',
  per: 'proxy',
  title: 'the running Ollama proxy was started with the token of its file',
  about:
    'Compares the token file with OLLAMA_PROXY_TOKEN in /proc/PID/environ of the proxy. Sandboxes send the value of the file; a proxy that was started before the file was rewritten refuses it, and every inference call is 401.',
  falsePositives: 'None known: the proxy reads its token once, at start.',
  needs: [],
  uses: ['proxy.files', 'proxy.process'],
  answeredBy: ['proxy/credentials'],
  blockedBy: [
    { check: 'proxy/process', codes: ['nothing-listens', 'foreign-program'] },
    { check: 'proxy/files', codes: ['token-absent', 'token-blank', 'token-not-a-file'] },
  ],
  codes: {
    same: { outcome: 'pass', text: 'process {pid} was started with the token of {path}' },
    'no-process': {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'no proxy runs, so there is no environment to compare with',
    },
    differs: {
      outcome: 'fail',
      text: 'process {pid} was started with another token than {path} holds',
      next: ['restart-proxy-with-file-token'],
    },
    'environ-hidden': {
      outcome: 'unknown',
      text: 'the environment of the proxy may not be read ({reason}); run clawdoctor as the user of the proxy, or let the probes answer',
      next: ['run-as-owner'],
    },
    'file-unreadable': {
      outcome: 'unknown',
      text: '{path} may not be read ({reason}); run clawdoctor as the user who owns it',
      next: ['run-as-owner'],
    },
  },
  judge(at) {
    const files = at.look('proxy.files');
    const process = at.look('proxy.process');
    if (process?.state === 'ok' && process.data?.found === 'none') return [at.found('no-process')];
    const path = files?.data?.token.path ?? 'the token file';
    const mark = files?.data?.mark;
    if (mark?.state !== 'set') {
      const reason = files?.data?.token.reason ?? files?.reason ?? mark?.state ?? 'not looked at';
      return [at.found('file-unreadable', { path, reason })];
    }
    const held = process?.data?.token;
    const pid = process?.data?.pid ?? null;
    if (held?.state !== 'set' || held.class === undefined || mark.class === undefined) {
      const reason = process?.data?.environment.reason ?? process?.reason ?? 'it shows no token';
      return [at.found('environ-hidden', { reason, pid })];
    }
    const params = { pid, path, sandboxes: files?.data?.sandboxes ?? [] };
    return [at.found(held.class === mark.class ? 'same' : 'differs', params)];
  },
});
