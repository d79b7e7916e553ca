import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Diagnosed, findingsWith, runClawdoctor } from '../harness/clawdoctor.js';
import { configFor } from '../harness/config.js';
import { cleanUp, startGateway } from '../harness/gateway.js';
import { freePort, makeHome } from '../harness/home.js';
import { openClawLines } from '../harness/install.js';
import { type Heard, heardBy } from '../harness/relay.js';

// A limiter that counts loopback too: the narrowest that people use.
const maxAttempts = 4;
const lockoutMs = 60_000;
const secret = () => randomBytes(24).toString('hex');
const variable = 'OPENCLAW_GATEWAY_TOKEN';

const authenticated = (heard: readonly Heard[]) =>
  heard.filter(
    ({ headers }) => headers.authorization !== undefined || headers.upgrade !== undefined,
  );

describe.each(openClawLines)('a narrow limiter of OpenClaw %s', (line) => {
  afterEach(cleanUp);

  /** The process holds a token of its own; config, shell and .env hold three others. */
  async function drifted() {
    const [home, port, live, stateHome] = [
      await makeHome(),
      await freePort(),
      secret(),
      await makeHome(),
    ];
    const rateLimit = { maxAttempts, windowMs: 60_000, lockoutMs, exemptLoopback: false };
    const extra = { gateway: { auth: { rateLimit } } };
    const config = configFor({ line, port, mode: 'token', token: secret(), extra });
    await startGateway({ line, home, port, config, args: ['--token', live] });
    const dotenv = path.join(home, '.openclaw', '.env');
    await writeFile(dotenv, `${variable}=${secret()}\n`, { mode: 0o600 });
    const shell = { [variable]: secret() };
    const run = (env: Record<string, string> = {}, args: string[] = []) =>
      runClawdoctor({ line, home, stateHome, args, env: { ...shell, ...env } });
    return { port, live, run };
  }

  it('is not tripped by 30 runs in a row against a drifted gateway', async () => {
    const { port, live, run } = await drifted();
    const diagnosed: Diagnosed[] = [];
    const heard = await heardBy(port, async (env) => {
      for (let times = 0; times < 30; times++) diagnosed.push(await run(env));
    });
    // All 30 may fall into one window: one try less than the limiter allows would be one too many.
    expect(authenticated(heard).length).toBeGreaterThan(0);
    expect(authenticated(heard).length).toBeLessThan(maxAttempts - 1);
    expect(await statusOf(port, live)).toBe(400);
    const codes = diagnosed.map(({ report }) => report.incidents[0]?.code);
    expect(new Set(codes)).toEqual(new Set(['CLAW-110']));
    expect(new Set(diagnosed.map(({ exitCode }) => exitCode))).toEqual(new Set([1]));
  });

  it('is not tripped by runs that call the gateway by another name each, nor by several at once', async () => {
    const { port, live, run } = await drifted();
    const hosts = ['127.0.0.1', 'localhost', '0.0.0.0', hostname(), '[::ffff:127.0.0.1]'];
    for (const host of hosts) await run({}, ['--url', `ws://${host}:${port}`]);
    await Promise.all(hosts.map(() => run()));
    // One wrong try more would still be borne, had only one been sent in all.
    for (let tries = 0; tries < maxAttempts - 2; tries++) {
      expect(await statusOf(port, secret())).toBe(401);
    }
    expect(await statusOf(port, live)).toBe(400);
  });

  it('that is locked already is told until when, and nothing more is sent', async () => {
    const { port, live, run } = await drifted();
    for (let tries = 0; tries < maxAttempts; tries++) await statusOf(port, secret());
    expect(await statusOf(port, live)).toBe(429);
    let diagnosed: Diagnosed | undefined;
    const heard = await heardBy(port, async (env) => {
      diagnosed = await run(env);
    });
    expect(authenticated(heard)).toEqual([]);
    const report = diagnosed?.report;
    expect(
      report?.incidents[0]?.code,
      report && findingsWith(report, 'fail', 'unknown').join('\n'),
    ).toBe('CLAW-115');
    const story = report?.incidents[0]?.story.join(' ') ?? '';
    expect(story).toMatch(/\d{4}-\d\d-\d\dT\d\d:\d\d/);
  });
});

function statusOf(port: number, token: string): Promise<number> {
  return fetch(`http://127.0.0.1:${port}/tools/invoke`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{}',
  }).then(({ status }) => status);
}
