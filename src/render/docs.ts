import { stages } from '../model/observation.js';
import type { CheckEntry, IncidentEntry, RefusalEntry } from './catalogue.js';
import { nameOf } from './refusals.js';

const note =
  '<!-- Written by scripts/write-docs.js from the registry: edit the source, not this. -->';

/** docs/checks.md: every check, in the order in which they are reported. */
export function checksMarkdown(entries: readonly CheckEntry[]): string {
  const parts = stages.flatMap((stage) => [
    `## ${stage}`,
    ...entries.filter((entry) => entry.stage === stage).flatMap(checkParts),
  ]);
  return `${['# Checks', note, 'A code is public: it is added, never renamed.', ...parts].join('\n\n')}\n`;
}

function checkParts(entry: CheckEntry): string[] {
  const codes = Object.entries(entry.codes).map(
    ([code, spec]) => `| \`${code}\` | ${spec.outcome} | ${cell(spec.text)} |`,
  );
  return [
    `### ${entry.id}`,
    `*${prose(entry.title)}* (once per ${entry.per === 'run' ? 'host' : entry.per})`,
    prose(entry.about),
    ...(entry.falsePositives ? [`May be harmless: ${prose(entry.falsePositives)}`] : []),
    ['| code | outcome | says |', '|---|---|---|', ...codes].join('\n'),
  ];
}

/** docs/incidents.md: every incident, in rank order. */
export function incidentsMarkdown(entries: readonly IncidentEntry[]): string {
  const parts = entries.flatMap((entry) => [
    `## ${entry.code} ${prose(entry.name)}`,
    prose(entry.title),
    prose(entry.about),
    ...(entry.symptoms.length > 0
      ? [['What users see:', '', ...entry.symptoms.map((s) => `- ${prose(s)}`)].join('\n')]
      : []),
  ]);
  const rank = 'In rank order: a finding belongs to the first incident that explains it.';
  return `${['# Incidents', note, rank, ...parts].join('\n\n')}\n`;
}

/** docs/handshake-codes.md: every way in which a gateway refuses or ends a connection. */
export function refusalsMarkdown(entries: readonly RefusalEntry[]): string {
  const rows = entries.map(({ code, layer, means, notMeans, next, lines }) => {
    const not = notMeans === undefined ? '' : cell(notMeans);
    return `| \`${nameOf(code)}\` | ${layer} | ${cell(means)} | ${not} | ${next.join(', ')} | ${lines.join(', ')} |`;
  });
  const head =
    '| code | layer | means | does not mean | steps | said by |\n|---|---|---|---|---|---|';
  const intro =
    'What a gateway answers to a WebSocket connect that it refuses: `error.details.code`, else `error.code`, else the close code. `clawdoctor explain CODE` prints a row with the texts that clients show; steps are the ids of remedies in a plan.';
  const order =
    'A connect meets the layers in this order: transport, start-up, protocol, origin, device identity, shared secret or device token, pairing, scopes. What comes later hides behind what comes first.';
  return `${['# Refusals of a connect', note, intro, order, [head, ...rows].join('\n')].join('\n\n')}\n`;
}

/** `<name>` and `{param}` are meant as they stand. */
function prose(text: string): string {
  return text.replace(/[<>]/g, (c) => (c === '<' ? '&lt;' : '&gt;'));
}

function cell(text: string): string {
  return prose(text).replaceAll('|', '\\|');
}
