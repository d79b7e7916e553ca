import { stat } from 'node:fs/promises';
import { member } from '../../domain/clean.js';
import type { FileFacts } from '../../model/facts-host.js';
import type { ProxyFileFacts } from '../../model/facts-sandbox.js';
import { type Mark, unreadableMark, unsetMark } from '../../model/mark.js';
import type { Observer, ObserverContext } from '../../model/observer.js';
import { errorCode, failureState } from '../files/error-code.js';
import {
  attributes,
  fileWitness,
  type ReadResult,
  readRegularFile,
  tilde,
} from '../files/read-file.js';
import { proxyPorts } from './proxy-ports.js';
import { parseJson, readRegistry } from './registry-file.js';

const files = {
  token: 'ollama-proxy-token',
  pid: 'ollama-auth-proxy.pid',
  status: 'ollama-auth-proxy.status',
} as const;

/** The Ollama auth proxy's files in one root. NemoClaw opens them without following links. */
export const proxyFilesObserver: Observer<'proxy.files'> = {
  id: 'proxy.files',
  stage: 'doctor',
  uses: ['host.discovery'],
  deadlineMs: 3000,
  async observe(context) {
    const { host, secrets } = context;
    const root = rootOf(context);
    const [folder, token, pid, status, ports, registry] = await Promise.all([
      folderFacts(root, host.home),
      read(context, files.token),
      read(context, files.pid),
      read(context, files.status),
      proxyPorts(root, context),
      readRegistry({ path: root, gatewayPort: 0 }, context),
    ]);
    const pidValue = pidOf(pid.bytes);
    const data: ProxyFileFacts = {
      root: folder,
      token: token.facts,
      mark: tokenMark(token, secrets),
      pid: pid.facts,
      ...(pidValue === undefined ? {} : { pidValue }),
      pidValid: pidValue !== undefined,
      ...ports,
      ...(status.facts.state === 'absent' ? {} : { status: statusFacts(status) }),
      sandboxes: registry.sandboxes
        .filter((row) => row.provider === 'ollama-local' && !row.reservation)
        .map((row) => row.name ?? row.key),
    };
    return { state: 'ok', source: tilde(`${root}/${files.token}`, host.home), data };
  },
  witness(context) {
    const root = rootOf(context);
    return fileWitness([files.token, files.pid].map((name) => `${root}/${name}`));
  },
};

function rootOf({ host, target }: ObserverContext): string {
  const root = target.root ?? '~/.nemoclaw';
  return root.startsWith('~') ? `${target.home ?? host.home}${root.slice(1)}` : root;
}

function read(context: ObserverContext, name: string): Promise<ReadResult> {
  const { host, signal } = context;
  const options = { maxBytes: 64 * 1024, home: host.home, signal, allowSymlink: false };
  return readRegularFile(`${rootOf(context)}/${name}`, options);
}

async function folderFacts(root: string, home: string): Promise<FileFacts> {
  const path = tilde(root, home);
  try {
    const found = await stat(root);
    if (!found.isDirectory()) return { path, state: 'error', reason: 'not a directory' };
    return { path, state: 'ok', ...attributes(found) };
  } catch (error) {
    const code = errorCode(error);
    return { path, state: failureState(code), reason: code };
  }
}

/** Every reader trims the file, a carriage return too. The newline that NemoClaw writes is no flaw. */
function tokenMark({ facts, bytes }: ReadResult, secrets: ObserverContext['secrets']): Mark {
  if (!bytes)
    return facts.state === 'absent' ? unsetMark('proxy-token') : unreadableMark('proxy-token');
  const raw = bytes.toString('utf8').replace(/\n$/, '');
  return secrets.mark(raw, { kind: 'proxy-token', used: raw.trim() });
}

/** One decimal number and nothing else; Linux has no pid above 2^22. */
function pidOf(bytes: Buffer | undefined): number | undefined {
  const text = bytes?.toString('utf8').trim() ?? '';
  const pid = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  return pid > 0 && pid <= 1 << 22 ? pid : undefined;
}

const exitReasons = ['backend-not-loopback', 'listen-port-conflict', 'listen-error'];

function statusFacts({ facts: file, bytes }: ReadResult): NonNullable<ProxyFileFacts['status']> {
  const reason = bytes && member(parseJson(bytes), 'reason');
  if (reason === undefined) return { file };
  const known = typeof reason === 'string' && exitReasons.includes(reason);
  return { file, reason: known ? reason : 'other' };
}
