import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Visit, visit } from '../../src/lab/visitor.js';
import { type LabGateway, startLabGateway } from './lab-gateway.js';

interface Line {
  0: string;
  1: Record<string, unknown>;
  message: string;
  time: string;
  _meta: { logLevelName: string; date: string };
}

const token = 'the-token-of-this-gateway-9b21';
let gateway: LabGateway;
let logFile = '';

beforeEach(async () => {
  const auth = { mode: 'token', token };
  gateway = await startLabGateway('2026.5.18', { gateway: { mode: 'local', auth } });
  const day = new Date();
  const [month, date] = [day.getMonth() + 1, day.getDate()].map((n) => String(n).padStart(2, '0'));
  const name = `openclaw-${day.getFullYear()}-${month}-${date}.log`;
  logFile = join(gateway.home, '..', 'tmp', 'openclaw', name);
});
afterEach(() => gateway.stop());

async function lines(): Promise<Line[]> {
  const text = await readFile(logFile, 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

// As OpenClaw 2026.5.18 and 2026.9.6 wrote them for the same client (measured).
const rows: [name: string, ask: Visit, context: Record<string, unknown>, end: RegExp][] = [
  [
    'a wrong token',
    { auth: { token: 'wrong' }, device: 'new' },
    { cause: 'unauthorized', authReason: 'token_mismatch', authProvided: 'token' },
    /code=1008 reason=unauthorized: gateway token mismatch /,
  ],
  [
    'nothing at all',
    {},
    { cause: 'device-required', client: 'openclaw-macos', mode: 'ui' },
    /code=1008 reason=device identity required$/,
  ],
  [
    'an old signature',
    { auth: { token }, device: 'new', fault: 'age' },
    { cause: 'device-auth-invalid', reason: 'device-signature-stale' },
    /code=1008 reason=device signature expired$/,
  ],
  [
    'an old protocol',
    { auth: { token }, protocol: [1, 2] },
    { cause: 'protocol-mismatch', minProtocol: 1, maxProtocol: 2, expectedProtocol: 4 },
    /code=1002 reason=protocol mismatch$/,
  ],
  [
    'a foreign origin',
    { auth: { token }, origin: 'https://panel.example' },
    { cause: 'origin-mismatch', origin: 'https://panel.example', reason: 'origin not allowed' },
    /code=1008 reason=origin not allowed /,
  ],
  [
    'a page without a key',
    { client: { id: 'openclaw-control-ui', mode: 'webchat' }, origin: 'http://127.0.0.1:1' },
    { cause: 'control-ui-insecure-auth' },
    /code=1008 reason=control ui requires device identity /,
  ],
];

describe('the log line of a refused client with', () => {
  it.each(rows)('%s', async (_name, ask, context, end) => {
    await visit(gateway.port, ask);
    const last = (await lines()).findLast(({ message }) => /^closed before connect/.test(message));
    expect(last?.[0]).toBe('{"subsystem":"gateway/ws"}');
    expect(last?._meta.logLevelName).toBe('WARN');
    const host = `127.0.0.1:${gateway.port}`;
    expect(last?.[1]).toMatchObject({ handshake: 'failed', host, ...context });
    expect(last?.message).toMatch(end);
  });

  it('a right token is none', async () => {
    await visit(gateway.port, { auth: { token }, device: 'new', times: 2 });
    const refused = (await lines()).filter(({ message }) => /closed|unauthorized/.test(message));
    expect(refused).toEqual([]);
  });
});
