import { rm } from 'node:fs/promises';
import path from 'node:path';
import { putUnit } from '../../../../src/lab/place.js';
import { ensureOpenClaw } from '../../harness/install.js';
import { both, managed, put, start } from './parts.js';
import type { At, RealScenario, Station } from './scenario.js';

type Unit = Parameters<typeof putUnit>[1];

async function unit(at: At, more: Partial<Unit> = {}): Promise<Unit> {
  const { node, entry } = await ensureOpenClaw(at.line);
  return { node, entry, port: at.port, ...more };
}

function units(
  name: string,
  cause: RegExp,
  of: (at: At) => Partial<Unit> | Promise<Partial<Unit>>,
): RealScenario {
  return {
    name,
    lines: both,
    cause,
    async stage(at) {
      const folder = path.join(at.home, '.config', 'systemd');
      await rm(folder, { recursive: true, force: true });
      await putUnit(at.home, await unit(at, await of(at)));
      return {
        async undo() {
          await rm(folder, { recursive: true, force: true });
          await putUnit(at.home, await unit(at));
        },
      };
    },
  };
}

/** The gateway runs; what its unit would start next time is the fault. */
export const serviceUnits: Station = {
  title: 'the unit of a healthy gateway',
  lines: both,
  async open(at) {
    await putUnit(at.home, await unit(at));
    await start(at, { env: managed });
  },
  scenarios: [
    units(
      'unit-without-its-node',
      /22\.1\.0|node.*(missing|not found|probe failed)/i,
      ({ home }) => ({
        node: path.join(home, '.nvm/versions/node/v22.1.0/bin/node'),
      }),
    ),
    units('unit-without-its-program', /22\.1\.0|entrypoint/i, ({ home }) => ({
      entry: path.join(home, '.nvm/versions/node/v22.1.0/lib/node_modules/openclaw/openclaw.mjs'),
    })),
  ],
};

/** Its variable is in the shell that started it, and in no file. */
export const variableGone: RealScenario = {
  name: 'variable-gone-before-the-next-start',
  lines: both,
  cause: /BOOT_TOKEN/,
  async stage(at) {
    await putUnit(at.home, await unit(at));
    const env = { BOOT_TOKEN: at.token };
    const token = { source: 'env', provider: 'default', id: 'BOOT_TOKEN' };
    await start(at, { auth: { mode: 'token', token }, env: { ...env, ...managed } });
    const take = async () => {
      await put(at, '.openclaw/.env', `BOOT_TOKEN=${at.token}\n`);
      return { env };
    };
    return { env, mend: { remedy: 'set-variable', take } };
  },
};
