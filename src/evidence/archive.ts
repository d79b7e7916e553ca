import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../model/errors.js';
import type { Observation } from '../model/observation.js';
import { stages } from '../model/observation.js';
import type { Report } from '../model/report.js';
import { canonicalJson } from './canonical-json.js';
import { evidenceDirectory } from './evidence-directory.js';
import type { Manifest } from './manifest.js';
import { manifestReadme } from './manifest-readme.js';
import type { LeakHit, Scanner } from './scanner.js';
import type { Member } from './tar.js';
import { gzipped, tarball } from './tar.js';

export interface ArchiveInput {
  report: Report;
  /** The bytes of `--json`: report.json is the same. */
  reportText: string;
  observations: readonly Observation[];
  scanner: Scanner;
  dir: string;
  /** Ms since the epoch; names the folder, and is in no member. */
  now: number;
  uid: number;
  /** Four characters that tell two runs of one second apart; random when left out. */
  suffix?: string;
}

export type Archived = { folder: string; archive: string } | { refused: LeakHit[] };

/**
 * Writes one folder and one .tar.gz for a run, both under a temporary name first. Every member is
 * scanned before anything is written; a hit refuses all of it.
 */
export async function archiveRun(input: ArchiveInput): Promise<Archived> {
  const name = `clawdoctor-${compactUtc(input.now)}-${input.suffix ?? randomSuffix()}`;
  const members = membersOf(input);
  const refused = members.flatMap((m) => input.scanner.scan(m.name, m.bytes.toString('utf8')));
  if (refused.length > 0) return { refused };
  const dir = await evidenceDirectory(input.dir, input.uid);
  const folder = join(dir, name);
  const archive = `${folder}.tar.gz`;
  const packed = gzipped(tarball(members.map((m) => ({ ...m, name: `${name}/${m.name}` }))));
  await writeFolder(folder, members);
  await writeFileWhole(archive, packed);
  return { folder, archive };
}

function membersOf({ report, reportText, observations }: ArchiveInput): Member[] {
  const texts: [string, string][] = [
    ...stages.map((stage): [string, string] => [
      `${stage}.json`,
      canonicalJson({
        schemaVersion: 1,
        stage,
        observations: observations.filter((o) => o.stage === stage),
      }),
    ]),
    ['report.json', reportText],
  ];
  const members = texts.map(([name, text]) => ({ name, bytes: Buffer.from(text, 'utf8') }));
  const manifest: Manifest = {
    schemaVersion: 1,
    tool: report.tool,
    run: { command: report.run.command, startedAt: report.run.startedAt },
    verdict: report.verdict,
    exitCode: report.exitCode,
    closable: report.closable,
    incidents: report.incidents.map((incident) => incident.code),
    members: members.map(({ name, bytes }) => ({
      name,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })),
  };
  const made: [string, string][] = [
    ['README.md', manifestReadme(manifest)],
    ['manifest.json', canonicalJson(manifest)],
  ];
  return [
    ...made.map(([name, text]) => ({ name, bytes: Buffer.from(text, 'utf8') })),
    ...members,
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function writeFolder(folder: string, members: readonly Member[]): Promise<void> {
  const temporary = `${folder}.part`;
  // Fails on anything that is there, a symbolic link too: it is never followed.
  await mkdir(temporary, { mode: 0o700 });
  try {
    for (const { name, bytes } of members) await writeNew(join(temporary, name), bytes);
    await assertFree(folder);
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

async function writeFileWhole(path: string, bytes: Buffer): Promise<void> {
  const temporary = `${path}.part`;
  try {
    await writeNew(temporary, bytes);
    await assertFree(path);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeNew(path: string, bytes: Buffer): Promise<void> {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const file = await open(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600);
  try {
    await file.writeFile(bytes);
    await file.chmod(0o600);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function assertFree(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there) throw new UserError('an archive of that name is already there');
}

/** `20261120T143015Z`. */
function compactUtc(now: number): string {
  return new Date(now).toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '');
}

function randomSuffix(): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return [...randomBytes(4)].map((byte) => alphabet[byte & 31]).join('');
}
