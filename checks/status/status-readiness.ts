import { underPressure } from '../../src/domain/pressure.js';
import { startUpMs } from '../../src/domain/starting.js';
import { defineCheck } from '../../src/model/check.js';

export default defineCheck({
  id: 'status/readiness',
  stage: 'status',
  per: 'gateway',
  title: 'the gateway says that it is live and ready',
  about:
    'Asks /healthz and /readyz, which need no credential. Green here says nothing about authentication; something that is no gateway at all shows here first, and so does one that is still starting.',
  falsePositives: 'A reverse proxy in front may answer these paths itself.',
  needs: [],
  uses: ['gateway.readiness', 'host.pressure'],
  blockedBy: [
    {
      check: 'process/gateway',
      codes: ['nothing-listens', 'listens-elsewhere', 'port-not-known', 'foreign-program'],
    },
  ],
  codes: {
    ready: { outcome: 'pass', text: '{endpoint} answers live and ready' },
    live: { outcome: 'pass', text: '{endpoint} answers live; it does not say whether it is ready' },
    'not-a-gateway': {
      outcome: 'fail',
      text: '{endpoint} answers {kind} where an OpenClaw Gateway says live',
      next: ['use-this-config', 'stop-foreign-listener'],
    },
    'no-answer': {
      outcome: 'fail',
      text: '{endpoint} accepts the connection and does not answer',
      next: ['restart-gateway', 'look-again'],
    },
    'nothing-answers': {
      outcome: 'fail',
      text: '{endpoint} refuses the connection',
      next: ['start-gateway', 'align-client-url'],
    },
    'not-ready': {
      outcome: 'warn',
      text: '{endpoint} is live and not ready: {failing}',
      next: ['look-again', 'restart-gateway'],
    },
    starting: {
      outcome: 'unknown',
      text: '{endpoint} is still starting ({failing}); look again in a minute',
      next: ['look-again'],
    },
    'under-pressure': {
      outcome: 'unknown',
      text: '{endpoint} did not answer in time, and the host is short of memory; look again once it is not',
      next: ['relieve-memory', 'look-again'],
    },
    'not-determined': {
      outcome: 'unknown',
      text: 'the gateway could not be asked ({reason}); look again once it can be reached',
      next: ['look-again'],
    },
  },
  judge(at) {
    const seen = at.look('gateway.readiness');
    if (seen?.state !== 'ok' || !seen.data) {
      return [at.found('not-determined', { reason: seen?.reason ?? 'it was not asked' })];
    }
    const { endpoint, health, ready } = seen.data;
    const { kind } = health;
    if (kind === 'refused') return [at.found('nothing-answers', { endpoint })];
    if (kind === 'timeout') {
      const code = underPressure(at.facts) ? 'under-pressure' : 'no-answer';
      return [at.found(code, { endpoint })];
    }
    if (health.live !== true) {
      if (health.status === 503) return [at.found('starting', { endpoint, failing: ['503'] })];
      return [at.found('not-a-gateway', { endpoint, kind })];
    }
    if (!ready || ready.ready === undefined) return [at.found('live', { endpoint })];
    if (ready.ready) return [at.found('ready', { endpoint })];
    const failing = ready.failing.length > 0 ? ready.failing : ['it does not say what is missing'];
    const young = ready.uptimeMs === undefined || ready.uptimeMs < startUpMs;
    return [at.found(young ? 'starting' : 'not-ready', { endpoint, failing })];
  },
});
