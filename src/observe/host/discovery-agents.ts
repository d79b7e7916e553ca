import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanText, isRecord, member } from '../../domain/clean.js';
import { resolvePath } from '../../domain/openclaw/paths.js';
import { byCodeUnit } from '../../model/json.js';
import type { Target } from '../../model/target.js';
import { mostAgents } from '../files/model-config-agents.js';

const idShape = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/**
 * The agents of a gateway: `main`, those that the config names (2026.5: `agents.list`, 2026.9:
 * `agents.entries`), and those whose directory is there. `isCut`: there are more of them.
 */
export async function agentTargets(
  gateway: Target,
  config: Record<string, unknown>,
  isPrimary: boolean,
): Promise<{ agents: Target[]; isCut: boolean }> {
  const { stateDir, home } = gateway;
  if (stateDir === undefined || home === undefined) return { agents: [], isCut: false };
  const found = new Map<string, { agentDir: string; evidence: Set<string> }>();
  const add = (id: unknown, evidence: string, agentDir?: unknown): void => {
    const key = typeof id === 'string' ? id.trim().toLowerCase() : '';
    if (!idShape.test(key)) return;
    const known = found.get(key);
    const agent = known ?? {
      agentDir: join(stateDir, 'agents', key, 'agent'),
      evidence: new Set<string>(),
    };
    agent.evidence.add(evidence);
    const own = cleanText(agentDir, 4096)?.trim();
    // A directory whose name cannot be recorded as it is would be another one in every remedy.
    if (own && own === String(agentDir).trim()) agent.agentDir = resolvePath(own, home, home);
    found.set(key, agent);
  };
  add('main', 'default');
  const agents = member(config, 'agents');
  const listed = member(agents, 'list');
  const list: unknown[] = Array.isArray(listed) ? listed : [];
  for (const agent of list.slice(0, mostAgents)) {
    add(member(agent, 'id'), 'config', member(agent, 'agentDir'));
  }
  const named = member(agents, 'entries');
  const entries = Object.entries(isRecord(named) ? named : {});
  for (const [id, agent] of entries.slice(0, mostAgents)) {
    add(id, 'config', member(agent, 'agentDir'));
  }
  const folders = await readdir(join(stateDir, 'agents'), { withFileTypes: true }).catch(() => []);
  const names = folders.filter((folder) => folder.isDirectory()).map((folder) => folder.name);
  let isCut = list.length > mostAgents || entries.length > mostAgents;
  for (const name of names.sort(byCodeUnit)) {
    const key = name.trim().toLowerCase();
    if (found.has(key) || found.size < mostAgents) add(name, 'agents-dir');
    else isCut ||= idShape.test(key);
  }
  const targets = [...found].map(
    ([id, { agentDir, evidence }]): Target => ({
      id: isPrimary ? `agent:${id}` : `agent:${gateway.id.slice('gateway:'.length)}/${id}`,
      kind: 'agent',
      primary: false,
      parent: gateway.id,
      name: id,
      home,
      stateDir,
      agentDir,
      ...(gateway.uid === undefined ? {} : { uid: gateway.uid }),
      evidence: [...evidence],
    }),
  );
  return { agents: targets, isCut };
}
