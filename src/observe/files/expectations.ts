import { isAbsolute, join } from 'node:path';
import { cleanText, cleanTexts, isRecord } from '../../domain/clean.js';
import type { ExpectationFacts } from '../../model/facts-host.js';
import type { HostAccess, Observer, ObserverResult } from '../../model/observer.js';
import { parseJsonText } from './json5-text.js';
import { fileWitness, readRegularFile } from './read-file.js';
import { safeUrl } from './safe-url.js';

const maxBytes = 256 * 1024;
const texts = ['mode', 'issuer', 'audience'] as const;
const members: ReadonlySet<string> = new Set([
  '$schema',
  'identity',
  ...texts,
  'localOnly',
  'allowedCloudProviders',
  'waivers',
]);

/** `clawdoctor.json` in the working directory, else in the user's configuration directory (XDG). */
export const expectationsObserver: Observer<'host.expectations'> = {
  id: 'host.expectations',
  stage: 'doctor',
  deadlineMs: 3000,
  async observe({ host, signal }) {
    const [local = '', common = ''] = pathsOf(host);
    const first = await readRegularFile(local, { maxBytes, home: host.home, signal });
    const { facts, bytes } =
      first.facts.state === 'absent'
        ? await readRegularFile(common, { maxBytes, home: host.home, signal })
        : first;
    const source = facts.path;
    if (facts.state === 'absent') {
      return { state: 'absent', source, reason: 'no clawdoctor.json here or in the user’s own' };
    }
    if (bytes === undefined) {
      const state = facts.state === 'denied' ? 'denied' : 'error';
      return { state, source, reason: `${source}: ${facts.reason ?? facts.state}` };
    }
    const parsed = await parseJsonText(bytes);
    if (parsed.parse !== 'ok') {
      const at = parsed.parse === 'invalid' ? parsed.errorAt : undefined;
      const where = at ? ` at line ${at.line}, column ${at.column}` : '';
      return { state: 'error', source, reason: `${source}: not valid JSON${where}` };
    }
    return result(parsed.value, source);
  },
  witness: ({ host }) => fileWitness(pathsOf(host)),
};

function pathsOf(host: HostAccess): string[] {
  const xdg = host.env.XDG_CONFIG_HOME;
  const base = xdg !== undefined && isAbsolute(xdg) ? xdg : join(host.home, '.config');
  return [join(host.cwd, 'clawdoctor.json'), join(base, 'clawdoctor', 'clawdoctor.json')];
}

/** A statement that is not understood must not pass for one that is met: every fault is an error. */
function result(value: unknown, source: string): ObserverResult<ExpectationFacts> {
  const error = (what: string) => ({
    state: 'error' as const,
    source,
    reason: `${source}: ${what}`,
  });
  if (!isRecord(value)) return error('not an object');
  if (Object.keys(value).some((key) => !members.has(key))) {
    return error(`a member that is not known; known are ${[...members].join(', ')}`);
  }
  const data: ExpectationFacts = { path: source, allowedCloudProviders: [] };
  if (value.identity !== undefined) {
    const identity = safeUrl(value.identity);
    if (!identity) return error('identity is not a URL with http, https, ws or wss');
    data.identity = identity;
  }
  for (const name of texts) {
    const text = value[name];
    if (text === undefined) continue;
    if (typeof text !== 'string' || text.trim() === '') return error(`${name} is not a text`);
    if (safeUrl(text)?.hadSecretParts) return error(`${name} is a URL with userinfo or a query`);
    const clean = cleanText(text.trim());
    if (clean !== undefined) data[name] = clean;
  }
  if (value.localOnly !== undefined) {
    if (typeof value.localOnly !== 'boolean') return error('localOnly is not true or false');
    data.localOnly = value.localOnly;
  }
  const providers = value.allowedCloudProviders;
  if (providers !== undefined) {
    if (!Array.isArray(providers) || providers.some((item) => typeof item !== 'string')) {
      return error('allowedCloudProviders is not a list of texts');
    }
    data.allowedCloudProviders = cleanTexts(providers);
  }
  return { state: 'ok', source, data };
}
