import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Config, configFor, writeConfig } from '../../harness/config.js';
import type { OpenClawLine } from '../../harness/install.js';
import { statusOf } from './parts.js';

export type Cli = 'ok' | 'refused' | 'missing';
/** `hidden`: the running process holds a value that no source on this host holds. */
type Server = 'A' | 'B' | 'hidden';

export interface Staging {
  line: OpenClawLine;
  home: string;
  port: number;
  A: string;
  B: string;
}

export interface DriftRow {
  id: string;
  what: string;
  /** gateway.auth, and what else the config says. */
  auth(at: Staging): { token?: unknown; mode?: 'token' };
  extra?(at: Staging): Config;
  prepare?(at: Staging): Promise<void>;
  serverEnv?(at: Staging): Record<string, string>;
  serverArgs?(at: Staging): string[];
  /** While it runs. */
  later?(at: Staging): Promise<void>;
  clientEnv?(at: Staging): Record<string, string>;
  /** The rows of the credential table that hold the values. */
  places: Partial<Record<'A' | 'B', RegExp>>;
  server: Server;
  cli: Cli | Record<OpenClawLine, Cli>;
  /** Where the CLI is let in all the same, without a credential: it is paired silently (facts.md). */
  pairs?: OpenClawLine;
  /** The score's scenario that this is, where it does harm; on the other line it has to be silent. */
  scenario?: string | Partial<Record<OpenClawLine, string>>;
  /** Nobody is refused: clawdoctor has to be silent. */
  control?: true;
}

const variable = 'OPENCLAW_GATEWAY_TOKEN';
// biome-ignore lint/suspicious/noTemplateCurlyInString: OpenClaw's own syntax
const template = '${OPENCLAW_GATEWAY_TOKEN}';
const literal = /openclaw\.json gateway\.auth\.token$/;
const environ = /^proc:\d+\/environ OPENCLAW_GATEWAY_TOKEN$/;
const envOnly = {
  '2026.5.18': 'token-only-in-the-gateway-environment',
  '2026.9.6': 'token-only-in-the-gateway-environment-2026.9',
};
const put = (file: string, text: string) => writeFile(file, text, { mode: 0o600 });
const dotenv = ({ home }: Staging) => path.join(home, '.openclaw', '.env');
const secretFile = ({ home }: Staging) => path.join(home, '.openclaw', 'gateway-token');
const envRef = { source: 'env', provider: 'default', id: 'MY_GW_TOKEN' };
const fileRef = { source: 'file', provider: 'disk', id: 'value' };
const disk = (at: Staging): Config => ({
  secrets: { providers: { disk: { source: 'file', path: secretFile(at), mode: 'singleValue' } } },
});
const off: Config = { gateway: { reload: { mode: 'off' } } };
const edited = async (at: Staging, extra: Config = {}) => {
  const { line, port, home, A: token } = at;
  await writeConfig(home, configFor({ line, port, mode: 'token', token, extra }));
  await sleep(4000);
};

