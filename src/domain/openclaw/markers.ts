import type { Line } from '../../model/target.js';
import { isProviderVariable } from './provider-env.js';

/**
 * What a text in place of a key stands for. `local`: a keyless server; `env-name`: the variable of
 * that name; `plugin`: a marker only if the plugin's manifest was indexed, else an ordinary key.
 */
export type MarkerClass = 'local' | 'env-name' | 'aws' | 'oauth' | 'managed' | 'plugin';

type Markers = Readonly<Record<string, MarkerClass>>;

const managed: Markers = { 'secretref-managed': 'managed' };

/** Read in the bundles of 2026.3.11, 2026.5.18 and 2026.9.6; the last two also measured. */
const byLine: Readonly<Record<Line, Markers>> = {
  '2026.3': {
    ...managed,
    'ollama-local': 'local',
    'minimax-oauth': 'oauth',
    'qwen-oauth': 'oauth',
  },
  '2026.5': {
    ...managed,
    'ollama-local': 'local',
    'custom-local': 'local',
    // Measured as ordinary keys where no gateway had indexed the plugins yet.
    'lmstudio-local': 'plugin',
    'minimax-oauth': 'plugin',
  },
  '2026.9': {
    ...managed,
    'ollama-local': 'local',
    'custom-local': 'local',
    'lmstudio-local': 'local',
    'apple-fm-local': 'local',
    'codex-app-server': 'oauth',
    'gcp-vertex-credentials': 'oauth',
    'openclaw:claude-cli-native-auth': 'oauth',
    'minimax-oauth': 'oauth',
  },
};

const awsNames: ReadonlySet<string> = new Set([
  'AWS_BEARER_TOKEN_BEDROCK',
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
]);

const prefixes: Readonly<Record<Line, readonly string[]>> = {
  '2026.3': [],
  '2026.5': ['oauth:'],
  '2026.9': ['oauth:', 'secretref-env:'],
};

/**
 * What this line takes a key's text for; undefined for an ordinary key, which it always uses.
 * Compared trimmed, exact and case-sensitive, as OpenClaw does.
 */
export function markerClass(text: string, line: Line): MarkerClass | undefined {
  const value = text.trim();
  const exact = byLine[line];
  if (Object.hasOwn(exact, value)) return exact[value];
  if (awsNames.has(value)) return 'aws';
  const prefix = prefixes[line].find((start) => value.startsWith(start));
  if (prefix !== undefined) return prefix === 'oauth:' ? 'oauth' : 'managed';
  return isProviderVariable(value) ? 'env-name' : undefined;
}

/** True for a text that any known line publishes as a marker: not a secret. */
export function isMarker(text: string): boolean {
  return (
    markerClass(text, '2026.3') !== undefined ||
    markerClass(text, '2026.5') !== undefined ||
    markerClass(text, '2026.9') !== undefined
  );
}
