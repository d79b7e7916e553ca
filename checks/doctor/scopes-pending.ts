import {
  approvedOf,
  isSafeRequest,
  missingScopes,
  pendingLifetimeMs,
  requestKind,
  shortId,
} from '../../src/domain/openclaw/scopes.js';
import { defineCheck } from '../../src/model/check.js';
import type { PairedDevice, PendingRequest } from '../../src/model/facts-pairing.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { partFault, partFaultCodes } from '../part-fault.js';

export default defineCheck({
  id: 'scopes/pending',
  stage: 'doctor',
  per: 'gateway',
  title: 'no paired device waits for the approval of more scopes',
  about:
    'Reads the pending requests of the pairing store. A paired device that asks for a scope, a role or a platform beyond its approval is refused with "pairing required" or "scope upgrade pending approval" until somebody approves the request, and `openclaw agent` falls back to an embedded agent meanwhile.',
  falsePositives:
    'A request that nobody waits for any more stays on disk until the gateway looks again: `age` tells.',
  needs: ['gateway.pairing'],
  codes: {
    'none-pending': { outcome: 'pass', text: 'no request of any device is pending' },
    'already-approved': {
      outcome: 'pass',
      text: 'the pending request {requestId} asks for nothing that device {device} does not have',
    },
    'another-host': anotherHost,
    'scope-upgrade-pending': {
      outcome: 'fail',
      text: 'device {device} ({client}) is approved for {approved} and asks for {requested}: request {requestId} has waited for {ageMinutes} minutes and is {risk} to approve',
      next: ['approve-request'],
    },
    'role-upgrade-pending': {
      outcome: 'fail',
      text: 'device {device} ({client}) asks for role {requestedRoles} beyond {approvedRoles}: request {requestId} has waited for {ageMinutes} minutes and is {risk} to approve',
      next: ['review-request'],
    },
    'metadata-upgrade-pending': {
      outcome: 'fail',
      text: 'device {device} ({client}) was paired on {pairedPlatform} and now says {platform}: request {requestId} has waited for {ageMinutes} minutes',
      next: ['review-request'],
    },
    'new-device-waiting': {
      outcome: 'warn',
      text: 'a new device {device} ({client}) asks for {requested}: request {requestId} has waited for {ageMinutes} minutes and is {risk} to approve',
      next: ['review-request'],
    },
    ...partFaultCodes,
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const { pending, paired } = at.get('gateway.pairing');
    const fault = partFault(pending) ?? (pending.rows.length > 0 ? partFault(paired) : undefined);
    if (fault) return [at.found(fault.code, fault.params)];
    const found = pending.rows.map((request) => {
      const device = paired.rows.find((row) => row.deviceId === request.deviceId);
      const subject = { subject: `${at.subject.id}#${request.requestId}` };
      const params = paramsOf(request, device, at.run.nowMs);
      const next = [isSafeRequest(request) ? 'approve-request' : 'review-request'];
      if (!device) return at.found('new-device-waiting', params, { ...subject, next });
      const kind = requestKind(request, device);
      if (kind === 'repair') return at.found('already-approved', params, subject);
      if (kind === 'metadata-upgrade') return at.found('metadata-upgrade-pending', params, subject);
      const code = kind === 'role-upgrade' ? 'role-upgrade-pending' : 'scope-upgrade-pending';
      return at.found(code, params, { ...subject, next });
    });
    return found.length > 0 ? found : [at.found('none-pending')];
  },
});

function paramsOf(request: PendingRequest, device: PairedDevice | undefined, nowMs: number) {
  const ageMs = Math.max(0, nowMs - request.tsMs);
  const approved = device ? approvedOf(device) : [];
  return {
    device: shortId(request.deviceId),
    requestId: request.requestId,
    client: request.clientId,
    approved: approved.length > 0 ? approved : ['nothing'],
    requested: request.scopes.length > 0 ? request.scopes : ['nothing'],
    missing: missingScopes(approved, request.scopes),
    approvedRoles: device?.roles ?? [],
    requestedRoles: request.roles,
    pairedPlatform: device?.platform ?? '',
    platform: request.platform,
    ageMinutes: Math.floor(ageMs / 60_000),
    expired: ageMs > pendingLifetimeMs ? 'yes' : 'no',
    risk: isSafeRequest(request) ? 'safe' : 'privileged',
  };
}
