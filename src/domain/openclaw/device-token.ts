import type { FactSet } from '../../model/fact-set.js';
import type { Target } from '../../model/target.js';
import { shortId } from './scopes.js';
import { linesToJudge, versionsOf } from './versions.js';

/** The paired device of this host, whose stored token the gateway has on record. */
export interface WorkingDevice {
  /** Short id. */
  device: string;
  scopes: string[];
}

/**
 * With no shared secret at all, the CLI of this host gets in by the device token that it keeps
 * (measured on 2026.5.18 and 2026.9.6), unless OPENCLAW_GATEWAY_URL is set: then it wants one. Known
 * by files alone: the same value on both sides, not revoked, with scopes.
 */
export function workingDevice(facts: FactSet, gateway: Target): WorkingDevice | undefined {
  const pairing = facts.data('gateway.pairing', gateway.id);
  const credentials = facts.data('gateway.credentials', gateway.id);
  const lines = linesToJudge(versionsOf(facts, gateway).cli);
  if (!pairing || !credentials || lines.length === 0 || lines.includes('2026.3')) return undefined;
  if (credentials.shell.url ?? credentials.dotenv.url) return undefined;
  const { identity, deviceTokens, paired } = pairing;
  const id = identity.rows[0]?.deviceId;
  const own = deviceTokens.rows.find((row) => row.deviceId === id && row.role === 'operator');
  const record = paired.rows.find((row) => row.deviceId === id);
  const known = record?.tokens.find((row) => row.role === 'operator');
  if (id === undefined || own?.mark.state !== 'set' || known?.mark.state !== 'set') {
    return undefined;
  }
  const same = own.mark.class !== undefined && own.mark.class === known.mark.class;
  if (!same || known.revokedAtMs !== undefined || known.scopes.length === 0) return undefined;
  return { device: shortId(id), scopes: known.scopes };
}
