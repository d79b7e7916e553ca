import check from '../../checks/probes/probe-anonymous.js';
import type { HttpAnswer } from '../../src/model/facts-probes.js';
import { describeCheck } from './check-table.js';
import type { Change } from './facts-builder.js';

const answer =
  (change: HttpAnswer): Change =>
  (s) => {
    s.data['probe.anonymous'].answer = change;
  };
const mode =
  (authMode: string): Change =>
  (s) => {
    s.data['gateway.config'].authMode = authMode;
    answer({ kind: 'gateway-accepted', status: 400 })(s);
  };

const remoteProxy: Change = (s) => {
  mode('trusted-proxy')(s);
  s.targets = s.targets.map((target) => ({ ...target, place: 'remote' }));
};
const refusesNobody: Change = (s) => {
  s.data['gateway.config'].authMode = 'trusted-proxy';
};

describeCheck(check, [
  ['a refusal', '2026.5', () => {}, ['protected']],
  ['mode none', '2026.5', mode('none'), ['open-by-design']],
  ['a trusted proxy before a remote gateway', '2026.5', remoteProxy, ['behind-identity']],
  ['no proxy between, though one is declared', '2026.9', mode('trusted-proxy'), ['open']],
  ['a gateway that waits for an identity', '2026.9', refusesNobody, ['protected']],
  ['an accepted request though a token is declared', '2026.5', mode('token'), ['open']],
  [
    'a lockout',
    '2026.9',
    answer({ kind: 'gateway-429', status: 429, retryAfterS: 20 }),
    ['locked'],
  ],
  [
    'the browser control (port + 2)',
    '2026.5',
    answer({ kind: 'html', status: 401 }),
    ['not-a-gateway'],
  ],
  ['another 401', '2026.5', answer({ kind: 'proxy-401', status: 401 }), ['not-a-gateway']],
  ['garbage', '2026.5', answer({ kind: 'not-http', status: 0 }), ['not-a-gateway']],
  ['a closed port', '2026.5', answer({ kind: 'refused', status: 0 }), ['nothing-answers']],
  ['silence', '2026.5', answer({ kind: 'timeout', status: 0 }), ['no-answer']],
  [
    'not asked',
    '2026.5',
    (s) => {
      s.failed['probe.anonymous'] = { state: 'cancelled', reason: 'the budget was spent' };
    },
    ['not-determined'],
  ],
]);
