import { expect } from 'vitest';
import type { Remedy } from '../../../src/model/remedy.js';
import { type Diagnosed, findingsWith } from './clawdoctor.js';

/** The first incident is this one, exit 1, and each of its remedies says why, what it risks, how to undo it and how to verify it. */
export function expectFirst({ report, exitCode }: Diagnosed, code: string): void {
  const found = report.incidents.map((incident) => incident.code);
  expect(found[0], findingsWith(report, 'fail', 'warn', 'unknown').join('\n')).toBe(code);
  expect({ exitCode, verdict: report.verdict }).toEqual({ exitCode: 1, verdict: 'fail' });
  const remedies = report.incidents.flatMap((incident) => incident.remedies);
  expect(remedies.length).toBeGreaterThan(0);
  for (const { title, why, risk, undo, verify } of [...remedies, ...report.plan]) {
    for (const text of [title, why, risk, undo, verify.expect]) expect(text, title).not.toBe('');
    expect(verify.command[0]).toBe('clawdoctor');
  }
}

/** The step of the plan with this id; it has to be there once. */
export function planned({ report }: Diagnosed, id: string): Remedy {
  const steps = report.plan.filter((remedy) => remedy.id === id);
  expect(steps, report.plan.map((remedy) => remedy.id).join(', ')).toHaveLength(1);
  return steps[0] as Remedy;
}

/** `--only ID` of a remedy's own verification. */
export function verifying(remedy: Remedy): string[] {
  const [name, run, ...args] = remedy.verify.command;
  expect([name, run]).toEqual(['clawdoctor', 'run']);
  return args;
}

/** Nothing that fails, warns or is unknown, whatever may have been left out. */
export function expectSilent({ report, exitCode }: Diagnosed): void {
  expect(findingsWith(report, 'fail', 'warn', 'unknown')).toEqual([]);
  expect(exitCode).toBe(0);
}
