import type { FileFacts, ProcessEnvironment } from './facts-host.js';
import type { Mark } from './mark.js';

/** The Ollama auth proxy's files in one NemoClaw root. */
export interface ProxyFileFacts {
  root: FileFacts;
  token: FileFacts;
  mark: Mark;
  pid: FileFacts;
  /** Absent when the file does not hold one decimal number. */
  pidValue?: number;
  pidValid: boolean;
  port: number;
  portSource: 'file' | 'environment' | 'default';
  backendPort: number;
  status?: { file: FileFacts; reason?: string };
  /** Sandboxes of this root whose provider goes through the proxy. */
  sandboxes: string[];
}

export interface ProxyProcessFacts {
  /** The pid that owns the proxy's port, else the pid file's. */
  found: 'socket' | 'pid-file' | 'socket-without-owner' | 'none';
  pid?: number;
  uid?: number;
  /** Does the command line have the proxy script as a path component? */
  isProxy?: boolean;
  script?: 'ollama-auth-proxy.js' | 'ollama-auth-proxy.mts';
  startedAtMs?: number;
  /** `OLLAMA_PROXY_TOKEN` of that process. */
  token: Mark;
  environment: { state: ProcessEnvironment['state']; reason?: string };
  pidFile: { pid?: number; alive?: boolean; isProxy?: boolean; ownsPort?: boolean };
  /** Other processes of the same HOME whose command line names the proxy script. */
  others: number[];
  /** /proc/<pid>/stat says T: stopped, so it accepts and never answers. */
  stopped?: boolean;
}

export interface RegistryFacts {
  roots: RegistryRoot[];
}

export interface RegistryRoot {
  path: string;
  /** 8080 for the default root, else the gateway port that names it. */
  gatewayPort: number;
  file: FileFacts;
  parse: 'ok' | 'absent' | 'denied' | 'invalid' | 'too-large';
  defaultSandbox?: string;
  sandboxes: SandboxRow[];
}

export interface SandboxRow {
  key: string;
  name?: string;
  provider?: string;
  model?: string;
  dashboardPort?: number;
  dashboardPortValid: boolean;
  gatewayName?: string;
  gatewayPort?: number;
  agent?: string;
  policies: string[];
  /** A row that onboarding reserved and no sandbox stands behind. */
  reservation: boolean;
}
