import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DiagnoseOptions, HostAccess } from '../../src/model/observer.js';
import { Canaries } from '../acceptance/canaries.js';
import { jwtFor, putConfig, putStores } from './staged-files.js';
import { putAround, putDatabases, putProc } from './staged-system.js';
import type { Staging } from './staging.js';

export interface StagedHost {
  line: Staging['line'];
  host: HostAccess;
  options: DiagnoseOptions;
  canaries: Canaries;
  /** Files that may be mutated, absolute. */
  files: string[];
  /** A named pipe that nobody writes to, to be linked in a file's place. */
  fifo: string;
  /** Everything as it was staged. */
  restore(): void;
  remove(): void;
}

/** A whole host in one directory: home, temporary directory, /proc, and a secret in every place. */
export async function stageHost(
  line: StagedHost['line'],
  ports: { gateway: number; proxy: number },
  accepts: Set<string>,
): Promise<StagedHost> {
  const root = mkdtempSync(join(tmpdir(), 'clawdoctor-property-'));
  const live = join(root, 'live');
  const copy = join(root, 'copy');
  const fifo = join(root, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const home = join(live, 'home');
  const canaries = new Canaries();
  const files: string[] = [];
  const put = (path: string, content: unknown): void => {
    const file = join(live, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content), {
      mode: 0o600,
    });
    files.push(file);
  };
  const at: Staging = { line, live, home, ports, canaries, put };
  const token = line === '2026.5' ? canaries.plant('config token') : jwtFor(at);
  accepts.add(token);
  putConfig(at, token);
  putStores(at);
  putAround(at);
  await putDatabases(at, files);
  putProc(at);
  mkdirSync(join(home, 'bin'), { recursive: true });
  cpSync(live, copy, { recursive: true, verbatimSymlinks: true });
  return {
    line,
    canaries,
    fifo,
    files: [...new Set(files)].filter((file) => existsSync(file)).sort(),
    host: {
      env: {
        HOME: home,
        PATH: join(home, 'bin'),
        OPENCLAW_GATEWAY_PASSWORD: canaries.plant('shell password'),
        ANTHROPIC_API_KEY: canaries.plant('shell provider key'),
        OPENCLAW_GATEWAY_URL: `ws://u:${canaries.plant('shell url')}@127.0.0.1:${ports.gateway}`,
      },
      home,
      uid: process.getuid?.() ?? 0,
      cwd: join(home, 'work'),
      platform: 'linux',
      procRoot: join(live, 'proc'),
      tmpDir: join(live, 'tmp'),
      logDir: join(live, 'tmp', 'openclaw'),
      ownStateDir: join(live, 'own'),
      now: () => Date.now(),
    },
    options: {
      command: 'run',
      sandbox: [],
      through: 'probes',
      stopOnFail: false,
      only: [],
      skip: [],
      budgetMs: 2500,
      failOn: 'fail',
      external: false,
      as: 'cli',
    },
    restore() {
      rmSync(live, { recursive: true, force: true });
      cpSync(copy, live, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    },
    remove() {
      rmSync(root, { recursive: true, force: true });
    },
  };
}
