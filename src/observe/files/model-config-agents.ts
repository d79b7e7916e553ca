import { cleanText, isRecord, member } from '../../domain/clean.js';

export interface ConfiguredAgent {
  id: string;
  isDefault: boolean;
  agentDir?: string;
  /** `agents.list[0]` or `agents.entries.<id>`. */
  path: string;
  value: Record<string, unknown>;
}

/** Of each shape of the config, and of each gateway: discovery and the model config agree. */
export const mostAgents = 1000;

/**
 * The agents of a config: `agents.list[]` (until 2026.5) and `agents.entries.<id>` (2026.9, which
 * still converts the list). `main` when the config names none.
 */
export function configuredAgents(config: unknown): ConfiguredAgent[] {
  const section = member(config, 'agents');
  const list = member(section, 'list');
  const entries = member(section, 'entries');
  const found: ConfiguredAgent[] = [];
  const add = (id: unknown, path: string, value: unknown): void => {
    const name = cleanText(id)?.trim().toLowerCase();
    if (!name || !isRecord(value) || found.some((agent) => agent.id === name)) return;
    const agentDir = cleanText(value.agentDir, 1000);
    found.push({
      id: name,
      isDefault: value.default === true,
      ...(agentDir === undefined ? {} : { agentDir }),
      path,
      value,
    });
  };
  if (isRecord(entries)) {
    for (const [id, value] of Object.entries(entries).slice(0, mostAgents)) {
      add(id, `agents.entries.${cleanText(id) ?? ''}`, value);
    }
  }
  if (Array.isArray(list)) {
    list.slice(0, mostAgents).forEach((value: unknown, i) => {
      add(member(value, 'id'), `agents.list[${i}]`, value);
    });
  }
  if (found.length === 0) return [{ id: 'main', isDefault: true, path: 'agents.main', value: {} }];
  const chosen = found.find((agent) => agent.isDefault) ?? found[0];
  return found.map((agent) => ({ ...agent, isDefault: agent === chosen }));
}
