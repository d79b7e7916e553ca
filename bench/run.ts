// Whole-process ratios, printed and never asserted (of these, only the log scanner's set an exit code).
//   npm run bench             start-up, a full run against OpenClaw's own commands, and the log
//                             scanner over 1 GB (bench/logs.ts by itself: npm run bench:logs)
//   npm run bench -- --quick  start-up only
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configFor } from '../test/real/harness/config.js';
import { cleanUp, startGateway } from '../test/real/harness/gateway.js';
import { freePort, makeHome } from '../test/real/harness/home.js';
import { ensureOpenClaw } from '../test/real/harness/install.js';
import { minimalEnv } from '../test/real/harness/processes.js';
import { measure, print } from './measure.js';

const clawdoctor = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const node = process.execPath;

function startUp(): void {
  const home = mkdtempSync(join(tmpdir(), 'clawdoctor-bench-home-'));
  const env = { PATH: process.env.PATH, HOME: home };
  const row = (name: string, args: string[]) => ({ name, command: node, args, env });
  const rows = measure(
    [
      row('node -e 0', ['-e', '0']),
      row('clawdoctor --version', [clawdoctor, '--version']),
      row('clawdoctor --help', [clawdoctor, '--help']),
      row('clawdoctor checks', [clawdoctor, 'checks']),
    ],
    9,
  );
  print(`start-up on Node ${process.versions.node}, against node -e 0`, rows, rows[0]?.wallMs ?? 1);
  rmSync(home, { recursive: true, force: true });
}

/** What an operator would run by hand on 2026.5.18 to learn less. */
const ownCommands = [
  ['doctor', '--lint', '--json'],
  ['gateway', 'status', '--json'],
  ['gateway', 'probe', '--json'],
  ['status', '--json'],
  ['models', 'status', '--json'],
  ['devices', 'list', '--json'],
];

async function againstOpenClaw(): Promise<void> {
  const line = '2026.5.18';
  const install = await ensureOpenClaw(line);
  const [home, state, port] = [await makeHome(), await makeHome(), await freePort()];
  const token = 'b'.repeat(8) + Date.now().toString(16).padStart(24, '0');
  const gateway = await startGateway({
    line,
    home,
    port,
    config: configFor({ line, port, token }),
  });
  try {
    const env = minimalEnv(home, install.bin, {});
    const ours = {
      name: 'clawdoctor run --json',
      command: node,
      args: [clawdoctor, 'run', '--json'],
      env: { ...env, XDG_STATE_HOME: state },
    };
    const theirs = ownCommands.map((args) => ({
      name: `openclaw ${args.join(' ')}`,
      command: join(install.bin, 'openclaw'),
      args,
      env,
    }));
    // Ours first: OpenClaw's own commands leave a pending scope upgrade behind, and then we report it.
    const [own] = measure([ours], 5, 5);
    const rows = measure(theirs, 3);
    const sum = rows.reduce((total, row) => total + row.wallMs, 0);
    if (own) rows.unshift(own);
    print(
      `a full run against a healthy gateway, against the sum of OpenClaw ${line}'s own`,
      rows,
      sum,
    );
    console.log(`  sum of the six: ${sum.toFixed(0)} ms`);
    if (!own) return;
    const ratio = (own.wallMs / sum).toFixed(2);
    console.log(`  a full run: ${ratio} of that (wanted: at most 0.15)`);
    const peak = own.peakMib?.toFixed(0) ?? '?';
    console.log(`  its peak resident memory, the largest of 5: ${peak} MiB (wanted: at most 120)`);
  } finally {
    await gateway.stop();
    await cleanUp();
  }
}

startUp();
if (!process.argv.includes('--quick')) {
  await againstOpenClaw();
  console.log('\nthe log scanner against LC_ALL=C grep -cF');
  const logs = fileURLToPath(new URL('./logs.ts', import.meta.url));
  const done = spawnSync(node, ['--import', 'tsx', logs], { stdio: 'inherit' });
  process.exitCode = done.status ?? 1;
}
