import { describe, expect, it } from 'vitest';
import { remedyCatalogue } from '../../src/causes/remedies/index.js';
import {
  closeCodeRow,
  handshakeCode,
  handshakeCodes,
  isDetailCode,
  loggedRefusal,
} from '../../src/domain/openclaw/handshake-codes.js';
import { pairingReason, refusalCode, retryAfter } from '../../src/domain/openclaw/protocol.js';

/** `ConnectErrorDetailCodes` of the bundles. */
const of2026p5 =
  'AUTH_REQUIRED AUTH_UNAUTHORIZED AUTH_TOKEN_MISSING AUTH_TOKEN_MISMATCH AUTH_TOKEN_NOT_CONFIGURED AUTH_PASSWORD_MISSING AUTH_PASSWORD_MISMATCH AUTH_PASSWORD_NOT_CONFIGURED AUTH_BOOTSTRAP_TOKEN_INVALID AUTH_DEVICE_TOKEN_MISMATCH AUTH_SCOPE_MISMATCH AUTH_RATE_LIMITED AUTH_TAILSCALE_IDENTITY_MISSING AUTH_TAILSCALE_PROXY_MISSING AUTH_TAILSCALE_WHOIS_FAILED AUTH_TAILSCALE_IDENTITY_MISMATCH CONTROL_UI_ORIGIN_NOT_ALLOWED PROTOCOL_MISMATCH CONTROL_UI_DEVICE_IDENTITY_REQUIRED DEVICE_IDENTITY_REQUIRED DEVICE_AUTH_INVALID DEVICE_AUTH_DEVICE_ID_MISMATCH DEVICE_AUTH_SIGNATURE_EXPIRED DEVICE_AUTH_NONCE_REQUIRED DEVICE_AUTH_NONCE_MISMATCH DEVICE_AUTH_SIGNATURE_INVALID DEVICE_AUTH_PUBLIC_KEY_INVALID PAIRING_REQUIRED';
const only2026p9 =
  'AUTH_IDENTITY_HEADER_REQUIRED AUTH_VERIFIED_USER_REQUIRED AUTHENTICATED_PROFILE_UNAVAILABLE CONTROL_UI_BUILD_MISMATCH CLIENT_VERSION_MISMATCH';

describe('handshakeCodes', () => {
  it.each(of2026p5.split(' '))('has %s of both lines', (code) => {
    expect(handshakeCode(code)?.lines).toEqual(['2026.5', '2026.9']);
    expect(isDetailCode(code)).toBe(true);
  });

  it.each(only2026p9.split(' '))('has %s of 2026.9 alone', (code) => {
    expect(handshakeCode(code)?.lines).toEqual(['2026.9']);
  });

  it.each(['not-paired', 'scope-upgrade', 'role-upgrade', 'metadata-upgrade'])(
    'tells %s from the other kinds of PAIRING_REQUIRED',
    (reason) => {
      expect(handshakeCode('PAIRING_REQUIRED', reason)?.code).toBe(`PAIRING_REQUIRED/${reason}`);
    },
  );

  it.each([1000, 1002, 1006, 1008, 1009, 1011, 1012, 1013, 4000, 4001])('has close %i', (code) => {
    expect(closeCodeRow(code)?.means).toBeTruthy();
  });

  it('names every code, reason and text once', () => {
    const twice = (names: string[]) => names.filter((name, at) => names.indexOf(name) !== at);
    expect(twice(handshakeCodes.map((row) => row.code))).toEqual([]);
    expect(twice(handshakeCodes.flatMap((row) => row.logged ?? []))).toEqual([]);
    expect(twice(handshakeCodes.flatMap((row) => row.texts))).toEqual([]);
  });

  it.each(handshakeCodes)(
    '$code names remedies that exist, in words that fit a sentence',
    (row) => {
      expect(row.next.length).toBeGreaterThan(0);
      expect(row.next.filter((id) => !Object.hasOwn(remedyCatalogue, id))).toEqual([]);
      for (const clause of [row.means, row.notMeans ?? 'x']) expect(clause).not.toMatch(/[.\n]$/);
      for (const text of row.texts) expect(text).toBe(text.toLowerCase());
    },
  );

  it('does not send a client that sent nothing to pairing', () => {
    const row = handshakeCode('DEVICE_IDENTITY_REQUIRED');
    expect(row?.next).toEqual(['send-shared-secret']);
    expect(row?.notMeans).toContain('has to be paired');
  });
});

it.each([
  ['unauthorized', 'token_mismatch', 'AUTH_TOKEN_MISMATCH'],
  ['device-auth-invalid', 'device-signature-stale', 'DEVICE_AUTH_SIGNATURE_EXPIRED'],
  ['pairing-required', 'metadata-upgrade', 'PAIRING_REQUIRED/metadata-upgrade'],
  ['pairing-required', undefined, 'PAIRING_REQUIRED'],
  ['unauthorized', 'trusted_proxy_missing_header_x-user', 'AUTH_IDENTITY_HEADER_REQUIRED'],
  ['origin-mismatch', 'a reason of tomorrow', 'CONTROL_UI_ORIGIN_NOT_ALLOWED'],
  ['nothing-known', 'toString', undefined],
])('a log that says %s, %s means %s', (cause, reason, code) => {
  expect(loggedRefusal(cause, reason)?.code).toBe(code);
});

it.each<[unknown, string]>([
  [{ code: 'INVALID_REQUEST', details: { code: 'AUTH_RATE_LIMITED' } }, 'AUTH_RATE_LIMITED'],
  [{ code: 'INVALID_REQUEST', message: 'invalid role' }, 'error INVALID_REQUEST'],
  [{ code: 'FORBIDDEN', message: 'no longer active' }, 'error FORBIDDEN'],
  [{ code: 'UNAVAILABLE', details: { reason: 'startup-sidecars' } }, 'UNAVAILABLE'],
  [{ code: 'INVALID_REQUEST', details: { code: 'A_CODE_OF_TOMORROW' } }, 'other'],
  [{ code: 'INVALID_REQUEST', details: { code: 'toString' } }, 'other'],
  [{ code: 'NOT_PAIRED' }, 'other'],
  [{ code: '__proto__' }, 'other'],
  [{ code: 7 }, 'other'],
  [undefined, 'other'],
])('%j is %s', (error, code) => expect(refusalCode(error)).toBe(code));

it.each<[unknown, string | undefined]>([
  [{ details: { reason: 'role-upgrade' } }, 'role-upgrade'],
  [{ details: { reason: 'any other text' } }, undefined],
  ['text', undefined],
])('the reason in %j is %s', (error, reason) => expect(pairingReason(error)).toBe(reason));

it.each<[unknown, number | undefined]>([
  [{ retryAfterMs: 19_962.4 }, 19_962],
  [{ retryAfterMs: -1 }, undefined],
  [{ retryAfterMs: 1e12 }, undefined],
  [{ retryAfterMs: '5' }, undefined],
])('%j says to wait %s ms', (error, ms) => expect(retryAfter(error)).toBe(ms));
