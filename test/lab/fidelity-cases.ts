import {
  browserControlRows,
  endpointRows,
  httpRows,
  lockoutRows,
  openRows,
  pairingConnects,
  passwordRows,
  plainConnects,
} from './matrix-rows.js';
import type { MatrixRow } from './request-matrix.js';

export type Config = Record<string, unknown>;

/** A configuration and what is asked of it; each case gets a gateway and a HOME of its own. */
export interface FidelityCase {
  name: string;
  /** Everything of openclaw.json but `gateway.port`. */
  config(secrets: { token: string; hookToken: string }): Config;
  rows(line: '2026.5.18' | '2026.9.6'): readonly MatrixRow[];
}

function config(auth: Config, gateway: Config = {}, rest: Config = {}): Config {
  return { gateway: { mode: 'local', bind: 'loopback', auth, ...gateway }, ...rest };
}

export const fidelityCases: readonly FidelityCase[] = [
  {
    name: 'token',
    config: ({ token }) => config({ mode: 'token', token }),
    rows: (line) => [
      ...httpRows,
      ...(line === '2026.5.18' ? browserControlRows : []),
      ...plainConnects,
      ...pairingConnects,
    ],
  },
  {
    name: 'endpoints and hooks',
    config: ({ token, hookToken }) =>
      config(
        { mode: 'token', token },
        {
          http: {
            endpoints: { chatCompletions: { enabled: true }, responses: { enabled: true } },
          },
        },
        { hooks: { enabled: true, token: hookToken } },
      ),
    rows: () => endpointRows,
  },
  {
    name: 'password',
    config: ({ token }) => config({ mode: 'password', password: token }),
    rows: () => passwordRows,
  },
  { name: 'none', config: () => config({ mode: 'none' }), rows: () => openRows },
  {
    name: 'lockout',
    config: ({ token }) =>
      config({
        mode: 'token',
        token,
        rateLimit: { maxAttempts: 3, windowMs: 60_000, lockoutMs: 20_000, exemptLoopback: false },
      }),
    rows: () => lockoutRows,
  },
];
