import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openclawCli } from '../../harness/cli.js';
import { isPlain, parse } from '../../harness/config.js';
import type { At, RealScenario } from './scenario.js';

// What OpenClaw's own commands say in the same situation. Only when asked for (CLAWDOCTOR_WRITE_COMMANDS=1, or names
// of scenarios with commas between): they may pair or write, and each takes seconds. CLAWDOCTOR_COMMANDS_RAW=DIR keeps
// what they wrote, and our own reports.

const table = new URL('../../../score/openclaw-commands.json', import.meta.url);
const asked = process.env.CLAWDOCTOR_WRITE_COMMANDS ?? '';
const wanted = (name: string) => asked === '1' || asked.split(',').includes(name);

const commands = {
  lint: ['doctor', '--lint', '--json'],
  status: ['gateway', 'status', '--json'],
  probe: ['gateway', 'probe', '--json'],
} as const;
type Command = keyof typeof commands;
const names = Object.keys(commands) as Command[];

interface Said {
  code: number;
  /** What it complains of, short. */
  complaints: string[];
  text: string;
}

/** By line, the last one: what they say of a healthy gateway is no finding. */
const healthy = new Map<string, Record<Command, Said>>();

/** Before the faults of one gateway are staged; `faults` are their names. */
export async function recordHealthy(at: At, faults: readonly string[]): Promise<void> {
  if (asked === '' || (healthy.has(at.line) && !faults.some(wanted))) return;
  healthy.set(at.line, await ask(at, {}, `healthy-${faults[0]}`));
  await truncate(at.logFile).catch(() => {});
}

/** Asks all three and puts one sentence each into the table of the score. */
export async function ownCommands(
  { name, cause }: RealScenario,
  at: At,
  env: Record<string, string>,
): Promise<void> {
  if (!wanted(name)) return;
  const said = await ask(at, env, name);
  const usual = healthy.get(at.line);
  const sentences = names.map((command) => [
    command,
    sentence(said[command], usual?.[command], cause),
  ]);
  const rows = JSON.parse(await readFile(table, 'utf8')) as Record<string, object>;
  rows[name] = { ...rows[name], [at.line]: Object.fromEntries(sentences) };
  await truncate(at.logFile).catch(() => {}); // their own refusals are no finding of what comes next
  const sorted = Object.entries(rows).sort(([a], [b]) => (a < b ? -1 : 1));
  await writeFile(table, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}

async function ask(
  at: At,
  env: Record<string, string>,
  name: string,
): Promise<Record<Command, Said>> {
  const { line, home, secrets } = at;
  const said: Partial<Record<Command, Said>> = {};
  for (const command of names) {
    const args = [...commands[command]];
    const { code, stdout, stderr } = await openclawCli({ line, home, args, env });
    const hidden = secrets.reduce(
      (text, secret) => text.replaceAll(secret, '***'),
      stdout + stderr,
    );
    const text = hidden.replaceAll(home, '~');
    said[command] = { code, complaints: complaintsOf(command, text), text };
    await keep(path.join(line, `${name}.${command}.txt`), `exit ${code}\n${text}`);
  }
  return said as Record<Command, Said>;
}

/** Exit code, what is said that a healthy gateway does not bring about, and whether that names the cause. */
export function sentence(said: Said, usual: Said | undefined, cause: RegExp): string {
  const fresh = said.complaints.filter((each) => !usual?.complaints.includes(each));
  const asUsual = said.code === usual?.code && said.code !== 0 ? ' as on a healthy gateway' : '';
  if (fresh.length === 0) return `exit ${said.code}${asUsual}, silent about it`;
  const first = fresh[0] ?? '';
  const short = first.length > 110 ? `${first.slice(0, 110)}…` : first;
  const more = fresh.length > 1 ? ` and ${fresh.length - 1} more` : '';
  const named = fresh.some((each) => cause.test(each));
  return `exit ${said.code}, says “${short}”${more}${named ? '' : ', not why'}`;
}

/** Findings of lint, errors of status and probe; without JSON, the first line of what it wrote. */
export function complaintsOf(command: Command, text: string): string[] {
  const json = parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
  const found =
    command === 'lint' ? ofLint(json) : command === 'status' ? ofStatus(json) : ofProbe(json);
  if (Object.keys(json).length > 0) return [...new Set(found.map(clean))];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return [
    clean(lines.find((line) => /error|fail|invalid|missing|refus/i.test(line)) ?? lines[0] ?? ''),
  ];
}

const texts = (...values: unknown[]) =>
  values.flatMap((value) => (typeof value === 'string' && value !== '' ? [value] : []));
const list = (value: unknown) => (Array.isArray(value) ? value.filter(isPlain) : []);
const below = (value: unknown, key: string) => (isPlain(value) ? value[key] : undefined);

function ofLint(json: Record<string, unknown>): string[] {
  // A HOME whose gateway has never run lacks its heartbeat: not what anybody looks for here.
  const found = list(json.findings).filter(
    ({ requirement }) => requirement !== 'heartbeat-monitor-create',
  );
  return found.map(({ checkId, message, requirement }) =>
    texts(requirement ?? checkId, message).join(': '),
  );
}

function ofStatus(json: Record<string, unknown>): string[] {
  const audit = list(below(below(json.service, 'configAudit'), 'issues'));
  const config = list(below(below(json.config, 'cli'), 'issues'));
  return [
    ...texts(below(json.rpc, 'error')),
    ...audit.flatMap(({ message, code }) => texts(message ?? code)),
    ...config.flatMap(({ path: at, message }) => [texts(at, message).join(': ')]),
    ...texts(json.lastError, json.error, below(json.error, 'message')),
  ];
}

function ofProbe(json: Record<string, unknown>): string[] {
  return [
    ...list(json.targets).flatMap((target) => texts(below(target.connect, 'error'))),
    ...list(json.warnings).flatMap(({ code, message }) => [texts(code, message).join(': ')]),
    ...texts(json.error, below(json.error, 'message')),
  ];
}

/** Ports, ids and times differ each time. */
function clean(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
    .replace(/\b(2\d|3[01])\d{3}\b/g, 'PORT')
    .replace(/\bpid \d+/gi, 'pid N')
    .replace(/\s+/g, ' ')
    .trim();
}

export async function keep(name: string, text: string): Promise<void> {
  const dir = process.env.CLAWDOCTOR_COMMANDS_RAW;
  if (!dir) return;
  await mkdir(path.dirname(path.join(dir, name)), { recursive: true });
  await writeFile(path.join(dir, name), text);
}
