import type { FactSet } from '../../model/fact-set.js';
import type { FileFacts } from '../../model/facts-host.js';
import type {
  AgentStoreFacts,
  ProfileUsage,
  SharedStoreFacts,
  StoreContents,
  StoredProfile,
} from '../../model/facts-models.js';
import type { Line, Target } from '../../model/target.js';
import { providerId } from './provider-env.js';

/** What one agent's runs see of the credential stores on one line. */
export interface EffectiveStore {
  profiles: StoredProfile[];
  order: Record<string, string[]>;
  usage: ProfileUsage[];
  /** Why the store gives nothing, though there is one. */
  broken?: string;
  /**
   * Providers whose runs 2026.9 refuses over a broken store, `all` when it cannot tell which;
   * earlier lines go on without profiles.
   */
  refuses: 'all' | readonly string[];
  /** Why we cannot tell what it gives. */
  unknown?: string;
}

/** Can the user that OpenClaw runs as read this file? */
export type Readable = 'yes' | 'no' | 'unknown';

export function agentTarget(facts: FactSet, gateway: Target, agent: string): Target | undefined {
  return facts
    .targetsOf('agent')
    .find((t) => t.parent === gateway.id && (t.name === agent || t.id === `agent:${agent}`));
}

/**
 * The store of an agent as this line reads it: 2026.3 copies the main agent's when there is none,
 * 2026.5 and 2026.9 read the shared store through, the agent's own rows win.
 */
export function effectiveStore(
  facts: FactSet,
  gateway: Target,
  agent: string,
  line: Line,
): EffectiveStore {
  const store: EffectiveStore = { profiles: [], order: {}, usage: [], refuses: [] };
  const target = agentTarget(facts, gateway, agent);
  const own = target && facts.observation('agent.store', target.id);
  if (own && own.state !== 'ok' && own.state !== 'absent') {
    store.unknown = `the store of ${agent} could not be looked at: ${own.reason ?? own.state}`;
  }
  const data = own?.state === 'ok' ? own.data : undefined;
  const sharedSeen = facts.observation('gateway.shared-store', gateway.id);
  const shared = sharedSeen?.state === 'ok' ? sharedSeen.data : undefined;
  if (sharedSeen && sharedSeen.state !== 'ok' && sharedSeen.state !== 'absent') {
    store.unknown ??= `the shared store could not be looked at: ${sharedSeen.reason ?? ''}`;
  }
  if (data) {
    const problem = storeProblem(data, shared, agent, line, gateway, facts.run.uid);
    if (problem?.kind === 'broken') store.broken = problem.reason;
    if (problem?.kind === 'unknown') store.unknown = problem.reason;
    if (problem?.kind === 'broken' && line === '2026.9') store.refuses = refused(problem, data);
  }
  const contents = data && store.broken === undefined ? data.contents : undefined;
  // 2026.9 reads no JSON store, the main agent's either; 2026.3 copies it into an agent without one.
  const isLeftover = line === '2026.9' && shared?.source.endsWith('.json') === true;
  const readsShared =
    !isLeftover && (line !== '2026.3' || data === undefined || data.kind === 'none');
  const layers = [readsShared ? shared?.contents : undefined, contents];
  for (const layer of layers) if (layer) addLayer(store, layer);
  const broken = shared?.contents && brokenShape(shared.contents);
  if (readsShared && broken && agentIsNot('main', agent, shared)) {
    store.broken ??= `${shared.source} ${broken}`;
    if (line === '2026.9') store.refuses = 'all';
  }
  return store;
}

const damaged = /SQLite cannot read|not a database|malformed|damaged/i;

export interface StoreProblem {
  kind: 'broken' | 'unknown';
  code: 'unreadable' | 'truncated' | 'wrong-shape' | 'invalid' | 'migration' | 'hidden';
  reason: string;
}

