import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DiagnoseOptions, HostAccess } from '../model/observer.js';
import { Children } from './children.js';
import { serveControl } from './control.js';
import { Lab } from './lab.js';
import { makeLayout } from './layout.js';
import type { Scenario } from './scenario.js';
import { stagedScenarios } from './scenarios/index.js';

export type { Scenario } from './scenario.js';
export { families } from './scenario.js';

/** What can be staged, in the order of the list. */
export const scenarios: readonly Scenario[] = stagedScenarios;

/** A running deployment, and the eyes with which a diagnosis looks at it. */
export interface Deployment {
  name: string;
  host: HostAccess;
  /** Options that belong to the scenario; empty for most. */
  options: Partial<DiagnoseOptions>;
  home: string;
  /** Processes that run now; a restart changes them. */
  readonly pids: number[];
  /** Ends exactly these processes and removes the directory. */
  stop(): Promise<void>;
}

const attempts = 3;

/** Stages a scenario in a temporary directory below `rootDir` (default: the system's). */
export async function stage(name: string, options: { rootDir?: string } = {}): Promise<Deployment> {
  const scenario = stagedScenarios.find((each) => each.name === name);
  if (scenario === undefined) throw new Error(`there is no scenario named ${name}`);
  for (let attempt = 1; ; attempt++) {
    const root = await mkdtemp(join(options.rootDir ?? tmpdir(), 'clawdoctor-lab-'));
    const children = new Children();
    const layout = await makeLayout(root);
    const lab = new Lab(layout, children);
    const server = await serveControl(layout.control, (request) => lab.handle(request));
    const stop = async () => {
      server.close();
      await children.stopAll();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    };
    try {
      const asked = await scenario.build(lab);
      return {
        name,
        host: hostOf(lab),
        options: asked ?? {},
        home: layout.home,
        get pids() {
          return children.pids;
        },
        stop,
      };
    } catch (error) {
      await stop();
      // Somebody else took a port between our look and the start.
      if (attempt === attempts || !String(error).includes('already in use')) throw error;
    }
  }
}

function hostOf({ layout, procRoot }: Lab): HostAccess {
  return {
    env: layout.env,
    home: layout.home,
    uid: process.getuid?.() ?? 0,
    cwd: layout.home,
    platform: process.platform,
    procRoot: process.platform === 'linux' ? procRoot : undefined,
    tmpDir: layout.tmp,
    logDir: join(layout.tmp, 'openclaw'),
    ownStateDir: join(layout.home, '.local', 'state', 'clawdoctor'),
    now: () => Date.now(),
  };
}
