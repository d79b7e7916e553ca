import check from '../../checks/doctor/token-hygiene.js';
import type { Mark, MarkFlag } from '../../src/model/mark.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import { type Change, put, set, source, unset } from './facts-builder.js';

const odd = (value: number, ...flags: MarkFlag[]): Mark => ({ ...set(value), flags });
const config =
  (mark: Mark): Change =>
  (s) =>
    put(s, source('config', mark));
const other = (mark: Mark): Mark => ({ ...mark, shape: { length: '32-63', chars: 'other' } });

describeCheck(check, [
  ['a clean token', '2026.5', () => {}, ['clean']],
  ['nothing set', '2026.9', config(unset()), ['nothing-set']],
  ['quotes that every reader keeps', '2026.9', config(odd(1, 'quoted')), ['kept-by-all']],
  ['Bearer before the value', '2026.5', config(odd(1, 'bearer-prefix')), ['kept-by-all']],
  [
    'quotes in the variable that the CLI of 2026.5 takes first',
    '2026.5',
    (s) => put(s, source('shell', odd(2, 'quoted'))),
    ['kept-inside'],
  ],
  [
    'the same on 2026.9, where nobody takes it',
    '2026.9',
    (s) => put(s, source('shell', odd(2, 'quoted'))),
    ['kept-by-all'],
  ],
  [
    'quotes in the config, a bare value in the shell',
    '2026.5',
    (s) => {
      put(s, source('config', odd(1, 'quoted')));
      put(s, source('shell', set(2)));
    },
    ['kept-inside'],
  ],
  ['a line end at the end', '2026.5', config(odd(1, 'newline', 'outer-blank')), ['trimmed']],
  ['a BOM', '2026.9', config(odd(1, 'bom')), ['trimmed']],
  ['a line end inside', '2026.9', config(other(odd(1, 'newline'))), ['impossible-in-header']],
  ['a control character', '2026.9', config(other(odd(1, 'control'))), ['impossible-in-header']],
  ['letters beyond ASCII', '2026.9', config(other(set(1))), ['clean']],
  [
    'a secret file that ends with a line end',
    '2026.9',
    (s) => {
      const ref = { source: 'file', form: 'object', provider: 'f', id: 'value' } as const;
      put(s, source('config', { ...unset(), state: 'unresolved-ref' }, { ref }));
      s.data['gateway.credentials'].resolved = [
        { slot: 'token', ref, environment: 'any', mark: odd(1, 'newline', 'outer-blank') },
      ];
    },
    ['clean'],
  ],
  ['a variable left as text', '2026.5', config(odd(1, 'template')), ['template-left']],
  [
    'an example value that nobody takes',
    '2026.9',
    (s) => put(s, source('shell', odd(3, 'placeholder'))),
    ['placeholder'],
  ],
  ['an example value that stops the gateway', '2026.9', config(odd(1, 'placeholder')), ['clean']],
  ['a weak token', '2026.5', config(odd(1, 'weak')), ['weak']],
  [
    'a weak value that the server does not take',
    '2026.9',
    (s) => put(s, source('shell', odd(3, 'weak'))),
    ['clean'],
  ],
  [
    'the copy that OpenClaw made',
    '2026.5',
    (s) => put(s, source('last-good', odd(1, 'bom'))),
    ['clean'],
  ],
  [
    'a .env that may not be read',
    '2026.5',
    (s) => put(s, source('dotenv', { ...unset(), state: 'unreadable' })),
    ['not-read'],
  ],
  [
    'sources that were not looked at',
    '2026.5',
    (s) => {
      s.failed['gateway.credentials'] = { state: 'timeout', reason: 'no answer in 3 s' };
    },
    ['undetermined'],
  ],
  elsewhereHost,
]);
