import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { cleanText, member } from '../../domain/clean.js';
import { resolvePath } from '../../domain/openclaw/paths.js';
import type { FileFacts } from '../../model/facts-host.js';
import type { CertificateFile, TlsFacts } from '../../model/facts-wire.js';
import type { Observer, ObserverContext } from '../../model/observer.js';
import { loadConfig } from './config-source.js';
import { fileFacts } from './file-facts.js';
import { fileWitness, readRegularFile } from './read-file.js';

const maxBytes = 256 * 1024;
const mostNames = 32;

/** The certificate that the gateway is configured to serve; the key is only looked at, never read. */
export const tlsObserver: Observer<'gateway.tls'> = {
  id: 'gateway.tls',
  stage: 'doctor',
  uses: ['host.discovery', 'gateway.config'],
  deadlineMs: 3000,
  async observe(context) {
    const { host, target, signal } = context;
    const home = target.home ?? host.home;
    const places = await tlsPlaces(context);
    if (!places) {
      const nothing: FileFacts = { path: '', state: 'absent' };
      const certificate: CertificateFile = { file: nothing, parse: 'not-read', names: [] };
      const off = { enabled: false, autoGenerate: true, declared: false };
      return { state: 'ok', source: 'config', data: { ...off, certificate, key: nothing } };
    }
    const [read, key] = await Promise.all([
      readRegularFile(places.certificate, { maxBytes, home, signal }),
      fileFacts(places.key, home),
    ]);
    const data: TlsFacts = {
      enabled: true,
      autoGenerate: places.autoGenerate,
      declared: places.declared,
      certificate: certificateFile(read.facts, read.bytes),
      key,
    };
    return { state: 'ok', source: read.facts.path, data };
  },
  async witness(context) {
    const places = await tlsPlaces(context);
    return places ? fileWitness([places.certificate, places.key]) : '';
  },
};

interface Places {
  certificate: string;
  key: string;
  autoGenerate: boolean;
  declared: boolean;
}

/** `<state>/gateway/tls` holds a generated pair (measured on 2026.5.18 and 2026.9.6). */
async function tlsPlaces(context: ObserverContext): Promise<Places | undefined> {
  const { target, host } = context;
  const home = target.home ?? host.home;
  const tls = member(member((await loadConfig(context)).value, 'gateway'), 'tls');
  if (member(tls, 'enabled') !== true) return undefined;
  const folder = join(target.stateDir ?? join(home, '.openclaw'), 'gateway', 'tls');
  const at = (key: string, fallback: string): string => {
    const named = member(tls, key);
    if (typeof named !== 'string' || named.trim() === '') return join(folder, fallback);
    return resolvePath(named.trim(), home, home);
  };
  const declared = member(tls, 'certPath');
  return {
    certificate: at('certPath', 'gateway-cert.pem'),
    key: at('keyPath', 'gateway-key.pem'),
    autoGenerate: member(tls, 'autoGenerate') !== false,
    declared: typeof declared === 'string' && declared.trim() !== '',
  };
}

function certificateFile(file: FileFacts, bytes: Buffer | undefined): CertificateFile {
  if (bytes === undefined) return { file, parse: 'not-read', names: [] };
  try {
    const certificate = new X509Certificate(bytes);
    return { file, parse: 'ok', ...certificateFacts(certificate) };
  } catch {
    return { file, parse: 'invalid', names: [] };
  }
}

/** What a certificate says in public: names, dates, digest. */
export function certificateFacts(
  certificate: X509Certificate,
): Omit<CertificateFile, 'file' | 'parse'> {
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  return {
    names: altNames(certificate.subjectAltName),
    ...(Number.isFinite(from) ? { notBeforeMs: from } : {}),
    ...(Number.isFinite(to) ? { notAfterMs: to } : {}),
    selfSigned: certificate.checkIssued(certificate),
    sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

/** `DNS:gw.example.com, IP Address:10.0.0.5`; OpenSSL quotes names that hold odd characters. */
function altNames(text: string | undefined): string[] {
  return (text ?? '')
    .split(', ')
    .flatMap((entry) => {
      const [, name] = /^(?:DNS|IP Address):([\w*.:-]{1,253})$/.exec(entry) ?? [];
      const clean = cleanText(name, 253)?.toLowerCase();
      return clean ? [clean] : [];
    })
    .slice(0, mostNames);
}
