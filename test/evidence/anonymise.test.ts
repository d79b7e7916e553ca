import { expect, it } from 'vitest';
import { anonymise } from '../../src/evidence/anonymise.js';
import { recordedFields } from '../../src/evidence/recorded-fields.js';

const lena = { home: '/home/lena', user: 'lena', host: 'kestrel' };

it.each([
  ['/home/lena/.openclaw/x', lena, '~/.openclaw/x'],
  ['/home/lena', lena, '~'],
  ['/home/lenard/x', lena, '/home/user/x'],
  ['read by Lena on kestrel.local', lena, 'read by user on host.local'],
  ['magdalena kestrels', lena, 'magdalena kestrels'],
  ['gateway:18789', { home: '/root', user: 'root', host: 'gateway' }, 'gateway:18789'],
])('%s', (text, identity, expected) => {
  expect(anonymise({ a: [text] }, identity)).toEqual({ a: [expected] });
});

it('recorded fields hold names and numbers, and nothing of a mark or of an unnamed member', () => {
  const fields = recordedFields([
    {
      id: 'gateway.config',
      target: 'gateway:1',
      stage: 'doctor',
      source: '~/x',
      takenAt: 't',
      durationMs: 77,
      state: 'ok',
      complete: true,
      data: {
        host: 'my-host',
        title: 'leaked-elsewhere',
        mark: { state: 'set', kind: 'token', flags: [], source: 'in-a-mark' },
      },
    },
  ]);
  expect(fields).toEqual(expect.arrayContaining(['my-host', '~/x', '77']));
  expect(fields.join()).not.toMatch(/leaked-elsewhere|in-a-mark/);
});
