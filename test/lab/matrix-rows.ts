import type { Credential, HttpRow, MatrixRow, WsRow } from './request-matrix.js';

const credentials: readonly Credential[] = ['none', 'wrong', 'right'];
const json = '{}';

function get(path: string, more: Partial<HttpRow> = {}): MatrixRow[] {
  return all('GET', path, more);
}

function post(path: string, more: Partial<HttpRow> = {}): MatrixRow[] {
  return all('POST', path, { body: json, ...more });
}

function all(method: string, path: string, more: Partial<HttpRow>): MatrixRow[] {
  return credentials.map((credential) => one(method, path, { credential, ...more }));
}

function one(method: string, path: string, more: Partial<HttpRow>): MatrixRow {
  const row: HttpRow = { kind: 'http', method, path, credential: 'none', ...more };
  const parts = [
    method,
    path,
    row.offset ? `+${row.offset}` : '',
    row.secret ?? '',
    row.form ?? '',
  ];
  parts.push(row.headers ? JSON.stringify(row.headers) : '', row.credential);
  return { ...row, name: parts.filter((part) => part !== '').join(' ') };
}

function ws(name: string, client: string, more: Partial<WsRow> = {}): MatrixRow {
  const [id = '', mode = '', platform = 'linux'] = client.split('/');
  return {
    kind: 'ws',
    client: { id, mode, platform },
    credential: 'right',
    ...more,
    name: `ws ${client} ${name}`,
  };
}

const backend = 'gateway-client/backend';
const cli = 'cli/cli';

/** Every HTTP route that a client, a monitor or a wrong configuration meets. */
export const httpRows: readonly MatrixRow[] = [
  ...['/healthz', '/health', '/readyz', '/ready'].flatMap((path) => get(path)),
  ...post('/healthz'),
  one('HEAD', '/healthz', {}),
  ...['/', '/nonexistent', '/metrics', '/v1/models', '/control-ui-config.json'].flatMap((path) =>
    get(path),
  ),
  ...get('/__openclaw/control-ui-config.json'),
  ...post('/tools/invoke'),
  ...get('/tools/invoke'),
  ...['/avatar/main', '/sessions/main/history', '/api/channels/x'].flatMap((path) => get(path)),
  ...['/__openclaw__/canvas/', '/__openclaw__/a2ui/'].flatMap((path) => get(path)),
  ...['/v1/chat/completions', '/v1/responses', '/v1/embeddings', '/hooks/wake'].flatMap((path) =>
    post(path),
  ),
  ...post('/nonexistent'),
  ...(['lower', 'bare', 'quoted', 'blanks', 'x-api-key', 'query', 'basic'] as const).map((form) =>
    one('POST', '/tools/invoke', { credential: 'right', form, body: json }),
  ),
  one('POST', '/tools/invoke', {
    credential: 'right',
    body: json,
    headers: { 'x-forwarded-for': '203.0.113.7' },
  }),
  one('POST', '/tools/invoke', {
    credential: 'right',
    body: json,
    headers: { host: 'gw.example.com' },
  }),
  one('GET', '/healthz', { headers: { host: 'gw.example.com' } }),
  one('GET', '/healthz', { headers: { 'x-forwarded-for': '203.0.113.7' } }),
  one('GET', '/', { headers: { 'x-forwarded-for': '203.0.113.7' } }),
];

/** Browser control of 2026.5: a 401 that looks like a bad token. */
export const browserControlRows: readonly MatrixRow[] = [
  ...get('/anything', { offset: 2 }),
  ...get('/', { offset: 2 }),
  ...post('/tools/invoke', { offset: 2 }),
];

