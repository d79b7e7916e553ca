import { describe, expect, it } from 'vitest';
import { lockedUntil } from '../../src/domain/limiter.js';
import { limiterKey } from '../../src/domain/limiter-key.js';
import { FactSet } from '../../src/model/fact-set.js';
import { fact, gateway, nowMs, runFacts } from '../observe/live-context.js';

const path = '/tools/invoke';
const key = `POST http://127.0.0.1:18789${path}`;
const isVm = (host: string): boolean => host === 'vm';

describe('limiterKey', () => {
  it.each([
    'http://127.0.0.1',
    'https://127.0.0.1',
    'http://localhost',
    'http://LOCALHOST',
    'http://[::1]',
    'http://[::]',
    'http://0.0.0.0',
    'http://[::ffff:7f00:1]',
    'http://vm',
  ])('of %s is that of the listener', (origin) => {
    expect(limiterKey(`POST ${origin}:18789${path}`, isVm)).toBe(key);
  });

  it.each([
    `POST http://127.0.0.1:18790${path}`,
    `POST https://gw.example.com:18789${path}`,
    `POST https://192.0.2.1:18789${path}`,
    'what is no endpoint',
  ])('of %s is its own', (endpoint) => {
    expect(limiterKey(endpoint, isVm)).toBe(endpoint);
  });
});

describe('a lock', () => {
  const row = { endpoint: key, atMs: nowMs - 1, untilMs: nowMs + 9 };
  const facts = (ownNames: string[]) =>
    new FactSet([
      fact('run', runFacts()),
      fact('probe.refusals', { refused: [], locked: [row], ownNames }),
    ]);
  const at = (name: string) => `POST https://${name}:18789${path}`;
  const local = gateway(18789);
  const remote = gateway(18789, { place: 'remote' });

  it('of a local gateway holds for every name of it', () => {
    expect(lockedUntil(facts([]), local, at('vm'))).toBe(row.untilMs);
  });

  it('holds for the name of another host when that leads here, and only then', () => {
    expect(lockedUntil(facts(['gw.example.com']), remote, at('gw.example.com'))).toBe(row.untilMs);
    expect(lockedUntil(facts([]), remote, at('gw.example.com'))).toBeUndefined();
  });
});
