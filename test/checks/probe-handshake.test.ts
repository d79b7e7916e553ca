import { expect, it } from 'vitest';
import check from '../../checks/probes/probe-handshake.js';
import { handshakeCodes } from '../../src/domain/openclaw/handshake-codes.js';
import { describeCheck } from './check-table.js';
import { type Change, file, healthyGateway, judgeOne, nowMs } from './facts-builder.js';
import { allRefused, notConnected, probe, trustedProxy, withoutCredential } from './unconnected.js';

function edited(ageMs: number, appliedConfig: boolean | null = false): Change {
  return (s) => {
    const mtimeMs = nowMs - ageMs;
    s.data['gateway.config'].file = file('~/.openclaw/openclaw.json', { mtimeMs });
    if (appliedConfig !== null) s.data['probe.handshake'].appliedConfig = appliedConfig;
  };
}

describeCheck(check, [
  ['a trusted proxy, whose identities decide', '2026.9', trustedProxy, ['identity']],
  ['mode token, and nothing known', '2026.9', notConnected, ['not-tried']],
  ['mode none, connected without a credential', '2026.5', withoutCredential, ['connected']],
  ['a gateway that refuses all that is known', '2026.5', allRefused, ['no-live-credential']],
  ['a connect', '2026.5', () => {}, ['connected']],
  ['an edit that is not applied', '2026.9', edited(60_000), ['connected', 'config-not-applied']],
  ['an edit of this moment', '2026.9', edited(2000), ['connected']],
  ['an edit that is applied', '2026.9', edited(60_000, true), ['connected']],
  ['a line that does not say it', '2026.5', edited(60_000, null), ['connected']],
  [
    'a refusal',
    '2026.5',
    probe({ outcome: 'refused', errorCode: 'AUTH_TOKEN_MISMATCH' }),
    ['refused'],
  ],
  [
    'a lockout that says until when',
    '2026.9',
    probe({ outcome: 'refused', errorCode: 'AUTH_RATE_LIMITED', retryAfterMs: 19_962 }),
    ['locked'],
  ],
  [
    'a lockout that does not',
    '2026.5',
    probe({ outcome: 'refused', errorCode: 'AUTH_RATE_LIMITED' }),
    ['locked'],
  ],
  [
    'a scope upgrade',
    '2026.5',
    probe({
      outcome: 'refused',
      errorCode: 'PAIRING_REQUIRED',
      pairingReason: 'scope-upgrade',
    }),
    ['refused'],
  ],
  ['a start-up', '2026.5', probe({ outcome: 'refused', errorCode: 'UNAVAILABLE' }), ['starting']],
  ['a close', '2026.5', probe({ outcome: 'closed', closeCode: 1008 }), ['closed']],
  ['a close while starting', '2026.5', probe({ outcome: 'closed', closeCode: 1013 }), ['starting']],
  ['a restart', '2026.5', probe({ outcome: 'closed', closeCode: 1012 }), ['starting']],
  [
    'a close that nobody knows',
    '2026.5',
    probe({ outcome: 'closed', closeCode: 4999 }),
    ['closed'],
  ],
  [
    'an upgrade that is refused',
    '2026.9',
    probe({ outcome: 'not-a-gateway', httpStatus: 403 }),
    ['upgrade-refused'],
  ],
  ['a web page', '2026.9', probe({ outcome: 'not-a-gateway', httpStatus: 200 }), ['not-a-gateway']],
  ['another protocol', '2026.5', probe({ outcome: 'not-a-gateway' }), ['not-a-gateway']],
  ['silence', '2026.5', probe({ outcome: 'timeout' }), ['no-answer']],
  [
    'no live credential',
    '2026.5',
    probe({ outcome: 'not-tried', notTried: 'no-live-credential' }),
    ['not-tried'],
  ],
  [
    'a clock that is off, and a CLI that signs with its own',
    '2026.5',
    probe({ skewMs: -600_000 }),
    ['connected', 'skew-refuses-cli'],
  ],
  [
    'a clock that is off, and a CLI that takes the other one',
    '2026.9',
    probe({ skewMs: 600_000, serverVersion: '2026.9.6' }),
    ['connected', 'skewed'],
  ],
  ['a clock within the tolerance', '2026.5', probe({ skewMs: 119_000 }), ['connected']],
  [
    'not asked',
    '2026.5',
    (s) => {
      s.failed['probe.handshake'] = { state: 'timeout', reason: 'no answer in 5 s' };
    },
    ['not-tried'],
  ],
]);

const refusals = handshakeCodes
  .filter(({ code }) => /^[A-Z]/.test(code) && !['UNAVAILABLE', 'AUTH_RATE_LIMITED'].includes(code))
  .map(({ code, means, next }) => {
    const [errorCode = '', pairingReason] = code.split('/');
    return { errorCode, pairingReason, means, next };
  });

it.each(refusals)('$errorCode $pairingReason: says what it means and what to do', (row) => {
  const { errorCode, pairingReason, means, next } = row;
  const change = pairingReason === undefined ? {} : { pairingReason };
  const facts = healthyGateway('2026.9', probe({ outcome: 'refused', errorCode, ...change }));
  const [finding] = judgeOne(check, facts);
  expect(finding).toMatchObject({ code: 'refused', next: [...next] });
  expect(finding?.text).toContain(means);
  expect(finding?.text).toContain(errorCode);
});

it('a code that no known version has is said to be that', () => {
  const facts = healthyGateway('2026.5', probe({ outcome: 'refused', errorCode: 'other' }));
  const [finding] = judgeOne(check, facts);
  expect(finding).toMatchObject({ code: 'refused', next: ['restart-gateway', 'look-again'] });
  expect(finding?.text).toContain('a code that is not known here');
});

it('2026.9 says how long the lockout lasts', () => {
  const locked = {
    outcome: 'refused',
    errorCode: 'AUTH_RATE_LIMITED',
    retryAfterMs: 1500,
  } as const;
  const [finding] = judgeOne(check, healthyGateway('2026.9', probe(locked)));
  expect(finding).toMatchObject({ code: 'locked', params: { retryAfterS: 2 } });
  expect(finding?.text).toContain('wait 2 seconds');
});

it('an edit that is not applied: the remedy fits the reload mode', () => {
  const next = (reloadMode?: string) =>
    judgeOne(
      check,
      healthyGateway('2026.9', (s) => {
        edited(60_000)(s);
        if (reloadMode !== undefined) s.data['gateway.config'].reloadMode = reloadMode;
      }),
    ).find(({ code }) => code === 'config-not-applied')?.next;
  expect(next('off')).toEqual(['restart-gateway', 'turn-on-reload']);
  expect(next()).toEqual(['repair-reload', 'repair-config', 'restart-gateway']);
});
