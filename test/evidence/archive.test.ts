import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveRun } from '../../src/evidence/archive.js';
import { Scanner } from '../../src/evidence/scanner.js';
import { findRun, listRuns, readMember } from '../../src/evidence/stored-runs.js';
import type { Observation } from '../../src/model/observation.js';
import { renderJson } from '../../src/render/json.js';
import { failingReport } from '../render/reports.js';

const now = Date.parse('2026-11-20T02:58:12Z');
const observation: Observation = {
  id: 'gateway.config',
  target: 'gateway:18789',
  stage: 'doctor',
  source: '~/.openclaw/openclaw.json',
  takenAt: '2026-11-20T02:58:12.000Z',
  durationMs: 4,
  state: 'ok',
  complete: true,
  data: { port: 18789, bind: 'loopback' },
};

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'clawdoctor-archive-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function archive(to: string, secret?: string, suffix = 'A2B3') {
  const report = failingReport();
  const needles = secret ? [{ value: secret, kind: 'token' as const, weak: false }] : [];
  return archiveRun({
    report,
    reportText: renderJson(report),
    observations: [observation],
    scanner: new Scanner({ needles, ownText: () => '', recorded: [] }),
    dir: to,
    now,
    uid: process.getuid?.() ?? -1,
    suffix,
  });
}

async function archived(to: string, suffix?: string) {
  const done = await archive(to, undefined, suffix);
  if ('refused' in done) throw new Error('refused');
  return done;
}

describe('archiveRun', () => {
  it('writes a folder and an archive that only their owner can read', async () => {
    const { folder, archive: file } = await archived(join(dir, 'new', 'evidence'));
    expect(folder).toMatch(/clawdoctor-20261120T025812Z-A2B3$/);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'new')).mode & 0o777).toBe(0o700);
    const names = readdirSync(folder);
    expect(names).toEqual([
      'README.md',
      'doctor.json',
      'manifest.json',
      'probes.json',
      'report.json',
      'status.json',
    ]);
    for (const name of names) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(dir, 'new', 'evidence')).some((n) => n.endsWith('.part'))).toBe(false);
  });

  it('is the same bytes for the same run', async () => {
    const one = await archived(join(dir, 'a'));
    const two = await archived(join(dir, 'b'));
    expect(readFileSync(one.archive).equals(readFileSync(two.archive))).toBe(true);
  });

  it('is a tar that tar reads, with the digests of the manifest', async () => {
    const { folder, archive: file } = await archived(dir);
    const out = join(dir, 'out');
    mkdirSync(out);
    execFileSync('tar', ['-xzf', file, '-C', out]);
    const name = folder.slice(dir.length + 1);
    const manifest = JSON.parse(readFileSync(join(out, name, 'manifest.json'), 'utf8')) as {
      members: { name: string; sha256: string; bytes: number }[];
    };
    expect(manifest.members.map((m) => m.name)).toContain('report.json');
    for (const member of manifest.members) {
      const bytes = readFileSync(join(out, name, member.name));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(member.sha256);
      expect(bytes.length).toBe(member.bytes);
      expect(bytes.equals(readFileSync(join(folder, member.name)))).toBe(true);
    }
  });

  it('writes nothing at all when a member holds a secret', async () => {
    const done = await archive(join(dir, 'e'), '9f2c41d07ab3');
    expect(done).toEqual({
      refused: [{ where: 'report.json', form: 'plain', kind: 'token', offset: expect.any(Number) }],
    });
    expect(readdirSync(dir)).toEqual([]);
  });

  it.each(['clawdoctor-20261120T025812Z-A2B3.part', 'clawdoctor-20261120T025812Z-A2B3'])(
    'does not follow a link that waits as %s',
    async (name) => {
      const elsewhere = join(dir, 'elsewhere');
      mkdirSync(elsewhere);
      mkdirSync(join(dir, 'e'));
      symlinkSync(elsewhere, join(dir, 'e', name));
      await expect(archive(join(dir, 'e'))).rejects.toThrow();
      expect(readdirSync(elsewhere)).toEqual([]);
      expect(readdirSync(join(dir, 'e'))).toEqual([name]);
    },
  );

  it('says in one sentence that a directory cannot be used', async () => {
    writeFileSync(join(dir, 'file'), '');
    await expect(archive(join(dir, 'file', 'e'))).rejects.toThrow(
      'the evidence directory cannot be used (ENOTDIR)',
    );
  });
});

describe('stored runs', () => {
  it('are listed oldest first and found by name, suffix, or as the latest', async () => {
    await archived(dir, 'A2B3');
    await archived(dir, 'C4D5');
    mkdirSync(join(dir, 'clawdoctor-20261120T025812Z-ZZZZ'));
    writeFileSync(join(dir, 'other'), '');
    const names = (await listRuns(dir)).map((run) => run.name.slice(-4));
    expect(names).toEqual(['A2B3', 'C4D5']);
    expect((await findRun(dir, 'latest')).name).toMatch(/C4D5$/);
    const run = await findRun(dir, 'a2b3');
    expect(await readMember(run, 'report')).toBe(renderJson(failingReport()));
    expect((await findRun(dir, `${run.folder}.tar.gz`)).name).toBe(run.name);
    await expect(findRun(dir, 'nope')).rejects.toThrow('no archived run of that name');
    await expect(findRun(dir, '../../etc')).rejects.toThrow('no archived run of that name');
  });

  it('are none where nothing was ever archived', async () => {
    expect(await listRuns(join(dir, 'absent'))).toEqual([]);
  });

  it('are not read through links', async () => {
    const { folder } = await archived(dir);
    rmSync(join(folder, 'doctor.json'));
    writeFileSync(join(dir, 'secret'), 'secret');
    symlinkSync(join(dir, 'secret'), join(folder, 'doctor.json'));
    await expect(readMember(await findRun(dir, 'latest'), 'doctor')).rejects.toThrow(
      'cannot be read',
    );
  });
});
