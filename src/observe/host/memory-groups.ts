import { readFile } from 'node:fs/promises';
import type { MemoryGroup } from '../../model/facts-host.js';

/** Deeper than any supervisor nests them. */
const maxLevels = 16;
/** Version 1 says "no limit" with the largest number of pages. */
const noLimit = 2 ** 60;

/**
 * The memory controller of the control group that a process is in, from /proc/PID/cgroup and the
 * files of both versions; undefined where there is none or it has neither limit nor kills.
 */
export async function memoryGroup(
  of: string,
  pid: number | 'self',
  procRoot: string,
  groupRoot: string,
): Promise<MemoryGroup | undefined> {
  const text = await readFile(`${procRoot}/${pid}/cgroup`, 'latin1').catch(() => '');
  const own = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(text)?.[1];
  const unified = /^0::(.*)$/m.exec(text)?.[1];
  const version = own === undefined ? 2 : 1;
  const path = own ?? unified;
  // `/../x` lies outside of the part that this namespace shows.
  if (path === undefined || path.split('/').includes('..')) return undefined;
  const root = version === 1 ? `${groupRoot}/memory` : groupRoot;
  return tightest(of, version, root, path);
}

async function tightest(
  of: string,
  version: 1 | 2,
  root: string,
  path: string,
): Promise<MemoryGroup | undefined> {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length > maxLevels) return undefined;
  let best: MemoryGroup | undefined;
  let oomKills: number | undefined;
  for (let level = parts.length; level >= 0; level -= 1) {
    const folder = [root, ...parts.slice(0, level)].join('/');
    const found = await groupAt(of, version, folder);
    if (!found) continue;
    oomKills ??= found.oomKills;
    if (best === undefined || room(found) < room(best)) best = found;
  }
  if (!best) return undefined;
  const { oomKills: _, ...rest } = best;
  const group = oomKills === undefined ? rest : { ...rest, oomKills };
  return group.limitBytes === undefined && !oomKills ? undefined : group;
}

function room({ limitBytes, usedBytes }: MemoryGroup): number {
  return limitBytes === undefined ? Number.POSITIVE_INFINITY : limitBytes - usedBytes;
}

const files = {
  1: {
    limit: 'memory.limit_in_bytes',
    used: 'memory.usage_in_bytes',
    events: 'memory.oom_control',
    cache: /^total_inactive_file (\d+)$/m,
  },
  2: {
    limit: 'memory.max',
    used: 'memory.current',
    events: 'memory.events',
    cache: /^inactive_file (\d+)$/m,
  },
} as const;

async function groupAt(
  of: string,
  version: 1 | 2,
  folder: string,
): Promise<MemoryGroup | undefined> {
  const names = files[version];
  const read = (name: string): Promise<string> =>
    readFile(`${folder}/${name}`, 'latin1').catch(() => '');
  const [limit, used, stat, events, pressure] = await Promise.all([
    read(names.limit),
    read(names.used),
    read('memory.stat'),
    read(names.events),
    read('memory.pressure'),
  ]);
  const usedBytes = number(used.trim());
  if (usedBytes === undefined) return undefined;
  const limitBytes = number(limit.trim());
  const reclaimableBytes = number(names.cache.exec(stat)?.[1]);
  const oomKills = number(/^oom_kill (\d+)$/m.exec(events)?.[1]);
  const some10 = /^some avg10=(\d+(?:\.\d+)?)/m.exec(pressure)?.[1];
  return {
    of,
    version,
    usedBytes,
    ...(limitBytes === undefined || limitBytes >= noLimit ? {} : { limitBytes }),
    ...(reclaimableBytes === undefined ? {} : { reclaimableBytes }),
    ...(oomKills === undefined ? {} : { oomKills }),
    ...(some10 === undefined ? {} : { memorySome10: Number(some10) }),
  };
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,19}$/.test(text) ? Number(text) : undefined;
}
