import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { runClawdoctor } from './harness/clawdoctor.js';
import { cleanUp } from './harness/gateway.js';
import { freePort, makeHome } from './harness/home.js';
import { expectFirst } from './harness/incidents.js';
import { launcherFor, noOtherUsers } from './harness/other-user.js';

const [owner, other] = [12_001, 12_002];
const missing = noOtherUsers();
const children: ChildProcess[] = [];
const servers: Server[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  for (const server of servers.splice(0)) server.close();
  await cleanUp();
});

/** A root as NemoClaw lays it out, readable to everybody, and its proxy running as `owner`. */
async function stage(running: string, filed: string) {
  const home = await makeHome();
  const [root, lib] = [path.join(home, '.nemoclaw'), path.join(home, 'lib')];
  for (const dir of [root, lib]) await mkdir(dir);
  for (const dir of [home, root, lib]) await chmod(dir, 0o755);
  const ollama = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end('{"object":"list","data":[]}');
  });
  servers.push(ollama);
  await once(ollama.listen(0, '127.0.0.1'), 'listening');
  const backend = (ollama.address() as AddressInfo).port;
  const port = await freePort();
  const sandboxes = { alpha: { name: 'alpha', provider: 'ollama-local', dashboardPort: 0 } };
  const launched = path.resolve(
    await launcherFor(owner),
    '../../dist/src/lab/servers/ollama-proxy.js',
  );
  const files: [string, string][] = [
    ['.nemoclaw/ollama-proxy-token', `${filed}\n`],
    ['.nemoclaw/ollama-proxy-port', `${port}\n`],
    ['.nemoclaw/ollama-backend', `http://127.0.0.1:${backend}\n`],
    ['.nemoclaw/sandboxes.json', JSON.stringify({ defaultSandbox: 'alpha', sandboxes })],
    ['lib/package.json', '{"type":"module"}'],
    [
      'lib/ollama-auth-proxy.js',
      `await import(${JSON.stringify(pathToFileURL(launched).href)});\n`,
    ],
  ];
  for (const [name, text] of files) await writeFile(path.join(home, name), text, { mode: 0o644 });
  const child = spawn(process.execPath, [path.join(lib, 'ollama-auth-proxy.js')], {
    uid: owner,
    gid: owner,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      HOME: home,
      OLLAMA_PROXY_TOKEN: running,
      OLLAMA_PROXY_PORT: String(port),
      OLLAMA_BACKEND_PORT: String(backend),
    },
  });
  children.push(child);
  await once(child.stdout, 'data');
  await writeFile(path.join(root, 'ollama-auth-proxy.pid'), `${child.pid}\n`, { mode: 0o644 });
  return home;
}

describe('the Ollama proxy of another user, whose environment may not be read', () => {
  const secret = () => randomBytes(24).toString('hex');

  async function diagnose(home: string) {
    const mine = await makeHome();
    for (const dir of [mine, path.join(mine, 'tmp')]) await chown(dir, other, other);
    return runClawdoctor({
      line: '2026.5.18',
      home: mine,
      stateHome: mine,
      runAs: other,
      launchFrom: await launcherFor(other),
      args: ['--home', home],
    });
  }

  it('drift is found from the answers, at lower confidence', async ({ skip }) => {
    if (missing !== undefined) {
      expect(process.env.CLAWDOCTOR_LANES, missing).not.toBe('required');
      skip(missing);
    }
    const [running, filed] = [secret(), secret()];
    const diagnosed = await diagnose(await stage(running, filed));
    expectFirst(diagnosed, 'CLAW-101');
    expect(diagnosed.report.incidents[0]?.confidence).toBe('likely');
    const row = diagnosed.report.credentials.find((r) => r.source.startsWith('proc'));
    expect(row).toMatchObject({ state: 'unreadable', letter: '?' });
    expect(row?.reason ?? '').toMatch(/\w/);
    for (const value of [running, filed]) expect(diagnosed.stdout).not.toContain(value);
  });

  it('the right token is no incident', async ({ skip }) => {
    if (missing !== undefined) skip(missing);
    const token = secret();
    const { report, exitCode } = await diagnose(await stage(token, token));
    expect(report.incidents).toEqual([]);
    expect(report.findings.filter((f) => f.outcome === 'fail')).toEqual([]);
    expect(exitCode).toBe(0);
  });
});
