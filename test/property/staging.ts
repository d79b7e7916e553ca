import type { Canaries } from '../acceptance/canaries.js';

/** Where one host is being staged, and with what. */
export interface Staging {
  line: '2026.5' | '2026.9';
  live: string;
  home: string;
  ports: { gateway: number; proxy: number };
  canaries: Canaries;
  put(path: string, content: unknown): void;
}

/** The gateway that is alive only in a /proc of our own. */
export const gatewayProcess = { pid: 4121, startTicks: 70_000 };
