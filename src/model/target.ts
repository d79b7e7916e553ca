/** What a check runs once per. `run` is the host as a whole: its target id is `host`. */
export type Scope = 'run' | 'gateway' | 'agent' | 'sandbox' | 'proxy';

export type TargetKind = 'host' | 'gateway' | 'agent' | 'sandbox' | 'proxy';

/** The product lines whose rules are known; every other version is judged by its neighbours. */
export type Line = '2026.3' | '2026.5' | '2026.9';

/** One thing that is diagnosed. Ids are unique in a run and stable between runs on one host. */
export interface Target {
  /** `gateway:18789`, `agent:main`, `proxy:nemoclaw`, `sandbox:alpha`, `host`. */
  id: string;
  kind: TargetKind;
  primary: boolean;
  /** The gateway of an agent; the root of a sandbox or proxy has none. */
  parent?: string;
  /** Display name where the id is not one: profile, agent id, sandbox name. */
  name?: string;
  /** `ws://127.0.0.1:18789`, never with userinfo or query. */
  url?: string;
  port?: number;
  /** The config that names the port does not parse and nothing else names one: `port` is a guess. */
  portAssumed?: true;
  /** Where it runs: on this host, or somewhere that only a URL tells. */
  place?: 'local' | 'remote';
  home?: string;
  stateDir?: string;
  configPath?: string;
  /** NemoClaw root (`~/.nemoclaw` or `~/.nemoclaw/gateways/<port>`) of a proxy or sandbox. */
  root?: string;
  /** An agent's directory (`<state>/agents/<id>/agent`). */
  agentDir?: string;
  /** Owner of the state directory; -1 when it could not be read. */
  uid?: number;
  /** Why this target is here: `config`, `lock`, `profile`, `registry`, `url`, `agents-dir` ... */
  evidence: string[];
}

export const hostTarget: Target = { id: 'host', kind: 'host', primary: false, evidence: [] };
