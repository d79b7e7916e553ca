import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Children, serverScript } from '../../src/lab/children.js';
import type { Remedy } from '../../src/model/remedy.js';
import type { Report } from '../../src/model/report.js';
import { follow, type Hand, type Shell, shellOf } from './deployment.js';

const restart: Hand = async (_step, shell) => {
  await shell.run(['openclaw', 'gateway', 'restart']);
};

const forget =
  (...names: string[]): Hand =>
  (_step, shell) => {
    for (const name of names) delete shell.env[name];
  };

const reconnect: Hand = async (_step, shell) => {
  await shell.run(['nemoclaw', 'alpha', 'connect']);
};

/** In `<state>/.env`, which the gateway and its clients read. */
const giveVariable: Hand = async (_step, shell) => {
  const file = join(shell.deployment.home, '.openclaw', '.env');
  await appendFile(file, 'LAB_GATEWAY_TOKEN=a-token-that-a-person-chose-1f7c\n', { mode: 0o600 });
};

const noFallback: Hand = async (_step, shell) => {
  const path = 'agents.defaults.model.fallbacks';
  await shell.run(['openclaw', 'config', 'set', path, '[]']);
};

/** The other HOME's gateway ends, and the one of this config gets its port. */
const ownGateway: Hand = async (_step, shell) => {
  const { home } = shell.deployment;
  const other = join(home, '..', 'homes', 'other', '.openclaw');
  await shell.run(['env', `OPENCLAW_STATE_DIR=${other}`, 'openclaw', 'gateway', 'stop']);
  const children = new Children();
  onTestFinished(() => children.stopAll());
  const { PATH = '', TMPDIR = '' } = shell.env;
  await children.start({
    script: serverScript('gateway'),
    args: ['--line', '2026.5'],
    env: { PATH, TMPDIR, HOME: home },
    cwd: home,
  });
};

interface Case {
  scenario: string;
  code: string;
  steps: string[];
  hands: Record<string, Hand>;
}

const cases: Case[] = [
  {
    scenario: 'ollama-proxy-token-divergence',
    code: 'CLAW-101',
    steps: ['restart-proxy-with-file-token'],
    hands: { 'restart-proxy-with-file-token': reconnect },
  },
  {
    scenario: 'marker-key-cloud-fallback',
    code: 'CLAW-103',
    steps: ['snapshot-before-edit', 'use-literal-key', 'turn-off-cloud-fallback'],
    hands: { 'turn-off-cloud-fallback': noFallback },
  },
  {
    scenario: 'scope-upgrade-pending',
    code: 'CLAW-105',
    steps: ['approve-request', 'approve-request'],
    hands: {},
  },
  {
    scenario: 'token-plane-skew',
    code: 'CLAW-106',
    steps: ['align-client-url'],
    hands: { 'align-client-url': forget('OPENCLAW_GATEWAY_URL', 'OPENCLAW_GATEWAY_TOKEN') },
  },
  {
    scenario: 'stale-process-token',
    code: 'CLAW-110',
    steps: ['stop-flag-override'],
    hands: { 'stop-flag-override': restart },
  },
  {
    scenario: 'shell-variable-shadows',
    code: 'CLAW-109',
    steps: ['unset-shell-variable'],
    hands: { 'unset-shell-variable': forget('OPENCLAW_GATEWAY_TOKEN') },
  },
  {
    scenario: 'generated-token',
    code: 'CLAW-111',
    steps: ['set-variable', 'restart-gateway'],
    hands: { 'set-variable': giveVariable, 'restart-gateway': restart },
  },
  {
    scenario: 'wrong-listener',
    code: 'CLAW-118',
    steps: ['use-this-config'],
    hands: { 'use-this-config': ownGateway },
  },
];

describe.each(cases)('$scenario', ({ scenario, code, steps, hands }) => {
  it(`is ${code}, and is gone once the plan was followed`, { timeout: 90_000 }, async () => {
    const shell = await shellOf(scenario);
    const report = await shell.diagnose();
    expect(report.exitCode).toBe(1);
    expect(report.incidents.map((incident) => incident.code)).toEqual(
      report.incidents.map(() => code),
    );
    expect(report.incidents[0]).toMatchObject({ code, confidence: 'sure' });
    expect(report.incidents[0]?.explains.length).toBeGreaterThan(0);
    expect(report.incidents[0]?.story.length).toBeGreaterThan(0);
    expect(unexplainedFailures(report)).toEqual([]);
    const remedies = [...report.incidents.flatMap((i) => i.remedies), ...report.plan];
    expect(remedies.filter((remedy) => !isComplete(remedy))).toEqual([]);
    expect(report.plan.map((step) => step.id)).toEqual([...steps, 'verify-all']);
    await expectFirstOnScreen(shell, code);

    await follow(report.plan, shell, hands);

    const after = await shell.diagnose();
    expect(notWell(after)).toEqual([]);
    expect(after).toMatchObject({ exitCode: 0, verdict: 'ok', incidents: [], plan: [] });
    for (const { verify } of remedies) await expectVerified(shell, verify.command);
  });
});

