import { parseArgs } from 'node:util';
import { type Overrides, StartRefused } from './credentials.js';
import { isLine, type LabLine } from './line.js';

/** The command line of one start of the lab's gateway. */
export interface Flags extends Overrides {
  line: LabLine;
  port?: number;
  stall?: string;
  pressure?: string;
  clock?: number;
}

/** Throws a StartRefused (exit 2) for a line that nobody knows. */
export function flagsOf(): Flags {
  const option = { type: 'string' } as const;
  const own = { stall: option, pressure: option, clock: option };
  const options = { line: option, token: option, password: option, port: option, ...own };
  const { values } = parseArgs({ options });
  if (!isLine(values.line)) throw new StartRefused(2, '--line must be 2026.5 or 2026.9');
  return {
    line: values.line,
    ...(values.token !== undefined && { token: values.token }),
    ...(values.password !== undefined && { password: values.password }),
    ...(values.port !== undefined && { port: Number(values.port) }),
    ...(values.stall !== undefined && { stall: values.stall }),
    ...(values.pressure !== undefined && { pressure: values.pressure }),
    ...(values.clock !== undefined && { clock: Number(values.clock) }),
  };
}
