import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Row {
  name: string;
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
}

export interface Measured {
  name: string;
  wallMs: number;
  /** Peak resident memory of a Node process; undefined for anything else. */
  peakMib: number | undefined;
  code: number | null;
}

const folder = mkdtempSync(join(tmpdir(), 'clawdoctor-bench-'));
const peakFile = join(folder, 'peak');
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Writes the peak of its process when that ends; costs nothing that the wall clock could see. */
const peakHook = `data:text/javascript,import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(process.env.BENCH_PEAK,String(process.resourceUsage().maxRSS)))`;

function once(row: Row, withPeak: boolean): Omit<Measured, 'name'> {
  const isNode = row.command === process.execPath;
  const args = withPeak && isNode ? ['--import', peakHook, ...row.args] : row.args;
  const env = { ...row.env, BENCH_PEAK: peakFile };
  const before = process.hrtime.bigint();
  const done = spawnSync(row.command, args, { env, stdio: 'ignore' });
  const wallMs = Number(process.hrtime.bigint() - before) / 1e6;
  const peakMib = withPeak && isNode ? Number(readFileSync(peakFile, 'utf8')) / 1024 : undefined;
  return { wallMs, peakMib, code: done.status };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/**
 * Medians of whole processes. Rows run in turn, round by round, so that a change of the machine's
 * mood meets all of them; `peaks` more rounds take memory, of which the largest is told.
 */
export function measure(rows: readonly Row[], rounds: number, peaks = 1): Measured[] {
  const taken = rows.map((): number[] => []);
  for (const row of rows) once(row, false);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, row] of rows.entries()) taken[index]?.push(once(row, false).wallMs);
  }
  return rows.map((row, index) => {
    const more = Array.from({ length: peaks }, () => once(row, true));
    const all = more.map(({ peakMib }) => peakMib).filter((mib) => mib !== undefined);
    return {
      name: row.name,
      wallMs: median(taken[index] ?? []),
      peakMib: all.length > 0 ? Math.max(...all) : undefined,
      code: more.find(({ code }) => code !== 0)?.code ?? more[0]?.code ?? null,
    };
  });
}

export function print(title: string, rows: readonly Measured[], baseMs: number): void {
  console.log(`\n${title}`);
  for (const row of rows) {
    const ratio = (row.wallMs / baseMs).toFixed(2).padStart(6);
    const ms = row.wallMs.toFixed(0).padStart(6);
    const peak =
      row.peakMib === undefined ? '        ' : `${row.peakMib.toFixed(0).padStart(4)} MiB`;
    console.log(`  ${ratio} x ${ms} ms ${peak}  exit ${row.code}  ${row.name}`);
  }
}
