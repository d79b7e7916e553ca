import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { Outcome } from '../../../src/model/finding.js';
import type { Report } from '../../../src/model/report.js';
import { makeHome } from './home.js';
import { ensureOpenClaw, type OpenClawLine } from './install.js';

const root = new URL('../../../', import.meta.url);
export const launcher = fileURLToPath(new URL('bin/run.js', root));

export interface ClawdoctorOptions {
  line: OpenClawLine;
  home: string;
  /** What the operator's shell has beside HOME, PATH and TMPDIR. */
  env?: Record<string, string>;
  /** After `run --json`. */
  args?: string[];
  /** XDG_STATE_HOME; a fresh one outside the diagnosed home when left out. */
  stateHome?: string;
  /** Another user, through setpriv. */
  runAs?: number;
  /** Where the launcher is, when that user cannot read this clone. */
  launchFrom?: string;
}

export interface Diagnosed {
  exitCode: number;
  report: Report;
  stdout: string;
  stderr: string;
  stateHome: string;
}

/** `clawdoctor run --json` as an operator of this HOME would run it, as a process of its own. */
export async function runClawdoctor(options: ClawdoctorOptions): Promise<Diagnosed> {
  const { line, home, env = {}, args = [], runAs, launchFrom = launcher } = options;
  const { bin } = await ensureOpenClaw(line);
  const stateHome = options.stateHome ?? (await makeHome('clawdoctor-state-'));
  const all = {
    HOME: home,
    PATH: `${bin}:${path.dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    TMPDIR: path.join(home, 'tmp'),
    XDG_STATE_HOME: stateHome,
    ...env,
  };
  const ours = [process.execPath, launchFrom, 'run', '--json', ...args];
  const other = ['setpriv', `--reuid=${runAs}`, `--regid=${runAs}`, '--clear-groups'];
  const [file = '', ...argv] = runAs === undefined ? ours : [...other, ...ours];
  const { code, stdout, stderr } = await finished(file, argv, { env: all, cwd: '/' });
  const report = reportOf(stdout, stderr);
  await expectValid(report);
  expect(report.exitCode, 'the exit code is that of the report').toBe(code);
  return { exitCode: code, report, stdout, stderr, stateHome };
}

export function finished(
  file: string,
  argv: string[],
  options: { env: Record<string, string>; cwd: string },
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const limits = { maxBuffer: 16 << 20, timeout: 90_000 };
    execFile(file, argv, { ...options, ...limits }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

let validator: Promise<ReturnType<Ajv2020['compile']>> | undefined;

async function publishedSchema(): Promise<ReturnType<Ajv2020['compile']>> {
  const text = await readFile(new URL('schemas/report.schema.json', root), 'utf8');
  return new Ajv2020({ allowUnionTypes: true }).compile(JSON.parse(text) as object);
}

function reportOf(stdout: string, stderr: string): Report {
  expect(stdout, stderr).toMatch(/^\{[\s\S]*\}\n$/);
  const report = JSON.parse(stdout) as Report;
  expect(report, stdout).toHaveProperty('verdict');
  return report;
}

/** Against the published schema, and not against what the product has compiled of it. */
async function expectValid(report: Report): Promise<void> {
  validator ??= publishedSchema();
  const validate = await validator;
  expect(validate(report), JSON.stringify(validate.errors, null, 2)).toBe(true);
}

/** Check ids by outcome. */
export function checksWith(report: Report, ...outcomes: Outcome[]): string[] {
  return report.checks.filter((c) => outcomes.includes(c.outcome)).map((c) => c.id);
}

/** `check: text` of the findings with these outcomes. */
export function findingsWith(report: Report, ...outcomes: Outcome[]): string[] {
  return report.findings
    .filter((f) => outcomes.includes(f.outcome))
    .map((f) => `${f.check} ${f.code} ${f.outcome}: ${f.text}`);
}

/** The folder of the one run that was archived there. */
export async function archivedRun(stateHome: string): Promise<string> {
  const dir = path.join(stateHome, 'clawdoctor', 'evidence');
  const folders = (await readdir(dir)).filter((name) => !name.endsWith('.tar.gz'));
  expect(folders).toHaveLength(1);
  return path.join(dir, folders[0] ?? '');
}
