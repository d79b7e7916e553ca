import { defineCheck } from '../../src/model/check.js';

export default defineCheck({
  id: 'proxy/credentials',
  stage: 'probes',
  per: 'proxy',
  title: 'the Ollama proxy refuses strangers and accepts the token of its file',
  about:
    'Sends GET /v1/models to the proxy, first without a credential, then with the token of the file, then with the one that its process was started with. Sandboxes are wired with the value of the file: when the proxy refuses it, every inference call is 401.',
  falsePositives:
    '502 with the right token is a dead backend, never a token fault; proxy/backend tells.',
  needs: [],
  uses: ['proxy.probe', 'proxy.files', 'proxy.process'],
  blockedBy: [
    { check: 'proxy/process', codes: ['nothing-listens', 'foreign-program', 'stopped'] },
    { check: 'proxy/files', codes: ['token-absent', 'token-blank', 'token-not-a-file'] },
  ],
  codes: {
    accepted: { outcome: 'pass', text: 'the proxy accepts the token of {path}{backend}' },
    unused: {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'no proxy runs and no sandbox goes through one',
    },
    'file-token-refused': {
      outcome: 'fail',
      text: 'the proxy refuses the token of {path}{live}',
      next: ['restart-proxy-with-file-token'],
    },
    open: {
      outcome: 'fail',
      text: '{endpoint} answers without a credential, so it is not the auth proxy, or it protects nothing',
      next: ['stop-foreign-listener', 'restart-proxy-with-file-token'],
    },
    'not-the-proxy': {
      outcome: 'fail',
      text: '{endpoint} answers {kind}, which the auth proxy does not',
      next: ['stop-foreign-listener', 'restart-proxy-with-file-token'],
    },
    'no-token': {
      outcome: 'unknown',
      text: 'no token is known here that could be tried; run clawdoctor as the user who owns {path}',
      next: ['run-as-owner'],
    },
    'owner-not-proved': {
      outcome: 'unknown',
      text: 'nothing was sent: it is not proved that what listens is the auth proxy; run clawdoctor as the user of the proxy',
      next: ['run-as-owner'],
    },
    'no-answer': {
      outcome: 'unknown',
      text: '{endpoint} did not answer in a way that tells; look again',
      next: ['look-again'],
    },
    'not-determined': {
      outcome: 'unknown',
      text: 'the proxy was not asked ({reason}); look again once it can be reached',
      next: ['look-again'],
    },
  },
  judge(at) {
    const seen = at.look('proxy.probe');
    const files = at.look('proxy.files')?.data;
    const process = at.look('proxy.process')?.data;
    const path = files?.token.path ?? 'the token file';
    const idle = process?.found === 'none' && (files?.sandboxes.length ?? 0) === 0;
    if (idle) return [at.found('unused')];
    if (seen?.state !== 'ok' || !seen.data) {
      return [at.found('not-determined', { reason: seen?.reason ?? 'it was not asked' })];
    }
    const { endpoint, anonymous, attempts, notTried } = seen.data;
    if (anonymous.kind === 'proxy-accepted' || notTried === 'open') {
      return [at.found('open', { endpoint })];
    }
    const silent = ['timeout', 'reset', 'refused'].includes(anonymous.kind);
    if (notTried === 'no-listener' || silent) return [at.found('no-answer', { endpoint })];
    if (anonymous.kind !== 'proxy-401') {
      return [at.found('not-the-proxy', { endpoint, kind: anonymous.kind })];
    }
    if (notTried === 'no-token') return [at.found('no-token', { path })];
    if (notTried === 'owner-not-proved') return [at.found('owner-not-proved')];
    const file = attempts.find((a) => a.source === 'file');
    const environ = attempts.find((a) => a.source === 'environ');
    const isLive = (outcome: string | undefined): boolean =>
      outcome === 'accepted' || outcome === 'backend-down';
    if (!file) return [at.found('no-token', { path })];
    if (isLive(file.outcome)) {
      const backend = file.outcome === 'backend-down' ? '; the backend behind it is down' : '';
      return [at.found('accepted', { path, backend })];
    }
    if (file.outcome !== 'refused' && file.outcome !== 'remembered-refused') {
      return [at.found('no-answer', { endpoint })];
    }
    const environAccepted = isLive(environ?.outcome);
    const live = environAccepted
      ? `, and accepts the one that process ${process?.pid ?? '?'} was started with`
      : '';
    const sandboxes = files?.sandboxes ?? [];
    const params = {
      path,
      live,
      environAccepted: environAccepted ? 'yes' : 'no',
      pid: process?.pid ?? null,
      sandboxes,
    };
    return [at.found('file-token-refused', params)];
  },
});
