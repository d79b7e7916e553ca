import { open } from 'node:fs/promises';

const page = 64 * 1024;

/** The first bytes of a file in /proc, which has no size; empty where it cannot be read. */
export async function procHead(path: string, mostBytes: number): Promise<string> {
  try {
    const handle = await open(path, 'r');
    try {
      const parts: Buffer[] = [];
      for (let bytes = 0; bytes < mostBytes; ) {
        const length = Math.min(page, mostBytes - bytes);
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, null);
        if (bytesRead === 0) break;
        parts.push(buffer.subarray(0, bytesRead));
        bytes += bytesRead;
      }
      return Buffer.concat(parts).toString('utf8');
    } finally {
      await handle.close();
    }
  } catch {
    return '';
  }
}
