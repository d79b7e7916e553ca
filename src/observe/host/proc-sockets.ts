import { readdir, readlink } from 'node:fs/promises';

/** How many processes are looked at side by side. */
const width = 16;

/**
 * Which process holds each of these sockets, by one pass over /proc/<pid>/fd that ends as soon as
 * all are found. A socket whose owner hides its descriptors from us is missing from the answer.
 */
export async function ownersOf(
  procRoot: string,
  inodes: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const owners = new Map<string, number>();
  const pids = inodes.size === 0 ? [] : await listPids(procRoot);
  const done = (): boolean => signal.aborted || owners.size === inodes.size;
  const worker = async (): Promise<void> => {
    for (let pid = pids.pop(); pid !== undefined && !done(); pid = pids.pop()) {
      for (const inode of await socketsOf(procRoot, pid, inodes)) {
        const known = owners.get(inode);
        // A forked child can hold its parent's socket, too: the older process is the owner.
        if (known === undefined || pid < known) owners.set(inode, pid);
      }
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return owners;
}

/** Every process id, oldest last: the ones that run for long are looked at first by `pop`. */
export async function listPids(procRoot: string): Promise<number[]> {
  const names = await readdir(procRoot).catch((): string[] => []);
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => b - a);
}

/** Which of these sockets a process holds; none where its descriptors are hidden from us. */
export async function socketsOf(
  procRoot: string,
  pid: number,
  wanted: ReadonlySet<string>,
): Promise<string[]> {
  const folder = `${procRoot}/${pid}/fd`;
  const names = await readdir(folder).catch((): string[] => []);
  const found: string[] = [];
  for (const name of names) {
    const link = await readlink(`${folder}/${name}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
    if (inode !== undefined && wanted.has(inode)) found.push(inode);
  }
  return found;
}
