import type { FactSet } from '../../model/fact-set.js';
import type { VersionRole, VersionSet } from '../../model/report.js';
import type { Line, Target } from '../../model/target.js';

/** Every line whose rules are known, oldest first. */
export const knownLines: readonly Line[] = ['2026.3', '2026.5', '2026.9'];

/**
 * The known lines that a version can behave like: its own, or both neighbours of an unlisted one
 * (2026.7.1 is 2026.5 or 2026.9). Empty for a text that is no calendar version.
 */
export function linesOf(version: string): Line[] {
  const match = /^v?(\d{4})\.(\d{1,2})(?:\.\d|$|-)/.exec(version);
  if (!match) return [];
  const month = (Number(match[1]) - 2026) * 12 + Number(match[2]);
  const months = knownLines.map((line) => Number(line.split('.')[1]));
  const below = months.filter((m) => m <= month).at(-1);
  const above = months.find((m) => m >= month);
  return knownLines.filter((_, i) => months[i] === below || months[i] === above);
}

interface Clue {
  lines: readonly Line[];
  version?: string;
  text: string;
}

/**
 * The versions of one gateway by role. The server's set starts from the strongest clue (what the
 * gateway said, then its process, its service, the writer of its state, the only install on this
 * host) and weaker clues only narrow it. Without an `openclaw` on PATH the CLI is taken to be of the
 * server's version, and the evidence says so.
 */
export function versionsOf(facts: FactSet, gateway: Target): Record<VersionRole, VersionSet> {
  const writer = combine(writerClues(facts, gateway));
  const service = combine(serviceClues(facts, gateway));
  const server = combine([
    ...runningClues(facts, gateway),
    ...serviceClues(facts, gateway),
    ...writerClues(facts, gateway),
    ...onlyInstall(facts),
  ]);
  const own = combine(cliClues(facts));
  const fallback: VersionSet = {
    ...server,
    evidence: [
      server.lines.length > 0
        ? "no openclaw on PATH: the server's version is assumed"
        : 'no openclaw on PATH, and the version of the server is not known',
    ],
  };
  return { server, cli: own.lines.length > 0 ? own : fallback, writer, service };
}

function runningClues(facts: FactSet, gateway: Target): Clue[] {
  const said = facts.data('probe.handshake', gateway.id)?.serverVersion;
  const process = facts.data('gateway.process', gateway.id);
  const clues: Clue[] = [];
  if (said !== undefined) clues.push(exact(said, `the gateway says ${said}`));
  if (process?.version !== undefined)
    clues.push(exact(process.version, `process: ${process.version}`));
  if (process && process.lines.length > 0) {
    const how = process.versionEvidence.join(', ') || 'process';
    clues.push({ lines: process.lines, text: how });
  }
  return clues;
}

function serviceClues(facts: FactSet, gateway: Target): Clue[] {
  const service = facts.data('gateway.credentials', gateway.id)?.service;
  if (service?.version === undefined) return [];
  return [exact(service.version, `${service.unit} runs ${service.version}`)];
}

function writerClues(facts: FactSet, gateway: Target): Clue[] {
  const state = facts.data('gateway.state', gateway.id);
  const touched = facts.data('gateway.config', gateway.id)?.writerVersion;
  const clues: Clue[] = [];
  if (state?.writerVersion !== undefined)
    clues.push(exact(state.writerVersion, `state written by ${state.writerVersion}`));
  if (state?.layout === 'json') {
    // 2026.3.11 knows no openclaw.json.last-good (its bundle has no such name).
    clues.push(
      state.lastGoodPresent
        ? { lines: ['2026.5'], text: 'JSON stores and a last-good copy of the config' }
        : { lines: ['2026.3', '2026.5'], text: 'the state directory holds JSON stores' },
    );
  }
  if (state?.layout === 'sqlite')
    clues.push({ lines: ['2026.9'], text: 'the state directory holds state/openclaw.sqlite' });
  if (touched !== undefined) clues.push(exact(touched, `config last written by ${touched}`));
  return clues;
}

function cliClues(facts: FactSet): Clue[] {
  const binaries = facts.data('host.install', 'host')?.binaries ?? [];
  const first = binaries.find((binary) => binary.first);
  return first?.version === undefined ? [] : [exact(first.version, `openclaw on PATH`)];
}

/** One version over all installs says something of the server too; several say nothing. */
function onlyInstall(facts: FactSet): Clue[] {
  const binaries = facts.data('host.install', 'host')?.binaries ?? [];
  const version = binaries[0]?.version;
  if (version === undefined || binaries.some((binary) => binary.version !== version)) return [];
  return [exact(version, `the only version installed is ${version}`)];
}

function exact(version: string, text: string): Clue {
  return { lines: linesOf(version), version, text };
}

/** Strongest clue first; a weaker one that contradicts is left out. */
function combine(clues: readonly Clue[]): VersionSet {
  let lines: Line[] = [];
  let version: string | undefined;
  const evidence: string[] = [];
  for (const clue of clues) {
    if (clue.lines.length === 0) continue;
    const narrowed = lines.length === 0 ? [...clue.lines] : both(lines, clue.lines);
    if (narrowed.length === 0) continue;
    if (lines.length === 0 || narrowed.length < lines.length || clue.version !== undefined) {
      evidence.push(clue.text);
    }
    // Only the strongest clue may name the exact version: a weaker one may be older than an upgrade.
    if (lines.length === 0) version = clue.version;
    lines = narrowed;
  }
  return { lines, ...(version === undefined ? {} : { version }), evidence };
}

function both(a: readonly Line[], b: readonly Line[]): Line[] {
  return a.filter((line) => b.includes(line));
}

/** The lines to judge by: the set, or every known line when nothing is known. */
export function linesToJudge(set: VersionSet): readonly Line[] {
  return set.lines.length > 0 ? set.lines : knownLines;
}
