import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface Written {
  name: string;
  text: string;
  mode: number;
}

/** Every file below a directory, and every member of every archive there, as text. */
export async function writtenBelow(directory: string): Promise<Written[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files: Written[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(directory, path);
    const bytes = await readFile(path);
    const mode = (await lstat(path)).mode & 0o777;
    files.push({ name, mode, text: bytes.toString('latin1') });
    if (name.endsWith('.tar.gz')) {
      for (const member of membersOf(gunzipSync(bytes))) {
        files.push({ name: `${name}: ${member.name}`, mode, text: member.bytes.toString('utf8') });
      }
    }
  }
  return files;
}

/** The regular files of a ustar archive, headers included as a member called `headers`. */
export function membersOf(tar: Buffer): { name: string; bytes: Buffer }[] {
  const members: { name: string; bytes: Buffer }[] = [];
  const headers: Buffer[] = [];
  for (let at = 0; at + 512 <= tar.length; ) {
    const header = tar.subarray(at, at + 512);
    headers.push(header);
    const name = header.toString('latin1', 0, 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(header.toString('latin1', 124, 135), 8) || 0;
    if (name !== '') members.push({ name, bytes: tar.subarray(at + 512, at + 512 + size) });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return [...members, { name: 'headers', bytes: Buffer.concat(headers) }];
}
