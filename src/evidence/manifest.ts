import type { ExitCode, Report, Verdict } from '../model/report.js';

/** What an archive holds; digests are of the redacted bytes as they stand in the archive. */
export interface Manifest {
  schemaVersion: 1;
  tool: Report['tool'];
  run: { command: string; startedAt: string };
  verdict: Verdict;
  exitCode: ExitCode;
  closable: boolean;
  incidents: string[];
  members: { name: string; bytes: number; sha256: string }[];
}

/** A manifest that somebody else may have written: undefined unless every part that is used fits. */
export function parseManifest(text: string): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const manifest = value as Partial<Manifest> | null;
  const good =
    typeof manifest === 'object' &&
    manifest?.schemaVersion === 1 &&
    typeof manifest.run?.startedAt === 'string' &&
    typeof manifest.run.command === 'string' &&
    typeof manifest.verdict === 'string' &&
    typeof manifest.exitCode === 'number' &&
    Array.isArray(manifest.incidents) &&
    manifest.incidents.every((code) => typeof code === 'string') &&
    Array.isArray(manifest.members);
  return good ? (manifest as Manifest) : undefined;
}
