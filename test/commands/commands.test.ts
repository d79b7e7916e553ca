import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { captureOutput } from '@oclif/test';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import Checks from '../../commands/checks.js';
import EvidenceList from '../../commands/evidence/list.js';
import EvidenceShow from '../../commands/evidence/show.js';
import Explain from '../../commands/explain.js';
import LabRun from '../../commands/lab/run.js';
import Run from '../../commands/run.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Runnable {
  run(argv: string[], options: { root: string }): Promise<unknown>;
}

/** Runs the source of a command, as bin/run.js would, and gives what it wrote. */
async function output(command: Runnable, ...argv: string[]) {
  process.exitCode = undefined;
  const { stdout, stderr } = await captureOutput(() => command.run(argv, { root }));
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  return { stdout, stderr, code };
}

describe('a usage error', () => {
  const cases: [string, Runnable, string[], RegExp][] = [
    ['an unknown flag', Run, ['--bogus'], /Nonexistent flag: --bogus/],
    ['an unknown format', Run, ['--format', 'xml'], /--format=xml/],
    ['a flag without its value', Run, ['--home'], /--home/],
    ['a budget out of range', Run, ['--budget', '1s'], /5s to 120s/],
    ['an unknown check', Run, ['--only', 'token/sorces'], /did you mean token\/sources/],
    ['two that exclude each other', Run, ['--no-evidence', '--evidence-dir', 'x'], /no-evidence/],
    ['an argument too many', Run, ['surplus'], /Unexpected argument$/m],
    ['nothing to explain', Explain, [], /is missing/],
    ['nothing that is called so', Explain, ['zzzz'], /nothing here is called/],
    ['an unknown scenario', LabRun, ['helthy'], /there is no scenario/],
    ['no scenario', LabRun, [], /scenario/],
  ];

  it.each(cases)('%s: one sentence on stderr, exit 2', async (_name, command, argv, says) => {
    const { stdout, stderr, code } = await output(command, ...argv);
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^clawdoctor: /);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it.each(cases)('%s: with --json, one document on stdout', async (_name, command, argv, says) => {
    const { stdout, stderr, code } = await output(command, '--json', ...argv);
    const document = JSON.parse(stdout) as {
      error: { message: string; kind: string };
      exitCode: number;
    };
    expect(document).toMatchObject({ schemaVersion: 1, error: { kind: 'usage' }, exitCode: 2 });
    expect(document.error.message).toMatch(says);
    expect(stderr).toBe('');
    expect(code).toBe(2);
  });
});

describe('checks and explain', () => {
  it('list and explain every check of the registry', async () => {
    const listed = await output(Checks, '--json');
    const { checks } = JSON.parse(listed.stdout) as { checks: { id: string; about: string }[] };
    expect(checks.length).toBeGreaterThan(20);
    const text = await output(Checks);
    for (const { id } of checks) expect(text.stdout).toContain(id);
    for (const { id, about } of checks) {
      const page = await output(Explain, id);
      expect(page.stdout.replace(/\s+/g, ' ')).toContain(about.replace(/\s+/g, ' '));
      expect(page.code).toBe(0);
    }
  });

  it('find an incident by what users see', async () => {
    const { stdout } = await output(Explain, '--json', 'pairing', 'required');
    const { explanations } = JSON.parse(stdout) as { explanations: { code: string }[] };
    expect(explanations.map((one) => one.code)).toContain('CLAW-105');
  });
});

describe('evidence', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'clawdoctor-evidence-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('says that there is none', async () => {
    const list = await output(EvidenceList, '--evidence-dir', dir);
    expect(list).toMatchObject({ code: 0, stderr: '' });
    expect(list.stdout).toContain('no archived run');
    const show = await output(EvidenceShow, '--evidence-dir', dir);
    expect(show).toMatchObject({ code: 2, stdout: '' });
  });
});
