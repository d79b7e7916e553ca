import { below, type Json } from './json.js';
import type { LabLine } from './line.js';

/** Failed attempts per client address in a sliding window, then a lockout. */
export interface Limiter {
  /** Seconds until the address may try again; 0 when it may now. */
  lockedForS(address: string): number;
  failed(address: string): void;
  succeeded(address: string): void;
}

const open: Limiter = { lockedForS: () => 0, failed: () => {}, succeeded: () => {} };

/** 2026.5 has a limiter only when it is configured, 2026.9 always; loopback is exempt by default. */
export function limiterOf(config: Json, line: LabLine): Limiter {
  const auth = below(config, 'gateway', 'auth');
  if (line === '2026.5' && auth.rateLimit === undefined) return open;
  const set = below(auth, 'rateLimit');
  const number = (value: unknown, otherwise: number) =>
    typeof value === 'number' ? value : otherwise;
  const maxAttempts = number(set.maxAttempts, 10);
  const windowMs = number(set.windowMs, 60_000);
  const lockoutMs = number(set.lockoutMs, 300_000);
  const exempt = set.exemptLoopback !== false;
  const failures = new Map<string, { times: number[]; until: number }>();
  const isExempt = (address: string) => exempt && isLoopback(address);

  return {
    lockedForS(address) {
      const left = (failures.get(address)?.until ?? 0) - Date.now();
      return left > 0 && !isExempt(address) ? Math.ceil(left / 1000) : 0;
    },
    failed(address) {
      if (isExempt(address)) return;
      const now = Date.now();
      const entry = failures.get(address) ?? { times: [], until: 0 };
      entry.times = [...entry.times.filter((time) => now - time < windowMs), now];
      if (entry.times.length >= maxAttempts) entry.until = now + lockoutMs;
      failures.set(address, entry);
    },
    succeeded: (address) => {
      failures.delete(address);
    },
  };
}

export function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '');
  return plain === '::1' || plain.startsWith('127.');
}
