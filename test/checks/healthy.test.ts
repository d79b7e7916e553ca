import { describe, expect, it } from 'vitest';
import { checks } from '../../checks/index.js';
import { judgeCheck } from '../../src/engine/judge-check.js';
import { fillTemplate } from '../../src/engine/template.js';
import type { FactSet } from '../../src/model/fact-set.js';
import type { Finding } from '../../src/model/finding.js';
import { healthyGateway, healthyProxy } from './facts-builder.js';

/** Judged by other observations, which their own tests build. */
const others = ['profiles/store', 'profiles/completeness', 'profiles/markers', 'fallback/locality'];

function all(facts: FactSet): Finding[] {
  const findings: Finding[] = [];
  for (const check of checks) findings.push(...judgeCheck(check, facts, findings));
  return findings.filter((finding) => !others.includes(finding.check));
}

describe('a healthy deployment', () => {
  it.each(['2026.3', '2026.5', '2026.9'] as const)('of %s is silent', (line) => {
    const loud = all(healthyGateway(line)).filter(
      (f) => f.outcome !== 'pass' && f.outcome !== 'skip',
    );
    expect(loud).toEqual([]);
  });

  it('with an Ollama proxy is silent', () => {
    const loud = all(healthyProxy()).filter((f) => f.outcome !== 'pass' && f.outcome !== 'skip');
    expect(loud).toEqual([]);
  });

  it('passes what the catalogue asks of it and skips only what cannot apply', () => {
    const skipped = all(healthyGateway('2026.5')).filter((f) => f.outcome === 'skip');
    expect(skipped.map((f) => f.check)).toEqual([
      'issuer/declared',
      'audience/declared',
      'service/units',
      'proxy/files',
      'sandbox/registry',
      'proxy/process',
      'proxy/process-env',
      'probe/headers',
      'issuer/live',
      'audience/live',
      'proxy/credentials',
      'proxy/backend',
    ]);
  });
});

const remedyIds = new Set([
  'keep-one-install',
  'set-gateway-mode',
  'require-auth',
  'remove-newer-key',
  'match-url-credential',
  're-approve-platform',
  'set-remote-credential',
  'use-supported-node',
  'repair-plugins',
  'tidy-gateway-auth',
  'set-rate-limit',
  'clean-secret',
  'choose-strong-secret',
  'close-file',
  'give-to-owner',
  'repair-reload',
  'set-reference',
  'write-hooks-token',
  'one-reference',
  'separate-hooks-token',
  'repair-secret-file',
  'trust-proxy',
  'rebuild-proxy-headers',
  'agree-on-port',
  'separate-ports',
  'enable-openai-endpoint',
  'align-process-variable',
  'renew-certificate',
  'repair-tls-files',
  'start-gateway',
  'restart-gateway',
  'unset-shell-variable',
  'edit-dotenv',
  'set-variable',
  'write-plain-token',
  'stop-flag-override',
  'turn-on-reload',
  'approve-request',
  'review-request',
  'align-client-url',
  'bind-to-address',
  'repair-config',
  'fix-unknown-key',
  'set-audience',
  'set-issuer',
  'renew-jwt',
  'renew-jwt-for-audience',
  'sign-in-again',
  'repair-discovery',
  'add-expectations',
  'restart-proxy-with-file-token',
  'start-ollama',
  'stop-foreign-listener',
  'use-this-config',
  'wait-for-lockout',
  'repair-pairing-store',
  're-pair-device',
  'repair-registry',
  'repair-proxy-files',
  'run-as-owner',
  'look-again',
  'relieve-memory',
  'fix-clock',
  'unify-token-sources',
  'choose-auth-mode',
  'slow-client-retries',
  'disable-second-unit',
  'open-loopback',
  'align-unit-port',
  'update-unit-secret',
  'restore-environment-file',
  'reinstall-service',
  'limit-restarts',
  'stop-storm',
  'connect-once',
  'send-shared-secret',
  'give-identity',
  'allow-origin',
  'update-client',
  'new-setup-code',
]);

describe.each(
  checks.filter((c) => !others.includes(c.id)).map((check) => [check.id, check] as const),
)('the codes of %s', (_id, check) => {
  it.each(Object.entries(check.codes))('%s keep the rules of the catalogue', (_code, spec) => {
    if (spec.outcome === 'skip') expect(spec.skipReason).toBeDefined();
    if (['warn', 'fail'].includes(spec.outcome)) expect(spec.next?.length).toBeGreaterThan(0);
    for (const id of spec.next ?? []) expect(remedyIds).toContain(id);
    expect(fillTemplate(spec.text, {})).not.toBe('');
    expect(spec.text).not.toMatch(/[.]$/);
  });

  it('stands after everything that can block it', () => {
    const at = checks.indexOf(check);
    for (const { check: id, codes } of check.blockedBy ?? []) {
      const blocker = checks.find((other) => other.id === id);
      expect(checks.findIndex((other) => other.id === id)).toBeLessThan(at);
      for (const code of codes) {
        // Not known because config/readable has failed: the root of both.
        if (code !== 'port-not-known') expect(blocker?.codes[code]?.outcome).toBe('fail');
      }
    }
  });
});

it('leaves no hole in a sentence: every parameter of a finding is given', () => {
  for (const finding of all(healthyProxy())) expect(finding.text).not.toMatch(/[{}]/);
});
