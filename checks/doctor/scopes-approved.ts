import { approvedOf, missingScopes, shortId } from '../../src/domain/openclaw/scopes.js';
import { linesToJudge, versionsOf } from '../../src/domain/openclaw/versions.js';
import { defineCheck } from '../../src/model/check.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { partFault, partFaultCodes } from '../part-fault.js';

/** What nearly every CLI call and every agent run asks for. */
const asked = ['operator.read'];

export default defineCheck({
  id: 'scopes/approved',
  stage: 'doctor',
  per: 'gateway',
  title: 'the approved scopes cover what the CLI and agents ask for',
  about:
    "Looks at the scopes that this host's own device is approved for. On 2026.5 the first CLI call pairs the device with the scope of that one method, and the next call with another scope is refused; 2026.9 lets approved scopes grow on loopback.",
  falsePositives:
    'A device that is only ever used to pair others needs no more than operator.pairing.',
  needs: ['gateway.pairing'],
  uses: ['gateway.config', 'gateway.credentials', 'gateway.state', 'host.install'],
  codes: {
    covered: { outcome: 'pass', text: 'device {device} is approved for {approved}' },
    'never-paired': {
      outcome: 'pass',
      text: 'this host has no paired device whose scopes could lack',
    },
    'grows-silently': {
      outcome: 'pass',
      text: 'device {device} is approved for {approved}; this version adds {missing} silently on loopback',
    },
    'another-host': anotherHost,
    'narrow-scopes': {
      outcome: 'warn',
      text: 'device {device} is approved for {approved} only: the next call that needs {missing} will be refused and leave a pending request',
      next: ['review-request'],
    },
    ...partFaultCodes,
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const { paired, identity } = at.get('gateway.pairing');
    const fault = partFault(paired);
    if (fault) return [at.found(fault.code, fault.params)];
    const own = identity.rows.map((row) => row.deviceId);
    const devices = paired.rows.filter((row) => own.includes(row.deviceId));
    if (devices.length === 0) return [at.found('never-paired')];
    const lines = linesToJudge(versionsOf(at.facts, at.subject).server);
    return devices.map((row) => {
      const approved = approvedOf(row);
      const missing = missingScopes(approved, asked);
      const params = {
        device: shortId(row.deviceId),
        approved: approved.length > 0 ? approved : ['nothing'],
        missing,
      };
      const operator = row.roles.includes('operator') || row.roles.length === 0;
      if (missing.length === 0 || !operator) return at.found('covered', params);
      const grows = lines.every((line) => line === '2026.9');
      return at.found(grows ? 'grows-silently' : 'narrow-scopes', params);
    });
  },
});
