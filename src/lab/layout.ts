import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serverScript } from './children.js';
import { type LabLine, releases } from './servers/line.js';

/** Where the parts of one deployment lie; everything is below `root`. */
export interface Layout {
  root: string;
  home: string;
  bin: string;
  lib: string;
  tmp: string;
  control: string;
  /** The operator's shell. */
  env: Record<string, string>;
}

export async function makeLayout(root: string): Promise<Layout> {
  const at = (name: string) => join(root, name);
  const layout = { root, home: at('home'), bin: at('bin'), lib: at('lib'), tmp: at('tmp') };
  for (const directory of [layout.home, layout.bin, layout.lib, layout.tmp, at('run')])
    await mkdir(directory, { mode: 0o700 });
  await symlink(process.execPath, join(layout.bin, 'node'));
  const env = {
    PATH: [layout.bin, '/usr/bin', '/bin'].join(':'),
    HOME: layout.home,
    TMPDIR: layout.tmp,
    XDG_CONFIG_HOME: join(layout.home, '.config'),
    XDG_STATE_HOME: join(layout.home, '.local', 'state'),
    XDG_CACHE_HOME: join(layout.home, '.cache'),
    XDG_DATA_HOME: join(layout.home, '.local', 'share'),
    XDG_RUNTIME_DIR: at('run'),
    LANG: 'C.UTF-8',
  };
  return { ...layout, control: join(layout.lib, 'control.sock'), env };
}

/** `openclaw` as `npm install -g` leaves it: a package with its version, and a link on PATH. */
export async function installOpenClaw(layout: Layout, line: LabLine): Promise<void> {
  const script = await packageIn(join(layout.lib, 'node_modules', 'openclaw'), layout, line);
  await symlink(script, join(layout.bin, 'openclaw'));
  const { control } = layout;
  await launcher(join(layout.bin, 'systemctl'), 'systemctl-cli', { control });
}

/** What a unit of this deployment runs. */
export function programs(layout: Layout): { node: string; entry: string } {
  const entry = join(layout.lib, 'node_modules', 'openclaw', 'openclaw.mjs');
  return { node: join(layout.bin, 'node'), entry };
}

/** The same below a prefix of its own, `<prefix>/bin` and `<prefix>/lib`; its package folder. */
export async function installPackage(
  layout: Layout,
  prefix: string,
  line: LabLine,
  engines?: string,
): Promise<string> {
  const directory = join(prefix, 'lib', 'node_modules', 'openclaw');
  const script = await packageIn(directory, layout, line, engines);
  await mkdir(join(prefix, 'bin'), { recursive: true });
  await symlink(script, join(prefix, 'bin', 'openclaw'));
  return directory;
}

async function packageIn(
  directory: string,
  layout: Layout,
  line: LabLine,
  engines?: string,
): Promise<string> {
  await mkdir(directory, { recursive: true });
  const manifest = {
    name: 'openclaw',
    version: releases[line],
    bin: { openclaw: 'openclaw.mjs' },
    ...(engines !== undefined && { engines: { node: engines } }),
  };
  await writeFile(join(directory, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const script = join(directory, 'openclaw.mjs');
  await launcher(script, 'openclaw-cli', { line, control: layout.control });
  return script;
}

export async function installNemoClaw(layout: Layout): Promise<void> {
  await launcher(join(layout.bin, 'nemoclaw'), 'nemoclaw-cli', { control: layout.control });
}

/** The script name by which NemoClaw knows its proxy in a process table. */
export async function proxyLauncher(layout: Layout): Promise<string> {
  const script = join(layout.lib, 'ollama-auth-proxy.js');
  await writeFile(join(layout.lib, 'package.json'), '{"type":"module"}\n');
  const target = pathToFileURL(serverScript('ollama-proxy')).href;
  await writeFile(script, `await import(${JSON.stringify(target)});\n`);
  return script;
}

async function launcher(script: string, server: string, options: object): Promise<void> {
  const target = JSON.stringify(pathToFileURL(serverScript(server)).href);
  const text = [
    '#!/usr/bin/env node',
    `import(${target}).then(({ main }) => main(process.argv.slice(2), ${JSON.stringify(options)}));`,
  ];
  await writeFile(script, `${text.join('\n')}\n`);
  await chmod(script, 0o755);
}
