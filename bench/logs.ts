import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanAll } from '../dist/src/observe/logs/logs.js';

/**
 * The log scanner with its whole set of needles, against `LC_ALL=C grep -cF` of one named needle,
 * over a warm file: 1 GB of JSONL lines of about 300 bytes of which 1% match. Round by round, each
 * pair in one mood of the machine; medians are quoted. `node bench/logs.ts [MB]`.
 */
const needle = 'unauthorized conn=';
const megabytes = Number(process.argv[2] ?? 1024);
const rounds = 5;

const folder = mkdtempSync(join(tmpdir(), 'clawdoctor-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'openclaw-2026-11-20.log');
const lines = writeLog();
const size = statSync(path).size;
console.log(`${lines} lines, ${Math.round(size / lines)} bytes each, ${size} bytes`);

const limit = { bytes: Number.MAX_SAFE_INTEGER, ms: 600_000 };
const never = new AbortController().signal;
const times: { scan: number; grep: number }[] = [];
let matched = 0;
let counted = 0;
for (let round = 0; round <= rounds; round += 1) {
  const grep = await timed(async () => {
    const env = { ...process.env, LC_ALL: 'C' };
    const done = spawnSync('grep', ['-cF', needle, path], { env, encoding: 'utf8' });
    counted = Number(done.stdout);
  });
  const scan = await timed(async () => {
    const found = await scanAll([{ path, facts: { path, state: 'ok', size } }], 0, never, limit);
    matched = found.lines.matched;
  });
  // The first round warms the file and the compiler.
  if (round > 0) times.push({ scan, grep });
}

const ratio = median(times.map(({ scan, grep }) => grep / scan));
const peakMib = process.resourceUsage().maxRSS / 1024;
console.log(`grep    ${median(times.map((t) => t.grep)).toFixed(0)} ms, ${counted} lines`);
console.log(`scanner ${median(times.map((t) => t.scan)).toFixed(0)} ms, ${matched} lines`);
console.log(`ratio   ${ratio.toFixed(2)} of the speed of grep (wanted: 0.5), median of ${rounds}`);
console.log(`peak    ${peakMib.toFixed(0)} MiB (wanted: at most 150)`);
if (matched !== counted || ratio < 0.5 || peakMib > 150) process.exitCode = 1;

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** What a busy gateway writes: requests, agents, channels; every hundredth line a refusal. */
function writeLog(): number {
  const said: [subsystem: string, message: string][] = [
    ['agents/embedded', 'lane enqueue: lane=session:agent:main:main queueSize=1'],
    ['gateway/ws', '⇄ res ✓ chat.history 78ms conn=7233df65…0bd6 id=5a1b…77c2'],
    ['diagnostic', 'session state: sessionId=5f2e prev=idle new=processing reason="run_started"'],
    ['tools/exec', 'tool exec completed in 412ms exit=0'],
    ['gateway/heartbeat', 'heartbeat: skipped (requests-in-flight)'],
    ['gateway/cron', 'cron: timer armed'],
    ['agents/embedded', 'embedded run tool start: runId=77c2 tool=read toolCallId=call_11'],
    ['gateway/channels', 'channel telegram: poll returned 0 updates'],
    ['gateway', 'agent model: openai/gpt-6 (thinking=medium, fast=off)'],
  ];
  const file = openSync(path, 'w');
  let count = 0;
  for (let written = 0; written < megabytes * 1024 * 1024; ) {
    const chunk: string[] = [];
    for (let i = 0; i < 1000; i += 1) {
      const [subsystem, message] =
        count % 100 === 37
          ? ['gateway/ws', refusal(count)]
          : (said[count % said.length] ?? ['', '']);
      const time = new Date(Date.UTC(2026, 10, 20) + count * 20).toISOString();
      chunk.push(
        JSON.stringify({
          0: JSON.stringify({ subsystem }),
          1: message,
          _meta: { runtime: 'node', runtimeVersion: '24.21.0', date: time, logLevelName: 'INFO' },
          time: time.replace('Z', '+00:00'),
          message: count % 100 === 37 ? '' : message,
        }),
      );
      count += 1;
    }
    written += writeSync(file, `${chunk.join('\n')}\n`);
  }
  closeSync(file);
  return count;
}

function refusal(count: number): string {
  const conn = `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
  const peer = `peer=127.0.0.1:35020->127.0.0.1:18789 remote=127.0.0.1`;
  return `${needle}${conn} ${peer} client=cli cli v2026.9.6 role=operator host=127.0.0.1:18789 reason=token_mismatch`;
}
