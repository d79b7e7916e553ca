import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cleanText, isRecord, member } from '../../domain/clean.js';
import { resolvePath } from '../../domain/openclaw/paths.js';
import type { PluginFacts, PluginsFacts } from '../../model/facts-installs.js';
import type { Observer, ObserverContext } from '../../model/observer.js';
import { loadConfig } from './config-source.js';
import { errorCode } from './error-code.js';
import { fileWitness, tilde } from './read-file.js';
import { readJson } from './read-json.js';
import { placeOf } from './state-place.js';

const most = 100;
const idForm = /^(@[a-z0-9][\w.-]{0,60}\/)?[a-z0-9][\w.-]{0,99}$/i;

/**
 * Plugins from outside of the OpenClaw package and what is on disk for them: `plugins.load.paths`
 * and, on 2026.5, the install records in plugins/installs.json. 2026.9 keeps its records in a row
 * of 90 KB in state/openclaw.sqlite; what it installs also stands in the config or `extensions/`.
 */
export const pluginsObserver: Observer<'gateway.plugins'> = {
  id: 'gateway.plugins',
  stage: 'doctor',
  deadlineMs: 3000,

  async observe(context) {
    const config = await loadConfig(context);
    const plugins = member(config.value, 'plugins');
    const records = await installRecords(context);
    const listed = member(member(plugins, 'load'), 'paths');
    const { home } = placeOf(context);
    const paths = (Array.isArray(listed) ? listed : [])
      .filter((path): path is string => typeof path === 'string' && path.trim() !== '')
      .slice(0, most)
      .map((path) => resolvePath(path.trim(), home, dirname(config.paths[0] ?? home)));
    const loaded = (await Promise.all(paths.map((path) => loadPath(path, context)))).flat();
    const entries = member(plugins, 'entries');
    const enabled = (id: string) => member(member(entries, id), 'enabled');
    const recorded = await Promise.all(
      records.rows
        .filter((row) => !paths.includes(row.path))
        .map((row) => look(row.id, 'record', row.path, context)),
    );
    const found = [...loaded, ...recorded].map((plugin) => {
      const said = enabled(plugin.id);
      return typeof said === 'boolean' ? { ...plugin, enabled: said } : plugin;
    });
    return {
      state: 'ok',
      source: config.facts.path,
      complete: paths.length < most,
      data: {
        disabled: member(plugins, 'enabled') === false,
        records: { state: records.state, source: records.source },
        plugins: found,
      },
    };
  },

  async witness(context) {
    return fileWitness([recordsPath(context)]);
  },
};

function recordsPath(context: ObserverContext): string {
  return join(placeOf(context).stateDir, 'plugins', 'installs.json');
}

async function installRecords(context: ObserverContext): Promise<{
  state: PluginsFacts['records']['state'];
  source: string;
  rows: { id: string; path: string }[];
}> {
  const { home } = placeOf(context);
  const read = await readJson(recordsPath(context), context, home);
  const { path: source } = read.facts;
  if (read.state !== 'ok') return { state: read.state, source, rows: [] };
  const records = member(read.value, 'installRecords');
  if (!isRecord(records)) return { state: 'invalid', source, rows: [] };
  const rows = Object.entries(records)
    .slice(0, most)
    .flatMap(([id, record]) => {
      const path = member(record, 'installPath');
      const usable = idForm.test(id) && typeof path === 'string' && path.startsWith('/');
      return usable ? [{ id, path }] : [];
    });
  return { state: 'ok', source, rows };
}

/** A load path is a plugin, or a folder of plugins. */
async function loadPath(path: string, context: ObserverContext): Promise<PluginFacts[]> {
  const name = cleanText(path.slice(path.lastIndexOf('/') + 1), 60) ?? '';
  const own = await look(name, 'load-path', path, context);
  if (own.state !== 'no-manifest') return [own];
  const inside = await readdir(path, { withFileTypes: true }).catch(() => []);
  const folders = inside.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
  const found = await Promise.all(
    folders
      .slice(0, most)
      .map((entry) => look(entry.name, 'load-path', join(path, entry.name), context)),
  );
  const plugins = found.filter((plugin) => plugin.state !== 'no-manifest');
  return plugins.length > 0 ? plugins : [own];
}

async function look(
  name: string,
  from: 'load-path' | 'record',
  path: string,
  context: ObserverContext,
): Promise<PluginFacts> {
  const { home } = placeOf(context);
  const facts = { id: cleanText(name, 100) ?? '', from, path: tilde(path, home) };
  try {
    const found = await stat(path);
    // A single file is a plugin of its own: there is no manifest that could be missing.
    if (found.isFile()) return { ...facts, state: 'ok' };
  } catch (error) {
    const code = errorCode(error);
    const gone = code === 'ENOENT' || code === 'ENOTDIR';
    return { ...facts, state: gone ? 'absent' : code === 'EACCES' ? 'denied' : 'invalid' };
  }
  const manifest = await readJson(join(path, 'openclaw.plugin.json'), context, home);
  if (manifest.state === 'absent') return { ...facts, state: 'no-manifest' };
  if (manifest.state === 'denied') return { ...facts, state: 'denied' };
  if (manifest.state !== 'ok') return { ...facts, state: 'invalid' };
  const said = member(manifest.value, 'id');
  const id = typeof said === 'string' && idForm.test(said) ? said : facts.id;
  const complete = await hasEntries(path, context);
  return { ...facts, id, state: complete ? 'ok' : 'no-entry-file' };
}

/** Every file that `openclaw.extensions` of its package.json names is there. */
async function hasEntries(path: string, context: ObserverContext): Promise<boolean> {
  const pack = await readJson(join(path, 'package.json'), context, '');
  const named = pack.state === 'ok' && member(member(pack.value, 'openclaw'), 'extensions');
  if (!Array.isArray(named)) return true;
  const files = named.filter((file): file is string => typeof file === 'string').slice(0, 20);
  const there = await Promise.all(
    files.map((file) =>
      stat(join(path, file)).then(
        () => true,
        (error: unknown) => errorCode(error) !== 'ENOENT',
      ),
    ),
  );
  return there.every(Boolean);
}
