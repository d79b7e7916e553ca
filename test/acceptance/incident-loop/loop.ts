import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/diagnose.js';
import type { DiagnoseOptions } from '../../../src/model/observer.js';
import type { Remedy } from '../../../src/model/remedy.js';
import type { Report } from '../../../src/model/report.js';
import { follow, type Hand, type Shell, shellOf } from '../deployment.js';
import { nameOf } from './hands.js';

/** One incident from its report to its end and back. */
export interface Loop {
  scenario: string;
  /** Says which of several loops of one scenario this is. */
  name?: string;
  code: string;
  /** Incidents that the same fault brings along. */
  companions?: readonly string[];
  /** Default: sure. */
  confidence?: Report['incidents'][number]['confidence'];
  /** The exit code before the plan is followed; default 1. */
  exit?: 0 | 1 | 3;
  /** What happens after the staging, before anybody looks. */
  prepare?: (shell: Shell) => Promise<void> | void;
  /** Ids of the plan, without the last step, which is always verify-all. */
  steps: readonly string[];
  /** The steps that have no command: what brings their postcondition about. */
  hands?: Readonly<Record<string, Hand>>;
  /** What a step's `undo` says, by hand; commands and the snapshot's copy need none. */
  undo?: Readonly<Record<string, Hand>>;
  /** What is there when all was undone; default: the incident again. */
  afterUndo?: 'incident' | 'nothing' | ((shell: Shell) => Promise<void>);
  /** Looks through the eyes of the staging (another /proc), which a child process does not have. */
  inProcess?: boolean;
  /** Options of the diagnosis beside the defaults, as `--as curl`. */
  argv?: readonly string[];
}

/** The steps of a loop that are commands of the plan itself, run as they stand. */
export function commandsOf({ steps, hands = {} }: Loop): readonly string[] {
  return steps.filter((id) => hands[id] === undefined);
}

/** A test for each loop: the plan is followed, the next run exits 0, and `undo` is taken at its word. */
export function walk(loops: readonly Loop[]): void {
  const rows = loops.map((loop) => [`${loop.code} ${loop.name ?? loop.scenario}`, loop] as const);
  describe.each(rows)('%s', (_name, loop) => {
    it('is gone once the plan was followed', { timeout: 90_000 }, () => once(loop));
  });
}

async function once(loop: Loop): Promise<void> {
  const shell = await shellOf(loop.scenario);
  await loop.prepare?.(shell);
  const report = await look(shell, loop);
  expectIncident(report, loop);
  const remedies = [...report.incidents.flatMap((i) => i.remedies), ...report.plan];
  expect(remedies.filter((remedy) => !isComplete(remedy))).toEqual([]);
  expect(report.plan.map((step) => step.id)).toEqual([...loop.steps, 'verify-all']);
  // A step with a command is run as it stands, whatever a hand could do.
  const commanded = report.plan.filter((step) => step.command).map((step) => step.id);
  expect(commanded).toEqual([...commandsOf(loop), 'verify-all']);
  if (loop.inProcess !== true) await expectFirstOnScreen(shell, loop);
  const before = await contentsOf(report.plan);

  await follow(report.plan, shell, loop.hands ?? {});

  const after = await look(shell, loop);
  expect(notWell(after)).toEqual([]);
  expect(after).toMatchObject({ exitCode: 0, verdict: 'ok', incidents: [], plan: [] });
  if (loop.inProcess !== true) await expectVerified(shell, remedies, loop);

  await takeBack(report.plan, shell, loop.undo ?? {});
  expect(await contentsOf(report.plan)).toEqual(before);
  const { afterUndo = 'incident' } = loop;
  if (typeof afterUndo === 'function') await afterUndo(shell);
  if (afterUndo !== 'incident') return;
  const again = await here(shell, loop);
  expect(again.incidents.map((incident) => incident.code)).toContain(loop.code);
}

function look(shell: Shell, loop: Loop): Promise<Report> {
  return loop.inProcess === true ? here(shell, loop) : shell.diagnose(...(loop.argv ?? []));
}

const options: DiagnoseOptions = {
  command: 'run',
  sandbox: [],
  through: 'probes',
  stopOnFail: false,
  only: [],
  skip: [],
  budgetMs: 20_000,
  failOn: 'fail',
  external: false,
  as: 'cli',
};

/** The same diagnosis without a process of its own: what the shell exports now counts. */
async function here({ deployment, env }: Shell, { argv = [] }: Loop): Promise<Report> {
  const as = argv[0] === '--as' ? { as: argv[1] ?? 'cli' } : {};
  const host = { ...deployment.host, env };
  return (await diagnose({ ...options, ...deployment.options, ...as }, host)).report;
}

