import type { Manifest } from './manifest.js';

/** README.md of an archive: what it is, for whoever opens it from a ticket. */
export function manifestReadme(manifest: Manifest): string {
  const { run, tool, verdict, exitCode, incidents, closable } = manifest;
  const rows = manifest.members.map((m) => `| ${m.name} | ${m.bytes} | \`${m.sha256}\` |`);
  return `${[
    '# clawdoctor evidence',
    `\`clawdoctor ${run.command}\` of ${run.startedAt}, clawdoctor ${tool.version}, rules ${tool.rules}.`,
    `Verdict: **${verdict}**, exit code ${exitCode}. ${
      incidents.length > 0 ? `Incidents: ${incidents.join(', ')}.` : 'No incident was found.'
    } ${closable ? 'Closable: all three stages ran and agree.' : 'Not closable on this run.'}`,
    ['| file | bytes | SHA-256 |', '|---|---|---|', ...rows].join('\n'),
    [
      '- `report.json`: the verdict, incidents, plan, findings and tables (the same bytes as `--json`).',
      '- `doctor.json`, `status.json`, `probes.json`: what was observed, stage by stage.',
      '- `manifest.json`: this table for programs.',
    ].join('\n'),
    'No secret is in these files: secrets are letters (equal letters are equal values), and every byte was scanned for every secret that the run had read before it was written.',
  ].join('\n\n')}\n`;
}
