import type { GatewayProcessFacts } from '../../model/facts-host.js';
import type { SecretKeeper } from '../../model/observer.js';
import { readEnviron } from './proc-environ.js';
import { variableMark } from './process-environment.js';
import { childrenOf } from './process-version.js';

/** A gateway has two children of its own; whatever an agent has started comes on top. */
const maxChildren = 8;

/**
 * The gateway's secrets in the environments of its children, lowest pid first: only those that hold
 * one. Nothing is said of children that may not be read.
 */
export async function inheritedSecrets(
  procRoot: string,
  pid: number,
  secrets: SecretKeeper,
): Promise<Pick<GatewayProcessFacts, 'children'>> {
  const pids = (await childrenOf(procRoot, pid)).sort((a, b) => a - b).slice(0, maxChildren);
  const environs = await Promise.all(pids.map((child) => readEnviron(procRoot, child)));
  const children = environs.flatMap((environ, index) => {
    const child = pids[index];
    if (environ.state !== 'ok' || child === undefined) return [];
    const { variables } = environ;
    if (!names.some((name) => variables.has(name))) return [];
    const [token, password] = [
      variableMark(variables, 'OPENCLAW_GATEWAY_TOKEN', 'token', secrets),
      variableMark(variables, 'OPENCLAW_GATEWAY_PASSWORD', 'password', secrets),
    ];
    return [{ pid: child, token, password }];
  });
  return children.length > 0 ? { children } : {};
}

const names = ['OPENCLAW_GATEWAY_TOKEN', 'OPENCLAW_GATEWAY_PASSWORD'];
