import { readFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import type { PressureFacts } from '../../model/facts-host.js';
import type { Observer } from '../../model/observer.js';

type Memory = Pick<
  PressureFacts,
  'totalBytes' | 'availableBytes' | 'swapTotalBytes' | 'swapFreeBytes'
>;

/** How short of memory and processor time this host is: a missed deadline can look like a 401. */
export const pressureObserver: Observer<'host.pressure'> = {
  id: 'host.pressure',
  stage: 'status',
  deadlineMs: 2000,
  async observe({ host }) {
    const source = 'memory and load';
    const memory = (await byLibrary()) ?? (await byProc(host.procRoot));
    if (!memory) {
      return { state: 'unsupported', source, reason: 'this platform does not tell its memory' };
    }
    const some10 = await memoryStall(host.procRoot);
    const data: PressureFacts = {
      ...memory,
      ...(some10 === undefined ? {} : { memorySome10: some10 }),
      load1: loadavg()[0] ?? 0,
      cpus: Math.max(1, cpus().length),
    };
    return { state: 'ok', source, data };
  },
};

async function byLibrary(): Promise<Memory | undefined> {
  try {
    const { mem } = await import('systeminformation');
    const { total, available, swaptotal, swapfree } = await mem();
    return sound({
      totalBytes: total,
      availableBytes: available,
      swapTotalBytes: swaptotal,
      swapFreeBytes: swapfree,
    });
  } catch {
    return undefined;
  }
}

async function byProc(procRoot: string | undefined): Promise<Memory | undefined> {
  const text = procRoot ? await readFile(`${procRoot}/meminfo`, 'latin1').catch(() => '') : '';
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? Number.NaN) * 1024;
  return sound({
    totalBytes: bytes('MemTotal'),
    availableBytes: bytes('MemAvailable'),
    swapTotalBytes: bytes('SwapTotal'),
    swapFreeBytes: bytes('SwapFree'),
  });
}

function sound(memory: Memory): Memory | undefined {
  return Object.values(memory).every((n) => Number.isFinite(n)) && memory.totalBytes > 0
    ? memory
    : undefined;
}

/** Pressure stall information (Linux 4.20): percent of the last 10 s in which a task waited. */
async function memoryStall(procRoot: string | undefined): Promise<number | undefined> {
  if (procRoot === undefined) return undefined;
  const text = await readFile(`${procRoot}/pressure/memory`, 'latin1').catch(() => '');
  const some = /^some avg10=(\d+(?:\.\d+)?)/m.exec(text)?.[1];
  return some === undefined ? undefined : Number(some);
}