export const rows: DriftRow[] = [
  {
    id: 'D1',
    what: 'the server’s environment beside a token in the config',
    auth: ({ B }) => ({ token: B }),
    serverEnv: ({ A }) => ({ [variable]: A }),
    places: { A: environ, B: literal },
    server: 'B',
    cli: 'ok',
    scenario: { '2026.5.18': 'inner-client-sends-another-token' },
  },
  {
    id: 'D2',
    what: 'a variable of the client’s shell',
    auth: ({ B }) => ({ token: B, mode: 'token' }),
    clientEnv: ({ A }) => ({ [variable]: A }),
    places: { A: /^shell /, B: literal },
    server: 'B',
    cli: { '2026.5.18': 'refused', '2026.9.6': 'ok' },
    scenario: { '2026.5.18': 'shell-variable-shadows' },
  },
  {
    id: 'D3',
    what: 'a line of .env',
    auth: ({ B }) => ({ token: B, mode: 'token' }),
    prepare: (at) => put(dotenv(at), `${variable}=${at.A}\n`),
    places: { A: /\.env /, B: literal },
    server: 'B',
    cli: { '2026.5.18': 'refused', '2026.9.6': 'ok' },
    scenario: { '2026.5.18': 'dotenv-shadows' },
  },
  {
    id: 'D4',
    what: 'a token that only the server’s environment has',
    auth: () => ({}),
    serverEnv: ({ A }) => ({ [variable]: A }),
    places: { A: environ },
    server: 'A',
    cli: 'missing',
    scenario: envOnly,
  },
  {
    id: 'D5',
    what: 'gateway run --token',
    auth: ({ B }) => ({ token: B }),
    serverArgs: () => ['--token', randomBytes(24).toString('hex')],
    places: { B: literal },
    server: 'hidden',
    cli: 'refused',
    scenario: 'stale-process-token',
  },
  {
    id: 'D6',
    what: 'a template that only the server can fill',
    auth: () => ({ token: template }),
    serverEnv: ({ A }) => ({ [variable]: A }),
    places: { A: environ },
    server: 'A',
    cli: 'missing',
    scenario: 'reference-hidden-from-the-cli',
  },
  {
    id: 'D7',
    what: 'a template that the client fills with another value',
    auth: () => ({ token: template }),
    serverEnv: ({ A }) => ({ [variable]: A }),
    clientEnv: ({ B }) => ({ [variable]: B }),
    places: { A: environ, B: /^shell / },
    server: 'A',
    cli: 'refused',
  },
  {
    id: 'D8',
    what: 'a reference that only the server can resolve',
    auth: () => ({ token: envRef }),
    serverEnv: ({ A }) => ({ MY_GW_TOKEN: A }),
    places: { A: /environ MY_GW_TOKEN$/ },
    server: 'A',
    cli: 'missing',
    scenario: 'reference-hidden-from-the-cli',
  },
  {
    id: 'D8 with its variable',
    what: 'a reference that both can resolve',
    auth: () => ({ token: envRef }),
    serverEnv: ({ A }) => ({ MY_GW_TOKEN: A }),
    clientEnv: ({ A }) => ({ MY_GW_TOKEN: A }),
    places: { A: /environ MY_GW_TOKEN$/ },
    server: 'A',
    cli: 'ok',
    control: true,
  },
  {
    id: 'D8 with the usual variable',
    what: 'a reference, and the client has OPENCLAW_GATEWAY_TOKEN',
    auth: () => ({ token: envRef }),
    serverEnv: ({ A }) => ({ MY_GW_TOKEN: A }),
    clientEnv: ({ A }) => ({ [variable]: A }),
    places: { A: /^shell / },
    server: 'A',
    cli: { '2026.5.18': 'ok', '2026.9.6': 'missing' },
  },
  {
    id: 'D9',
    what: 'a secret file that was rotated under the running gateway',
    auth: () => ({ token: fileRef }),
    extra: disk,
    prepare: (at) => put(secretFile(at), `${randomBytes(24).toString('hex')}\n`),
    later: (at) => put(secretFile(at), `${at.B}\n`),
    places: { B: /^file / },
    server: 'hidden',
    cli: 'refused',
    scenario: { '2026.5.18': 'secret-file-rotated', '2026.9.6': 'secret-file-rotated-2026.9' },
  },
  {
    id: 'D10',
    what: 'an edit with reload off',
    auth: () => ({ token: randomBytes(24).toString('hex'), mode: 'token' }),
    extra: () => off,
    later: async (at) => {
      await sleep(3000); // the start of a process is known to about two seconds
      await edited(at, off);
    },
    places: { A: literal },
    server: 'hidden',
    cli: 'refused',
    scenario: 'reload-off-after-edit',
  },
  {
    id: 'D11',
    what: 'an edit with the default reload',
    auth: () => ({ token: randomBytes(24).toString('hex'), mode: 'token' }),
    // Right after a start it may not look yet: the edit is saved again until it is taken up.
    later: async (at) => {
      for (let tries = 0; tries < 10 && !(await accepts(at.port, at.A)); tries++) await edited(at);
      expect(await accepts(at.port, at.A)).toBe(true);
    },
    places: { A: literal },
    server: 'A',
    cli: 'ok',
    control: true,
  },
  {
    id: 'D12',
    what: 'a token that an old installer wrote into the unit',
    auth: () => ({}),
    prepare: async ({ home, A, port }) => {
      const units = path.join(home, '.config', 'systemd', 'user');
      await mkdir(units, { recursive: true });
      const lines = [
        '[Service]',
        `ExecStart=/usr/bin/node /opt/openclaw/openclaw.mjs gateway --port ${port}`,
        'Restart=always',
        'StartLimitBurst=5',
        `Environment="${variable}=${A}"`,
        'Environment="OPENCLAW_SERVICE_KIND=gateway"',
      ];
      await put(path.join(units, 'openclaw-gateway.service'), `${lines.join('\n')}\n`);
    },
    serverEnv: ({ A }) => ({ [variable]: A, OPENCLAW_SERVICE_KIND: 'gateway' }),
    places: { A: /service OPENCLAW_GATEWAY_TOKEN$/ },
    server: 'A',
    cli: 'missing',
    scenario: envOnly,
  },
  {
    id: 'D13',
    what: 'no token anywhere: one is made up in memory',
    auth: () => ({}),
    places: {},
    server: 'hidden',
    cli: 'missing',
    pairs: '2026.9.6',
    scenario: 'generated-token',
  },
];

/** Connection refused while 2026.5.18 listens anew is no acceptance either. */
export async function accepts(port: number, token: string): Promise<boolean> {
  return (await statusOf(port, token)) === 400;
}
