import { expect, it } from 'vitest';
import { credentialRows, letterOf, letters } from '../../src/domain/openclaw/credential-matrix.js';
import { healthyGateway, healthyProxy, put, set, source, unset } from '../checks/facts-builder.js';

const shown = (facts: Parameters<typeof credentialRows>[0]) =>
  credentialRows(facts).map((row) => [row.source, row.letter, row.wins.join(', ')]);

it('gives letters in row order and says who takes which row', () => {
  const facts = healthyGateway('2026.5', (s) => {
    put(s, source('shell', set(2)));
    put(s, source('dotenv', { ...unset(), state: 'blank' }));
    s.data['gateway.process'].environment.token = set(2);
  });
  expect(shown(facts)).toEqual([
    ['~/.openclaw/openclaw.json gateway.auth.token', 'A', 'server'],
    ['shell OPENCLAW_GATEWAY_TOKEN', 'B', 'local-cli, http-client, node-host'],
    ['~/.openclaw/.env OPENCLAW_GATEWAY_TOKEN', '""', ''],
    ['proc:4121/environ OPENCLAW_GATEWAY_TOKEN', 'B', 'inner-client, agent'],
  ]);
});

it('names the line where lines differ', () => {
  const facts = healthyGateway('2026.5', (s) => {
    put(s, source('shell', set(2)));
    for (const id of ['host.install', 'gateway.state', 'gateway.process', 'probe.handshake']) {
      delete (s.data as Record<string, unknown>)[id];
    }
  });
  const wins = credentialRows(facts).map((row) => row.wins);
  expect(wins[0]).toContain('local-cli (2026.9)');
  expect(wins[1]?.slice(0, 2)).toEqual(['local-cli (2026.3)', 'local-cli (2026.5)']);
});

it('puts ? and a reason where a value cannot be read', () => {
  const facts = healthyGateway('2026.5', (s) => {
    s.data['gateway.process'].environment.state = 'denied';
    s.data['gateway.process'].environment.reason = 'EACCES: another user';
  });
  const row = credentialRows(facts).find((r) => r.source.startsWith('proc:'));
  expect(row).toMatchObject({ letter: '?', reason: 'EACCES: another user', state: 'unreadable' });
});

it('compares the proxy file with the environ of the proxy', () => {
  const facts = healthyProxy((s) => {
    s.data['proxy.process'].token = set(21, 'proxy-token');
  });
  expect(shown(facts).slice(-2)).toEqual([
    ['~/.nemoclaw/ollama-proxy-token', 'B', 'nemoclaw'],
    ['proc:777/environ OLLAMA_PROXY_TOKEN', 'C', 'proxy'],
  ]);
  expect(letters(facts)(21)).toBe('C');
  expect(letters(facts)(99)).toBe('?');
});

it.each([
  [0, 'A'],
  [25, 'Z'],
  [26, 'AA'],
  [701, 'ZZ'],
  [702, 'AAA'],
])('letter %i is %s', (rank, text) => {
  expect(letterOf(rank)).toBe(text);
});
