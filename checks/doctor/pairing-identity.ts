import { winners } from '../../src/domain/openclaw/precedence.js';
import { shortId } from '../../src/domain/openclaw/scopes.js';
import { defineCheck } from '../../src/model/check.js';
import type { DeviceToken, PairedDevice } from '../../src/model/facts-pairing.js';
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
    'A client that also has the shared secret is let in whatever its device token says; 2026.5 then pairs it again and renews the token (measured, for a token that differs, is revoked, unknown or damaged), and 2026.9 looks at no device at all.',
  needs: ['gateway.pairing'],
  uses: ['gateway.config', 'gateway.credentials', 'gateway.state', 'host.install'],
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
      outcome: 'fail',
      text: 'the stored {role} token belongs to device {device}, and this host is now device {current}, which the gateway does not know by that token',
      next: ['re-pair-device'],
    },
    'mended-at-next-connect': {
      outcome: 'warn',
      text: '{drift}: a client that relies on it is refused; the CLI here sends the shared secret as well, so it is let in, and 2026.5 mends it then',
      next: ['connect-once'],
    },
    'platform-differs': {
      outcome: 'warn',
      text: 'device {device} is on record as paired on {paired}, and this host is {platform} (a state directory of another machine?): its next connect is refused until that change is approved',
      next: ['re-approve-platform'],
    },
    'tokens-damaged': {
      outcome: 'warn',
      text: '{source} is damaged ({reason}): the CLI here sends the shared secret, so it is let in, and 2026.5 writes the file anew then',
      next: ['connect-once'],
    },
    'identity-damaged': {
      outcome: 'warn',
      text: '{source} is damaged ({reason}): the CLI here sends the shared secret, so it is let in, but 2026.5 makes up a new device for every call and pairs each of them',
      next: ['repair-pairing-store'],
    },
    'stale-files': {
      outcome: 'pass',
      text: '{files} lie beside the database of 2026.9, which no longer reads them: what they say is not believed',
    },
    ...partFaultCodes,
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const { identity, deviceTokens, paired, staleJson } = at.get('gateway.pairing');
    // Measured on 2026.5.18: with the shared secret the CLI is let in and its token is renewed.
    const mends = winners('local-cli', at.facts, at.subject).agreed?.outcome === 'value';
    const damagedOf = (part: object) =>
      part === deviceTokens ? 'tokens-damaged' : part === identity ? 'identity-damaged' : undefined;
    const faults = [identity, deviceTokens, paired].flatMap((part) => {
      const fault = partFault(part);
      if (!fault) return [];
      const subject = { subject: `${at.subject.id}#${fault.params.source}` };
      const code = mends && fault.code === 'store-broken' ? damagedOf(part) : undefined;
      return [at.found(code ?? fault.code, fault.params, subject)];
    });
    const found = identity.rows
      .filter((row) => !row.idMatchesKey)
      .map(({ deviceId }) => {
        const device = shortId(deviceId);
        const drift = `the device id ${device} does not belong to the key beside it`;
        return mends
          ? at.found('mended-at-next-connect', { device, drift, kind: 'identity-broken' })
          : at.found('identity-broken', { device });
      });
    const current = identity.rows[0]?.deviceId;
    const isRead = paired.state === 'ok' || paired.state === 'absent';
    for (const token of deviceTokens.rows) {
      const drift = driftOf(token, current, isRead ? paired.rows : undefined);
      if (drift === undefined) continue;
      const { code, ...params } = drift;
      const subject = { subject: `${at.subject.id}#${token.role}` };
      const harmless = mends && token.role === 'operator' && code !== 'renewed-by-approval';
      found.push(
        harmless
          ? at.found('mended-at-next-connect', { ...params, kind: code }, subject)
          : at.found(code, params, subject),
      );
    }
    const own = paired.rows.find((row) => row.deviceId === current);
    const { platform } = at.run;
    // 2026.9 looks at no device where the shared secret comes with it.
    const looks = !mends || winners('local-cli', at.facts, at.subject).all.some(isOfOldLine);
    if (own && looks && isAnotherPlatform(own.platform, platform)) {
      const device = shortId(own.deviceId);
      found.push(at.found('platform-differs', { device, paired: own.platform, platform }));
    }
    const stale =
      staleJson.length > 0
        ? [at.found('stale-files', { files: staleJson }, { subject: `${at.subject.id}#files` })]
        : [];
    if (faults.length + found.length > 0) return [...faults, ...found, ...stale];
    if (!own) return [at.found('never-paired'), ...stale];
    const device = shortId(own.deviceId);
    return [
      deviceTokens.rows.length > 0
        ? at.found('belongs-together', { device })
        : at.found('paired-without-token', { device }),
      ...stale,
    ];
  },
});

/** How a stored token and the record of its device differ; undefined where they belong together. */
function driftOf(
  token: DeviceToken,
  current: string | undefined,
  paired: readonly PairedDevice[] | undefined,
) {
  const { role } = token;
  const device = shortId(token.deviceId);
  const params = { device, role, current: shortId(current ?? token.deviceId) };
  if (current !== undefined && token.deviceId !== current) {
    const drift = `the stored ${role} token belongs to device ${device}, and this host is now device ${params.current}`;
    return { code: 'identity-replaced', ...params, drift } as const;
  }
  if (!paired) return undefined;
  const record = paired.find((row) => row.deviceId === token.deviceId);
  const stored = record?.tokens.find((t) => t.role === role);
  if (!record || !stored) {
    const drift = `this host keeps ${role === 'operator' ? 'an' : 'a'} ${role} token of device ${device}, and the gateway has no such paired device`;
    return { code: 'unknown-to-gateway', ...params, drift } as const;
  }
  if (stored.revokedAtMs !== undefined) {
    const drift = `the ${role} token of device ${device} was revoked`;
    return { code: 'token-revoked', ...params, drift } as const;
  }
  if (!differ(stored.mark.class, token.mark.class)) return undefined;
  // An approval of 2026.5.18 rotates the token and leaves the client's copy (measured).
  const isRenewed = (record.approvedAtMs ?? 0) > (token.updatedAtMs ?? Infinity);
  const drift = `the stored ${role} token of device ${device} is not the one that the gateway has on record`;
  return { code: isRenewed ? 'renewed-by-approval' : 'token-differs', ...params, drift } as const;
}

const isOfOldLine = ({ line }: { line: string }): boolean => line !== '2026.9';

/** What `process.platform` says where OpenClaw runs; an app says other words for the same machine. */
const platforms: readonly string[] = ['darwin', 'linux', 'win32'];

/** Both known and not the same; OpenClaw compares them without regard to case. */
function isAnotherPlatform(paired: string, here: string): boolean {
  const [a, b] = [paired.toLowerCase(), here.toLowerCase()];
  return a !== b && platforms.includes(a) && platforms.includes(b);
}

function differ(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}
