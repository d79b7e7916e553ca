import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { member } from '../../domain/clean.js';
import type { ServedCertificate, TlsFault } from '../../model/facts-wire.js';
import { certificateFacts } from '../files/tls.js';
import { safeLookup } from './safe-lookup.js';

const totalMs = 3000;

/** Why there is no certificate to look at; only `refused` is an answer of the other side. */
export type NoHandshake = 'refused' | 'not-resolved' | 'unreachable' | 'timeout';
export type Handshake = ServedCertificate | NoHandshake;

/**
 * The certificate that an endpoint serves and what is wrong with it for this name. Nothing is sent
 * over the connection, so an untrusted one may be looked at. Never throws; codes, no messages.
 */
export async function servedCertificate(
  at: { host: string; port: number; nowMs: number; ownSha256?: string | undefined },
  signal: AbortSignal,
): Promise<Handshake> {
  const { host, port } = at;
  const stop = AbortSignal.any([AbortSignal.timeout(totalMs), signal]);
  const lookup = safeLookup(host);
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      ...(lookup ? { lookup } : {}),
      rejectUnauthorized: false,
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
    const end = (found: Handshake): void => {
      stop.removeEventListener('abort', late);
      socket.destroy();
      resolve(found);
    };
    const late = (): void => end('timeout');
    if (stop.aborted) return late();
    stop.addEventListener('abort', late, { once: true });
    socket.once('error', (error: Error) => end(ofError(error)));
    socket.once('close', () => end({ faults: ['no-tls'], names: [] }));
    socket.once('secureConnect', () => end(look(socket, at)));
  });
}

/** A listener that speaks no TLS answers the hello with something else, or not at all. */
function ofError(error: Error): Handshake {
  const code = member(firstOf(error), 'code');
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ENOTFOUND') return 'not-resolved';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'unreachable';
  if (code === 'ETIMEDOUT' || code === 'EAI_AGAIN') return 'timeout';
  return { faults: ['no-tls'], names: [] };
}

/** A name with several addresses gives one error that holds one for each. */
function firstOf(error: Error): unknown {
  return error instanceof AggregateError ? error.errors[0] : error;
}

const byCode: Record<string, TlsFault> = {
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'self-signed',
};

function look(
  socket: TLSSocket,
  { host, nowMs, ownSha256 }: { host: string; nowMs: number; ownSha256?: string | undefined },
): ServedCertificate {
  // An empty object where the server has shown none.
  const peer: Partial<PeerCertificate> = socket.getPeerCertificate();
  if (!isWhole(peer)) return { faults: ['no-tls'], names: [] };
  const { names, notBeforeMs, notAfterMs, sha256 } = certificateFacts(
    new X509Certificate(peer.raw),
  );
  const faults = new Set<TlsFault>();
  // OpenSSL stops at its first complaint; the others would come back one by one.
  if (notAfterMs !== undefined && notAfterMs <= nowMs) faults.add('expired');
  if (notBeforeMs !== undefined && notBeforeMs > nowMs) faults.add('not-yet-valid');
  if (checkServerIdentity(host, peer)) faults.add('wrong-name');
  const code: unknown = socket.authorizationError;
  if (typeof code === 'string' && code !== 'ERR_TLS_CERT_ALTNAME_INVALID') {
    faults.add(byCode[code] ?? 'untrusted');
  }
  return {
    faults: [...faults],
    names,
    ...(notAfterMs === undefined ? {} : { notAfterMs }),
    ...(ownSha256 === undefined ? {} : { isOwnFile: sha256 === ownSha256 }),
  };
}

function isWhole(peer: Partial<PeerCertificate>): peer is PeerCertificate {
  return peer.raw !== undefined;
}
