import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, chown, mkdir, open, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FactSet } from '../../src/model/fact-set.js';
import type { LogFacts } from '../../src/model/facts-logs.js';
import type { ObserverContext } from '../../src/model/observer.js';
import { logFiles } from '../../src/observe/logs/log-files.js';
import { logsObserver, scanAll } from '../../src/observe/logs/logs.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

const root = process.getuid?.() === 0;
const nowMs = Date.UTC(2026, 10, 21, 5, 0, 0);

interface Asked {
  port?: number;
  loggingFile?: string;
  stateDir?: string;
  place?: 'remote';
}

function contextFor(home: string, asked: Asked = {}): ObserverContext {
  const base = gatewayContext(home);
  const target = {
    ...base.target,
    uid: process.getuid?.() ?? 0,
    port: asked.port ?? 18789,
    ...(asked.stateDir === undefined ? {} : { stateDir: asked.stateDir }),
    ...(asked.place === undefined ? {} : { place: asked.place }),
  };
  const config = {
    id: 'gateway.config' as const,
    target: target.id,
    stage: 'doctor' as const,
    source: 'config',
    takenAt: '',
    durationMs: 0,
    state: 'ok' as const,
    complete: true,
    data: { loggingFile: asked.loggingFile },
  };
  return {
    ...base,
    target,
    host: { ...base.host, logDir: join(home, 'openclaw'), now: () => nowMs },
    facts: new FactSet(asked.loggingFile === undefined ? [] : [config], [target]),
  };
}

async function observed(home: string, asked: Asked = {}): Promise<LogFacts> {
  const result = await logsObserver.observe(contextFor(home, asked));
  if (result.state !== 'ok') throw new Error(`${result.state}: ${result.reason}`);
  return result.data;
}

const today = 'openclaw/openclaw-2026-11-21.log';

