/** Who takes the gateway's shared secret from somewhere: to accept it, or to send it. */
export type Reader =
  | 'server'
  | 'local-cli'
  | 'http-client'
  | 'remote-client'
  | 'node-host'
  | 'inner-client'
  | 'agent';

/** In the order in which a table names them. */
export const readers: readonly Reader[] = [
  'server',
  'local-cli',
  'http-client',
  'remote-client',
  'node-host',
  'inner-client',
  'agent',
];

/** How a sentence calls each of them. */
export const readerNames: Readonly<Record<Reader, string>> = {
  server: 'server',
  'local-cli': 'local CLI',
  'http-client': 'HTTP client',
  'remote-client': 'remote client',
  'node-host': 'node host',
  'inner-client': 'inner client of the gateway',
  agent: 'CLI that an agent runs',
};

/** The values of `--as`, but for `sandbox:NAME`, whose environment is not on this host. */
export const readerOfAs: Readonly<Record<string, Reader>> = {
  cli: 'local-cli',
  curl: 'http-client',
  'node-host': 'node-host',
  remote: 'remote-client',
  inner: 'inner-client',
  agent: 'agent',
};
