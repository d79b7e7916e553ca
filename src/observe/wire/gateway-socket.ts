import { randomUUID } from 'node:crypto';
import type { Agent as HttpAgent } from 'node:http';
import type { RawData, WebSocket } from 'ws';
import { member } from '../../domain/clean.js';
import { isOwnAddress } from './allowed-address.js';
import { userAgent } from './http-request.js';
import { safeLookup } from './safe-lookup.js';

/** Why a socket ended before what we waited for came. */
export type SocketEnd =
  | { end: 'refused' | 'timeout' }
  | { end: 'not-a-gateway'; httpStatus?: number }
  | { end: 'closed'; closeCode: number };

export type Frame = Record<string, unknown>;

const maxFrame = 4 << 20;
/** Events come unasked; a server that floods us with them is no gateway. */
const mostFrames = 500;

/**
 * One WebSocket to a gateway: no Origin, no proxy, no redirect, no compression. Frames are handed
 * out in order; whatever is no JSON object ends the conversation.
 */
export class GatewaySocket {
  readonly #socket: WebSocket;
  readonly #queue: Frame[] = [];
  #end: SocketEnd | undefined;
  #wake: (() => void) | undefined;
  #opened = false;
  #frames = 0;

  private constructor(socket: WebSocket, signal: AbortSignal) {
    this.#socket = socket;
    socket.on('open', () => {
      this.#opened = true;
    });
    socket.on('message', (data, isBinary) => this.#receive(isBinary ? '' : textOf(data)));
    socket.on('close', (code) => this.#finish({ end: 'closed', closeCode: code }));
    socket.on('error', (error) => this.#finish(this.#ofError(error)));
    socket.on('unexpected-response', (request, response) => {
      this.#finish({ end: 'not-a-gateway', httpStatus: response.statusCode ?? 0 });
      request.destroy();
    });
    const abort = (): void => this.#finish({ end: 'timeout' });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  }

  static async open(url: string, host: string, signal: AbortSignal): Promise<GatewaySocket> {
    const { WebSocket: Socket } = await import('ws');
    const rejectUnauthorized = !isOwnAddress(host);
    const lookup = safeLookup(host);
    const socket = new Socket(url, {
      // An agent of our own: the global one follows HTTP_PROXY where Node was told to.
      agent: ownAgent(url, rejectUnauthorized),
      headers: { 'user-agent': userAgent },
      followRedirects: false,
      handshakeTimeout: 3000,
      maxPayload: maxFrame,
      perMessageDeflate: false,
      rejectUnauthorized,
      ...(lookup ? { lookup } : {}),
    });
    return new GatewaySocket(socket, signal);
  }

  /**
   * The next frame that `wanted` accepts; frames before it are dropped. After `waitMs` the answer is
   * a timeout, and the conversation may go on.
   */
  async next(wanted: (frame: Frame) => boolean, waitMs?: number): Promise<Frame | SocketEnd> {
    const limit = waitMs === undefined ? undefined : AbortSignal.timeout(waitMs);
    limit?.addEventListener('abort', () => this.#wake?.(), { once: true });
    for (;;) {
      for (let frame = this.#queue.shift(); frame; frame = this.#queue.shift()) {
        if (wanted(frame)) return frame;
      }
      if (this.#end) return this.#end;
      if (limit?.aborted) return { end: 'timeout' };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Sends a request frame and waits for its answer. */
  async call(method: string, params: unknown, waitMs?: number): Promise<Frame | SocketEnd> {
    const id = randomUUID();
    this.#socket.send(JSON.stringify({ type: 'req', id, method, params }), () => undefined);
    return this.next((frame) => frame.type === 'res' && frame.id === id, waitMs);
  }

  /** Says goodbye (1000) and lets go of the connection soon after, whatever the other side does. */
  close(): void {
    if (!this.#end && this.#opened) this.#socket.close(1000);
    else this.#socket.terminate();
    setTimeout(() => this.#socket.terminate(), 200).unref();
  }

  #receive(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      value = undefined;
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#finish({ end: 'not-a-gateway' });
      return;
    }
    this.#frames += 1;
    if (this.#frames > mostFrames) this.#finish({ end: 'not-a-gateway' });
    else this.#queue.push(value as Frame);
    this.#wake?.();
  }

  #ofError(error: Error): SocketEnd {
    const code = member(error, 'code');
    if (code === 'ECONNREFUSED') return { end: 'refused' };
    if (code === 'ETIMEDOUT' || /timed out/.test(error.message)) return { end: 'timeout' };
    if (code === 'ECONNRESET' && this.#opened) return { end: 'closed', closeCode: 1006 };
    return { end: 'not-a-gateway' };
  }

  #finish(end: SocketEnd): void {
    this.#end ??= end;
    this.#wake?.();
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}

export function isEnd(result: Frame | SocketEnd): result is SocketEnd {
  return 'end' in result && typeof result.end === 'string' && !('type' in result);
}

/**
 * Not imported: an `import` of node:http reads all its exports, and one of them loads the whole
 * fetch of Node 22 and later (13 MiB, 25 ms).
 */
function ownAgent(url: string, rejectUnauthorized: boolean): HttpAgent {
  if (!url.startsWith('wss:')) return new (process.getBuiltinModule('node:http').Agent)();
  return new (process.getBuiltinModule('node:https').Agent)({ rejectUnauthorized });
}