/** The first incident line of the page, and the first thing that it says after the verdict. */
async function expectFirstOnScreen(shell: Shell, code: string): Promise<void> {
  const page = await shell.clawdoctor('run');
  expect(page.code).toBe(1);
  expect(page.stdout.split('\n')[0]).toMatch(/FAIL .*exit 1/);
  const first = page.stdout
    .split('\n')
    .find((line) => /^(CLAW-\d+|[✗!?] )/.test(line.slice(0, 9)) && !/FAIL/.test(line));
  expect(first).toMatch(new RegExp(`^${code}\\b`));
}

function unexplainedFailures(report: Report): string[] {
  const explained = new Set(report.incidents.flatMap((incident) => incident.explains));
  return report.findings
    .filter((f) => f.outcome === 'fail')
    .map((f) => `${f.check} ${f.code} ${f.subject}`)
    .filter((key) => !explained.has(key));
}

function isComplete(remedy: Remedy): boolean {
  const texts = [remedy.title, remedy.why, remedy.risk, remedy.undo, remedy.postcondition];
  const { command, expect: says } = remedy.verify;
  return texts.every((text) => text.trim() !== '') && command[0] === 'clawdoctor' && says !== '';
}

function notWell(report: Report): string[] {
  return report.findings
    .filter((f) => !['pass', 'skip'].includes(f.outcome))
    .map((f) => `${f.outcome} ${f.check} ${f.code} ${f.subject}: ${f.text}`);
}

/** `clawdoctor run --only CHECK`, as the step says, now says what the step promises. */
async function expectVerified(shell: Shell, [program, ...argv]: readonly string[]): Promise<void> {
  expect(program).toBe('clawdoctor');
  const ran = await shell.clawdoctor(...argv);
  expect({ argv, code: ran.code, stdout: ran.code === 0 ? '' : ran.stdout }).toEqual({
    argv,
    code: 0,
    stdout: '',
  });
}

describe.each(['healthy', 'healthy-2026.9'])('%s', (scenario) => {
  it('is silent: exit 0, no warning, nothing unknown', async () => {
    const shell = await shellOf(scenario);
    const ran = await shell.clawdoctor('run', '--json');
    const report = JSON.parse(ran.stdout) as Report;
    expect(ran.code).toBe(0);
    expect(notWell(report)).toEqual([]);
    expect(report).toMatchObject({ exitCode: 0, verdict: 'ok', incidents: [], plan: [] });
    const live = report.checks.find((check) => check.id === 'probe/credentials');
    expect(live?.summary).toContain('openclaw.json gateway.auth.token');
    const page = await shell.clawdoctor('run');
    expect(page.stdout.split('\n')[0]).toMatch(/OK .*exit 0/);
  });
});

describe('proxy-backend-down', () => {
  it('blames Ollama and not the proxy’s token', async () => {
    const shell = await shellOf('proxy-backend-down');
    const report = await shell.diagnose();
    expect(report.exitCode).toBe(1);
    expect(report.incidents.map((incident) => incident.code)).toEqual([]);
    const outcomes = new Map(report.checks.map((check) => [check.id, check.outcome]));
    expect(outcomes.get('proxy/backend')).toBe('fail');
    expect(outcomes.get('proxy/process-env')).toBe('pass');
    expect(outcomes.get('proxy/credentials')).not.toBe('fail');
    expect(report.plan.map((step) => step.id)).toEqual(['start-ollama', 'verify-all']);
  });
});

describe('what a scenario stages', () => {
  it('names in the plan nothing that holds a secret of the deployment', async () => {
    const shell = await shellOf('shell-variable-shadows');
    const { home } = shell.deployment;
    const config = await readFile(join(home, '.openclaw', 'openclaw.json'), 'utf8');
    const token = (JSON.parse(config) as { gateway: { auth: { token: string } } }).gateway.auth;
    const { stdout, stderr } = await shell.clawdoctor('run', '--json');
    const stale = shell.env.OPENCLAW_GATEWAY_TOKEN ?? '';
    expect(stale).not.toBe('');
    expect(stdout + stderr).not.toContain(token.token);
    expect(stdout + stderr).not.toContain(stale);
  });
});
