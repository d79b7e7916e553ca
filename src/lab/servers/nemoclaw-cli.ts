import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { askControl } from './control-client.js';
import { below, readObject } from './json.js';

/** The lab's `nemoclaw`: `list`, and `<sandbox> connect`, which heals the Ollama proxy. */
export async function main(argv: readonly string[], options: { control: string }): Promise<void> {
  const home = process.env.HOME ?? homedir();
  const root = join(home, '.nemoclaw');
  const sandboxes = below(readObject(join(root, 'sandboxes.json')), 'sandboxes');
  const [name = '', verb] = argv;
  if (name === 'list') {
    process.stdout.write(`${Object.keys(sandboxes).join('\n')}\n`);
    return;
  }
  if (verb !== 'connect') {
    process.stderr.write('usage: nemoclaw list | nemoclaw <sandbox> connect\n');
    process.exitCode = 1;
    return;
  }
  if (!Object.hasOwn(sandboxes, name)) {
    process.stderr.write(`Sandbox '${name}' not found\n`);
    process.exitCode = 1;
    return;
  }
  process.exitCode = (await ensureProxy(root, home, options.control)) ? 0 : 1;
}

/**
 * `ensureOllamaAuthProxy` of July 2026: the file's token is tried at the running proxy; a proxy
 * that refuses it, or none, is started again with the file's token. A dead backend is no refusal.
 */
async function ensureProxy(root: string, home: string, control: string): Promise<boolean> {
  const token = read(join(root, 'ollama-proxy-token'));
  if (token === undefined) return true;
  const named = process.env.NEMOCLAW_OLLAMA_PROXY_PORT ?? read(join(root, 'ollama-proxy-port'));
  const status = await probe(Number(named ?? 11_435), token);
  if (status !== undefined && status !== 401) return true;
  const { ok, message } = await askControl(control, { op: 'proxy', action: 'restart', home });
  process.stdout.write(`${message}\n`);
  return ok;
}

function read(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}

function probe(port: number, token: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}` };
    const url = `http://127.0.0.1:${port}/v1/models`;
    const request = get(url, { agent: false, headers, timeout: 3000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(undefined));
  });
}
