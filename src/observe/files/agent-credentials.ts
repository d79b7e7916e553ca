import { join } from 'node:path';
import { isRecord } from '../../domain/clean.js';
import type { FileFacts } from '../../model/facts-host.js';
import type { AgentStoreFacts } from '../../model/facts-models.js';
import type { ObserverContext } from '../../model/observer.js';
import { readTable } from '../sqlite/query.js';
import { openSnapshot } from '../sqlite/snapshot.js';
import { fileFacts } from './file-facts.js';
import { parseLegacyStore, parseStore, type StoreText } from './profile-contents.js';
import { followed, storedCells } from './profile-refs.js';
import { type JsonRead, readJson } from './read-json.js';

type Credentials = Pick<AgentStoreFacts, 'kind' | 'file' | 'contents' | 'legacy' | 'stateFile'>;

/** `unsupported`: the store is there, and this Node has nothing to read it with. */
export type CredentialsRead =
  | { state: 'ok'; credentials: Credentials }
  | { state: 'unsupported'; path: string; reason: string };

export function agentFiles(agentDir: string) {
  return {
    database: join(agentDir, 'openclaw-agent.sqlite'),
    profiles: join(agentDir, 'auth-profiles.json'),
    state: join(agentDir, 'auth-state.json'),
    legacy: join(agentDir, 'auth.json'),
    models: join(agentDir, 'models.json'),
  };
}

/**
 * The credentials in one agent's directory: `openclaw-agent.sqlite` (2026.9) or auth-profiles.json
 * (earlier). `context.target` is the gateway, whose config and environment references are for.
 */
export function agentCredentials(
  caller: ObserverContext,
  agentDir: string,
): Promise<CredentialsRead> {
  const files = agentFiles(agentDir);
  return caller.once(`credentials:${agentDir}`, async () => {
    // A deadline of its own: the reading is shared, and must not end with one caller.
    const context = { ...caller, signal: AbortSignal.timeout(deadlineMs) };
    const home = context.target.home ?? context.host.home;
    const database = await fileFacts(files.database, home);
    return database.state === 'absent'
      ? { state: 'ok', credentials: await fromFiles(context, files, home) }
      : fromDatabase(context, files, database, home);
  });
}

type Files = ReturnType<typeof agentFiles>;
const deadlineMs = 5000;

async function fromFiles(
  context: ObserverContext,
  files: Files,
  home: string,
): Promise<Credentials> {
  const { secrets } = context;
  const [profiles, state, legacy] = (await Promise.all(
    [files.profiles, files.state, files.legacy].map((path) => readJson(path, context, home)),
  )) as [JsonRead, JsonRead, JsonRead];
  const stateFile = state.state === 'absent' ? {} : { stateFile: state.facts };
  if (profiles.state !== 'absent') {
    const text = storeText(profiles);
    const stateValue = state.state === 'ok' ? state.value : undefined;
    const parsed = text && parseStore({ store: text, state: stateValue, line: 'json', secrets });
    const contents = await followed(context, parsed);
    return { kind: 'json', file: profiles.facts, ...contents, legacy: [], ...stateFile };
  }
  // 2026.5 takes auth.json over where no newer store is.
  if (legacy.state !== 'absent') {
    const text = storeText(legacy);
    const contents = await followed(context, text && parseLegacyStore(text, secrets));
    return { kind: 'json', file: legacy.facts, ...contents, legacy: [], ...stateFile };
  }
  return { kind: 'none', file: profiles.facts, legacy: [], ...stateFile };
}

async function fromDatabase(
  context: ObserverContext,
  files: Files,
  file: FileFacts,
  home: string,
): Promise<CredentialsRead> {
  const legacy = await leftovers(context, files, home);
  if (file.state !== 'ok') {
    return { state: 'ok', credentials: { kind: 'sqlite', file, legacy } };
  }
  const database = await openSnapshot(files.database, context.signal);
  if (database.state === 'unsupported') {
    return { state: 'unsupported', path: file.path, reason: database.reason };
  }
  if (database.state !== 'ok') {
    const { state, reason } = database;
    return {
      state: 'ok',
      credentials: { kind: 'sqlite', file: { ...file, state, reason }, legacy },
    };
  }
  const cells = (['store', 'state'] as const).map((name) =>
    readTable(database, {
      table: `auth_profile_${name}`,
      text: [`${name}_json`],
      where: { column: `${name}_key`, in: ['primary'] },
    }),
  );
  await database.close();
  if (cells.some((cell) => cell.state === 'error')) {
    const damaged = { ...file, state: 'error' as const, reason: 'SQLite cannot read its tables' };
    return { state: 'ok', credentials: { kind: 'sqlite', file: damaged, legacy } };
  }
  const [store, state] = cells.map((cell) => cell.rows[0]);
  const contents = await followed(
    context,
    storedCells(context, store && (store.text.store_json ?? ''), state?.text.state_json),
  );
  return { state: 'ok', credentials: { kind: 'sqlite', file, ...contents, legacy } };
}

/** JSON stores beside a database: 2026.9 refuses to start runs over what they may hold. */
async function leftovers(
  context: ObserverContext,
  files: Files,
  home: string,
): Promise<Credentials['legacy']> {
  const found: Credentials['legacy'] = [];
  for (const [path, kind] of [
    [files.profiles, 'auth-profiles'],
    [files.legacy, 'auth-json'],
  ] as const) {
    const read = await readJson(path, context, home);
    if (read.state === 'absent') continue;
    const text = storeText(read) ?? { value: undefined, fault: 'invalid' as const };
    // Its secrets have to be known to the leak scan.
    const { contents } = parseLegacyStore(text, context.secrets);
    const flat = isRecord(text.value) && !Object.hasOwn(text.value, 'profiles');
    const shape = contents.shape === 'profiles' && flat ? 'flat' : contents.shape;
    found.push({ path: read.facts.path, kind, shape });
  }
  return found;
}

function storeText(read: JsonRead): StoreText | undefined {
  if (read.state === 'ok') return { value: read.value };
  return read.state === 'invalid' ? { value: undefined, fault: read.fault } : undefined;
}
