import type { Mark } from './mark.js';

/** One part of a store, with its own readability: a broken file never hides the next one. */
export interface Part<T> {
  state: 'ok' | 'absent' | 'denied' | 'invalid' | 'error';
  source: string;
  reason?: string;
  rows: T[];
}

export interface PairingFacts {
  store: 'json' | 'sqlite' | 'none';
  /** JSON files that lie beside a SQLite store: stale, never believed. */
  staleJson: string[];
  identity: Part<DeviceIdentity>;
  /** Device tokens that this host's own CLI holds. */
  deviceTokens: Part<DeviceToken>;
  paired: Part<PairedDevice>;
  pending: Part<PendingRequest>;
}

export interface DeviceIdentity {
  deviceId: string;
  /** deviceId = lower-case hex SHA-256 of the raw public key. */
  idMatchesKey: boolean;
  createdAtMs?: number;
}

export interface DeviceToken {
  deviceId: string;
  role: string;
  scopes: string[];
  mark: Mark;
  updatedAtMs?: number;
}

export interface PairedDevice {
  deviceId: string;
  clientId: string;
  clientMode: string;
  platform: string;
  roles: string[];
  scopes: string[];
  approvedScopes: string[];
  tokens: { role: string; scopes: string[]; mark: Mark; revokedAtMs?: number }[];
  createdAtMs?: number;
  approvedAtMs?: number;
}

export interface PendingRequest {
  requestId: string;
  deviceId: string;
  clientId: string;
  clientMode: string;
  platform: string;
  roles: string[];
  scopes: string[];
  silent: boolean;
  isRepair: boolean;
  tsMs: number;
}
