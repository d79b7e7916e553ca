import type { StoreContents, StoredProfile } from '../../model/facts-models.js';
import type { ObserverContext } from '../../model/observer.js';
import { loadConfig, loadEnvironments } from './config-source.js';
import { type ParsedStore, parseStore } from './profile-contents.js';
import { parseJson } from './read-json.js';
import { resolveSecretRef } from './secret-refs.js';

/** Two JSON cells of a database; no row at all is an empty store, as OpenClaw takes it. */
export function storedCells(
  context: ObserverContext,
  store: string | undefined,
  state: string | undefined,
): ParsedStore {
  return parseStore({
    store: store === undefined ? { value: {} } : parseJson(store),
    state: state === undefined ? undefined : parseJson(state).value,
    line: 'sqlite',
    secrets: context.secrets,
  });
}

/** Follows each profile's reference, once for every environment that a reader could have. */
export async function followed(
  context: ObserverContext,
  parsed: ParsedStore | undefined,
): Promise<{ contents?: StoreContents }> {
  if (parsed === undefined) return {};
  const { contents } = parsed;
  if (parsed.parsed.every(({ ref }) => ref === undefined)) return { contents };
  const [config, environments] = await Promise.all([
    loadConfig(context),
    loadEnvironments(context),
  ]);
  const profiles: StoredProfile[] = [];
  for (const { profile, ref } of parsed.parsed) {
    if (ref === undefined) {
      profiles.push(profile);
      continue;
    }
    const follow = async (
      environment: 'shell' | 'service',
      look: (name: string) => string | undefined,
    ) => ({
      environment,
      mark: (await resolveSecretRef(ref, config, look, context, profile.key.kind)).mark,
    });
    const resolved = [await follow('shell', (name) => environments.cli(name))];
    if (environments.service) {
      resolved.push(await follow('service', (name) => environments.server(name)));
    }
    profiles.push({ ...profile, resolved });
  }
  return { contents: { ...contents, profiles } };
}
