import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Deployment, stage } from '../../src/lab/index.js';

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** A command of the deployment in its operator's shell. Never synchronously: the lab answers it. */
function run(
  deployment: Deployment,
  argv: string[],
  env: Record<string, string> = {},
): Promise<Ran> {
  const [command = '', ...rest] = argv;
  const options = { env: { ...deployment.host.env, ...env }, cwd: deployment.home };
  return new Promise((resolve) => {
    const file = join(deployment.home, '..', 'bin', command);
    execFile(file, rest, options, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : error ? -1 : 0,
        stdout,
        stderr,
      });
    });
  });
}

async function staged(name: string): Promise<Deployment> {
  const deployment = await stage(name);
  onTestFinished(() => deployment.stop());
  return deployment;
}

function read(home: string, ...path: string[]): Record<string, unknown> {
  return JSON.parse(readFileSync(join(home, ...path), 'utf8')) as Record<string, unknown>;
}

it.each([
  ['healthy', 'OpenClaw 2026.5.18\n', 0],
  ['healthy-2026.9', 'OpenClaw 2026.9.6\n', 0],
  ['stale-process-token', 'OpenClaw 2026.5.18\n', 1],
  ['shell-variable-shadows', 'OpenClaw 2026.5.18\n', 1],
  ['generated-token', 'OpenClaw 2026.9.6\n', 1],
  ['wrong-listener', 'OpenClaw 2026.5.18\n', 1],
  ['token-plane-skew', 'OpenClaw 2026.5.18\n', 1],
])('openclaw health in %s is what an operator sees', async (name, version, code) => {
  const deployment = await staged(name);
  expect((await run(deployment, ['openclaw', '--version'])).stdout).toBe(version);
  expect((await run(deployment, ['openclaw', 'health'])).code).toBe(code);
});

it('approves a scope upgrade of 2026.5 only at the second try, with the request that replaced it', async () => {
  const deployment = await staged('scope-upgrade-pending');
  const { home } = deployment;
  const [first = ''] = Object.keys(read(home, '.openclaw', 'devices', 'pending.json'));
  const refused = await run(deployment, ['openclaw', 'devices', 'approve', first]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('unknown requestId') });
  const rows = read(home, '.openclaw', 'devices', 'pending.json');
  const [second = ''] = Object.keys(rows);
  expect(second === first).toBe(false);
  expect(rows[second]).toMatchObject({
    scopes: ['operator.read', 'operator.write', 'operator.pairing'],
  });
  expect((await run(deployment, ['openclaw', 'devices', 'approve', second])).code).toBe(0);
  expect(read(home, '.openclaw', 'devices', 'pending.json')).toEqual({});
  const call = await run(deployment, ['openclaw', 'gateway', 'call', 'status']);
  expect(call.code).toBe(0);
  // Its own home has its own store: the other sandbox still waits.
  const other = join(home, '..', 'homes', 'beta');
  expect(Object.keys(read(other, '.openclaw', 'devices', 'pending.json'))).toHaveLength(1);
});

it('restarts the gateway as its service, without what was given by hand', async () => {
  const deployment = await staged('stale-process-token');
  const [before] = [deployment.pids.join()];
  expect((await run(deployment, ['openclaw', 'gateway', 'restart'])).code).toBe(0);
  expect(deployment.pids.join()).not.toBe(before);
  expect((await run(deployment, ['openclaw', 'health'])).code).toBe(0);
  const status = await run(deployment, ['openclaw', 'gateway', 'status', '--json']);
  expect(JSON.parse(status.stdout)).toMatchObject({ rpc: { ok: true } });
});

it('stops and starts it', async () => {
  const deployment = await staged('marker-key-cloud-fallback');
  await run(deployment, ['openclaw', 'gateway', 'stop']);
  expect(deployment.pids).toEqual([]);
  expect((await run(deployment, ['openclaw', 'health'])).code).toBe(1);
  await run(deployment, ['openclaw', 'gateway', 'start']);
  expect((await run(deployment, ['openclaw', 'health'])).code).toBe(0);
});

it('edits the config as OpenClaw does: value or JSON5, a backup, its own mark', async () => {
  const deployment = await staged('marker-key-cloud-fallback');
  const path = 'agents.defaults.model.fallbacks';
  expect((await run(deployment, ['openclaw', 'config', 'set', path, '[]'])).code).toBe(0);
  const config = read(deployment.home, '.openclaw', 'openclaw.json');
  expect(config).toMatchObject({
    meta: { lastTouchedVersion: '2026.5.18' },
    agents: { defaults: { model: { fallbacks: [] } } },
  });
  const backup = read(deployment.home, '.openclaw', 'openclaw.json.bak');
  expect(backup).toMatchObject({
    agents: { defaults: { model: { fallbacks: ['openai/gpt-4.1-mini'] } } },
  });
});

it('heals the proxy at connect with the token of the file, and leaves a right one alone', async () => {
  const deployment = await staged('ollama-proxy-token-divergence');
  const pid = () =>
    readFileSync(join(deployment.home, '.nemoclaw', 'ollama-auth-proxy.pid'), 'utf8');
  const before = pid();
  expect((await run(deployment, ['nemoclaw', 'gamma', 'connect'])).code).toBe(1);
  expect(pid()).toBe(before);
  expect((await run(deployment, ['nemoclaw', 'beta', 'connect'])).code).toBe(0);
  const after = pid();
  expect(after).not.toBe(before);
  await run(deployment, ['nemoclaw', 'alpha', 'connect']);
  expect(pid()).toBe(after);
});
