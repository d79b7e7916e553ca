import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Paths } from './config.js';
import { type Identity, makeIdentity, publicKeyOf } from './identity.js';
import { below, type Json, readObject, writeAtomically } from './json.js';

/** `identity/device.json` of 2026.5, made at the first start. */
export function deviceFile(stateDir: string): Identity {
  const directory = join(stateDir, 'identity');
  const file = join(directory, 'device.json');
  const found = readObject(file);
  if (typeof found.publicKeyPem === 'string' && typeof found.privateKeyPem === 'string')
    return {
      deviceId: String(found.deviceId),
      publicKey: publicKeyOf(found.publicKeyPem),
      publicKeyPem: found.publicKeyPem,
      privateKeyPem: found.privateKeyPem,
    };
  const made = makeIdentity();
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { deviceId, publicKeyPem, privateKeyPem } = made;
  const entry = { version: 1, deviceId, publicKeyPem, privateKeyPem, createdAtMs: Date.now() };
  writeAtomically(file, `${JSON.stringify(entry, null, 2)}\n`);
  return made;
}

/** What both lines record of a config that they accepted. */
export function configRecord(paths: Paths, text: string, config: Json): Json {
  const info = statSync(paths.configPath);
  const gatewayMode = below(config, 'gateway').mode;
  return {
    hash: createHash('sha256').update(text).digest('hex'),
    bytes: Buffer.byteLength(text),
    mtimeMs: info.mtimeMs,
    ctimeMs: info.ctimeMs,
    dev: String(info.dev),
    ino: String(info.ino),
    mode: info.mode & 0o777,
    nlink: info.nlink,
    uid: info.uid,
    gid: info.gid,
    hasMeta: 'meta' in config,
    ...(typeof gatewayMode === 'string' && { gatewayMode }),
    observedAt: new Date().toISOString(),
  };
}

/** `logs/config-health.json` and `openclaw.json.last-good` of 2026.5. */
export function recordAccepted(paths: Paths, record: Json): void {
  const logs = join(paths.stateDir, 'logs');
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const entry = {
    lastKnownGood: record,
    lastObservedSuspiciousSignature: null,
    lastPromotedGood: record,
  };
  const health = { entries: { [paths.configPath]: entry } };
  writeAtomically(join(logs, 'config-health.json'), `${JSON.stringify(health, null, 2)}\n`);
  const copy = `${paths.configPath}.last-good`;
  copyFileSync(paths.configPath, copy);
  chmodSync(copy, 0o600);
}

/** 2026.5 leaves its state directory at 0755, whatever it was. */
export function loosen(stateDir: string): void {
  if (existsSync(stateDir)) chmodSync(stateDir, 0o755);
}
