import { describe, expect, it } from 'vitest';
import type { Identity } from '../../src/evidence/anonymise.js';
import { anonymise, anonymisePlace } from '../../src/evidence/anonymise.js';
import { recordedFields } from '../../src/evidence/recorded-fields.js';
import type { Observation } from '../../src/model/observation.js';

const lena = { homes: ['/home/lena'], user: 'lena', host: 'kestrel' };

function anonymised(data: unknown, identity: Identity = lena): unknown {
  const observation: Observation = {
    id: 'gateway.config',
    target: 'gateway:1',
    stage: 'doctor',
    source: '~/x',
    takenAt: 't',
    durationMs: 77,
    state: 'ok',
    complete: true,
    data,
  };
  return anonymise([observation], identity)[0]?.data;
}

describe('recorded places and names', () => {
  it.each([
    ['path', '/home/lena/.openclaw/x', '~/.openclaw/x'],
    ['home', '/home/lena', '~'],
    ['path', '/home/lenard/x', '/home/user/x'],
    ['path', '/data/lena/kestrel-backup', '/data/user/host-backup'],
    ['path', '/data/magdalena/x', '/data/magdalena/x'],
    ['url', 'ws://Kestrel.local:18789/lena', 'ws://host.local:18789/user'],
    ['host', 'kestrel', 'host'],
    ['host', 'www.kestrel.example', 'www.kestrel.example'],
    ['target', 'agent:lena', 'agent:user'],
    ['profile', 'anthropic:lena@example.com', 'anthropic:user@example.com'],
    ['primary', 'kestrel/lena@anthropic:lena', 'kestrel/lena@anthropic:user'],
    ['reason', 'lena: /home/lena/x is not a file', 'lena: ~/x is not a file'],
  ])('%s %s', (field, text, expected) => {
    expect(anonymised({ a: [{ [field]: text }] })).toEqual({ a: [{ [field]: expected }] });
  });

  it.each(['pi', 'x', 'cloud', 'set'])('a host named %s, whatever its length', (host) => {
    const data = { host, url: `http://${host}:1/a`, path: `/srv/${host}/b`, agent: host };
    expect(anonymised(data, { ...lena, host })).toEqual({
      host: 'host',
      url: 'http://host:1/a',
      path: '/srv/host/b',
      agent: 'host',
    });
  });

  it('two homes of other people stay two', () => {
    expect(anonymised(['/home/a/x', '/home/b/x', '/home/a/y'])).toEqual([
      '/home/user/x',
      '/home/user-2/x',
      '/home/user/y',
    ]);
  });
});

it.each([
  'set token main cloud pi'.split(' '),
  'gateway.config ok doctor ollama 2026.5'.split(' '),
])(
  'states, codes, kinds, providers and variables stay under a host named as they are',
  (...all) => {
    for (const host of all) {
      const data = {
        mark: { state: 'set', kind: 'token', flags: [], shape: { length: '<16', chars: 'hex' } },
        sources: [{ id: 'config', name: 'gateway.auth.token', slot: 'token', mark: { flags: [] } }],
        providers: [{ id: 'ollama', api: 'cloud', models: [{ id: 'pi' }] }],
        ref: { source: 'env', form: 'object', provider: 'default', id: 'CLOUD' },
        outcome: 'ok',
        agents: [{ id: 'main', default: true }],
        lines: ['2026.5'],
      };
      expect(anonymised(data, { ...lena, host, user: host })).toEqual(data);
    }
  },
);

it('the addressee of a JWT is a place too: it is compared with one', () => {
  const mark = { state: 'set', kind: 'token', flags: [], jwt: { aud: ['https://kestrel/x'] } };
  expect(anonymised({ mark })).toEqual({ mark: { ...mark, jwt: { aud: ['https://host/x'] } } });
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

it('a printed path shows neither the home that was asked for nor our own', () => {
  const identity = { ...lena, homes: ['/srv/other', '/home/lena'] };
  expect(anonymisePlace('/home/lena/e/a.tar.gz', identity)).toBe('~/e/a.tar.gz');
  expect(anonymisePlace('/srv/other/a.tar.gz', identity)).toBe('~/a.tar.gz');
});
