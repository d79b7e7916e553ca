import { readdir } from 'node:fs/promises';
import { readListening } from './proc-net.js';
import { socketsOf } from './proc-sockets.js';

/**
 * The ports on which a process listens, ascending: 2026.5 writes none into its lock. Undefined when
 * its descriptors or the sockets of this host are hidden from us.
 */
export async function listeningPortsOf(
  procRoot: string,
  pid: number,
): Promise<number[] | undefined> {
  try {
    await readdir(`${procRoot}/${pid}/fd`);
    const rows = await readListening(procRoot);
    const held = new Set(await socketsOf(procRoot, pid, new Set(rows.map((row) => row.inode))));
    const ports = rows.filter((row) => held.has(row.inode)).map((row) => row.port);
    return [...new Set(ports)].sort((a, b) => a - b);
  } catch {
    return undefined;
  }
}

/**
 * The gateway's own port among those of its process: the wanted one, else the one that has its
 * browser control on port+2 (2026.5; a channel's webhook server has none), else the lowest.
 */
export function ownPort(ports: readonly number[], wanted: number): number | undefined {
  if (ports.includes(wanted)) return wanted;
  return ports.find((port) => ports.includes(port + 2)) ?? ports[0];
}
