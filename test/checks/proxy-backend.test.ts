import check from '../../checks/probes/proxy-backend.js';
import type { AnswerKind } from '../../src/model/facts-probes.js';
import { describeCheck } from './check-table.js';
import type { Change } from './facts-builder.js';

const answer =
  (kind: AnswerKind): Change =>
  (s) => {
    s.data['proxy.backend'].answer = { kind, status: 0 };
    s.data['proxy.backend'].isOllama = false;
  };

describeCheck(check, [
  ['Ollama on loopback', 'proxy', () => {}, ['answers']],
  ['a closed port', 'proxy', answer('refused'), ['backend-down']],
  [
    '502 through the proxy',
    'proxy',
    (s) => {
      answer('other')(s);
      s.data['proxy.probe'].attempts = [{ class: 20, source: 'file', outcome: 'backend-down' }];
    },
    ['backend-down'],
  ],
  ['a web page', 'proxy', answer('html'), ['not-ollama']],
  ['silence', 'proxy', answer('timeout'), ['no-answer']],
  [
    'Ollama for everybody',
    'proxy',
    (s) => {
      s.data['proxy.backend'].listens = ['0.0.0.0'];
    },
    ['beyond-loopback'],
  ],
  [
    'nobody who needs one',
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
      s.failed['proxy.backend'] = { state: 'timeout', reason: 'no answer' };
    },
    ['not-determined'],
  ],
]);
