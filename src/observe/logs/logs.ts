import { logEvent } from '../../domain/openclaw/log-event.js';
import { readLogLine } from '../../domain/openclaw/log-line.js';
import { logNeedles } from '../../domain/openclaw/log-needles.js';
import type { LogFacts } from '../../model/facts-logs.js';
import type { Observer, ObserverContext } from '../../model/observer.js';
import { errorCode, failureState } from '../files/error-code.js';
import { openQuietly } from '../files/open-quietly.js';
import { attributes } from '../files/read-file.js';
import { placeOf } from '../files/state-place.js';
import { readBack, type ScanBudget } from './backwards.js';
import { LineScanner } from './line-scanner.js';
import { type LogFile, logFiles } from './log-files.js';
import { LogRows } from './log-rows.js';

/** A day tells of everything that an operator asks about at night. */
const windowMs = 24 * 3600_000;
/** A line of another clock may be a little ahead; one that is further ahead tells no time. */
const aheadMs = 5 * 60_000;
const most: { bytes: number; ms: number } = { bytes: 64 * 1024 * 1024, ms: 1500 };

/** What the gateway's log files say: refusals, starts, reloads, upgrades, header warnings. */
export const logsObserver: Observer<'gateway.logs'> = {
  id: 'gateway.logs',
  stage: 'status',
  uses: ['run', 'host.discovery', 'gateway.config'],
  deadlineMs: 4000,
  async observe(context) {
    const { target, facts, host, signal } = context;
    if (target.place === 'remote') {
      const reason = 'this gateway runs on another host, and so do its logs';
      return { state: 'absent', source: 'logs', reason };
    }
    const config = facts.data('gateway.config', target.id);
    const sinceMs = host.now() - windowMs;
    const { home, stateDir } = placeOf(context);
    const uid = target.uid ?? -1;
    const files = await logFiles(
      {
        home,
        stateDir,
        ...(uid < 0 ? {} : { uid, ownUid: host.uid }),
        ...(config?.loggingFile === undefined ? {} : { loggingFile: config.loggingFile }),
      },
      host,
      sinceMs,
    );
    const source = files[0]?.facts.path ?? 'logs';
    const closed = files.find(({ facts: { state } }) => state === 'denied');
    if (closed && files.every(({ facts: { state } }) => state !== 'ok')) {
      const code = closed.facts.reason ?? 'EACCES';
      const reason =
        uid === host.uid
          ? `${code}; its user, who is you, may not read it: give the file or its directory back to that user`
          : `${code}; run clawdoctor as the user of the gateway`;
      return { state: 'denied', source: closed.facts.path, reason };
    }
    const key = `logs ${files.map((file) => file.path).join('\n')}`;
    const untilMs = host.now() + aheadMs;
    const scan = await context.once(key, () => scanAll(files, sinceMs, signal, most, untilMs));
    const { rows, complete, files: read, lines } = scan;
    const data = { files: read, sinceMs: scan.sinceMs, lines, ...rows.of(target.port) };
    return { state: 'ok', source, complete, data };
  },
};

interface Scan extends Pick<LogFacts, 'files' | 'sinceMs' | 'lines'> {
  rows: LogRows;
  complete: boolean;
  /** Lines with a time among those that were looked at. */
  dated: number;
  untilMs: number;
}

/** Newest files first, so that what a cap cuts off is the oldest. */
export async function scanAll(
  files: readonly LogFile[],
  sinceMs: number,
  signal: ObserverContext['signal'],
  limit: { bytes: number; ms: number } = most,
  untilMs: number = Number.POSITIVE_INFINITY,
): Promise<Scan> {
  const rows = new LogRows();
  const scan: Scan = {
    rows,
    files: [],
    sinceMs,
    lines: { total: 0, matched: 0, broken: 0 },
    complete: true,
    dated: 0,
    untilMs,
  };
  const scanner = new LineScanner(logNeedles);
  const budget: ScanBudget = { bytes: limit.bytes, endsAt: performance.now() + limit.ms };
  const onLine = (line: string): void => {
    const record = readLogLine(line);
    if (record === 'broken') {
      scan.lines.broken += 1;
      return;
    }
    scan.dated += 1;
    if (record.atMs < sinceMs) return;
    const event = logEvent(record);
    if (!event) return;
    if (record.atMs > untilMs) {
      scan.lines.future = (scan.lines.future ?? 0) + 1;
      return;
    }
    scan.lines.matched += 1;
    rows.add(event);
  };
  for (const file of files) {
    if (file.facts.state !== 'ok') {
      scan.complete = false;
      scan.files.unshift({ file: file.facts, from: 0, bytes: 0 });
      continue;
    }
    await scanOne(scan, scanner, file, budget, onLine, signal);
  }
  return scan;
}

async function scanOne(
  scan: Scan,
  scanner: LineScanner,
  { path, facts }: LogFile,
  budget: ScanBudget,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let row: LogFacts['files'][number] = { file: facts, from: facts.size ?? 0, bytes: 0 };
  try {
    const handle = await openQuietly(path, true);
    const datedBefore = scan.dated;
    try {
      const opened = await handle.stat();
      if (!opened.isFile()) throw Object.assign(new Error('not a file'), { code: 'EINVAL' });
      const { size } = opened;
      const read = await readBack(scanner, handle, size, scan.sinceMs, budget, onLine, signal);
      row = { file: { ...facts, ...attributes(opened) }, from: read.from, bytes: read.bytes };
      const isDated = read.oldestMs !== undefined || scan.dated > datedBefore;
      if (read.bytes > 0 && !isDated && !read.cut) {
        scan.complete = false;
        const reason = 'no line of it has a time';
        row = { ...row, file: { ...row.file, state: 'not-a-file', reason } };
      }
      scan.lines.broken += read.tooLong;
      if (read.lineBytes > 0) scan.lines.total += Math.ceil(read.bytes / read.lineBytes);
      if (read.cut) {
        scan.complete = false;
        row.cut = true;
        const reached = Math.min(read.oldestMs ?? facts.mtimeMs ?? 0, scan.untilMs);
        scan.sinceMs = Math.max(scan.sinceMs, reached);
      }
    } finally {
      await handle.close().catch(() => undefined);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    const code = errorCode(error);
    scan.complete = false;
    row = { file: { ...facts, state: failureState(code), reason: code }, from: 0, bytes: 0 };
  }
  scan.files.unshift(row);
}
