import { underPressure } from '../../src/domain/pressure.js';
import { defineCheck } from '../../src/model/check.js';
import { isElsewhere } from '../another-host.js';

export default defineCheck({
  id: 'probe/anonymous',
  stage: 'probes',
  per: 'gateway',
  title: 'the gateway refuses a request without a credential',
  about:
    "Sends POST /tools/invoke with an empty body and no credential. 401 in the gateway's own form proves that it is a gateway and that it is protected; an accepted request makes every later answer meaningless as proof of a token.",
  falsePositives:
    'gateway.auth.mode none on loopback is accepted by design and passes; so is a remote gateway behind a proxy that gives an identity.',
  needs: [],
  uses: ['probe.anonymous', 'gateway.config', 'host.pressure'],
  blockedBy: [
    {
      check: 'process/gateway',
      codes: ['nothing-listens', 'listens-elsewhere', 'port-not-known', 'foreign-program'],
    },
    { check: 'status/readiness', codes: ['nothing-answers', 'no-answer'] },
  ],
  codes: {
    protected: { outcome: 'pass', text: '{endpoint} refuses a request without a credential' },
    'open-by-design': {
      outcome: 'pass',
      text: '{endpoint} accepts every request, as gateway.auth.mode none says',
    },
    'behind-identity': {
      outcome: 'pass',
      text: '{endpoint} accepts the request: the proxy before it gives an identity, as gateway.auth.mode trusted-proxy says',
    },
    open: {
      outcome: 'fail',
      text: '{endpoint} accepts a request without a credential, and the config does not say so',
      next: ['choose-auth-mode', 'use-this-config'],
    },
    locked: {
      outcome: 'fail',
      text: '{endpoint} answers 429: too many wrong credentials came from this address; it says to wait {retryAfterS} seconds',
      next: ['wait-for-lockout'],
    },
    'not-a-gateway': {
      outcome: 'fail',
      text: '{endpoint} answers {kind} ({status}), which no OpenClaw Gateway does there',
      next: ['use-this-config', 'stop-foreign-listener'],
    },
    'nothing-answers': {
      outcome: 'fail',
      text: '{endpoint} refuses the connection',
      next: ['start-gateway', 'align-client-url'],
    },
    'no-answer': {
      outcome: 'unknown',
      text: '{endpoint} did not answer in time{pressure}; look again',
      next: ['look-again'],
    },
    'not-determined': {
      outcome: 'unknown',
      text: 'the gateway was not asked ({reason}); look again once it can be reached',
      next: ['look-again'],
    },
  },
  judge(at) {
    const seen = at.look('probe.anonymous');
    if (seen?.state !== 'ok' || !seen.data) {
      return [at.found('not-determined', { reason: seen?.reason ?? 'it was not asked' })];
    }
    const { endpoint, answer } = seen.data;
    const mode = at.look('gateway.config')?.data?.authMode;
    const params = { endpoint, kind: answer.kind, status: answer.status };
    switch (answer.kind) {
      case 'gateway-401':
        return [at.found('protected', params)];
      case 'gateway-accepted':
        if (mode === 'none') return [at.found('open-by-design', params)];
        // Asked directly, both lines answer 401 in this mode; only through the proxy is there an identity.
        if (mode === 'trusted-proxy' && isElsewhere(at.subject)) {
          return [at.found('behind-identity', params)];
        }
        return [at.found('open', params)];
      case 'gateway-429':
        return [at.found('locked', { ...params, retryAfterS: answer.retryAfterS ?? 'some' })];
      case 'refused':
        return [at.found('nothing-answers', params)];
      case 'timeout':
      case 'reset': {
        const pressure = underPressure(at.facts) ? ', and the host is short of memory' : '';
        return [at.found('no-answer', { ...params, pressure })];
      }
      default:
        return [at.found('not-a-gateway', params)];
    }
  },
});
