import { readFile, stat } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import type { FactSet } from '../../model/fact-set.js';
import type { MemoryGroup, PressureFacts } from '../../model/facts-host.js';
import type { Observer } from '../../model/observer.js';
import { memoryGroup } from './memory-groups.js';

type Memory = Pick<
  PressureFacts,
  'totalBytes' | 'availableBytes' | 'swapTotalBytes' | 'swapFreeBytes'
>;

/**
 * How short of memory and processor time this host is, and the control groups of the gateways and
 * of ourselves: a missed deadline can look like a 401. The roots are parameters for tests.
 */
export function makePressureObserver(
  groupRoot = '/sys/fs/cgroup',
  runRoot = '/run',
): Observer<'host.pressure'> {
  return {
    id: 'host.pressure',
    stage: 'status',
    uses: ['gateway.process'],
    deadlineMs: 2000,
    async observe({ host, facts }) {
      const source = 'memory and load';
      const memory = (await byLibrary()) ?? (await byProc(host.procRoot));
      if (!memory) {
        return { state: 'unsupported', source, reason: 'this platform does not tell its memory' };
      }
      const [stalls, groups, clock] = await Promise.all([
        memoryStalls(host.procRoot),
        memoryGroups(host.procRoot, groupRoot, facts),
        stat(`${runRoot}/systemd/timesync/synchronized`).catch(() => undefined),
      ]);
      const data: PressureFacts = {
        ...memory,
        ...stalls,
        load1: loadavg()[0] ?? 0,
        cpus: Math.max(1, cpus().length),
        ...(groups.length > 0 ? { groups } : {}),
        ...(clock ? { clockSetAtMs: Math.floor(clock.mtimeMs) } : {}),
      };
      return { state: 'ok', source, data };
    },
  };
}

/** Ours, and that of each gateway whose process is known, where it is another. */
async function memoryGroups(
  procRoot: string | undefined,
  groupRoot: string,
  facts: FactSet,
): Promise<MemoryGroup[]> {
  if (procRoot === undefined) return [];
  const gateways = facts.all('gateway.process').flatMap((o) => {
    const pid = o.state === 'ok' ? o.data?.pid : undefined;
    return pid === undefined ? [] : [{ of: o.target, pid }];
  });
  const looked = [{ of: 'own', pid: 'self' as const }, ...gateways.slice(0, 8)];
  const found = await Promise.all(
    looked.map(({ of, pid }) => memoryGroup(of, pid, procRoot, groupRoot)),
  );
  return found.filter((group) => group !== undefined);
}

async function byLibrary(): Promise<Memory | undefined> {
  try {
    const { mem } = await memoryLibrary();
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

/** The one module of it that is needed: the whole brings twenty others, and a tenth of a run. */
async function memoryLibrary(): Promise<Pick<typeof import('systeminformation'), 'mem'>> {
  try {
    return await import('systeminformation/lib/memory.js');
  } catch {
    return await import('systeminformation');
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

/** Pressure stall information (Linux 4.20): percent of the last 10 s in which tasks waited. */
async function memoryStalls(
  procRoot: string | undefined,
): Promise<Pick<PressureFacts, 'memorySome10' | 'memoryFull10'>> {
  if (procRoot === undefined) return {};
  const text = await readFile(`${procRoot}/pressure/memory`, 'latin1').catch(() => '');
  const some = /^some avg10=(\d+(?:\.\d+)?)/m.exec(text)?.[1];
  const full = /^full avg10=(\d+(?:\.\d+)?)/m.exec(text)?.[1];
  return {
    ...(some === undefined ? {} : { memorySome10: Number(some) }),
    ...(full === undefined ? {} : { memoryFull10: Number(full) }),
  };
}
