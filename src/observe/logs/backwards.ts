import type { FileHandle } from 'node:fs/promises';
import { lineTime } from '../../domain/openclaw/log-line.js';
import type { LineScanner } from './line-scanner.js';

const segmentBytes = 8 * 1024 * 1024;

/** What may still be read of all files together; counted down. */
export interface ScanBudget {
  bytes: number;
  /** By the clock of `performance`. */
  endsAt: number;
}

export interface ReadBack {
  /** Where reading began; 0 when all of it was read. */
  from: number;
  bytes: number;
  tooLong: number;
  /** Set when the budget ended before the file's beginning or the wanted time was reached. */
  cut: boolean;
  /** The time of the earliest line that was read. */
  oldestMs?: number;
  /** Bytes of the first line: a measure of how many there are. */
  lineBytes: number;
}

/**
 * Reads a log from its end, one segment after the other, until its lines are older than `sinceMs`
 * or the budget is used up: what is newest matters most, and a file of years costs no more.
 */
export async function readBack(
  scanner: LineScanner,
  file: FileHandle,
  size: number,
  sinceMs: number,
  budget: ScanBudget,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<ReadBack> {
  const read: ReadBack = { from: size, bytes: 0, tooLong: 0, cut: false, lineBytes: 0 };
  while (read.from > 0) {
    if (budget.bytes <= 0 || performance.now() > budget.endsAt) return { ...read, cut: true };
    const from = Math.max(0, read.from - Math.min(segmentBytes, budget.bytes));
    const found = await scanner.scan(file, from, read.from, onLine, signal);
    budget.bytes -= read.from - from;
    read.bytes += read.from - from;
    read.from = from;
    read.tooLong += found.tooLong;
    if (found.firstLine === undefined) continue;
    read.lineBytes = Buffer.byteLength(found.firstLine) + 1;
    const at = lineTime(found.firstLine);
    if (at === undefined) continue;
    read.oldestMs = at;
    if (at < sinceMs) break;
  }
  return read;
}
