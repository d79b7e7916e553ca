import { type Environment, environmentOf, type Paths, pathsOf, readConfig } from './config.js';
import type { Json } from './json.js';
import type { LabLine } from './line.js';

/** One run of the lab's `openclaw`. */
export interface Cli {
  line: LabLine;
  /** Socket of the deployment's stand-in for a service manager. */
  control: string;
  paths: Paths;
  config: Json;
  /** The shell over `<state>/.env`. */
  env: Environment;
  json: boolean;
  out(text: string): void;
  err(text: string): void;
}

export async function openCli(
  options: { line: LabLine; control: string },
  json: boolean,
): Promise<Cli> {
  const paths = pathsOf(process.env);
  const read = await readConfig(paths.configPath);
  return {
    ...options,
    json,
    paths,
    config: read?.value ?? {},
    env: environmentOf(process.env, paths.stateDir),
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
  };
}
