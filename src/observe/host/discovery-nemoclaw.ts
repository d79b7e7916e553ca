import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanText } from '../../domain/clean.js';
import type { SandboxRow } from '../../model/facts-sandbox.js';
import type { ObserverContext } from '../../model/observer.js';
import type { Target } from '../../model/target.js';
import { tilde } from '../files/read-file.js';
import { readRegistry } from '../nemoclaw/registry-file.js';
import { type NemoclawRoot, nemoclawRoots } from '../nemoclaw/roots.js';

const most = 64;
const proxyFiles = ['ollama-proxy-token', 'ollama-auth-proxy.pid'];

export interface NemoclawTargets {
  /** With `~`. */
  roots: string[];
  proxies: Target[];
  sandboxes: Target[];
  /** Sandbox names by dashboard port: what a gateway on that port is called. */
  nameByPort: ReadonlyMap<number, string>;
  /** Id of the sandbox that a root calls its default, the first root's first. */
  defaultSandbox?: string;
}

/** The Ollama auth proxies and sandboxes of every NemoClaw root of the operator's home. */
export async function nemoclawTargets(context: ObserverContext): Promise<NemoclawTargets> {
  const { host, options } = context;
  const home = options.home ?? host.home;
  const roots = (await nemoclawRoots(home)).slice(0, most);
  const proxies: Target[] = [];
  const sandboxes = new Map<string, Target>();
  const nameByPort = new Map<number, string>();
  let defaultSandbox: string | undefined;
  for (const root of roots) {
    const suffix = rootSuffix(root);
    const shown = tilde(root.path, host.home);
    const place = { primary: false, place: 'local' as const, home, root: shown };
    if (await holdsProxy(root)) {
      proxies.push({ ...place, id: `proxy:nemoclaw${suffix}`, kind: 'proxy', evidence: ['files'] });
    }
    const registry = await readRegistry(root, context);
    for (const row of registry.sandboxes) {
      const name = sandboxName(row);
      if (name === undefined || row.reservation || sandboxes.size >= most) continue;
      const plain = `sandbox:${name}`;
      const id = sandboxes.has(plain) ? `${plain}@nemoclaw${suffix}` : plain;
      sandboxes.set(id, {
        ...place,
        ...portOf(row),
        id,
        kind: 'sandbox',
        name,
        evidence: ['registry'],
      });
      if (row.dashboardPort !== undefined && !nameByPort.has(row.dashboardPort)) {
        nameByPort.set(row.dashboardPort, name);
      }
      if (registry.defaultSandbox === row.key) defaultSandbox ??= id;
    }
  }
  return {
    roots: roots.map((root) => tilde(root.path, host.home)),
    proxies,
    sandboxes: [...sandboxes.values()],
    nameByPort,
    ...(defaultSandbox === undefined ? {} : { defaultSandbox }),
  };
}

/** NemoClaw's own naming: `nemoclaw` for port 8080, else `nemoclaw-<port>`. */
function rootSuffix({ gatewayPort }: NemoclawRoot): string {
  return gatewayPort === 8080 ? '' : `-${gatewayPort}`;
}

async function holdsProxy(root: NemoclawRoot): Promise<boolean> {
  const found = await Promise.all(
    proxyFiles.map((name) =>
      lstat(join(root.path, name)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

/** The key is what NemoClaw goes by; blanks would make two words of an id. */
function sandboxName(row: SandboxRow): string | undefined {
  return cleanText(row.key.trim().replace(/\s+/g, '-'), 64) || undefined;
}

function portOf({ dashboardPort }: SandboxRow): Pick<Target, 'port' | 'url'> {
  if (dashboardPort === undefined) return {};
  return { port: dashboardPort, url: `ws://127.0.0.1:${dashboardPort}` };
}
