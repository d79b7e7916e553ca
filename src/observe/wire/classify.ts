import { isRecord, member } from '../../domain/clean.js';
import type { AnswerKind, HttpAnswer } from '../../model/facts-probes.js';
import type { WireReply } from './http-request.js';

type Answered = WireReply & { ok: true };

/**
 * An answer as an enum, by status, media type and the exact shape of the body: bodies measured on
 * OpenClaw 2026.5.18 and 2026.9.6 and on NemoClaw's ollama-auth-proxy.js and .mts.
 */
export function classify(reply: WireReply): HttpAnswer {
  if (!reply.ok) return { kind: reply.kind, status: 0 };
  return {
    kind: kindOf(reply),
    status: reply.status,
    ...(reply.retryAfterS === undefined ? {} : { retryAfterS: reply.retryAfterS }),
    ...(reply.contentType === '' ? {} : { contentType: reply.contentType }),
  };
}

/** The body as JSON, when its media type says so. */
export function jsonBody(reply: WireReply): unknown {
  if (!reply.ok || reply.contentType !== 'application/json') return undefined;
  try {
    return JSON.parse(reply.body);
  } catch {
    return undefined;
  }
}

function kindOf(reply: Answered): AnswerKind {
  const json = jsonBody(reply);
  if (json !== undefined) return jsonKind(reply.status, json);
  if (reply.contentType === 'text/plain' || reply.contentType === '') return textKind(reply);
  if (reply.contentType === 'text/html') return 'html';
  return reply.contentType.startsWith('text/') ? 'text-other' : 'other';
}

function jsonKind(status: number, json: unknown): AnswerKind {
  const error = member(json, 'error');
  const type = member(error, 'type');
  if (status === 401 && type === 'unauthorized' && hasOnly(json, ['error'])) return 'gateway-401';
  if (status === 429 && type === 'rate_limited') return 'gateway-429';
  if (status === 403 && type === 'proxy_attribution_required') return 'gateway-403';
  if (
    status === 400 &&
    type === 'invalid_request' &&
    member(error, 'message') === 'tools.invoke requires name'
  ) {
    return 'gateway-accepted';
  }
  // The model list of the OpenAI API, as Ollama and vLLM give it.
  const isList = member(json, 'object') === 'list' || Array.isArray(member(json, 'data'));
  return status === 200 && isList ? 'proxy-accepted' : 'json-other';
}

function textKind({ status, contentType, body }: Answered): AnswerKind {
  if (status === 401 && contentType === 'text/plain' && body.trim() === 'Unauthorized') {
    return 'proxy-401';
  }
  if (status === 502 && body.startsWith('Ollama backend error')) return 'proxy-502';
  return contentType === 'text/plain' ? 'text-other' : 'other';
}

function hasOnly(value: unknown, keys: readonly string[]): boolean {
  return isRecord(value) && Object.keys(value).every((key) => keys.includes(key));
}
