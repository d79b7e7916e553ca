// Ratios of whole processes, measured side by side in one go; nothing here passes or fails.
//   npm run bench             everything, with the real OpenClaw of the test cache
//   npm run bench -- --quick  start-up only
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const clawdoctor = join(root, 'bin', 'run.js');
const rounds = 9;

/** Wall milliseconds and peak resident MiB of one whole process (GNU time where there is one). */
function measure(command, args, env) {
  const timer = existsSync('/usr/bin/time') ? ['/usr/bin/time', ['-f', '%M', command, ...args]] : [command, args];
  const before = process.hrtime.bigint();
  const done = spawnSync(timer[0], timer[1], { env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const wallMs = Number(process.hrtime.bigint() - before) / 1e6;
  const kib = Number(done.stderr?.trim().split('\n').at(-1));
  return { wallMs, mib: Number.isFinite(kib) ? kib / 1024 : Number.NaN, code: done.status };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Runs every row in turn, round by round, so that a change of the machine's mood hits all alike. */
function compare(rows, times) {
  const results = rows.map(() => []);
  for (let round = 0; round <= times; round += 1) {
    rows.forEach(([, command, args, env], index) => {
      const result = measure(command, args, env);
      if (round > 0) results[index].push(result);
    });
  }
  return rows.map(([name], index) => ({
    name,
    wallMs: median(results[index].map((r) => r.wallMs)),
    mib: median(results[index].map((r) => r.mib)),
    code: results[index].at(-1).code,
  }));
}

function print(title, rows, base) {
  console.log(`\n${title}`);
  for (const row of rows) {
    const ratio = (row.wallMs / base).toFixed(2).padStart(6);
    const ms = row.wallMs.toFixed(0).padStart(6);
    console.log(`  ${ratio} x  ${ms} ms  ${row.mib.toFixed(0).padStart(4)} MiB  exit ${row.code}  ${row.name}`);
  }
}

const home = mkdtempSync(join(tmpdir(), 'clawdoctor-bench-'));
const plain = { PATH: process.env.PATH, HOME: home };
try {
  const node = process.execPath;
  const rows = compare(
    [
      ['node -e 0', node, ['-e', '0'], plain],
      ['clawdoctor --version', node, [clawdoctor, '--version'], plain],
      ['clawdoctor --help', node, [clawdoctor, '--help'], plain],
      ['clawdoctor checks', node, [clawdoctor, 'checks'], plain],
    ],
    rounds,
  );
  print(`start-up, Node ${process.versions.node}, against node -e 0`, rows, rows[0].wallMs);
  if (!process.argv.includes('--quick')) {
    const { benchAgainstOpenClaw } = await import('./openclaw.js');
    await benchAgainstOpenClaw({ compare, print, clawdoctor, node });
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
