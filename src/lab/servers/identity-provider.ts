import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

// `identity-provider.js --port N --keys JSON`: an OpenID provider that publishes its document and
// its keys (RFC 8414, RFC 7517), and nothing else.

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { port: option, keys: option } });
const issuer = `http://127.0.0.1:${values.port}`;
const documents: Readonly<Record<string, unknown>> = {
  '/.well-known/openid-configuration': {
    issuer,
    jwks_uri: `${issuer}/jwks`,
    authorization_endpoint: `${issuer}/auth`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  },
  '/jwks': { keys: JSON.parse(values.keys ?? '[]') as unknown },
};

const server = createServer((request, response) => {
  const found = documents[request.url ?? ''];
  response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(found ?? { error: 'not_found' }));
});
server.listen({ port: Number(values.port), host: '127.0.0.1' }, () => {
  process.stdout.write('ready\n');
});
process.stdin.resume().once('end', () => process.exit(0));
