import type { FactSet } from '../model/fact-set.js';
import type { MemoryGroup, PressureFacts } from '../model/facts-host.js';
import { hostTarget } from '../model/target.js';

/** A share of the last ten seconds, in percent, in which tasks waited for memory. */
const someStalled = 10;
const allStalled = 5;

/** Stalled on memory for a tenth of the last ten seconds, or hardly any of it left. */
export function isPressed(pressure: PressureFacts): boolean {
  const { availableBytes, totalBytes, swapTotalBytes, swapFreeBytes } = pressure;
  const left = availableBytes / Math.max(totalBytes, 1);
  const swapIsFull = swapTotalBytes > 0 && swapFreeBytes / swapTotalBytes < 0.05;
  return (
    (pressure.memorySome10 ?? 0) >= someStalled ||
    (pressure.memoryFull10 ?? 0) >= allStalled ||
    left < 0.03 ||
    (swapIsFull && left < 0.1)
  );
}

/** The same for a control group with a limit: cache that the kernel can take back is not used up. */
export function isGroupPressed(group: MemoryGroup): boolean {
  const { limitBytes, usedBytes, reclaimableBytes = 0, memorySome10 = 0 } = group;
  if (memorySome10 >= someStalled) return true;
  return limitBytes !== undefined && (usedBytes - reclaimableBytes) / limitBytes > 0.95;
}

/** Timeouts under memory pressure, of the host or of a group in it, say nothing of a credential. */
export function underPressure(facts: FactSet): boolean {
  const pressure = facts.data('host.pressure', hostTarget.id);
  if (pressure === undefined) return false;
  return isPressed(pressure) || (pressure.groups ?? []).some(isGroupPressed);
}
