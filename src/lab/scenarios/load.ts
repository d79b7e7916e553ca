import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Lab } from '../lab.js';
import { type PastLine, put, putLog, putUnit } from '../place.js';
import { family } from '../scenario.js';
import { type LabLine, releases } from '../servers/line.js';
import { programs } from './credentials.js';
import { localGateway } from './parts.js';

const of = family('Storms, pressure and installs');
const minuteMs = 60_000;

export const load = [
  of(
    'restart-storm',
    'The gateway has been started again and again',
    'Seven starts in the last ten minutes, and between them clients that come too early are refused. Every token test in such a minute proves nothing.',
    async (lab) => {
      const port = await lab.port();
      const ago = [10, 8.5, 7, 5.5, 4, 2.5, 1].map((minutes) => minutes * minuteMs);
      await putLog(
        lab.logFile,
        ago.flatMap((agoMs) => lifeOf(port, agoMs)),
      );
      await localGateway(lab, { port });
    },
  ),
  of(
    'starts-over-a-day',
    'The gateway was started seven times today',
    'An operator worked on it. The starts are hours apart and nobody was refused lately.',
    async (lab) => {
      const port = await lab.port();
      const ago = [14, 12, 10, 8, 6, 4, 2].map((hours) => hours * 60 * minuteMs);
      await putLog(
        lab.logFile,
        ago.flatMap((agoMs) => lifeOf(port, agoMs)),
      );
      await localGateway(lab, { port });
    },
  ),
  of(
    'memory-pressure',
    'The host swaps, and the gateway answers too late',
    'The token is right. The kernel reports memory pressure and /healthz and /readyz miss their deadlines: from outside that looks like authentication that comes and goes.',
    async (lab) => {
      const args = ['--stall', '/healthz,/readyz', '--pressure', pressureFile(lab)];
      await localGateway(lab, { args });
      await pressedHost(lab, 61.4);
    },
  ),
  of(
    'memory-calm',
    'The same host with memory to spare',
    'The kernel reports no pressure, and everything answers in time.',
    async (lab) => {
      await localGateway(lab);
      await pressedHost(lab, 0);
    },
  ),
  of(
    'gateway-hangs',
    'The gateway accepts connections and answers nothing',
    'Its event loop is stuck. The port is open, and every request waits.',
    async (lab) => {
      await localGateway(lab, { args: ['--stall', '*'] });
    },
  ),
  of(
    'calls-hang',
    'The gateway lets clients in and answers none of their calls',
    'Health looks green and the token is right. Something inside holds every call, so clients report timeouts.',
    async (lab) => {
      await localGateway(lab, { args: ['--stall', 'calls'] });
    },
  ),
  of(
    'unit-without-its-node',
    'The unit starts a Node that is gone',
    'A version manager removed it at an update. The gateway runs until somebody restarts it.',
    async (lab) => {
      const port = await lab.port();
      const node = join(lab.home, '.nvm/versions/node/v22.1.0/bin/node');
      await putUnit(lab.home, { ...programs(lab), node, port });
      await localGateway(lab, { port, env: managed });
    },
  ),
  of(
    'unit-with-an-old-node',
    'The unit starts OpenClaw with a Node that is too old for it',
    'OpenClaw was updated, and the unit still names the Node of before. The gateway runs until somebody restarts it.',
    async (lab) => {
      const port = await lab.port();
      const prefix = join(lab.home, '.nvm/versions/node/v20.11.0');
      const root = await lab.installBeside(prefix, '2026.5', '>=22.19.0');
      const node = join(prefix, 'bin', 'node');
      await put(node, '', 0o755);
      await putUnit(lab.home, { node, entry: join(root, 'openclaw.mjs'), port });
      await localGateway(lab, { port, env: managed });
    },
  ),
  of(
    'unit-of-another-version',
    'The service runs another version than the CLI on PATH',
    'Two Nodes, two global installs: the unit starts OpenClaw 2026.5.18, the shell has 2026.9.6, which has written the config since. The gateway runs until its next start, which it refuses.',
    async (lab) => {
      const port = await lab.port();
      const root = await lab.installBeside(join(lab.home, '.npm-global'), '2026.5');
      const entry = join(root, 'openclaw.mjs');
      await putUnit(lab.home, { ...programs(lab), entry, port });
      await mixed(lab, port);
    },
  ),
  of(
    'unit-of-this-version',
    'The service runs the version on PATH',
    'One install, one unit, one Node.',
    async (lab) => {
      const port = await lab.port();
      await putUnit(lab.home, { ...programs(lab), port });
      await localGateway(lab, { line: '2026.9', port, env: managed });
    },
  ),
  of(
    'unit-without-its-program',
    'The unit starts an install that is gone',
    'Node was updated, and the old global folder was removed. The gateway runs until somebody restarts it.',
    async (lab) => {
      const port = await lab.port();
      const entry = join(
        lab.home,
        '.nvm/versions/node/v22.1.0/lib/node_modules/openclaw/openclaw.mjs',
      );
      await putUnit(lab.home, { ...programs(lab), entry, port });
      await localGateway(lab, { port, env: managed });
    },
  ),
];

