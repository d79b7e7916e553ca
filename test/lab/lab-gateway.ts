import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Children } from '../../src/lab/children.js';
import { Lab } from '../../src/lab/lab.js';
import { makeLayout } from '../../src/lab/layout.js';
import { releases } from '../../src/lab/servers/line.js';

export interface LabGateway {
  port: number;
  pid: number;
  home: string;
  stateDir: string;
  stop(): Promise<void>;
}

/** One lab gateway with any config, in a directory of its own. */
export async function startLabGateway(
  release: string,
  config: Record<string, unknown>,
  options: { args?: string[]; env?: Record<string, string> } = {},
): Promise<LabGateway> {
  const root = await mkdtemp(join(tmpdir(), 'clawdoctor-lab-test-'));
  const children = new Children();
  const stop = async () => {
    await children.stopAll();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const lab = new Lab(await makeLayout(root), children);
    const port = await lab.port();
    const line = release === releases['2026.5'] ? '2026.5' : '2026.9';
    const gateway = { ...(config.gateway as object), port };
    const written = { ...config, gateway };
    const { pid, stateDir } = await lab.gateway({ line, config: written, ...options });
    return { port, pid, home: lab.home, stateDir, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
