/** The known names nearest to a mistyped one, best first; none when nothing is near. */
export function nearest(wanted: string, known: readonly string[], most = 3): string[] {
  const target = wanted.toLowerCase();
  return known
    .map((name, order) => ({ name, order, distance: distanceTo(target, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(2, Math.floor(name.length / 3)))
    .sort((a, b) => a.distance - b.distance || a.order - b.order)
    .slice(0, most)
    .map(({ name }) => name);
}

/** A name that holds the other counts as one step away; else Levenshtein's distance. */
function distanceTo(a: string, b: string): number {
  if (a.length >= 3 && b.includes(a)) return 1;
  if (a.length > 60 || b.length > 60) return Number.POSITIVE_INFINITY;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