const managed = { OPENCLAW_SERVICE_KIND: 'gateway' };

/** A gateway of 2026.5 whose config the CLI of 2026.9 has written since. */
async function mixed(lab: Lab, port: number): Promise<void> {
  const { stateDir } = await localGateway(lab, { line: '2026.9', port, start: false });
  const file = join(stateDir, 'openclaw.json');
  const config = JSON.parse(await readFile(file, 'utf8')) as object;
  const at = new Date().toISOString();
  const of = (line: LabLine) => ({ lastTouchedVersion: releases[line], lastTouchedAt: at });
  const older = { ...config, meta: of('2026.5'), agents: undefined, memory: undefined };
  await lab.gateway({ line: '2026.5', config: older, env: managed });
  await put(file, { ...older, meta: of('2026.9') });
}

/** One life of a gateway: start, a client that came too early, and the end. */
function lifeOf(port: number, agoMs: number): PastLine[] {
  const at = (ms: number, subsystem: string, text: string, more: Partial<PastLine> = {}) => ({
    agoMs: agoMs - ms,
    subsystem,
    text,
    ...more,
  });
  const host = `127.0.0.1:${port}`;
  const connection = `conn=9f1f3b52-7d0e-4c0a-9c35-6d9a0c6a1f00 peer=127.0.0.1:41000->${host} remote=127.0.0.1`;
  const cause = { cause: 'device-required', handshake: 'failed', durationMs: 9, host };
  const client = { remoteAddr: '127.0.0.1', client: 'gateway-client', mode: 'backend' };
  return [
    at(0, 'gateway', 'loading configuration…'),
    at(100, 'gateway', 'resolving authentication…'),
    at(120, 'gateway', 'starting...'),
    at(900, 'gateway', 'http server listening (0 plugins; 0.9s)'),
    at(1000, 'gateway', 'gateway ready'),
    at(
      2000,
      'gateway/ws',
      `closed before connect ${connection} fwd=n/a origin=n/a host=${host} ua=n/a code=1008 reason=device identity required`,
      { level: 'WARN', context: { ...cause, ...client } },
    ),
    at(30_000, 'gateway', 'received SIGTERM; shutting down'),
  ];
}

function pressureFile({ layout }: Lab): string {
  return join(layout.root, 'proc', 'pressure', 'memory');
}

/** A /proc beside the real one, in which the kernel reports stalls on memory. */
async function pressedHost(lab: Lab, some10: number): Promise<void> {
  const root = join(lab.layout.root, 'proc');
  const line = (kind: string, share: number) =>
    `${kind} avg10=${share.toFixed(2)} avg60=${share.toFixed(2)} avg300=${share.toFixed(2)} total=81234567`;
  const file = pressureFile(lab);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${line('some', some10)}\n${line('full', some10 / 2)}\n`);
  lab.procRoot = root;
  for (const name of await readdir('/proc').catch((): string[] => []))
    if (name !== 'pressure') await symlink(join('/proc', name), join(root, name));
}
