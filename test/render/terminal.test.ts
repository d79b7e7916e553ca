import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.js';
import { withoutColours } from '../../src/render/plain-text.js';
import { renderTerminal } from '../../src/render/terminal.js';
import { failingReport, finding, healthyReport, summarise } from './reports.js';

const plain = { columns: 72, color: false, unicode: true, verbose: false };

function render(
  report: Report,
  options: Partial<Parameters<typeof renderTerminal>[1]> = {},
): string {
  return renderTerminal(report, { ...plain, ...options });
}

describe('the order of the page', () => {
  it('is verdict, incidents, plan, failures, unknowns, warnings, counts', () => {
    const text = render(failingReport());
    const parts = [
      '✗ FAIL  2 incidents explain 4 of 6 findings',
      'CLAW-109  environment shadows config',
      'CLAW-101  proxy token divergence',
      'WHAT TO DO',
      '✗ FAIL  scopes/approved (gateway:18789)',
      '? UNKNOWN  host/pressure',
      '! WARN  token/permissions (gateway:18789)',
      'checks    doctor ✓3',
      'next      step 1 of 2',
      'clawdoctor explain CLAW-109',
    ];
    const places = parts.map((part) => text.indexOf(part));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(text.startsWith('✗ FAIL')).toBe(true);
  });

  it('names the exit code and the duration on line 1', () => {
    expect(render(healthyReport()).split('\n')[0]).toMatch(/^✓ OK .* exit 0 {2}2\.4 s$/);
  });

  it('says what the reader of --as sends and what the gateway accepts', () => {
    expect(render(failingReport())).toContain(
      'cli sends C (shell OPENCLAW_GATEWAY_TOKEN); the gateway accepts A',
    );
    const curl = failingReport();
    curl.run.as = 'curl';
    expect(render(curl).replaceAll(/\n +/g, ' ')).toContain(
      'curl: this client will send A (openclaw.json gateway.auth.token); the gateway accepts A',
    );
  });

  it('lists passes only when verbose', () => {
    const check = 'install/binaries: one openclaw, 2026.5.18';
    expect(render(failingReport())).not.toContain(check);
    expect(render(failingReport(), { verbose: true })).toContain(check);
  });

  it('gives every step its why, risk, undo and verification', () => {
    const text = render(failingReport());
    const steps = text.slice(text.indexOf('WHAT TO DO'), text.indexOf('✗ FAIL  scopes'));
    for (const label of ['why', 'risk', 'undo', 'done when', 'verify', 'expect:']) {
      expect(steps.split(label).length - 1, label).toBeGreaterThanOrEqual(2);
    }
    expect(steps).toContain('     $ kill 5210\n');
  });

  it('leaves out what an incident explains and what is history', () => {
    const report = failingReport();
    report.history = ['token/permissions readable-by-others gateway:18789'];
    const text = render(report);
    expect(text).not.toContain('WARN');
    expect(text).not.toContain('✗ FAIL  token/sources');
    expect(text.replace(/\s+/g, ' ')).toContain('1 older than the last change');
  });

  it('says what keeps an inconclusive run open', () => {
    const report = healthyReport();
    const findings = [
      ...report.findings,
      finding('probes', 'scopes/read', 'unknown', 'undetermined', 'no answer'),
    ];
    const text = render({
      ...report,
      ...summarise(findings),
      findings,
      verdict: 'inconclusive',
      exitCode: 3,
      closable: false,
      notClosable: ['scopes/read is unknown'],
    });
    expect(text).toMatch(
      /^\? UNKNOWN {2}nothing failed, but 1 required check could not be answered/,
    );
    expect(text).toContain('closable  no: scopes/read is unknown');
  });

  it('frames the banner above everything else', () => {
    const text = render(healthyReport(), { banner: 'LAB: not your host | scenario x' });
    expect(text.split('\n').slice(0, 4)).toEqual([
      '━'.repeat(72),
      'LAB: not your host',
      'scenario x',
      '━'.repeat(72),
    ]);
  });
});

describe.each([72, 60, 59, 40])('at %i columns', (columns) => {
  it.each([
    ['failing', failingReport()],
    ['healthy', healthyReport()],
  ])('the %s report fits, and no id or command is cut', (_name, report) => {
    const text = render(report, { columns });
    for (const line of text.split('\n')) {
      // A line may be wider only for one unbreakable word.
      if (line.length > columns) expect(line.trim().split(' ').length, line).toBeLessThanOrEqual(3);
    }
    const joined = text.replace(/ \\\n\s+/g, ' ').replace(/\s+/g, ' ');
    for (const f of report.findings.filter((one) => one.outcome === 'fail')) {
      expect(joined).toContain(f.check);
    }
    for (const step of report.plan) expect(joined).toContain(step.verify.command.join(' '));
    for (const row of report.credentials) {
      if (report.incidents.length > 0) expect(joined).toContain(row.source);
    }
  });
});

describe('what reaches the terminal', () => {
  const attack = '\u001b]0;owned\u0007\u001b[2J\u202ereversed\u0000\u009b31m\r\nfake ✓ OK';

  it('holds no control character of the report, and no line break of it', () => {
    const report = failingReport();
    const first = report.incidents[0];
    if (!first) throw new Error('the fixture has incidents');
    first.story = [attack];
    first.subject = attack;
    for (const f of report.findings) f.text = attack;
    const text = render(report, { banner: attack, evidence: attack, verbose: true });
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text).not.toMatch(/^fake/m);
  });

  it('is coloured only by its own colours, and reads the same without them', () => {
    const colored = render(failingReport(), { color: true });
    expect(colored).not.toBe(render(failingReport()));
    expect(withoutColours(colored)).toBe(render(failingReport()));
  });

  it('is ASCII where the terminal is not UTF-8, and loses no name', () => {
    const report = failingReport();
    for (const f of report.findings) f.text = 'agent “café” → 机';
    const text = render(report, { unicode: false, verbose: true });
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    expect(text).toContain('agent "caf\\u{e9}" -> \\u{673a}');
    expect(text.startsWith('x FAIL')).toBe(true);
  });
});
