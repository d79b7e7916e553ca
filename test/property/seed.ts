/** `CLAWDOCTOR_SEED=123` repeats a run; else every run has a seed of its own, which is printed. */
export const seed = seedOf(process.env.CLAWDOCTOR_SEED);

/** `CLAWDOCTOR_RUNS=10` makes ten times as many mutations, for a night. */
export const times = Math.max(1, Math.trunc(Number(process.env.CLAWDOCTOR_RUNS ?? 1)) || 1);

function seedOf(given: string | undefined): number {
  if (given !== undefined && /^-?\d+$/.test(given)) return Number(given) | 0;
  return Math.floor(Math.random() * 0x7fff_ffff);
}

/** Says how to repeat this file's mutations. */
export function announce(file: string): void {
  process.stderr.write(`${file}: CLAWDOCTOR_SEED=${seed}\n`);
}