/** Connects that never change the pairing state. */
export const plainConnects: readonly MatrixRow[] = [
  ws('', backend, {
    calls: ['health', 'status', 'system-presence', 'device.pair.list', 'nonsense'],
  }),
  ws('pairing', backend, {
    scopes: ['operator.pairing'],
    calls: ['device.pair.list', 'node.pair.list', 'status'],
  }),
  ws('read+pairing', backend, {
    scopes: ['operator.read', 'operator.pairing'],
    calls: ['health', 'device.pair.list', 'gateway.identity.get', 'config.get', 'node.list'],
  }),
  ws('no scopes', backend, { scopes: [], calls: ['health', 'status'] }),
  ws('wrong', backend, { credential: 'wrong' }),
  ws('none', backend, { credential: 'none' }),
  ws('password slot', backend, { slot: 'password' }),
  ws('wrong password slot', backend, { slot: 'password', credential: 'wrong' }),
  ws('', 'gateway-client/probe', { calls: ['health', 'status'] }),
  ws('', 'openclaw-probe/probe'),
  ws('', cli, { calls: ['health', 'status'] }),
  ws('wrong', cli, { credential: 'wrong' }),
  ws('none', cli, { credential: 'none' }),
  ws('none', 'node-host/node', { role: 'node', credential: 'none', scopes: [] }),
  ws('', 'node-host/node', { role: 'node', scopes: [] }),
  ws('unknown client', 'nobody/cli'),
  ws('unknown mode', 'cli/nobody'),
  ws('unknown role', cli, { role: 'nobody' }),
  ws('', 'openclaw-control-ui/webchat'),
  ws('own origin', 'openclaw-control-ui/webchat', { origin: 'own' }),
  ws('own origin', backend, { origin: 'own' }),
  ws('protocol 1..2', backend, { protocol: [1, 2] }),
  ws('protocol 3..3', backend, { protocol: [3, 3] }),
  ws('protocol 3..3', 'gateway-client/probe', { protocol: [3, 3] }),
  ws('protocol 5..6', backend, { protocol: [5, 6] }),
  ws('protocol 4..4', backend, { protocol: [4, 4] }),
  ws('evil origin', backend, { headers: { origin: 'https://evil.example' } }),
  ws('forwarded', backend, { headers: { 'x-forwarded-for': '203.0.113.7' } }),
  ws('host', backend, { headers: { host: 'gw.example.com' } }),
  ws('new device', backend, { device: 'b' }),
  ws('device, wrong', cli, { device: 'w', credential: 'wrong' }),
  ws('device, none', cli, { device: 'w', credential: 'none' }),
  ws('device, wrong device token', cli, { device: 'w', credential: 'wrong', slot: 'deviceToken' }),
  ws('device, wrong setup code', cli, { device: 'w', credential: 'wrong', slot: 'bootstrapToken' }),
  ...(['signature', 'nonce', 'no-nonce', 'stale', 'id', 'key'] as const).map((fault) =>
    ws(`device fault ${fault}`, cli, { device: 'w', fault }),
  ),
];

/** Connects that pair, ask for more, or claim another platform; in this order. */
export const pairingConnects: readonly MatrixRow[] = [
  ws('1 pairs', cli, { device: 'p', scopes: ['operator.pairing'], calls: ['health', 'status'] }),
  ws('2 again', cli, { device: 'p', scopes: ['operator.pairing'] }),
  ws('3 v2 signature', cli, { device: 'p', scopes: ['operator.pairing'], signature: 'v2' }),
  ws('4 asks for more', cli, { device: 'p', scopes: ['operator.read', 'operator.write'] }),
  ws('5 asks again', cli, { device: 'p', scopes: ['operator.read', 'operator.write'] }),
  ws('6 keeps what it had', cli, { device: 'p', scopes: ['operator.pairing'] }),
  ws('7 another platform', 'cli/cli/darwin', { device: 'p', scopes: ['operator.pairing'] }),
  ws('8 new, probe', 'gateway-client/probe', { device: 'q' }),
  ws('9 wrong token, paired', cli, {
    device: 'p',
    scopes: ['operator.pairing'],
    credential: 'wrong',
  }),
];

/** With `hooks.enabled` and the OpenAI-compatible endpoints on. */
export const endpointRows: readonly MatrixRow[] = [
  ...get('/v1/models'),
  ...['/v1/chat/completions', '/v1/responses', '/v1/embeddings'].flatMap((path) => post(path)),
  ...post('/hooks/wake'),
  ...post('/hooks/wake', { secret: 'hook' }),
  one('POST', '/hooks/wake', { credential: 'right', secret: 'hook', form: 'query', body: json }),
  one('POST', '/hooks/wake', {
    credential: 'right',
    secret: 'hook',
    form: 'hook-header',
    body: json,
  }),
  one('GET', '/hooks/wake', { credential: 'right', secret: 'hook' }),
];

/** With `gateway.auth.mode` password: the secret is the password. */
export const passwordRows: readonly MatrixRow[] = [
  ...post('/tools/invoke'),
  ws('token slot', backend),
  ws('password slot', backend, { slot: 'password' }),
  ws('wrong password', backend, { slot: 'password', credential: 'wrong' }),
  ws('none', backend, { credential: 'none' }),
  ws('device, none', cli, { device: 'w', credential: 'none' }),
];

/** With `gateway.auth.mode` none. */
export const openRows: readonly MatrixRow[] = [
  ...post('/tools/invoke'),
  ...get('/__openclaw/control-ui-config.json'),
  ws('none', backend, { credential: 'none' }),
  ws('wrong', backend, { credential: 'wrong' }),
  ws('none', cli, { credential: 'none' }),
];

/** With a limiter of 3 tries and 20 s of lockout that does not spare loopback; in this order. */
export const lockoutRows: readonly MatrixRow[] = [
  ...[1, 2, 3, 4].map((n) => ({
    ...one('POST', '/tools/invoke', { credential: 'none', body: json }),
    name: `nothing ${n}`,
  })),
  ...[1, 2, 3, 4].map((n) => ({
    ...one('POST', '/tools/invoke', { credential: 'wrong', body: json }),
    name: `wrong ${n}`,
  })),
  ...post('/tools/invoke'),
  ...get('/healthz'),
  ws('right', backend),
  ws('wrong', backend, { credential: 'wrong' }),
];
