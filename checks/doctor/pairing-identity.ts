import { shortId } from '../../src/domain/openclaw/scopes.js';
import { defineCheck } from '../../src/model/check.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { partFault, partFaultCodes } from '../part-fault.js';

export default defineCheck({
  id: 'pairing/identity',
  stage: 'doctor',
  per: 'gateway',
  title:
    "this host's device identity, its paired record and its stored device token belong together",
  about:
    'Compares the device identity of this host with the paired devices of the gateway and with the device token that the CLI keeps. A client that holds a token which the gateway no longer has on record is refused as device token mismatch, even with the right shared secret.',
  falsePositives:
    'On 2026.5.18 a wrong stored token is replaced silently at the next good connect with the shared token.',
  needs: ['gateway.pairing'],
  codes: {
    'belongs-together': {
      outcome: 'pass',
      text: 'device {device} is paired, and its stored token is the one on record',
    },
    'never-paired': { outcome: 'pass', text: 'this host has never paired with the gateway' },
    'paired-without-token': {
      outcome: 'pass',
      text: 'device {device} is paired and keeps no token of its own',
    },
    'another-host': anotherHost,
    'renewed-by-approval': {
      outcome: 'pass',
      text: 'the {role} token of device {device} was renewed by an approval; the next connect with the shared secret fetches it',
    },
    'identity-broken': {
      outcome: 'fail',
      text: 'the device id {device} does not belong to the key beside it, so every connect of this device is refused',
      next: ['re-pair-device'],
    },
    'token-differs': {
      outcome: 'fail',
      text: 'the stored {role} token of device {device} is not the one that the gateway has on record',
      next: ['re-pair-device'],
    },
    'token-revoked': {
      outcome: 'fail',
      text: 'the {role} token of device {device} was revoked',
      next: ['re-pair-device'],
    },
    'unknown-to-gateway': {
      outcome: 'fail',
      text: 'this host keeps a {role} token of device {device}, and the gateway has no such paired device',
      next: ['re-pair-device'],
    },
    'identity-replaced': {
      outcome: 'warn',
      text: 'the stored {role} token belongs to device {device}, and this host is now device {current}',
      next: ['re-pair-device'],
    },
    ...partFaultCodes,
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const { identity, deviceTokens, paired } = at.get('gateway.pairing');
    const faults = [identity, deviceTokens, paired]
      .map((part) => partFault(part))
      .filter((fault) => fault !== undefined)
      .map(({ code, params }) =>
        at.found(code, params, { subject: `${at.subject.id}#${params.source}` }),
      );
    const found = identity.rows
      .filter((row) => !row.idMatchesKey)
      .map((row) => at.found('identity-broken', { device: shortId(row.deviceId) }));
    const current = identity.rows[0]?.deviceId;
    for (const token of deviceTokens.rows) {
      const params = { device: shortId(token.deviceId), role: token.role };
      const subject = { subject: `${at.subject.id}#${token.role}` };
      if (current !== undefined && token.deviceId !== current) {
        const more = { ...params, current: shortId(current) };
        found.push(at.found('identity-replaced', more, subject));
        continue;
      }
      if (paired.state !== 'ok' && paired.state !== 'absent') continue;
      const record = paired.rows.find((row) => row.deviceId === token.deviceId);
      const stored = record?.tokens.find((t) => t.role === token.role);
      if (!record || !stored) found.push(at.found('unknown-to-gateway', params, subject));
      else if (stored.revokedAtMs !== undefined) {
        found.push(at.found('token-revoked', params, subject));
      } else if (differ(stored.mark.class, token.mark.class)) {
        // An approval of 2026.5.18 rotates the token and leaves the client's copy (measured).
        const isRenewed = (record.approvedAtMs ?? 0) > (token.updatedAtMs ?? Infinity);
        found.push(at.found(isRenewed ? 'renewed-by-approval' : 'token-differs', params, subject));
      }
    }
    if (faults.length + found.length > 0) return [...faults, ...found];
    const record = paired.rows.find((row) => row.deviceId === current);
    if (!record) return [at.found('never-paired')];
    const device = shortId(record.deviceId);
    return [
      deviceTokens.rows.length > 0
        ? at.found('belongs-together', { device })
        : at.found('paired-without-token', { device }),
    ];
  },
});

function differ(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}
