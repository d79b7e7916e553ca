import type { FactSet } from '../../model/fact-set.js';
import type { LogUpgrade } from '../../model/facts-logs.js';
import type { PairedDevice } from '../../model/facts-pairing.js';
import type { Target } from '../../model/target.js';
import { approvedOf, missingScopes } from './scopes.js';

/** Older refusals of a device that nobody heard of since are taken for given up. */
const recentMs = 3_600_000;

/**
 * Requests for more that the log has, that are newer than the last approval of their device and that
 * its approved scopes still do not cover; the newest of each device and reason. On disk a request is
 * gone five minutes after it was made, though the device is refused as before.
 */
export function refusedUpgrades(facts: FactSet, gateway: Target): LogUpgrade[] {
  const upgrades = facts.data('gateway.logs', gateway.id)?.upgrades ?? [];
  const paired = facts.data('gateway.pairing', gateway.id)?.paired;
  if (paired?.state !== 'ok') return [];
  const { nowMs } = facts.run;
  const newest = new Map<string, LogUpgrade>();
  for (const upgrade of upgrades) {
    const device = paired.rows.find((row) => row.deviceId.startsWith(upgrade.device));
    const isOld = nowMs - upgrade.atMs > recentMs;
    if (upgrade.device === '' || !device || isOld || isSettled(upgrade, device)) continue;
    newest.set(`${upgrade.device} ${upgrade.reason}`, upgrade);
  }
  return [...newest.values()];
}

function isSettled(upgrade: LogUpgrade, device: PairedDevice): boolean {
  if ((device.approvedAtMs ?? 0) >= upgrade.atMs) return true;
  return (
    upgrade.reason === 'scope-upgrade' &&
    missingScopes(approvedOf(device), upgrade.scopesTo).length === 0
  );
}
