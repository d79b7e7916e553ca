import { randomBytes } from 'node:crypto';
import { answerOf, type NormalAnswer, wsAnswerOf } from './normalise.js';
import {
  type ConnectRequest,
  connect,
  type Device,
  type DeviceFault,
  http,
  makeDevice,
} from './wire-client.js';

// The requests whose answers have to be the same from the lab gateway and from a real OpenClaw.

export type Credential = 'none' | 'wrong' | 'right';

export interface HttpRow {
  kind: 'http';
  method: string;
  path: string;
  credential: Credential;
  /** How the credential is put into the request; default: `Authorization: Bearer X`. */
  form?: 'lower' | 'bare' | 'quoted' | 'blanks' | 'x-api-key' | 'query' | 'basic' | 'hook-header';
  /** `hook`: the hooks token is the right one. */
  secret?: 'gateway' | 'hook';
  headers?: Record<string, string>;
  body?: string;
  /** Added to the gateway's port. */
  offset?: number;
}

export interface WsRow {
  kind: 'ws';
  client: ConnectRequest['client'];
  credential: Credential;
  slot?: 'token' | 'password' | 'deviceToken' | 'bootstrapToken';
  /** A device by letter: the same letter is the same key pair all through one run. */
  device?: string;
  fault?: DeviceFault;
  signature?: 'v2' | 'v3';
  role?: string;
  scopes?: string[];
  protocol?: readonly [number, number];
  headers?: Record<string, string>;
  /** `own`: the gateway's own page asks. */
  origin?: 'own';
  calls?: readonly string[];
}

export type MatrixRow = (HttpRow | WsRow) & { name: string };

export interface Endpoint {
  port: number;
  /** The right shared secret: token or password, as the configuration has it. */
  token: string;
  hookToken?: string;
}

export async function runMatrix(
  rows: readonly MatrixRow[],
  endpoint: Endpoint,
): Promise<Record<string, NormalAnswer>> {
  const wrong = randomBytes(24).toString('hex');
  const devices = new Map<string, Device>();
  const answers: Record<string, NormalAnswer> = {};
  for (const row of rows) {
    if (row.kind === 'http') answers[row.name] = await askHttp(row, endpoint, wrong);
    else answers[row.name] = await askWs(row, endpoint, wrong, devices);
  }
  return answers;
}

async function askHttp(row: HttpRow, endpoint: Endpoint, wrong: string): Promise<NormalAnswer> {
  const right = row.secret === 'hook' ? (endpoint.hookToken ?? '') : endpoint.token;
  const secret = row.credential === 'right' ? right : wrong;
  const { headers, query } = presented(row, secret);
  const path = query === '' ? row.path : `${row.path}?${query}`;
  const body = row.body === undefined ? {} : { 'content-type': 'application/json' };
  const all = { ...body, ...headers, ...row.headers };
  const port = endpoint.port + (row.offset ?? 0);
  return answerOf(await http(port, row.method, path, all, row.body));
}

function presented(
  row: HttpRow,
  secret: string,
): { headers: Record<string, string>; query: string } {
  if (row.credential === 'none') return { headers: {}, query: '' };
  const authorization = (value: string) => ({ headers: { authorization: value }, query: '' });
  switch (row.form) {
    case 'lower':
      return authorization(`bearer ${secret}`);
    case 'bare':
      return authorization(secret);
    case 'quoted':
      return authorization(`Bearer "${secret}"`);
    case 'blanks':
      return authorization(`Bearer   ${secret}  `);
    case 'basic':
      return authorization(`Basic ${Buffer.from(`u:${secret}`).toString('base64')}`);
    case 'x-api-key':
      return { headers: { 'x-api-key': secret }, query: '' };
    case 'hook-header':
      return { headers: { 'x-openclaw-token': secret }, query: '' };
    case 'query':
      return { headers: {}, query: `token=${secret}` };
    default:
      return authorization(`Bearer ${secret}`);
  }
}

async function askWs(
  row: WsRow,
  endpoint: Endpoint,
  wrong: string,
  devices: Map<string, Device>,
): Promise<NormalAnswer> {
  const secret = row.credential === 'right' ? endpoint.token : wrong;
  let device: Device | undefined;
  if (row.device !== undefined) {
    device = devices.get(row.device) ?? makeDevice();
    devices.set(row.device, device);
  }
  const origin = row.origin === 'own' ? { origin: `http://127.0.0.1:${endpoint.port}` } : {};
  const answer = await connect(endpoint.port, {
    client: row.client,
    ...(row.credential !== 'none' && { auth: { [row.slot ?? 'token']: secret } }),
    ...(device && { device }),
    ...(row.fault && { fault: row.fault }),
    ...(row.signature && { signature: row.signature }),
    ...(row.role && { role: row.role }),
    ...(row.scopes && { scopes: row.scopes }),
    ...(row.protocol && { protocol: row.protocol }),
    ...((row.headers || row.origin) && { headers: { ...row.headers, ...origin } }),
    ...(row.calls && { calls: row.calls }),
  });
  return wsAnswerOf(answer, [...devices.values()]);
}
