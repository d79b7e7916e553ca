/** Plain JSON: the only thing that an observation or a report may hold. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };

/** Code-unit order: the same on every host, in every locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
