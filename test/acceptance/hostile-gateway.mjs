// A gateway that accepts one token and puts a canary into everything that a server can say.
// `node hostile-gateway.mjs PORT TOKEN-FILE CANARIES` (a JSON object); GET /count says what came.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const [port = '0', tokenFile = '', canaries = '{}'] = process.argv.slice(2);
const token = readFileSync(tokenFile, 'utf8').trim();
const { body, header, type, frame, close } = JSON.parse(canaries);
process.title = 'openclaw-gateway';
const count = { anonymous: 0, accepted: 0, refused: 0, sockets: 0, calls: 0 };

const server = createServer((request, response) => {
  if (request.url === '/count') return response.end(JSON.stringify(count));
  const json = (status, value) => {
    response.writeHead(status, `Reason ${header}`, {
      'content-type': `application/json; boundary=${type}`,
      'x-openclaw-version': header,
      'www-authenticate': `Bearer realm="${header}"`,
      'set-cookie': `session=${header}`,
      location: `http://127.0.0.1/${header}`,
    });
    response.end(JSON.stringify(value));
  };
  if (request.url === '/healthz') return json(200, { ok: true, status: 'live', note: body });
  if (request.url === '/readyz') {
    return json(200, { ready: true, failing: [body], uptimeMs: 5, eventLoop: { degraded: false } });
  }
  const sent = request.headers.authorization;
  const error = (kind) => ({ message: `${kind} ${body}`, type: kind, code: body, detail: body });
  if (sent === undefined) {
    count.anonymous += 1;
    return json(401, { error: error('unauthorized') });
  }
  if (sent !== `Bearer ${token}`) {
    count.refused += 1;
    return json(401, { error: error('unauthorized') });
  }
  count.accepted += 1;
  const answer = { type: 'invalid_request', message: 'tools.invoke requires name', code: body };
  return json(400, { ok: false, error: answer, note: body });
});

new WebSocketServer({ server }).on('connection', (socket) => {
  count.sockets += 1;
  const say = (value) => socket.send(JSON.stringify(value));
  const challenge = { nonce: frame, ts: Date.now(), note: frame };
  say({ type: 'event', event: 'connect.challenge', payload: challenge });
  socket.on('error', () => undefined);
  socket.on('message', (data) => {
    const { id, method } = JSON.parse(String(data));
    if (method === 'connect') {
      const server = { version: frame, connId: frame };
      const auth = {
        role: 'operator',
        scopes: ['operator.read'],
        method: frame,
        deviceToken: frame,
      };
      const payload = { type: 'hello-ok', protocol: 4, server, auth, note: frame };
      return say({ type: 'res', id, ok: true, payload });
    }
    count.calls += 1;
    const details = { code: frame, authReason: frame, remediationHint: frame };
    say({ type: 'res', id, ok: false, error: { code: frame, message: frame, details } });
    return setTimeout(() => socket.close(4001, close), 50);
  });
});

server.listen(Number(port), '127.0.0.1', () => {
  process.stdout.write(`ready ${server.address().port}\n`);
});
process.stdin.resume().once('end', () => process.exit(0));
