import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../../src/model/report.js';
import { compare, compareControl } from '../../score/compare.js';
import { expectations } from '../../score/expectations.js';
import { type Diagnosed, findingsWith, runClawdoctor } from '../harness/clawdoctor.js';
import { openclawCli } from '../harness/cli.js';
import { configFor } from '../harness/config.js';
import { cleanUp, startGateway } from '../harness/gateway.js';
import { freePort, makeHome } from '../harness/home.js';
import { type OpenClawLine, openClawLines } from '../harness/install.js';
import { accepts, type Cli, type DriftRow, rows, type Staging } from './staged/drift-rows.js';

// Rows D1 to D13 of the measured drift scenarios: what the matrix says is what curl and the real CLI then do.

describe.each(openClawLines)('the credential matrix against OpenClaw %s', (line) => {
  afterEach(cleanUp);

  it.each(rows)('$id: $what', async (row) => {
    const at: Staging = {
      line,
      home: await makeHome(),
      port: await freePort(),
      A: randomBytes(24).toString('hex'),
      B: randomBytes(24).toString('hex'),
    };
    await stage(row, at);
    const env = row.clientEnv?.(at) ?? {};
    const diagnosed = await runClawdoctor({ line, home: at.home, env });
    const { server, cli, all } = sayings(diagnosed, at);
    const letterOf = (name: 'A' | 'B') =>
      diagnosed.report.credentials.find(
        (c) => c.state === 'set' && row.places[name]?.test(c.source),
      )?.letter;

    // curl: of the values that lie about, the server takes exactly the one that the matrix names.
    const taken = { A: await accepts(at.port, at.A), B: await accepts(at.port, at.B) };
    expect(taken).toEqual({ A: row.server === 'A', B: row.server === 'B' });
    // 2026.9.6 hands it to its children, where root and the same user can read it: then it has a letter of its own.
    if (row.server === 'hidden')
      expect(
        ['A', 'B'].map((name) => letterOf(name as 'A' | 'B')),
        all,
      ).not.toContain(server ?? 'none');
    else expect({ letter: server }, all).toEqual({ letter: letterOf(row.server) ?? 'none' });

    const expected = typeof row.cli === 'string' ? row.cli : row.cli[line];
    expect(cli, all).toBe(expected);
    expectScored(row, line, diagnosed.report);
    const args = ['gateway', 'call', 'health', '--json'];
    const called = await openclawCli({ line, home: at.home, env, args });
    expect(called.code === 0, called.stderr + called.stdout).toBe(
      expected === 'ok' || row.pairs === line,
    );
  });
});

/** What the score demands of the lab's scenario of this row, and silence where it does no harm. */
function expectScored(row: DriftRow, line: OpenClawLine, report: Report): void {
  const name = typeof row.scenario === 'string' ? row.scenario : row.scenario?.[line];
  const expected = expectations.find(({ scenario }) => scenario === name);
  const all = findingsWith(report, 'fail', 'warn', 'unknown').join('\n');
  if (expected) {
    const { missed, falseAlarms } = compare(report, expected);
    expect({ missed, falseAlarms }, all).toEqual({ missed: [], falseAlarms: [] });
  } else if (name !== undefined) throw new Error(`the score has no scenario ${name}`);
  else if (row.control || row.scenario !== undefined) {
    expect(compareControl(report).falseAlarms, all).toEqual([]);
  }
}

async function stage(row: DriftRow, at: Staging): Promise<void> {
  const { line, home, port } = at;
  const extra = row.extra?.(at);
  const [env, args] = [row.serverEnv?.(at), row.serverArgs?.(at)];
  const config = configFor({ line, port, ...row.auth(at), ...(extra && { extra }) });
  await mkdir(path.join(home, '.openclaw'), { mode: 0o700 });
  await row.prepare?.(at);
  await startGateway({ line, home, port, config, ...(env && { env }), ...(args && { args }) });
  await row.later?.(at);
}

/** The letter that the server accepts, by the matrix and by the probes, and what the CLI's next call will come to. */
function sayings({ report, stdout }: Diagnosed, { A, B }: Staging) {
  expect([stdout.includes(A), stdout.includes(B)], 'a secret in the report').toEqual([
    false,
    false,
  ]);
  const winner = (reader: string) =>
    report.credentials.find((c) => c.wins.some((w) => w === reader || w.startsWith(`${reader} (`)));
  const all = findingsWith(report, 'fail', 'warn', 'unknown').join('\n');
  const live = report.attempts.find(
    (a) => a.outcome === 'accepted' && a.endpoint.startsWith('POST'),
  );
  if (live) expect(winner('server')?.letter, all).toBe(live.credential);
  const sent = winner('local-cli');
  const cli: Cli = !sent ? 'missing' : sent.letter === live?.credential ? 'ok' : 'refused';
  return { server: live?.credential, cli, all };
}
