import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { families, scenarios, stage } from '../../src/lab/index.js';
import { http } from './wire-client.js';

let rootDir = '';

beforeAll(async () => {
  rootDir = await mkdtemp(join(tmpdir(), 'clawdoctor-scenarios-'));
});
afterAll(() => rm(rootDir, { recursive: true, force: true }));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

interface Config {
  gateway: { port: number; auth: { token: string } };
}

function configOf(home: string): Config {
  return JSON.parse(readFileSync(join(home, '.openclaw', 'openclaw.json'), 'utf8')) as Config;
}

it('says of every scenario what it is, in words of its own', () => {
  const names = scenarios.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(scenarios.map(({ title }) => title)).size).toBe(names.length);
  for (const { name, family, title, about } of scenarios) {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*(\.9)?$/);
    expect(families).toContain(family);
    expect(title.length).toBeGreaterThan(10);
    expect(about.length).toBeGreaterThan(10);
  }
});

/** One of each family whose gateway runs; `npm run score` stages all of them. */
const sample = [
  'ollama-proxy-token-divergence',
  'reload-off-after-edit',
  'secret-file-rotated-2026.9',
  'foreign-origin',
  'device-revoked',
  'trusted-proxy-alone',
  'jwt-right',
  'restart-storm',
  'cloud-model-with-a-key',
  'two-sandboxes-one-port',
  'healthy-2026.9',
];

it('has one of every family in the sample', () => {
  const of = (name: string) => scenarios.find((scenario) => scenario.name === name)?.family;
  expect(sample.map(of)).toEqual(families);
});

describe.each(sample)('%s', (name) => {
  it('stages, answers, and leaves nothing behind', async () => {
    const deployment = await stage(name, { rootDir });
    const { host, home, pids } = deployment;
    expect(dirname(dirname(home))).toBe(rootDir);
    for (const path of [host.tmpDir, host.ownStateDir, host.env.TMPDIR, host.env.XDG_STATE_HOME])
      expect(path?.startsWith(dirname(home))).toBe(true);
    expect(host.env.PATH?.split(':')[0]).toBe(join(dirname(home), 'bin'));
    expect(pids.length).toBeGreaterThan(0);
    expect(pids.every(isAlive)).toBe(true);
    const health = await http(configOf(home).gateway.port, 'GET', '/healthz');
    expect(JSON.parse(health.body)).toEqual({ ok: true, status: 'live' });

    await deployment.stop();
    expect(pids.filter(isAlive)).toEqual([]);
    expect(deployment.pids).toEqual([]);
    expect(existsSync(home)).toBe(false);
    expect(await readdir(rootDir)).toEqual([]);
  });
});

it('has another secret and another port in every staging', async () => {
  const deployments = await Promise.all([
    stage('marker-key-cloud-fallback', { rootDir }),
    stage('marker-key-cloud-fallback', { rootDir }),
  ]);
  const [one, other] = deployments.map(({ home }) => configOf(home).gateway);
  await Promise.all(deployments.map((deployment) => deployment.stop()));
  expect(one?.auth.token).not.toBe(other?.auth.token);
  expect(one?.port).not.toBe(other?.port);
});

it('knows no other name', async () => {
  await expect(stage('no-such-scenario', { rootDir })).rejects.toThrow('no-such-scenario');
  expect(await readdir(rootDir)).toEqual([]);
});

it('has the old token in the environment of the running proxy, and the new one in the file', async () => {
  const deployment = await stage('ollama-proxy-token-divergence', { rootDir });
  try {
    const root = join(deployment.home, '.nemoclaw');
    const pid = readFileSync(join(root, 'ollama-auth-proxy.pid'), 'utf8').trim();
    const file = readFileSync(join(root, 'ollama-proxy-token'), 'utf8').trim();
    expect(deployment.pids).toContain(Number(pid));
    if (process.platform === 'linux') {
      expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[1]).toMatch(
        /\/ollama-auth-proxy\.js$/,
      );
      const environ = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      const held = environ.find((each) => each.startsWith('OLLAMA_PROXY_TOKEN='))?.slice(19);
      expect(held).toMatch(/^[0-9a-f]{48}$/);
      expect(held === file).toBe(false);
    }
    const { sandboxes } = JSON.parse(readFileSync(join(root, 'sandboxes.json'), 'utf8')) as {
      sandboxes: Record<string, { name: string; dashboardPort: number }>;
    };
    expect(Object.entries(sandboxes).map(([key, row]) => key === row.name)).toEqual([true, true]);
    for (const { dashboardPort } of Object.values(sandboxes))
      expect((await http(dashboardPort, 'GET', '/healthz')).status).toBe(200);
  } finally {
    await deployment.stop();
  }
});
