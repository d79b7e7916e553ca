import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { FactSet } from '../../src/model/fact-set.js';
import type { ObserverContext } from '../../src/model/observer.js';
import type { Target } from '../../src/model/target.js';
import { Vault } from '../../src/secrets/vault.js';

/** A home directory that is gone after the test. */
export async function temporaryHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'clawdoctor-test-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return home;
}

/** Writes a file and its directories; an object becomes JSON. */
export async function put(path: string, content: unknown, mode = 0o600): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const text =
    typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content);
  await writeFile(path, text, { mode });
  return path;
}

/** What an observer of a gateway in `home` gets; `once` shares as one round of the engine does. */
export function gatewayContext(
  home: string,
  more: { env?: Record<string, string>; agent?: string } = {},
): ObserverContext & { secrets: Vault } {
  const gateway: Target = {
    id: 'gateway:18789',
    kind: 'gateway',
    primary: true,
    home,
    stateDir: join(home, '.openclaw'),
    configPath: join(home, '.openclaw', 'openclaw.json'),
    evidence: [],
  };
  const agent: Target = {
    id: `agent:${more.agent ?? 'main'}`,
    kind: 'agent',
    primary: false,
    parent: gateway.id,
    name: more.agent ?? 'main',
    agentDir: join(home, '.openclaw', 'agents', more.agent ?? 'main', 'agent'),
    evidence: [],
  };
  const shared = new Map<string, Promise<unknown>>();
  return {
    target: more.agent === undefined ? gateway : agent,
    host: {
      env: { HOME: home, ...more.env },
      home,
      uid: process.getuid?.() ?? 0,
      cwd: home,
      platform: 'linux',
      procRoot: undefined,
      tmpDir: tmpdir(),
      ownStateDir: join(home, '.state'),
      now: () => Date.UTC(2026, 10, 20),
    },
    options: {
      command: 'run',
      sandbox: [],
      through: 'probes',
      stopOnFail: false,
      only: [],
      skip: [],
      budgetMs: 20_000,
      failOn: 'fail',
      external: false,
      as: 'cli',
    },
    facts: new FactSet([], [gateway, agent]),
    secrets: new Vault(),
    signal: AbortSignal.timeout(20_000),
    once<T>(key: string, work: () => Promise<T>): Promise<T> {
      const known = shared.get(key) as Promise<T> | undefined;
      const promise = known ?? work();
      shared.set(key, promise);
      return promise;
    },
  };
}
