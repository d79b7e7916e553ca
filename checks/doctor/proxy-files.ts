import { isProxyUsed } from '../../src/domain/nemoclaw/proxy-used.js';
import { defineCheck } from '../../src/model/check.js';

export default defineCheck({
  id: 'proxy/files',
  stage: 'doctor',
  per: 'proxy',
  title: "the Ollama proxy's token, pid and port files are sound and agree over all roots",
  about:
    "Reads the token, pid and port files of NemoClaw's Ollama auth proxy in every root. Sandboxes are wired with the value of the token file, so a missing file, or two roots with different tokens and one proxy, ends in HTTP 401 for every inference call.",
  falsePositives: 'Two roots that really have a proxy each, on ports of their own, may differ.',
  needs: ['proxy.files'],
  codes: {
    sound: { outcome: 'pass', text: '{path} holds a token, and the files beside it fit' },
    unused: {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'no sandbox of {root} goes through the Ollama proxy, and it has no token file',
    },
    'token-absent': {
      outcome: 'fail',
      text: '{path} does not exist, and {users} depend on it',
      next: ['repair-proxy-files'],
    },
    'token-blank': { outcome: 'fail', text: '{path} is empty', next: ['repair-proxy-files'] },
    'token-not-a-file': {
      outcome: 'fail',
      text: '{path} is a {state}, which NemoClaw refuses to read',
      next: ['repair-proxy-files'],
    },
    'pid-invalid': {
      outcome: 'warn',
      text: '{path} does not hold one process id, so NemoClaw cannot stop the proxy it started',
      next: ['repair-proxy-files'],
    },
    'roots-differ': {
      outcome: 'fail',
      text: '{path} and {other} hold different tokens for the one proxy on port {port}',
      next: ['restart-proxy-with-file-token', 'repair-proxy-files'],
    },
    'token-denied': {
      outcome: 'unknown',
      text: '{path} may not be read ({reason}); run clawdoctor as the user who owns it to know its token',
      next: ['run-as-owner'],
    },
    'token-not-read': {
      outcome: 'unknown',
      text: '{path} could not be read ({reason}); look again once it can be',
      next: ['look-again'],
    },
  },
  judge(at) {
    const files = at.get('proxy.files');
    const { token, pid, mark } = files;
    const path = token.path;
    const reason = token.reason ?? token.state;
    if (token.state === 'absent') {
      if (!isProxyUsed(files)) return [at.found('unused', { root: files.root.path })];
      const users = files.sandboxes.length > 0 ? files.sandboxes : ['a running proxy'];
      return [at.found('token-absent', { path, users })];
    }
    if (token.state === 'denied') return [at.found('token-denied', { path, reason })];
    if (token.state === 'not-a-file' || token.state === 'symlink') {
      const state = token.state === 'symlink' ? 'symbolic link' : 'special file';
      return [at.found('token-not-a-file', { path, state })];
    }
    if (token.state !== 'ok' || mark.state === 'unreadable') {
      return [at.found('token-not-read', { path, reason })];
    }
    if (mark.state !== 'set') return [at.found('token-blank', { path })];
    const others = at
      .all('proxy.files')
      .filter((o) => o.target !== at.subject.id && o.state === 'ok')
      .map((o) => o.data)
      .filter((o) => o !== undefined && o.port === files.port && o.mark.state === 'set')
      .filter((o) => o?.mark.class !== mark.class);
    const found = others.map((other) => {
      const params = { path, other: other?.token.path ?? '', port: files.port };
      return at.found('roots-differ', params);
    });
    const isPidFile = pid.state === 'ok' || pid.state === 'not-a-file' || pid.state === 'symlink';
    if (isPidFile && !files.pidValid) {
      return [...found.slice(0, 1), at.found('pid-invalid', { path: pid.path })];
    }
    return found.length > 0 ? found.slice(0, 1) : [at.found('sound', { path })];
  },
});
