import { expect } from 'vitest';
import { checksWith, type Diagnosed, findingsWith } from './clawdoctor.js';

/** What a plain gateway on loopback does not have: no external identity, no service unit, no proxy, no sandbox, no local model. */
const mayBeSkipped =
  /^((issuer|audience)\/(declared|live)|service\/units|probe\/headers|proxy\/.*|sandbox\/.*|fallback\/locality|profiles\/markers)$/;

const mustPass = [
  'bind/declared',
  'bind/listeners',
  'process/gateway',
  'token/sources',
  'token/process-env',
  'token/applied',
  'pairing/identity',
  'scopes/pending',
  'scopes/approved',
  'scopes/read',
  'profiles/completeness',
  'probe/anonymous',
  'probe/credentials',
  'probe/handshake',
];

/**
 * A healthy deployment is silent: exit 0, and nothing but passes and what does not apply. `logged`:
 * a client was refused minutes ago, for a cause that no file on this host can show to be gone.
 */
export function expectHealthy({ report, exitCode }: Diagnosed, logged?: 'a refusal'): void {
  const loud = findingsWith(report, 'fail', 'warn', 'unknown');
  expect(loud.filter((text) => !(logged && text.startsWith('logs/auth-failures refused')))).toEqual(
    [],
  );
  expect(report.incidents.map((incident) => incident.code)).toEqual([]);
  expect(checksWith(report, 'skip').filter((id) => !mayBeSkipped.test(id))).toEqual([]);
  expect(checksWith(report, 'pass')).toEqual(expect.arrayContaining(mustPass));
  expect(report.notClosable).toEqual([]);
  const verdict = logged && loud.length > 0 ? 'warn' : 'ok';
  expect({ exitCode, verdict: report.verdict }).toEqual({ exitCode: 0, verdict });
}

/** The text of the one finding of probe/credentials: it names where the live value is. */
export function liveSource({ report }: Diagnosed): string {
  const found = report.findings.filter((f) => f.check === 'probe/credentials');
  expect(found.map((f) => f.outcome)).toEqual(['pass']);
  return found[0]?.text ?? '';
}
