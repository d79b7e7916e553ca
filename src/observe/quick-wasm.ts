import { setFlagsFromString } from 'node:v8';

/**
 * To be called before a library is loaded that brings WebAssembly (undici's HTTP parser, the SQLite
 * reader): optimising it for a dozen calls costs 20 to 35 MiB and 30 ms, and never pays (Node 20).
 */
export function compileWasmQuickly(): void {
  setFlagsFromString('--liftoff-only');
}
