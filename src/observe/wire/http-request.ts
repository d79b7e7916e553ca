import type { DiagnoseOptions } from '../../model/observer.js';
import { toolVersion } from '../../model/version.js';
import { compileWasmQuickly } from '../quick-wasm.js';
import { isOwnAddress, mayContact } from './allowed-address.js';
import { httpClient } from './http-client.js';
import { safeLookup } from './safe-lookup.js';

/** How our own requests name themselves. */
export const userAgent = `clawdoctor/${toolVersion}`;

export interface WireRequest {
  /** `http://127.0.0.1:18789`. */
  origin: string;
  host: string;
  method: 'GET' | 'POST';
  path: string;
  /** The value of the Authorization header after `Bearer `; absent for an anonymous request. */
  bearer?: string;
  body?: string;
  /** Headers as a reverse proxy adds them; only for the loopback probe that stands for one. */
  forwarded?: { for: string; host?: string };
  options: Pick<DiagnoseOptions, 'url' | 'external'>;
  signal: AbortSignal;
  /** Multiplies the deadlines; more than 1 on a host under memory pressure. */
  patience?: number;
}

/** The answer, which stays inside src/observe/wire: only its classification is recorded. */
export type WireReply =
  | {
      ok: true;
      status: number;
      contentType: string;
      retryAfterS?: number;
      /** What the server's clock says now (Date plus Age), ms since the epoch. */
      dateMs?: number;
      body: string;
    }
  | { ok: false; kind: WireFailure };

export type WireFailure =
  | 'not-http'
  | 'too-large'
  | 'refused'
  | 'not-resolved'
  | 'unreachable'
  | 'timeout'
  | 'reset'
  | 'other';

const connectMs = 1000;
const totalMs = 3000;
const maxBody = 64 * 1024;
const maxHeader = 16 * 1024;

/**
 * One request on a connection of its own: no proxy, no redirect, no keep-alive, no Origin; 1 s to
 * connect, 3 s in all. Never throws; the error's text is dropped here.
 */
export async function send(request: WireRequest): Promise<WireReply> {
  if (!mayContact(request.host, request.options)) return { ok: false, kind: 'other' };
  compileWasmQuickly();
  const { Client } = await httpClient();
  const patience = request.patience ?? 1;
  const deadline = AbortSignal.timeout(totalMs * patience);
  const signal = AbortSignal.any([deadline, request.signal]);
  const lookup = safeLookup(request.host);
  const client = new Client(request.origin, {
    connect: {
      timeout: connectMs * patience,
      ...(lookup ? { lookup } : {}),
      // A gateway's own certificate is signed by nobody; on this host the address is the proof.
      rejectUnauthorized: !isOwnAddress(request.host),
    },
    headersTimeout: totalMs * patience,
    bodyTimeout: totalMs * patience,
    maxHeaderSize: maxHeader,
    pipelining: 0,
  });
  // A socket error after the answer has nobody left to tell.
  client.on('disconnect', () => undefined);
  try {
    const answer = await client.request({
      method: request.method,
      path: request.path,
      headers: headersOf(request),
      ...(request.body === undefined ? {} : { body: request.body }),
      signal,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBody) return { ok: false, kind: 'too-large' };
      chunks.push(chunk);
    }
    const retry = Number(single(answer.headers['retry-after']));
    return {
      ok: true,
      status: answer.statusCode,
      contentType: mediaType(single(answer.headers['content-type'])),
      ...(Number.isInteger(retry) && retry > 0 ? { retryAfterS: retry } : {}),
      ...serverClock(single(answer.headers.date), single(answer.headers.age)),
      body: Buffer.concat(chunks).toString('utf8'),
    };
  } catch (error) {
    return { ok: false, kind: deadline.aborted ? 'timeout' : failureOf(error) };
  } finally {
    await client.destroy().catch(() => undefined);
  }
}

function headersOf({ bearer, body, forwarded }: WireRequest): Record<string, string> {
  return {
    ...(forwarded ? proxyHeaders(forwarded) : {}),
    'user-agent': userAgent,
    accept: 'application/json',
    ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
}

function proxyHeaders({ for: client, host }: NonNullable<WireRequest['forwarded']>) {
  const common = { 'x-forwarded-for': client, 'x-forwarded-proto': 'https' };
  return host === undefined ? common : { ...common, host, 'x-forwarded-host': host };
}

/** A cache answers with the Date of the day when it was filled; Age says how long ago that was. */
function serverClock(date: string, age: string): { dateMs?: number } {
  const at = Date.parse(date);
  if (!Number.isFinite(at)) return {};
  const seconds = /^\d{1,9}$/.test(age) ? Number(age) : 0;
  return { dateMs: at + seconds * 1000 };
}

function single(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header[0] : header) ?? '';
}

/** `application/json; charset=utf-8` without what follows; empty when it is no media type. */
const knownTypes: ReadonlySet<string> = new Set([
  'application/json',
  'text/html',
  'text/plain',
  'text/event-stream',
]);

/** One of a few types: a server could otherwise hand a secret back to us in its header. */
function mediaType(header: string): string {
  const type = (header.split(';')[0] ?? '').trim().toLowerCase();
  return type === '' || knownTypes.has(type) ? type : 'other';
}

/** undici's and the kernel's codes; never a message. */
function failureOf(error: unknown): WireFailure {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ENOTFOUND') return 'not-resolved';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'unreachable';
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return 'too-large';
  }
  if (/TIMEOUT|ETIMEDOUT|ABORTED/.test(code)) return 'timeout';
  if (code === 'HPE_INVALID') return 'not-http';
  if (['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(code)) return 'reset';
  return 'other';
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('errors' in error && Array.isArray(error.errors)) return codeOf(error.errors[0]);
  if ('name' in error && error.name === 'AbortError') return 'ABORTED';
  // undici leaves the parser's code out for most of its complaints.
  if ('name' in error && error.name === 'HTTPParserError') return 'HPE_INVALID';
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** A bearer that HTTP cannot carry (control characters, a newline inside) is never sent. */
export function isSendable(value: string): boolean {
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value);
}
