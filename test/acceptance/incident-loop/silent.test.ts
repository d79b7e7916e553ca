import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/model/report.js';
import { shellOf } from '../deployment.js';
import { notWell } from './loop.js';

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