/** Two lines as 2026.9.6 writes them for one refused connect. */
function refusal(
  n: number,
  atMs: number,
  port = 18789,
  client = 'cli',
  reason = 'token_mismatch',
): string {
  const conn = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const time = new Date(atMs).toISOString();
  const peer = `peer=127.0.0.1:4000->127.0.0.1:${port} remote=127.0.0.1`;
  const first = `unauthorized conn=${conn} ${peer} client=${client} cli v2026.9.6 role=operator host=127.0.0.1:${port} reason=${reason} guidance=x`;
  const second = `closed before connect conn=${conn} ${peer} fwd=n/a host=127.0.0.1:${port} code=1008 reason=unauthorized: gateway token mismatch`;
  const object = {
    cause: 'unauthorized',
    host: `127.0.0.1:${port}`,
    authReason: reason,
    client,
    mode: 'cli',
  };
  const subsystem = '{"subsystem":"gateway/ws"}';
  return [
    { 0: subsystem, 1: first, time, message: first },
    { 0: subsystem, 1: object, 2: second, time, message: second },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

function recorded(version: string): string {
  return readFileSync(new URL(`log-lines/${version}.jsonl`, import.meta.url), 'utf8');
}

describe('gateway.logs', () => {
  it('counts the two lines of a connect once, by cause, client and port', async () => {
    const home = await temporaryHome();
    const text = [
      refusal(1, nowMs - 3000),
      refusal(2, nowMs - 2000),
      refusal(3, nowMs - 1000, 20_000),
      refusal(4, nowMs - 500, 18789, 'clawdoctor'),
    ].join('');
    await put(join(home, today), text);
    const logs = await observed(home);
    expect(logs.refusals).toEqual([
      {
        cause: 'unauthorized',
        reason: 'token_mismatch',
        client: 'cli',
        mode: 'cli',
        port: 18789,
        remote: 'loopback',
        own: false,
        count: 2,
        firstMs: nowMs - 3000,
        lastMs: nowMs - 2000,
        timesMs: [nowMs - 3000, nowMs - 2000],
      },
      expect.objectContaining({ client: 'clawdoctor', own: true, count: 1 }),
    ]);
    expect(logs.ports).toEqual([18789, 20_000]);
    expect((await observed(home, { port: 20_000 })).refusals).toHaveLength(1);
  });

  it.each(['2026.3', '2026.5', '2026.9'])('reads what %s has written', async (version) => {
    const home = await temporaryHome();
    await put(join(home, today), recorded(version));
    const result = await logsObserver.observe({
      ...contextFor(home),
      target: { ...contextFor(home).target, port: 0 },
    });
    const { target } = contextFor(home);
    expect(result.state).toBe('ok');
    const { port: _, ...any } = target;
    const all = await logsObserver.observe({ ...contextFor(home), target: any });
    if (all.state !== 'ok') throw new Error(all.reason);
    expect(all.data.refusals.length).toBeGreaterThan(2);
    expect(all.data.lifecycle.length).toBeGreaterThan(3);
    expect(all.data.lines.broken).toBe(0);
    expect(all.data.refusals.every((row) => row.count >= 1 && row.timesMs.length >= 1)).toBe(true);
    expect(JSON.stringify(all.data)).not.toMatch(/guidance|provide gateway/);
  });

  it('names the client of a refused upgrade, which only the line before it does', async () => {
    const home = await temporaryHome();
    const conn = '00000000-0000-4000-8000-000000000009';
    const device = 'ab'.repeat(32);
    const time = new Date(nowMs - 1000).toISOString();
    const audit = `security audit: device access upgrade requested reason=scope-upgrade device=${device} ip=unknown-ip auth=token roleFrom=operator roleTo=operator scopesFrom=operator.read scopesTo=operator.pairing,operator.admin client=cli conn=${conn}`;
    const closed = `closed before connect conn=${conn} peer=127.0.0.1:1->127.0.0.1:18789 remote=127.0.0.1 fwd=n/a code=1008 reason=pairing required`;
    const object = { cause: 'pairing-required', deviceId: device, reason: 'scope-upgrade' };
    const lines = [
      { 0: '{"subsystem":"gateway"}', 1: audit, time },
      { 0: '{"subsystem":"gateway/ws"}', 1: object, 2: closed, time },
    ];
    await put(join(home, today), lines.map((line) => JSON.stringify(line)).join('\n'));
    const { refusals, upgrades } = await observed(home);
    expect(refusals).toMatchObject([
      { cause: 'pairing-required', reason: 'scope-upgrade', client: 'cli', device: 'abababababab' },
    ]);
    expect(upgrades).toEqual([
      {
        atMs: nowMs - 1000,
        reason: 'scope-upgrade',
        device: 'abababababab',
        client: 'cli',
        scopesFrom: ['operator.read'],
        scopesTo: ['operator.pairing', 'operator.admin'],
      },
    ]);
  });

  it('gives a start of 2026.5 the port that its browser server names', async () => {
    const home = await temporaryHome();
    const line = (subsystem: string, message: string, s: number) =>
      `${JSON.stringify({ 0: JSON.stringify({ subsystem }), 1: message, time: new Date(nowMs - 60_000 + s * 1000).toISOString() })}\n`;
    const start = (s: number, port?: number) =>
      line('gateway', 'loading configuration…', s) +
      line('gateway', 'http server listening (7 plugins: a; 2.7s)', s + 2) +
      (port === undefined
        ? ''
        : line(
            'browser/server',
            `Browser control listening on http://127.0.0.1:${port + 2}/ (auth=token)`,
            s + 3,
          )) +
      line('gateway', 'gateway ready', s + 4);
    await put(join(home, today), start(0, 18789) + start(10, 20_000) + start(20));
    const { lifecycle } = await observed(home);
    expect(lifecycle.map(({ event, port }) => [event, port])).toEqual([
      ['starting', 18789],
      ['listening', 18789],
      ['ready', 18789],
      ['starting', undefined],
      ['listening', undefined],
      ['ready', undefined],
    ]);
  });

  it('has nothing to say where there is no log', async () => {
    const logs = await observed(await temporaryHome());
    expect(logs).toMatchObject({ files: [], refusals: [], lifecycle: [] });
  });

  it('does not look at a gateway on another host', async () => {
    const result = await logsObserver.observe(
      contextFor(await temporaryHome(), { place: 'remote' }),
    );
    expect(result.state).toBe('absent');
  });
});

describe('the files of a log', () => {
  const names = async (home: string, asked: Asked = {}) =>
    (await observed(home, asked)).files.map(({ file }) => file.path.replace('~/', ''));

  it('are the days of this gateway within the window, rotated ones too', async () => {
    const home = await temporaryHome();
    const touched = async (name: string, agoMs: number) => {
      const path = await put(join(home, 'openclaw', name), refusal(1, nowMs - 1000));
      await utimes(path, new Date(nowMs - agoMs), new Date(nowMs - agoMs));
    };
    await touched('openclaw-2026-11-21.log', 1000);
    await touched('openclaw-2026-11-21.1.log', 5000);
    await touched('openclaw-2026-11-20.log', 3_600_000);
    await touched('openclaw-2026-11-18.log', 3 * 86_400_000);
    await touched('openclaw-work-2026-11-21.log', 1000);
    await touched('openclaw-my--lab-2026-11-21.log', 1000);
    await touched('openclaw-2026-11-21.log.gz', 1000);
    await touched('other.log', 1000);
    expect(await names(home)).toEqual([
      'openclaw/openclaw-2026-11-20.log',
      'openclaw/openclaw-2026-11-21.1.log',
      'openclaw/openclaw-2026-11-21.log',
    ]);
    const work = await names(home, { stateDir: join(home, '.openclaw-work') });
    expect(work).toContain('openclaw/openclaw-work-2026-11-21.log');
    const dashed = await names(home, { stateDir: join(home, '.openclaw-my-lab') });
    expect(dashed).toContain('openclaw/openclaw-my--lab-2026-11-21.log');
    expect(dashed).not.toContain('openclaw/openclaw-work-2026-11-21.log');
  });

  it('are logging.file and its rotated ones alone, where that is set', async () => {
    const home = await temporaryHome();
    await put(join(home, today), refusal(1, nowMs - 1000));
    for (const name of ['my.log', 'my.1.log', 'my.2.log', 'my2.log', 'myx1.log'])
      await put(join(home, name), refusal(1, nowMs - 1000));
    const found = await names(home, { loggingFile: '~/my.log' });
    expect(found.sort()).toEqual(['my.1.log', 'my.2.log', 'my.log']);
    expect(await names(home, { loggingFile: '/nonexistent/gone.log' })).toEqual([]);
  });

  it('are looked for in a directory of the uid where the usual one is not there', async () => {
    const home = await temporaryHome();
    const uid = process.getuid?.() ?? 0;
    const path = await put(join(home, `openclaw-${uid}`, 'openclaw-2026-11-21.log'), 'x\n');
    const place = { home, stateDir: join(home, '.openclaw'), uid };
    const found = await logFiles(place, { tmpDir: home }, 0);
    if (found.some((file) => file.path.startsWith('/tmp/openclaw/'))) return;
    expect(found.map((file) => file.path)).toEqual([path]);
  });

  describe.runIf(root)('of a gateway of another user, as which clawdoctor runs', () => {
    const nobody = 65_534;

    /** A usual directory of root that is closed to `nobody`, and the one of `nobody` beside it. */
    async function staged() {
      const home = await temporaryHome();
      const closed = await put(join(home, today), refusal(1, nowMs - 1000));
      const own = await put(join(home, `openclaw-${nobody}`, 'openclaw-2026-11-21.log'), 'x\n');
      await chmod(join(home, 'openclaw'), 0o700);
      for (const path of [join(own, '..'), own]) await chown(path, nobody, nobody);
      await chmod(home, 0o755);
      return { home, closed, own };
    }

    async function pathsAs(uid: number, home: string, ownUid: number): Promise<string[]> {
      const place = { home, stateDir: join(home, '.openclaw'), uid, ownUid };
      const before = process.getuid?.() ?? 0;
      process.seteuid?.(ownUid);
      try {
        const found = await logFiles(place, { tmpDir: home }, 0);
        return found.map(({ path, facts }) => `${path} ${facts.state}`);
      } finally {
        process.seteuid?.(before);
      }
    }

    it('are found in its own directory, and the closed one is not held against it', async () => {
      const { home, own } = await staged();
      expect(await pathsAs(nobody, home, nobody)).toEqual([`${own} ok`]);
    });

    it('are told of as closed to a third user', async () => {
      const { home } = await staged();
      const found = await pathsAs(0, home, nobody);
      expect(found).toContain(`${join(home, 'openclaw')} denied`);
    });
  });

  it.skipIf(root)('that may not be read are said to be', async () => {
    const home = await temporaryHome();
    const path = await put(join(home, today), refusal(1, nowMs - 1000));
    await chmod(path, 0);
    expect(await observed(home)).toMatchObject({ files: [{ file: { state: 'denied' } }] });
    await chmod(join(home, 'openclaw'), 0);
    expect((await logsObserver.observe(contextFor(home))).state).toBe('denied');
    await chmod(join(home, 'openclaw'), 0o700);
  });

  it('that are no files do no harm', async () => {
    const home = await temporaryHome();
    await mkdir(join(home, 'openclaw'));
    execFileSync('mkfifo', [join(home, 'openclaw', 'openclaw-2026-11-19.log')]);
    await symlink('/dev/zero', join(home, 'openclaw', 'openclaw-2026-11-20.log'));
    await mkdir(join(home, 'openclaw', 'openclaw-2026-11-21.log'));
    const logs = await observed(home);
    expect(logs.refusals).toEqual([]);
    expect(logs.files.every(({ file }) => file.state !== 'ok')).toBe(true);
    for (const [name, target] of [
      ['loop.log', 'loop.log'],
      ['memory.log', '/proc/self/mem'],
      ['zero.log', '/dev/zero'],
    ] as const) {
      await symlink(target, join(home, name));
      const { files } = await observed(home, { loggingFile: `~/${name}` });
      expect(
        files.map(({ file }) => file.state !== 'ok'),
        name,
      ).toEqual([true]);
    }
  });
});

describe('a hostile log', () => {
  it('of 1 GB of nothing is left after the cap', async () => {
    const home = await temporaryHome();
    const path = await put(join(home, today), '');
    const file = await open(path, 'r+');
    await file.truncate(1024 * 1024 * 1024);
    await file.write(`\n${refusal(1, nowMs - 1000)}`, 1024 * 1024 * 1024);
    await file.close();
    const began = performance.now();
    const result = await logsObserver.observe(contextFor(home));
    expect(performance.now() - began).toBeLessThan(4000);
    if (result.state !== 'ok') throw new Error(result.reason);
    expect(result.complete).toBe(false);
    expect(result.data.refusals).toHaveLength(1);
    expect(result.data.files[0]?.bytes).toBeLessThanOrEqual(64 * 1024 * 1024);
  });

  it('keeps its rows within bounds, and the newest times', async () => {
    const home = await temporaryHome();
    const lines = Array.from({ length: 3000 }, (_, i) =>
      refusal(i, nowMs - 4_000_000 + i * 1000, 18789, i < 1500 ? `c${i}` : 'last'),
    );
    await put(join(home, today), lines.join(''));
    const { refusals } = await observed(home);
    expect(refusals.length).toBeLessThanOrEqual(501);
    expect(refusals.reduce((sum, row) => sum + row.count, 0)).toBe(3000);
    expect(refusals.every((row) => row.timesMs.length <= 20)).toBe(true);
    const newest = refusals.at(-1);
    expect(newest?.timesMs.at(-1)).toBe(nowMs - 4_000_000 + 2999 * 1000);
  });

  it('counts what is broken and goes on', async () => {
    const home = await temporaryHome();
    const half = refusal(2, nowMs - 1000).slice(0, 200);
    const cut = Buffer.concat([
      Buffer.from(`\ufeff\0\0\r\n${half}\n`),
      Buffer.from(refusal(1, nowMs - 1000).replaceAll('\n', '\r\n')),
      Buffer.from([0xe2, 0x82, 0x0a]),
      Buffer.from(half),
    ]);
    await put(join(home, today), cut);
    const logs = await observed(home);
    expect(logs.lines.broken).toBe(2);
    expect(logs.refusals).toMatchObject([{ count: 1 }]);
  });

  it('leaves out and counts what is dated in the future', async () => {
    const home = await temporaryHome();
    const ahead = Date.UTC(2999, 0, 1);
    const lines = [refusal(1, nowMs - 1000), refusal(2, nowMs + 60_000), refusal(3, ahead)];
    await put(join(home, today), lines.join(''));
    const logs = await observed(home);
    expect(logs.refusals).toMatchObject([{ count: 2, lastMs: nowMs + 60_000 }]);
    expect(logs.lines.future).toBe(2);
    await put(join(home, today), refusal(1, nowMs - 1000));
    expect((await observed(home)).lines.future).toBeUndefined();
  });

  it.each<[string, string | Buffer]>([
    ['bytes', Buffer.alloc(3 << 20, 0xa7)],
    ['a line without an end', 'x'.repeat(3 << 20)],
    ['text without a time', 'hello\nworld\n'],
  ])('of %s is no log', async (_name, content) => {
    const home = await temporaryHome();
    await put(join(home, today), content);
    const { files } = await observed(home);
    expect(files).toMatchObject([{ file: { state: 'not-a-file' } }]);
  });

  it('that says nothing to us is one, and so is an empty one', async () => {
    const home = await temporaryHome();
    const line = '{"0":"a channel is up","time":"2026-11-21T04:12:21.440+00:00"}\n';
    await put(join(home, today), line);
    await put(join(home, 'openclaw/openclaw-2026-11-20.log'), '');
    const { files } = await observed(home);
    expect(files.map(({ file }) => file.state)).toEqual(['ok', 'ok']);
  });

  it('that a cap has cut off says so', async () => {
    const home = await temporaryHome();
    const path = await put(join(home, today), refusal(1, nowMs - 1000).repeat(50));
    const file = { path, facts: { path: '~/x', state: 'ok' as const, size: 1 } };
    const never = new AbortController().signal;
    const scan = await scanAll([file], 0, never, { bytes: 2000, ms: 1000 }, nowMs);
    expect(scan.files).toMatchObject([{ cut: true }]);
    expect(scan.sinceMs).toBe(nowMs - 1000);
    const whole = await scanAll([file], 0, never, { bytes: 1e6, ms: 5000 }, nowMs);
    expect(whole.files[0]).not.toHaveProperty('cut');
  });

  it('ends at the signal', async () => {
    const home = await temporaryHome();
    const path = await put(join(home, today), refusal(1, nowMs));
    const facts = { path: '~/x', state: 'ok' as const };
    await expect(scanAll([{ path, facts }], 0, AbortSignal.abort())).rejects.toThrow();
  });
});
