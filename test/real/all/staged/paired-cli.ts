import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { openclawCli } from '../../harness/cli.js';
import { only5, runCommand, start } from './parts.js';
import type { At, RealScenario, Station } from './scenario.js';

// 2026.5.18's CLI pairs this host at its first call; that of 2026.9.6 does without, when it has the secret.

type Json = Record<string, unknown>;
const state = ({ home }: At, ...names: string[]) => path.join(home, '.openclaw', ...names);
const folders = ['identity', 'devices'];

async function change(file: string, edit: (content: Json) => Json): Promise<void> {
  const content = JSON.parse(await readFile(file, 'utf8')) as Json;
  await writeFile(file, JSON.stringify(edit(content)), { mode: 0o600 });
}

function damaged(name: string, cause: RegExp, damage: (at: At) => Promise<void>): RealScenario {
  return {
    name,
    lines: only5,
    cause,
    async stage(at) {
      for (const folder of folders) {
        await cp(state(at, folder), path.join(at.home, 'kept', folder), { recursive: true });
      }
      await damage(at);
      return { undo: () => restore(at) };
    },
  };
}

async function restore(at: At): Promise<void> {
  for (const folder of folders) {
    await rm(state(at, folder), { recursive: true });
    await cp(path.join(at.home, 'kept', folder), state(at, folder), { recursive: true });
  }
}

export const pairedCli: Station = {
  title: 'a CLI that is paired',
  lines: only5,
  async open(at) {
    await start(at);
    const args = ['gateway', 'call', 'status', '--json'];
    const called = await openclawCli({ line: at.line, home: at.home, args });
    expect(called.code, called.stderr).toBe(0);
  },
  scenarios: [
    damaged('device-token-overwritten', /device.token/i, (at) =>
      change(state(at, 'identity', 'device-auth.json'), (auth) => {
        const tokens = auth.tokens as Record<string, Json>;
        const token = at.secret();
        return { ...auth, tokens: { ...tokens, operator: { ...tokens.operator, token } } };
      }),
    ),
    damaged('device-revoked', /revoked/i, (at) =>
      change(state(at, 'devices', 'paired.json'), (rows) =>
        Object.fromEntries(
          Object.entries(rows as Record<string, Json>).map(([id, row]) => {
            const tokens = row.tokens as Record<string, Json>;
            const operator = { ...tokens.operator, revokedAtMs: Date.now() - 300_000 };
            return [id, { ...row, tokens: { ...tokens, operator } }];
          }),
        ),
      ),
    ),
    damaged('device-unknown-to-the-gateway', /paired|unknown device/i, (at) =>
      change(state(at, 'devices', 'paired.json'), () => ({})),
    ),
  ],
};

/** One after the other: the first call pairs it, the second asks for more. */
export const narrowCli: Station = {
  title: 'a CLI that was paired by devices list',
  lines: only5,
  async open(at) {
    await start(at);
  },
  scenarios: [
    {
      name: 'cli-with-few-scopes',
      lines: only5,
      cause: /operator\.pairing|scope/i,
      async stage({ line, home }) {
        await openclawCli({ line, home, args: ['devices', 'list'] });
        return undefined;
      },
    },
    {
      name: 'cli-needs-more-scopes',
      lines: only5,
      cause: /scope/i,
      async stage(at) {
        const { line, home } = at;
        const refused = await openclawCli({ line, home, args: ['gateway', 'call', 'health'] });
        expect(refused.code).not.toBe(0);
        return {
          mend: {
            remedy: 'approve-request',
            async take(step) {
              await runCommand(at, step);
              return undefined;
            },
          },
        };
      },
    },
  ],
};