function expectIncident(report: Report, loop: Loop): void {
  const { code, companions = [], confidence = 'sure' } = loop;
  const codes = [...new Set(report.incidents.map((incident) => incident.code))];
  expect({ exit: report.exitCode, codes: codes.sort() }).toEqual({
    exit: loop.exit ?? 1,
    codes: [code, ...companions].sort(),
  });
  const [first] = report.incidents.filter((incident) => incident.code === code);
  expect(first).toMatchObject({ code, confidence });
  expect(first?.explains.length).toBeGreaterThan(0);
  expect(first?.story.length).toBeGreaterThan(0);
  expect(unexplainedFailures(report)).toEqual([]);
}

/** The first incident line of the page, and the first thing that it says after the verdict. */
async function expectFirstOnScreen(shell: Shell, loop: Loop): Promise<void> {
  const page = await shell.clawdoctor('run', ...(loop.argv ?? []));
  expect(page.code).toBe(loop.exit ?? 1);
  if (loop.exit === 0) return;
  expect(page.stdout.split('\n')[0]).toMatch(/FAIL .*exit 1/);
  const first = page.stdout
    .split('\n')
    .find((line) => /^(CLAW-\d+|[✗!?] )/.test(line.slice(0, 9)) && !/FAIL/.test(line));
  const codes = [loop.code, ...(loop.companions ?? [])];
  expect(first).toMatch(new RegExp(`^(?:${codes.join('|')})\\b`));
}

function unexplainedFailures(report: Report): string[] {
  const explained = new Set(report.incidents.flatMap((incident) => incident.explains));
  return report.findings
    .filter((f) => f.outcome === 'fail')
    .map((f) => `${f.check} ${f.code} ${f.subject}`)
    .filter((key) => !explained.has(key));
}

export function isComplete(remedy: Remedy): boolean {
  const texts = [remedy.title, remedy.why, remedy.risk, remedy.undo, remedy.postcondition];
  const { command, expect: says } = remedy.verify;
  return texts.every((text) => text.trim() !== '') && command[0] === 'clawdoctor' && says !== '';
}

/** Warnings too: a step that leaves one behind has done half of its work. */
export function notWell(report: Report): string[] {
  const allowed = ['not-asked', 'external-not-asked'];
  return report.findings
    .filter((f) => !['pass', 'skip'].includes(f.outcome) && !allowed.includes(f.code))
    .map((f) => `${f.outcome} ${f.check} ${f.code} ${f.subject}: ${f.text}`);
}

/** `clawdoctor run --only CHECK`, as each step says, now says what the step promises. */
async function expectVerified(shell: Shell, steps: readonly Remedy[], loop: Loop): Promise<void> {
  const commands = new Map(steps.map(({ verify }) => [verify.command.join(' '), verify.command]));
  for (const [program, ...argv] of commands.values()) {
    expect(program).toBe('clawdoctor');
    if (argv.length === 1) continue;
    const ran = await shell.clawdoctor(...argv, ...(loop.argv ?? []));
    const stdout = ran.code === 0 ? '' : ran.stdout;
    expect({ argv, code: ran.code, stdout }).toEqual({ argv, code: 0, stdout: '' });
  }
}

/** The undo of every step, the last one first. */
async function takeBack(
  plan: readonly Remedy[],
  shell: Shell,
  hands: Readonly<Record<string, Hand>>,
): Promise<void> {
  const hasCopy = plan.some((step) => step.id === 'snapshot-before-edit');
  for (const step of [...plan].reverse()) {
    const hand = hands[step.id];
    if (hand) await hand(step, shell);
    else if (/^mv \S+ \S+$/.test(step.undo)) await shell.run(step.undo.split(' '));
    else if (hasCopy && /^put the copy .*back|^put the .* back$/.test(step.undo)) continue;
    else if (!step.undo.startsWith('none needed'))
      throw new Error(`nobody can undo ${step.id}: ${step.undo}`);
  }
  await sleep(300);
}

/** The files that the plan copies before it edits them. */
async function contentsOf(plan: readonly Remedy[]): Promise<Record<string, string>> {
  const paths = plan.flatMap(({ id, command }) =>
    id === 'snapshot-before-edit' && command?.[2] !== undefined ? [command[2]] : [],
  );
  const read = async (path: string) => [nameOf(path), await readFile(path, 'utf8')] as const;
  return Object.fromEntries(await Promise.all(paths.map(read)));
}
