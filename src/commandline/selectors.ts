import { UserError } from '../model/errors.js';
import { stages } from '../model/observation.js';
import { nearest } from './nearest.js';

/**
 * `--only` and `--skip`: check ids, areas (the part before `/`) or stages, each flag repeatable and
 * comma-separated. Throws a UserError that names the nearest one for a name that selects nothing.
 */
export function parseSelectors(
  flag: string,
  values: readonly string[],
  ids: readonly string[],
): string[] {
  const areas = new Set(ids.map((id) => id.slice(0, id.indexOf('/'))));
  const known = [...new Set([...ids, ...areas, ...stages])];
  const wanted = values.flatMap((value) => value.split(',')).map((value) => value.trim());
  const unknown = wanted.find((value) => !known.includes(value));
  if (unknown !== undefined) {
    const near = nearest(unknown, known);
    throw new UserError(
      `${flag} "${unknown}" is no check, area or stage${near[0] ? `; did you mean ${near[0]}?` : ''}`,
      near.length > 0 ? near : ['clawdoctor checks   lists them'],
    );
  }
  return [...new Set(wanted)];
}
