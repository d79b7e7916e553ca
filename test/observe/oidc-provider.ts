import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import Provider from 'oidc-provider';
import { onTestFinished } from 'vitest';

const clientSecret = 'not-a-real-client-secret-0123456789';
export const resource = 'https://gw.example.com';

/** A certified OpenID provider (npm `oidc-provider`) on loopback, gone after the test. */
export interface TestProvider {
  issuer: string;
  /** Requests that it got, in order: path and Authorization. */
  requests: { path: string; authorization: string | undefined }[];
  /** A real access token: client credentials grant, for a resource (RFC 8707), in JWT form (RFC 9068). */
  issue(audience?: string): Promise<string>;
  /** A token signed with the provider's own key, with any claims and header. */
  sign(claims: JWTPayload, header?: { kid?: string; alg?: string }): Promise<string>;
  /** From now on it signs with a new key and publishes only that one. */
  rotate(): Promise<void>;
  /** Answers this path by other means; undefined puts the provider back. */
  override(path: string, answer: Answer | undefined): void;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
type Pair = { jwk: JWK; privateKey: Awaited<ReturnType<typeof newKey>>['privateKey'] };

async function newKey(kid: string) {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk: JWK = { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' };
  return { jwk, privateKey };
}

export async function startProvider(): Promise<TestProvider> {
  const requests: TestProvider['requests'] = [];
  const overrides = new Map<string, Answer>();
  let pair: Pair = await newKey('first');
  let callback: Answer = () => undefined;
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push({ path, authorization: request.headers.authorization });
    (overrides.get(path) ?? callback)(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const serveWith = ({ jwk }: Pair): void => {
    callback = quietly(() => makeProvider(issuer, jwk).callback());
  };
  serveWith(pair);
  return {
    issuer,
    requests,
    async issue(audience = resource) {
      const basic = Buffer.from(`gw:${clientSecret}`).toString('base64');
      const body = new URLSearchParams({ grant_type: 'client_credentials', resource: audience });
      const headers = { authorization: `Basic ${basic}` };
      const answer = await fetch(`${issuer}/token`, { method: 'POST', headers, body });
      const { access_token: token } = (await answer.json()) as { access_token: string };
      requests.length = 0;
      return token;
    },
    sign(claims, header = {}) {
      const { kid = pair.jwk.kid ?? '', alg = 'ES256' } = header;
      return new SignJWT({ iss: issuer, aud: resource, ...claims })
        .setProtectedHeader({ alg, ...(kid === '' ? {} : { kid }) })
        .sign(pair.privateKey);
    },
    async rotate() {
      pair = await newKey('second');
      serveWith(pair);
    },
    override(path, answer) {
      if (answer) overrides.set(path, answer);
      else overrides.delete(path);
    },
  };
}

function makeProvider(issuer: string, jwk: JWK): Provider {
  return new Provider(issuer, {
    jwks: { keys: [jwk as never] },
    clients: [
      {
        client_id: 'gw',
        client_secret: clientSecret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    ttl: { ClientCredentials: 600 },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, indicator) => ({
          scope: '',
          audience: indicator,
          accessTokenTTL: 600,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  });
}

/** It warns about its in-memory store and about runtimes: neither is of interest here. */
function quietly<T>(make: () => T): T {
  const { warn, info } = console;
  console.warn = console.info = () => undefined;
  try {
    return make();
  } finally {
    Object.assign(console, { warn, info });
  }
}
