import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../../src/model/report.js';
import { compare, compareControl } from '../../score/compare.js';
import { expectations } from '../../score/expectations.js';
import { type Diagnosed, findingsWith, runClawdoctor } from '../harness/clawdoctor.js';
import { openclawCli } from '../harness/cli.js';
import { type Config, configFor, writeConfig } from '../harness/config.js';
import { cleanUp, startGateway } from '../harness/gateway.js';
import { freePort, makeHome } from '../harness/home.js';
import { type OpenClawLine, openClawLines } from '../harness/install.js';

// Rows D1 to D13 of the measured drift scenarios: what the matrix says is what curl and the real CLI then do.

type Cli = 'ok' | 'refused' | 'missing';
/** `hidden`: the running process holds a value that no source on this host holds. */
type Server = 'A' | 'B' | 'hidden';

interface Staging {
  line: OpenClawLine;
  home: string;
  port: number;
  A: string;
  B: string;
}

interface DriftRow {
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

const rows: DriftRow[] = [
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
    scenario: {
      '2026.5.18': 'token-only-in-the-gateway-environment',
      '2026.9.6': 'token-only-in-the-gateway-environment-2026.9',
    },
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
    later: (at) => edited(at, off),
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
    scenario: 'unit-with-an-old-token',
  },
  {
    id: 'D13',
    what: 'no token anywhere: one is made up in memory',
    auth: () => ({}),
    places: {},
    server: 'hidden',
    cli: 'missing',
    scenario: 'generated-token',
  },
];

describe.each(openClawLines)('the credential matrix against OpenClaw %s', (line) => {
  afterEach(cleanUp);

  it.each(rows)('$id: $what', async (row) => {
    const at: Staging = {
      line,
      home: await makeHome(),
      port: await freePort(),
      A: randomBytes(24).toString('hex'),
      B: randomBytes(24).toString('hex'),
    };
    await stage(row, at);
    const env = row.clientEnv?.(at) ?? {};
    const diagnosed = await runClawdoctor({ line, home: at.home, env });
    const { server, cli, all } = sayings(diagnosed, at);
    const letterOf = (name: 'A' | 'B') =>
      diagnosed.report.credentials.find(
        (c) => c.state === 'set' && row.places[name]?.test(c.source),
      )?.letter;

    // curl: of the values that lie about, the server takes exactly the one that the matrix names.
    const taken = { A: await accepts(at.port, at.A), B: await accepts(at.port, at.B) };
    expect(taken).toEqual({ A: row.server === 'A', B: row.server === 'B' });
    // 2026.9.6 hands it to its children, where root and the same user can read it: then it has a letter of its own.
    if (row.server === 'hidden')
      expect(
        ['A', 'B'].map((name) => letterOf(name as 'A' | 'B')),
        all,
      ).not.toContain(server ?? 'none');
    else expect({ letter: server }, all).toEqual({ letter: letterOf(row.server) ?? 'none' });

    const expected = typeof row.cli === 'string' ? row.cli : row.cli[line];
    expect(cli, all).toBe(expected);
    expectScored(row, line, diagnosed.report);
    const args = ['gateway', 'call', 'health', '--json'];
    const called = await openclawCli({ line, home: at.home, env, args });
    expect(called.code === 0, called.stderr + called.stdout).toBe(expected === 'ok');
  });
});

/** What the score demands of the lab's scenario of this row, and silence where it does no harm. */
function expectScored(row: DriftRow, line: OpenClawLine, report: Report): void {
  const name = typeof row.scenario === 'string' ? row.scenario : row.scenario?.[line];
  const expected = expectations.find(({ scenario }) => scenario === name);
  const all = findingsWith(report, 'fail', 'warn', 'unknown').join('\n');
  if (expected) {
    const { missed, falseAlarms } = compare(report, expected);
    expect({ missed, falseAlarms }, all).toEqual({ missed: [], falseAlarms: [] });
  } else if (name !== undefined) throw new Error(`the score has no scenario ${name}`);
  else if (row.control || row.scenario !== undefined) {
    expect(compareControl(report).falseAlarms, all).toEqual([]);
  }
}

async function stage(row: DriftRow, at: Staging): Promise<void> {
  const { line, home, port } = at;
  const extra = row.extra?.(at);
  const [env, args] = [row.serverEnv?.(at), row.serverArgs?.(at)];
  const config = configFor({ line, port, ...row.auth(at), ...(extra && { extra }) });
  await mkdir(path.join(home, '.openclaw'), { mode: 0o700 });
  await row.prepare?.(at);
  await startGateway({ line, home, port, config, ...(env && { env }), ...(args && { args }) });
  await row.later?.(at);
}

/** The letter that the server accepts, by the matrix and by the probes, and what the CLI's next call will come to. */
function sayings({ report, stdout }: Diagnosed, { A, B }: Staging) {
  expect([stdout.includes(A), stdout.includes(B)], 'a secret in the report').toEqual([
    false,
    false,
  ]);
  const winner = (reader: string) =>
    report.credentials.find((c) => c.wins.some((w) => w === reader || w.startsWith(`${reader} (`)));
  const all = findingsWith(report, 'fail', 'warn', 'unknown').join('\n');
  const live = report.attempts.find(
    (a) => a.outcome === 'accepted' && a.endpoint.startsWith('POST'),
  );
  if (live) expect(winner('server')?.letter, all).toBe(live.credential);
  const sent = winner('local-cli');
  const cli: Cli = !sent ? 'missing' : sent.letter === live?.credential ? 'ok' : 'refused';
  return { server: live?.credential, cli, all };
}

function accepts(port: number, token: string): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/tools/invoke`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{}',
  }).then(
    ({ status }) => status === 400,
    () => false, // 2026.5.18 listens anew after an edit
  );
}
