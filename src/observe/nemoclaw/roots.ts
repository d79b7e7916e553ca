import { readdir, stat } from 'node:fs/promises';

/** One NemoClaw root: `~/.nemoclaw` for gateway port 8080, else `~/.nemoclaw/gateways/<port>`. */
export interface NemoclawRoot {
  path: string;
  gatewayPort: number;
}

const defaultGatewayPort = 8080;
/** NemoClaw's own bound. */
const mostRoots = 256;

/** Every root under a home directory, the default one first; empty without NemoClaw state. */
export async function nemoclawRoots(home: string): Promise<NemoclawRoot[]> {
  const base = `${home}/.nemoclaw`;
  const isFolder = await stat(base).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return [];
  const names = await readdir(`${base}/gateways`).catch((): string[] => []);
  const ports = names
    .filter((name) => /^[1-9]\d{0,4}$/.test(name) && Number(name) < 65_536)
    .map(Number)
    .sort((a, b) => a - b)
    .slice(0, mostRoots - 1);
  return [
    { path: base, gatewayPort: defaultGatewayPort },
    ...ports.map((port) => ({ path: `${base}/gateways/${port}`, gatewayPort: port })),
  ];
}
