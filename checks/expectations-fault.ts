import type { ObservationOf } from '../src/model/observation.js';

/**
 * Why it is not known what clawdoctor.json expects; undefined where it was read or there is none.
 * One that nobody has looked at is no proof that nothing is expected.
 */
export function expectationsFault(
  seen: ObservationOf<'host.expectations'> | undefined,
): string | undefined {
  if (seen?.state === 'ok' || seen?.state === 'absent') return undefined;
  return seen?.reason ?? seen?.state ?? 'it was not looked at';
}
