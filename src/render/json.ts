import { byCodeUnit } from '../model/json.js';
import type { Report } from '../model/report.js';

/** The order in which a document's keys are written; nested objects are found by their key. */
const order: Readonly<Record<string, readonly string[]>> = {
  '': [
    'schemaVersion',
    'tool',
    'run',
    'targets',
    'verdict',
    'exitCode',
    'closable',
    'notClosable',
    'incidents',
    'plan',
    'checks',
    'findings',
    'credentials',
    'identity',
    'attempts',
    'stages',
    'history',
  ],
  tool: ['name', 'version', 'rules'],
  run: [
    'command',
    'startedAt',
    'durationMs',
    'timeZone',
    'platform',
    'uid',
    'budgetMs',
    'failOn',
    'through',
    'as',
    'selection',
    'interrupted',
    'changed',
    'fingerprintKey',
  ],
  selection: ['only', 'skip'],
  targets: ['id', 'kind', 'primary', 'parent', 'name', 'url', 'port', 'place'],
  versions: ['server', 'cli', 'writer', 'service'],
  incidents: [
    'code',
    'name',
    'title',
    'subject',
    'confidence',
    'story',
    'explains',
    'for',
    'against',
    'remedies',
  ],
  plan: remedyKeys(),
  remedies: remedyKeys(),
  verify: ['command', 'expect'],
  checks: ['id', 'stage', 'title', 'outcome', 'summary', 'findings', 'required', 'blockedBy'],
  findings: ['check', 'stage', 'code', 'subject', 'outcome', 'text', 'params', 'evidence', 'next'],
  credentials: [
    'source',
    'target',
    'kind',
    'state',
    'letter',
    'shape',
    'flags',
    'fingerprint',
    'caseFingerprint',
    'readers',
    'wins',
    'reason',
  ],
  identity: ['target', 'bind', 'externalUrl', 'issuer', 'audience', 'mode', 'sources'],
  attempts: ['target', 'endpoint', 'credential', 'why', 'outcome'],
  stages: ['stage', 'outcome', 'complete', 'counts', 'observations', 'durationMs'],
  counts: ['pass', 'warn', 'fail', 'skip', 'unknown'],
};

/**
 * The report as `--json`, `report.json` and replay write it: the same bytes for the same report,
 * whatever order its objects were built in. Keys stand in the order of the contract, keys that it
 * does not list after them in code-unit order; one line break at the end.
 */
export function renderJson(report: Report): string {
  return `${JSON.stringify(ordered(report, ''), undefined, 2)}\n`;
}

function ordered(value: unknown, name: string): unknown {
  // An array's rows are named by the array: `findings` orders every finding.
  if (Array.isArray(value)) return value.map((item: unknown) => ordered(item, name));
  if (typeof value !== 'object' || value === null) return value;
  const known = order[name] ?? [];
  const rank = (key: string): number => (known.includes(key) ? known.indexOf(key) : known.length);
  const entries = Object.entries(value).sort(([a], [b]) => rank(a) - rank(b) || byCodeUnit(a, b));
  return Object.fromEntries(
    entries.map(([key, item]) => [key, ordered(item, name === 'params' ? 'param' : key)]),
  );
}

function remedyKeys(): readonly string[] {
  return [
    'id',
    'subject',
    'title',
    'actor',
    'effect',
    'command',
    'postcondition',
    'why',
    'risk',
    'undo',
    'verify',
  ];
}
