import { expect, it } from 'vitest';
import check from '../../checks/probes/proxy-credentials.js';
import type { AnswerKind, ProxyAttempt, ProxyProbe } from '../../src/model/facts-probes.js';
import { describeCheck } from './check-table.js';
import { type Change, healthyProxy, judgeOne } from './facts-builder.js';

function attempts(...rows: [ProxyAttempt['source'], ProxyAttempt['outcome']][]): Change {
  return (s) => {
    s.data['proxy.probe'].attempts = rows.map(([source, outcome], i) => ({
      class: 20 + i,
      source,
      outcome,
    }));
  };
}
const anonymous =
  (kind: AnswerKind, status = 200): Change =>
  (s) => {
    s.data['proxy.probe'].anonymous = { kind, status };
  };
const notTried =
  (why: NonNullable<ProxyProbe['notTried']>): Change =>
  (s) => {
    s.data['proxy.probe'].attempts = [];
    s.data['proxy.probe'].notTried = why;
  };

describeCheck(check, [
  ["the file's token", 'proxy', () => {}, ['accepted']],
  [
    "the file's token, and a dead backend",
    'proxy',
    attempts(['file', 'backend-down']),
    ['accepted'],
  ],
  [
    'a refusal of the file, the old token is live',
    'proxy',
    attempts(['file', 'refused'], ['environ', 'accepted']),
    ['file-token-refused'],
  ],
  [
    'a refusal of the file, nothing else known',
    'proxy',
    attempts(['file', 'refused']),
    ['file-token-refused'],
  ],
  [
    'a refusal of the file, the old token is live and the backend dead',
    'proxy',
    attempts(['file', 'refused'], ['environ', 'backend-down']),
    ['file-token-refused'],
  ],
  ['a server that asks for nothing', 'proxy', anonymous('proxy-accepted'), ['open']],
  ['another server', 'proxy', anonymous('html'), ['not-the-proxy']],
  ['a stopped proxy', 'proxy', anonymous('timeout', 0), ['no-answer']],
  ['silence after the token', 'proxy', attempts(['file', 'timeout']), ['no-answer']],
  ['no token to try', 'proxy', notTried('no-token'), ['no-token']],
  ['an owner that is not proved', 'proxy', notTried('owner-not-proved'), ['owner-not-proved']],
  [
    'nobody who needs a proxy',
    'proxy',
    (s) => {
      s.data['proxy.files'].sandboxes = [];
      s.data['proxy.process'].found = 'none';
    },
    ['unused'],
  ],
  [
    'not asked',
    'proxy',
    (s) => {
      s.failed['proxy.probe'] = { state: 'timeout', reason: 'no answer' };
    },
    ['not-determined'],
  ],
]);

it('says what the live proxy accepts and whom it concerns', () => {
  const change = attempts(['file', 'refused'], ['environ', 'accepted']);
  const [finding] = judgeOne(check, healthyProxy(change));
  expect(finding?.params).toMatchObject({ pid: 777, environAccepted: 'yes', sandboxes: ['alpha'] });
  expect(finding?.text).toContain('accepts the one that process 777 was started with');
});
