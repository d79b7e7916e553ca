import type { ConnectAnswer, Device, Frame, RawAnswer } from './wire-client.js';

/** An answer without what differs between two runs of one gateway: ids, times, versions, devices. */
export type NormalAnswer = Record<string, unknown>;

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const kept = ['content-type', 'www-authenticate', 'retry-after', 'x-powered-by', 'allow'] as const;

export function answerOf(answer: RawAnswer): NormalAnswer {
  const headers: Record<string, string> = {};
  for (const name of kept) {
    const value = answer.headers[name];
    if (typeof value === 'string') headers[name] = value.toLowerCase();
  }
  // A second more or less passes between the lockout and the question.
  if (headers['retry-after'] !== undefined) {
    headers['retry-after'] =
      Math.abs(Number(headers['retry-after']) - 20) <= 2 ? 'about 20' : 'other';
  }
  return {
    status: answer.status,
    ...headers,
    body: bodyOf(headers['content-type'] ?? '', answer.body),
  };
}

function bodyOf(type: string, body: string): unknown {
  if (type.includes('html')) return /<html|<!doctype html/i.test(body) ? '<page>' : body;
  if (!type.includes('json')) return body;
  try {
    return jsonOf(JSON.parse(body) as unknown);
  } catch {
    return body;
  }
}

/** Errors, booleans and refusals as they are; of any other object only that there is one. */
function jsonOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value;
  const record = value as Record<string, unknown>;
  const small = Object.entries(record).filter(([key]) =>
    ['ok', 'error', 'status', 'ready', 'failing', 'object'].includes(key),
  );
  return small.length > 0 ? Object.fromEntries(small) : '<object>';
}

export function wsAnswerOf(answer: ConnectAnswer, devices: readonly Device[]): NormalAnswer {
  const clean = (value: unknown): unknown => scrub(value, devices);
  if (answer.refused !== undefined) {
    const { status, type, body } = answer.refused;
    return {
      upgrade: status,
      type,
      body: type.includes('json') ? (JSON.parse(body) as unknown) : body,
    };
  }
  return {
    challenge: Object.keys(answer.challenge ?? {}).sort(),
    ...frameOf(answer.connect, clean),
    ...(answer.calls.length > 0 && {
      calls: answer.calls.map((call) => ({
        method: call.method,
        ok: call.answer?.ok,
        ...(call.answer?.error && { error: clean(call.answer.error) }),
      })),
    }),
    ...(answer.closed && { closed: clean(answer.closed) }),
  };
}

function frameOf(frame: Frame | undefined, clean: (value: unknown) => unknown): NormalAnswer {
  if (frame === undefined) return { answer: 'none' };
  if (frame.ok !== true) return { ok: false, error: clean(frame.error) };
  const hello = frame.payload ?? {};
  const auth = (hello.auth ?? {}) as Record<string, unknown>;
  return {
    ok: true,
    hello: {
      keys: Object.keys(hello).sort(),
      protocol: hello.protocol,
      server: Object.keys((hello.server ?? {}) as object).sort(),
      auth: {
        ...auth,
        ...('deviceToken' in auth && { deviceToken: '<set>' }),
        ...('issuedAtMs' in auth && { issuedAtMs: '<time>' }),
        ...('recoveryScope' in auth && { recoveryScope: '<set>' }),
      },
      policy: hello.policy,
    },
  };
}

function scrub(value: unknown, devices: readonly Device[]): unknown {
  let text = JSON.stringify(value) ?? 'null';
  for (const device of devices) text = text.replaceAll(device.id, '<device>');
  // A close reason is cut at 123 bytes, in the middle of the id.
  text = text
    .replace(/\(requestId: [^")]*\)?/g, '(requestId: <uuid>')
    .replace(uuid, '<uuid>')
    .replace(/"(retryAfterMs|ts)":\d+/g, '"$1":"<ms>"');
  return JSON.parse(text) as unknown;
}
