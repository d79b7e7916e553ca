import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { askControl } from './control-client.js';

/**
 * The lab's `systemctl`: `--user start|stop|restart UNIT` for the one gateway unit of this HOME, and
 * `--user daemon-reload`. It stands before the host's own on PATH, whose services are nobody's
 * business here; of the units of the system there is none.
 */
export async function main(argv: readonly string[], options: { control: string }): Promise<void> {
  const { code, said } = await run(argv, options.control);
  process.exitCode = code;
  if (said !== '') process.stderr.write(`${said}\n`);
}

async function run(
  argv: readonly string[],
  control: string,
): Promise<{ code: number; said: string }> {
  const [scope, verb = '', unit, ...more] = argv;
  if (scope !== '--user') return { code: 5, said: `Unit ${verb} not found.` };
  if (verb === 'daemon-reload' && unit === undefined) return { code: 0, said: '' };
  if (!['start', 'stop', 'restart'].includes(verb))
    return { code: 1, said: 'Unknown command verb' };
  if (unit === undefined || more.length > 0) return { code: 1, said: 'Too few or many arguments.' };
  const home = process.env.HOME ?? homedir();
  const config = process.env.XDG_CONFIG_HOME ?? join(home, '.config');
  if (unit.includes('/') || !existsSync(join(config, 'systemd', 'user', unit)))
    return { code: 5, said: `Failed to ${verb} ${unit}: Unit ${unit} not found.` };
  const request = { op: 'gateway', action: verb, stateDir: join(home, '.openclaw') };
  const { ok, message } = await askControl(control, { ...request, by: 'systemd' });
  return ok ? { code: 0, said: '' } : { code: 1, said: `Job for ${unit} failed. ${message}` };
}
