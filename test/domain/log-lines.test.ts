import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type LogEvent, logEvent } from '../../src/domain/openclaw/log-event.js';
import { lineTime, readLogLine } from '../../src/domain/openclaw/log-line.js';
import { logNeedles } from '../../src/domain/openclaw/log-needles.js';
import { logProfileSegment } from '../../src/domain/openclaw/log-profile.js';

function eventOf(line: string): LogEvent | undefined | 'broken' {
  const record = readLogLine(line);
  return record === 'broken' ? record : logEvent(record);
}

/** Real lines, names and paths replaced. */
function recorded(line: string): string[] {
  const url = new URL(`../observe/log-lines/${line}.jsonl`, import.meta.url);
  return readFileSync(url, 'utf8').split('\n').filter(Boolean);
}

const versions = ['2026.3', '2026.5', '2026.9'];

describe.each(versions)('the log of %s', (version) => {
  const lines = recorded(version);
  const events = lines.map(eventOf);

  it('is readable in every line', () => {
    expect(events).not.toContain('broken');
    for (const line of lines) expect(lineTime(line)).toBeGreaterThan(Date.UTC(2026, 10, 20));
  });

  it('has a needle in every line that says something', () => {
    for (const [i, line] of lines.entries()) {
      if (events[i] === undefined) continue;
      expect(
        logNeedles.filter((needle) => line.includes(needle)),
        line,
      ).not.toEqual([]);
    }
  });

  it('tells refusals, with both of their lines under one connection', () => {
    const refused = events.filter((e) => typeof e === 'object' && e.kind === 'refusal');
    expect(refused.length).toBeGreaterThan(3);
    for (const event of refused) {
      expect(event).toMatchObject({ conn: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    }
    const mismatch = refused.filter((e) => 'reason' in e && e.reason === 'token_mismatch');
    expect(new Set(mismatch.map((e) => 'part' in e && e.part))).toEqual(
      new Set(['unauthorized', 'closed']),
    );
    for (const event of mismatch) {
      if ('part' in event && event.part === 'closed') expect(event.port).toBeGreaterThan(1024);
    }
  });

  it('tells the life of the gateway', () => {
    const names = events.flatMap((e) =>
      typeof e === 'object' && e.kind === 'life' ? e.event : [],
    );
    expect(names).toEqual(
      expect.arrayContaining(['listening', 'stopping', 'failed', 'generated-token']),
    );
  });
});

describe('what the versions say', () => {
  const of = (version: string) =>
    recorded(version)
      .map(eventOf)
      .filter((e): e is LogEvent => typeof e === 'object');

  it.each(['2026.5', '2026.9'])('%s: upgrades, reloads, degraded secrets, headers', (version) => {
    const events = of(version);
    const upgrades = events.filter((e) => e.kind === 'upgrade');
    expect(upgrades).toContainEqual(
      expect.objectContaining({
        reason: 'metadata-upgrade',
        device: expect.stringMatching(/^[0-9a-f]{12}$/),
      }),
    );
    const reloads = events.flatMap((e) => (e.kind === 'reload' ? e.event : []));
    expect(new Set(reloads)).toEqual(
      new Set(['detected', 'applied', 'needs-restart', 'disabled', 'skipped', 'degraded']),
    );
    const detected = events.filter((e) => e.kind === 'reload' && e.event === 'detected');
    expect(detected).toContainEqual(expect.objectContaining({ paths: ['gateway.auth.token'] }));
    const headers = events.flatMap((e) => (e.kind === 'header' ? e.header : []));
    expect(new Set(headers)).toEqual(new Set(['untrusted-forwarded', 'non-local-host']));
  });

  it('2026.9: a secret provider that failed is a degraded reload', () => {
    const lines = recorded('2026.9').filter((l) => l.includes('[SECRETS_PROVIDER_DEGRADED]'));
    expect(lines).toHaveLength(1);
    expect(lines.map(eventOf)).toMatchObject([{ kind: 'reload', event: 'degraded' }]);
  });

  it('2026.5: scopes of an upgrade, and the port of a start', () => {
    const events = of('2026.5');
    const upgrade = events.find((e) => e.kind === 'upgrade' && e.reason === 'scope-upgrade');
    expect(upgrade).toMatchObject({ scopesFrom: [expect.stringMatching(/^operator\./)] });
    expect(events).toContainEqual(expect.objectContaining({ kind: 'own-port' }));
  });

  it('recognises our own connects by display name, and by version where only the id is told', () => {
    const text = 'peer=127.0.0.1:1->127.0.0.1:18789 remote=127.0.0.1';
    const shown = `unauthorized conn=00000000-0000-4000-8000-000000000001 ${text} client=clawdoctor backend v0.1.0 role=operator reason=token_mismatch`;
    const line = (message: string, context?: object) =>
      JSON.stringify({
        0: '{"subsystem":"gateway/ws"}',
        ...(context ? { 1: context, 2: message } : { 1: message }),
        time: '2026-11-21T01:12:21.440+00:00',
      });
    expect(eventOf(line(shown))).toMatchObject({ own: true, port: 18789 });
    expect(eventOf(line(shown.replace('clawdoctor', 'My Phone 2')))).toMatchObject({
      own: false,
      client: 'other',
      mode: 'backend',
    });
    const closed = `closed before connect conn=00000000-0000-4000-8000-000000000001 ${text} fwd=n/a code=1008 reason=device identity required`;
    const context = { cause: 'device-required', client: 'gateway-client', mode: 'backend' };
    expect(eventOf(line(closed, { ...context, version: '0.1.0' }))).toMatchObject({ own: true });
    expect(eventOf(line(closed, { ...context, version: '2026.9.6' }))).toMatchObject({
      own: false,
    });
    // A peer that goes away by itself was not refused.
    expect(eventOf(line(closed.replace('1008', '1006'), { handshake: 'pending' }))).toMatchObject({
      cause: 'device-required',
    });
    expect(
      eventOf(line('closed before connect conn=1 remote=127.0.0.1 code=1006 reason=n/a', {})),
    ).toBeUndefined();
  });
});

describe('hostile lines', () => {
  const at = '"time":"2026-11-21T01:12:21.440+00:00"';

  it.each<[string, string, unknown]>([
    ['no JSON', '{"0":"unauthorized conn=', 'broken'],
    ['no time', '{"0":"{\\"subsystem\\":\\"gateway/ws\\"}","1":"unauthorized conn=1"}', 'broken'],
    ['a number', '12', 'broken'],
    ['an array', '[1]', 'broken'],
    ['deep nesting', `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`, 'broken'],
    ['NULs', '\0\0\0unauthorized conn=', 'broken'],
    [
      'a chat about a refusal',
      `{"0":"{\\"subsystem\\":\\"agents\\"}","1":"user says: unauthorized conn=1",${at}}`,
      undefined,
    ],
    [
      'a chat that begins like a refusal',
      `{"0":"{\\"subsystem\\":\\"agents\\"}","1":"unauthorized conn=1",${at}}`,
      undefined,
    ],
    [
      'a refusal within another text',
      `{"0":"{\\"subsystem\\":\\"gateway/ws\\"}","1":"note \\"1\\":\\"unauthorized conn=1",${at}}`,
      undefined,
    ],
    ['a prototype', `{"__proto__":{"1":"x"},"0":"Gateway failed to start: x",${at}}`, 'failed'],
    ['CRLF', `{"0":"Gateway failed to start: x",${at}}\r`, 'failed'],
    [
      'colours',
      '\u001b[90m2026-11-21T04:04:31.886+00:00\u001b[39m \u001b[36m[gateway]\u001b[39m ready',
      'ready',
    ],
  ])('%s', (_what, line, expected) => {
    const event = eventOf(line);
    expect(typeof event === 'object' && event.kind === 'life' ? event.event : event).toEqual(
      expected,
    );
  });

  it('never gives back a control character or a whole line', () => {
    const name = `a\u001b]0;x\u0007\u202e${'n'.repeat(500)}`;
    const event = eventOf(
      JSON.stringify({
        0: '{"subsystem":"gateway/ws"}',
        1: {
          cause: 'unauthorized',
          authReason: `token_mismatch ${name}`,
          client: name,
          mode: name,
        },
        2: `closed before connect conn=1 host=x:99999 code=1008 reason=${name}`,
        time: '2026-11-21T01:12:21.440+00:00',
      }),
    );
    expect(event).toMatchObject({ cause: 'unauthorized', mode: 'unknown' });
    expect(event).not.toHaveProperty('port');
    expect(event).not.toHaveProperty('reason');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must be gone
    expect(JSON.stringify(event)).not.toMatch(/\\u001b|[\u0000-\u001f]/);
    expect(JSON.stringify(event).length).toBeLessThan(400);
  });

  const secret = 'c989e60a55f04b1d9c7e2a10';
  const lines = (name: string, reason: string) => {
    const time = '"time":"2026-11-21T01:12:21.440+00:00"';
    const ws = '"0":"{\\"subsystem\\":\\"gateway/ws\\"}"';
    const context = JSON.stringify({ cause: 'unauthorized', authReason: reason, client: name });
    return [
      `{${ws},"1":"unauthorized conn=1 client=${name} cli v1 role=operator reason=${reason}",${time}}`,
      `{${ws},"1":${context},"2":"closed before connect conn=1 code=1008 reason=x",${time}}`,
      `{${ws.replace('/ws', '/reload')},"1":"config change detected; evaluating reload (gateway.auth.${name}, models.${reason}.x)",${time}}`,
      `{${ws.replace('/ws', '')},"1":"security audit: device access upgrade requested reason=scope-upgrade device=0123456789ab client=${name} scopesTo=operator.read",${time}}`,
    ];
  };

  it.each([
    secret,
    `tok ${secret}`,
    secret.toUpperCase(),
    'abcdefabcdefabcdef',
    'dead-beef-cafe-babe',
    'zXq9TbLm2VwRt7Ks',
    'hqzvplkwmxnrtbsd',
    '4f1c2d3e-aaaa-4bbb-8ccc-123456789012',
    'My Phone',
  ])('records no %s that a peer calls itself', (name) => {
    const events = lines(name, `a${secret}`).map(eventOf);
    expect(events).toMatchObject([
      { client: 'other', reason: 'other' },
      { client: 'other', reason: 'other' },
      { kind: 'reload' },
      { kind: 'upgrade' },
    ]);
    expect(JSON.stringify(events)).not.toContain(name);
    expect(JSON.stringify(events)).not.toContain(secret);
  });

  it.each(['cli', 'openclaw-browser-copilot', 'gateway:sessions.list', 'my-bot2', 'raspberrypi'])(
    'records %s, which is a name',
    (name) => {
      const events = lines(name, 'token_mismatch').map(eventOf);
      expect(events).toMatchObject([
        { client: name, reason: 'token_mismatch' },
        { client: name, reason: 'token_mismatch' },
        {},
        {},
      ]);
    },
  );

  it('keeps the words of a config path, and nothing else of it', () => {
    const of = (path: string) =>
      eventOf(
        JSON.stringify({
          0: '{"subsystem":"gateway/reload"}',
          1: `config change detected; evaluating reload (${path})`,
          time: '2026-11-21T01:12:21.440+00:00',
        }),
      );
    expect(of('gateway.auth.token')).toMatchObject({ paths: ['gateway.auth.token'] });
    const long = 'gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback';
    expect(of(`agents.list[0].model, ${long}`)).toMatchObject({
      paths: ['agents.list[0].model', long],
    });
    expect(of(`gateway.auth.${secret}`)).toMatchObject({ paths: ['gateway.auth.*'] });
  });

  it('understands the console of a gateway whose output goes to a file', () => {
    const text =
      '2026-11-21T04:04:39.583+00:00 [ws] closed before connect conn=0addcab2-2ce7-470a-8562-ed476d85aeaa peer=127.0.0.1:36420->127.0.0.1:24551 remote=127.0.0.1 fwd=n/a origin=n/a host=127.0.0.1:24551 ua=n/a code=1008 reason=unauthorized: gateway token mismatch (set gateway.remote.token to match gateway.auth.token)';
    expect(eventOf(text)).toMatchObject({
      kind: 'refusal',
      cause: 'unauthorized',
      reason: 'token_mismatch',
      port: 24551,
      remote: 'loopback',
    });
  });
});

describe('logProfileSegment', () => {
  it.each([
    ['work', 'work'],
    ['my-lab', 'my--lab'],
    ['a_b', 'a-0b'],
    ['Work', '-1work'],
    ['é', '-2e9-'],
  ])('%s is %s', (profile, segment) => {
    expect(logProfileSegment(profile)).toBe(segment);
  });
});
