import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { scenarios } from '../../src/lab/index.js';
import { textOf } from './compare.js';
import { type Expectation, expectations } from './expectations.js';

/** One deployment of the score; without `expected` it is a control. */
export interface Row {
  scenario: string;
  expected?: Expectation;
  got: string[];
  missed: string[];
  falseAlarms: string[];
  ms: number;
}

export function summary(rows: readonly Row[]): string {
  const faults = rows.filter(({ expected }) => expected !== undefined);
  const missed = faults.filter((row) => row.missed.length > 0).length;
  const alarms = rows.filter((row) => row.falseAlarms.length > 0).length;
  return `detected ${faults.length - missed} of ${faults.length}, missed ${missed}, false alarms ${alarms}`;
}

/** For a terminal: one line each, and the details of what is not right. */
export function tableText(rows: readonly Row[]): string {
  return rows.map((row) => `${line(row)}\n`).join('');
}

function line(row: Row): string {
  const { scenario, expected, got, missed, falseAlarms } = row;
  const mark = missed.length > 0 ? 'MISSED' : falseAlarms.length > 0 ? 'FALSE ' : 'ok    ';
  const cites = expected ? expected.cites.join(', ') : 'control';
  const first = `${mark} ${scenario.padEnd(46)} ${cites}`;
  const needs = expected?.needs.map(textOf).join(', ') ?? 'nothing';
  const more = [
    `         expected ${needs}`,
    `         got      ${got.join(', ') || 'nothing'}`,
    ...(missed.length > 0 ? [`         missed   ${missed.join(', ')}`] : []),
    ...(falseAlarms.length > 0 ? [`         false    ${falseAlarms.join(', ')}`] : []),
  ];
  return missed.length + falseAlarms.length > 0 ? [first, ...more].join('\n') : first;
}

/** What OpenClaw's own commands said in the same situation, by scenario and version. */
type OwnCommands = Record<
  string,
  Record<string, { lint?: string; status?: string; probe?: string }>
>;

const commandsFile = new URL('./openclaw-commands.json', import.meta.url);
const docsFile = new URL('../../docs/score.md', import.meta.url);

/** `docs/score.md`, from the rows and from what real gateways' own commands were recorded to say. */
export async function writeDocs(rows: readonly Row[]): Promise<void> {
  const own = JSON.parse(await readFile(commandsFile, 'utf8')) as OwnCommands;
  await writeFile(fileURLToPath(docsFile), docs(rows, own));
}

function docs(rows: readonly Row[], own: OwnCommands): string {
  const byName = new Map(rows.map((row) => [row.scenario, row]));
  const body = expectations.flatMap((expected) => {
    const row = byName.get(expected.scenario);
    return row ? [faultRow(row, expected, byName.get(expected.control), own)] : [];
  });
  const controls = rows.filter(({ expected }) => expected === undefined);
  return [
    '# Score',
    '',
    '<!-- Written by `npm run score -- --write-docs`: edit test/score/expectations.ts, not this. -->',
    '',
    'Every scenario is a staged deployment with one fault (`clawdoctor lab run NAME`). It must lead to what',
    'the third column says and to no other incident; its control, the same deployment without the fault or',
    'with a harmless look-alike, must lead to no incident, no failure and no warning. “Cites” names the row',
    'of the reproducible failures, or the incident.',
    '',
    `**${summary(rows)}.**`,
    '',
    '| scenario | cites | must find | result | control | OpenClaw’s own commands |',
    '|---|---|---|---|---|---|',
    ...body,
    '',
    'OpenClaw’s own commands are `doctor --lint`, `gateway status` and `gateway probe` on a real gateway of',
    'the version that is named; a dash means that nobody has run them in that situation.',
    '',
    '## Controls',
    '',
    '| deployment | what it is | result |',
    '|---|---|---|',
    ...controls.map(
      (row) => `| \`${row.scenario}\` | ${cell(titleOf(row.scenario))} | ${result(row)} |`,
    ),
    '',
  ].join('\n');
}

function faultRow(
  row: Row,
  expected: Expectation,
  control: Row | undefined,
  own: OwnCommands,
): string {
  const needs = expected.needs.map((need) => `\`${textOf(need)}\``).join(', ');
  const silent = control === undefined ? 'not run' : result(control);
  const cells = [
    `\`${row.scenario}\`: ${cell(titleOf(row.scenario))}`,
    expected.cites.join(', '),
    needs,
    result(row),
    `\`${expected.control}\`: ${silent}`,
    commandsOf(own[row.scenario]),
  ];
  return `| ${cells.join(' | ')} |`;
}

function result({ expected, missed, falseAlarms }: Row): string {
  if (missed.length > 0) return `**missed** ${missed.join(', ')}`;
  if (falseAlarms.length > 0) return `**false alarm** ${falseAlarms.join(', ')}`;
  return expected === undefined ? 'silent' : 'detected';
}

function commandsOf(versions: OwnCommands[string] | undefined): string {
  const texts = Object.entries(versions ?? {}).map(([version, said]) => {
    const parts = (['lint', 'status', 'probe'] as const).flatMap((command) => {
      const text = said[command];
      return text === undefined ? [] : [`${command}: ${cell(text)}`];
    });
    return `${version}: ${parts.join('; ')}`;
  });
  return texts.join('<br>') || '-';
}

function titleOf(name: string): string {
  return scenarios.find((scenario) => scenario.name === name)?.title ?? '';
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
}
