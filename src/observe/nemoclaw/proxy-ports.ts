import { member } from '../../domain/clean.js';
import { defaultProxyPort } from '../../domain/endpoints.js';
import { splitUrl } from '../../domain/openclaw/url.js';
import type { ProxyFileFacts } from '../../model/facts-sandbox.js';
import type { ObserverContext } from '../../model/observer.js';
import { readRegularFile } from '../files/read-file.js';
import { parseJson } from './registry-file.js';

type Ports = Pick<ProxyFileFacts, 'port' | 'portSource' | 'backendPort'>;

const ollamaPort = 11434;
const maxBytes = 64 * 1024;

/**
 * The ports of a root's proxy. Proxy: the pinned `ollama-proxy-port`, else
 * NEMOCLAW_OLLAMA_PROXY_PORT, else 11435. Backend: NEMOCLAW_OLLAMA_PORT, else `ollama-backend`, else
 * `ollama-backend.json`, else 11434. A number outside 1024-65535 counts for none, as in NemoClaw.
 */
export async function proxyPorts(root: string, context: ObserverContext): Promise<Ports> {
  const { env, home } = context.host;
  const options = { maxBytes, home, signal: context.signal, allowSymlink: false };
  const read = async (name: string): Promise<Buffer | undefined> =>
    (await readRegularFile(`${root}/${name}`, options)).bytes;
  const pinned = portNumber((await read('ollama-proxy-port'))?.toString('utf8'));
  const given = portNumber(env.NEMOCLAW_OLLAMA_PROXY_PORT);
  const backend =
    portNumber(env.NEMOCLAW_OLLAMA_PORT) ??
    urlPort((await read('ollama-backend'))?.toString('utf8')) ??
    urlPort(member(parseJson((await read('ollama-backend.json')) ?? Buffer.alloc(0)), 'url'));
  return {
    port: pinned ?? given ?? defaultProxyPort,
    portSource: pinned !== undefined ? 'file' : given !== undefined ? 'environment' : 'default',
    backendPort: backend ?? ollamaPort,
  };
}

function portNumber(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  const port = /^\d{4,5}$/.test(trimmed) ? Number(trimmed) : 0;
  return port >= 1024 && port < 65_536 ? port : undefined;
}

function urlPort(value: unknown): number | undefined {
  return splitUrl(value)?.port;
}
