import { join } from 'node:path';
import type { OpenClawPaths } from '../../domain/openclaw/paths.js';
import { portText } from '../../domain/openclaw/port.js';
import { parseDotenv } from '../files/dotenv.js';
import { readRegularFile } from '../files/read-file.js';

const name = 'OPENCLAW_GATEWAY_PORT';
/** OpenClaw reads no larger `.env` (2026.9.6). */
const maxBytes = 1024 * 1024;

/**
 * The port that OPENCLAW_GATEWAY_PORT gives to gateway and clients: of the environment, else of
 * `.env`. A blank variable hides `.env`; a value that is no port counts as none.
 */
export async function variablePort(
  { home, stateDir }: Pick<OpenClawPaths, 'home' | 'stateDir'>,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (env[name] !== undefined) return portText(env[name]);
  const files = [join(stateDir, '.env')];
  if (stateDir === join(home, '.openclaw')) {
    files.push(join(home, '.config', 'openclaw', 'gateway.env'));
  }
  for (const path of files) {
    const { bytes } = await readRegularFile(path, { maxBytes, home, signal });
    const value = bytes && parseDotenv(bytes.toString('utf8')).get(name);
    if (value !== undefined) return portText(value);
  }
  return undefined;
}
