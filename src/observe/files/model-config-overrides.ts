import { join } from 'node:path';
import { cleanText, isRecord, member } from '../../domain/clean.js';
import type { ModelReference } from '../../model/facts-models.js';
import type { ObserverContext } from '../../model/observer.js';
import { type ConfiguredAgent, mostAgents } from './model-config-agents.js';
import { modelValue } from './model-config-value.js';
import { readRegularFile } from './read-file.js';
import { parseJson } from './read-json.js';
import { placeOf } from './state-place.js';

/** A larger file is left alone: it is history, and reading it would cost more than it tells. */
const maxBytes = 2 * 1024 * 1024;
const mostJobs = 500;
const mostModels = 500;
/** A session that nobody has touched for a week is not a path in use. */
const recentMs = 7 * 24 * 3600 * 1000;

/** Models of cron jobs that are not switched off: `<state>/cron/jobs.json` (until 2026.5). */
export async function cronReferences(context: ObserverContext): Promise<ModelReference[]> {
  const value = await jsonAt(context, ['cron', 'jobs.json']);
  const jobs = Array.isArray(value) ? value : member(value, 'jobs');
  if (!Array.isArray(jobs)) return [];
  return jobs.slice(0, mostJobs).flatMap((job: unknown, i): ModelReference[] => {
    const payload = member(job, 'payload');
    const primary = member(payload, 'model');
    const fallbacks = member(payload, 'fallbacks');
    if (member(job, 'enabled') === false) return [];
    const found = modelValue({ primary, fallbacks }, 'cron');
    const agent = cleanText(member(job, 'agentId'))?.trim().toLowerCase();
    const id = cleanText(member(job, 'id'), 60) ?? String(i);
    return found
      ? [{ path: `cron:${id}`, role: 'cron', ...(agent ? { agent } : {}), ...found }]
      : [];
  });
}

/**
 * Models that recent sessions were switched to, once each: session keys can be telephone numbers,
 * so none is recorded. A user's own choice is strict, an automatic one falls back.
 */
export async function sessionReferences(
  context: ObserverContext,
  agents: readonly ConfiguredAgent[],
): Promise<ModelReference[]> {
  const found: ModelReference[] = [];
  for (const { id } of agents.slice(0, mostAgents)) {
    // An id is a name, never a way out of the directory.
    if (!/^[\w.-]+$/.test(id) || /^\.+$/.test(id)) continue;
    const sessions = await jsonAt(context, ['agents', id, 'sessions', 'sessions.json']);
    if (!isRecord(sessions)) continue;
    const seen = new Map<string, boolean>();
    for (const session of Object.values(sessions)) {
      const updated = member(session, 'updatedAt');
      if (typeof updated !== 'number' || updated < context.host.now() - recentMs) continue;
      const model = cleanText(member(session, 'modelOverride'))?.trim();
      const provider = cleanText(member(session, 'providerOverride'))?.trim();
      if (!model) continue;
      const text = provider ? `${provider}/${model}` : model;
      const isStrict = member(session, 'modelOverrideSource') === 'user';
      seen.set(text, (seen.get(text) ?? true) && isStrict);
      if (seen.size >= mostModels) break;
    }
    for (const [primary, isStrict] of seen) {
      found.push({
        path: `sessions of ${id}: ${primary}`,
        agent: id,
        role: 'session',
        primary,
        form: 'string',
        ...(isStrict ? { fallbacks: [] } : {}),
      });
    }
  }
  return found;
}

async function jsonAt(context: ObserverContext, path: readonly string[]): Promise<unknown> {
  const { stateDir, home } = placeOf(context);
  const options = { maxBytes, home, signal: context.signal };
  const { bytes } = await readRegularFile(join(stateDir, ...path), options);
  return bytes && parseJson(bytes.toString('utf8')).value;
}