/** What keeps an agent's store from being used on this line, if anything does. */
export function storeProblem(
  store: AgentStoreFacts,
  shared: SharedStoreFacts | undefined,
  agent: string,
  line: Line,
  gateway: Target,
  ourUid: number,
): StoreProblem | undefined {
  const { file, contents } = store;
  if (store.kind !== 'none') {
    const readable = readableByGateway(file, gateway, ourUid);
    if (readable === 'no') {
      const reason = `${file.path} cannot be read by the user that OpenClaw runs as`;
      return { kind: 'broken', code: 'unreadable', reason };
    }
    if (file.state !== 'ok') {
      const reason = `${file.path} could not be read here: ${file.reason ?? file.state}`;
      // What no reader can read is broken; what only we could not read is not known.
      const isBroken = file.state === 'not-a-file' || damaged.test(file.reason ?? '');
      return isBroken
        ? { kind: 'broken', code: 'invalid', reason }
        : { kind: 'unknown', code: 'hidden', reason };
    }
  }
  const isOldForm = contents?.shape === 'flat' && line === '2026.9';
  const shape = contents && !isOldForm && brokenShape(contents);
  if (shape) return { kind: 'broken', code: codeOf(contents), reason: `${file.path} ${shape}` };
  if (line === '2026.9' && needsMigration(store, shared, agent)) {
    const path = store.legacy[0]?.path ?? file.path;
    const reason = `${path} has not been taken into the SQLite store: this line refuses to use it`;
    return { kind: 'broken', code: 'migration', reason };
  }
  return undefined;
}

/** An old store that can be parsed stops only its own providers (read in 2026.9.6). */
function refused(problem: StoreProblem, store: AgentStoreFacts): EffectiveStore['refuses'] {
  if (problem.code !== 'migration') return 'all';
  const own = (store.contents?.profiles ?? []).map((profile) => providerId(profile.provider));
  if (own.length > 0) return own.includes('openai-codex') ? [...own, 'openai'] : own;
  const shapes = [store.contents?.shape, ...store.legacy.map((source) => source.shape)];
  return shapes.some((shape) => shape === 'truncated' || shape === 'invalid') ? 'all' : [];
}

/** 2026.9 refuses a JSON store whose credentials its own store does not have yet. */
export function needsMigration(
  store: AgentStoreFacts,
  shared: SharedStoreFacts | undefined,
  agent: string,
): boolean {
  if (store.kind === 'json') return (store.contents?.shape ?? 'empty') !== 'empty';
  const hasOwn = (store.contents?.profiles.length ?? 0) > 0;
  // The main agent's credentials move to the shared store.
  const hasShared = agent === 'main' && (shared?.contents?.profiles.length ?? 0) > 0;
  return !hasOwn && !hasShared && store.legacy.some((source) => source.shape !== 'empty');
}

/**
 * From owner and mode where our own rights do not tell: we may be another user than the gateway,
 * or root, who can read what the gateway cannot.
 */
export function readableByGateway(file: FileFacts, gateway: Target, ourUid: number): Readable {
  if (file.state === 'absent') return 'yes';
  const uid = gateway.uid === undefined || gateway.uid < 0 ? ourUid : gateway.uid;
  if (uid === ourUid && uid !== 0) {
    return file.state === 'denied' ? 'no' : file.state === 'ok' ? 'yes' : 'unknown';
  }
  if (uid === 0) return file.state === 'ok' ? 'yes' : 'unknown';
  if (file.mode === undefined || file.uid === undefined) return 'unknown';
  if (file.uid === uid) return (file.mode & 0o400) !== 0 ? 'yes' : 'no';
  return (file.mode & 0o044) !== 0 ? 'yes' : 'no';
}

function brokenShape(contents: StoreContents): string | undefined {
  switch (contents.shape) {
    case 'truncated':
      return 'ends in the middle: no profile in it is read';
    case 'flat':
      return 'has no "profiles" object: the flat form is not read from this file';
    case 'not-an-object':
    case 'invalid':
      return 'is not a credential store: no profile in it is read';
    default:
      return undefined;
  }
}

function codeOf(contents: StoreContents | undefined): StoreProblem['code'] {
  if (contents?.shape === 'truncated') return 'truncated';
  return contents?.shape === 'flat' ? 'wrong-shape' : 'invalid';
}

/** The shared store of earlier lines is the main agent's own file: reported there, once. */
function agentIsNot(main: string, agent: string, shared: SharedStoreFacts | undefined): boolean {
  return shared?.kind === 'state-db' || agent !== main;
}

function addLayer(store: EffectiveStore, layer: StoreContents): void {
  const ids = new Set(layer.profiles.map((profile) => profile.id));
  store.profiles = [...store.profiles.filter((p) => !ids.has(p.id)), ...layer.profiles];
  store.order = { ...store.order, ...layer.order };
  const used = new Set(layer.usage.map((usage) => usage.profile));
  store.usage = [...store.usage.filter((u) => !used.has(u.profile)), ...layer.usage];
}
