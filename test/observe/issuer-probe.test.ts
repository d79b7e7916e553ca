import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { FactSet } from '../../src/model/fact-set.js';
import type { IssuerProbe, ProviderProbe } from '../../src/model/facts-issuer.js';
import type { Observation } from '../../src/model/observation.js';
import { ownAddresses } from '../../src/observe/host/own-address.js';
import { askIssuer } from '../../src/observe/wire/issuer-documents.js';
import { checkSignature, publicKeys } from '../../src/observe/wire/issuer-keys.js';
import { makeIssuerObserver } from '../../src/observe/wire/issuer-probe.js';
import { Vault } from '../../src/secrets/vault.js';
import { configFacts, fact, gateway, liveContext } from './live-context.js';
import { closedPort, serve, serveRaw } from './local-servers.js';
import { resource, startProvider, type TestProvider } from './oidc-provider.js';
import { temporaryHome } from './store-context.js';

const discovery = '/.well-known/openid-configuration';
const target = gateway(18789);
const now = (): number => Math.floor(Date.now() / 1000);

/** What the observer records when clawdoctor.json expects this issuer and the config holds these tokens. */
async function probe(issuer: string, tokens: string[] = [], external = false) {
  const vault = new Vault({ host: Buffer.alloc(32, 7) });
  const sources = tokens.map((token, n) => ({
    id: 'config' as const,
    name: `gateway.auth.token${n}`,
    slot: 'token' as const,
    where: '~/.openclaw/openclaw.json',
    mark: vault.mark(token, { kind: 'token' }),
  }));
  const observations: Observation[] = [
    fact('host.expectations', { path: 'clawdoctor.json', issuer, allowedCloudProviders: [] }),
    fact('gateway.config', configFacts(), target.id),
    fact(
      'gateway.credentials',
      vault.seal({
        sources,
        resolved: [],
        shell: { home: false, stateDir: false, configPath: false },
        dotenv: { file: { path: '.env', state: 'absent' as const } },
      }),
      target.id,
    ),
  ];
  const context = liveContext(await temporaryHome(), target, observations, { vault });
  const result = await makeIssuerObserver(vault).observe({
    ...context,
    host: { ...context.host, now: () => Date.now() },
    options: { ...context.options, external },
    facts: new FactSet([fact('host.discovery', discoveryFacts), ...observations], [target]),
  });
  if (result.state !== 'ok') throw new Error(result.reason);
  const written = JSON.stringify(result);
  for (const token of tokens) {
    for (const part of token.split('.').filter((p) => p.length > 20)) {
      expect(written).not.toContain(part);
    }
  }
  return result.data;
}

const discoveryFacts = {
  targets: [target],
  gateway: 'local' as const,
  openclawInstalled: true,
  openclawState: true,
  nemoclawState: false,
  nemoclawRoots: [],
  idle: [],
};

function only<T>(list: readonly T[]): T {
  expect(list).toHaveLength(1);
  return list[0] as T;
}

const provider = async (issuer: string): Promise<ProviderProbe> =>
  only((await probe(issuer)).providers);
const signature = (data: IssuerProbe) => only(data.tokens).signature;

describe('a real OpenID provider', () => {
  it('has its discovery document and keys read, and its own token verified', async () => {
    const idp = await startProvider();
    const data = await probe(idp.issuer, [await idp.issue()]);
    const { skewMs, ...seen } = only(data.providers);
    expect(seen).toEqual({
      issuer: idp.issuer,
      kind: 'openid',
      source: 'clawdoctor.json issuer',
      state: 'ok',
      discovered: idp.issuer,
      keys: 1,
    });
    expect(Math.abs(skewMs ?? 1e9)).toBeLessThan(2500);
    expect(only(data.tokens)).toMatchObject({
      name: 'config-token',
      source: '~/.openclaw/openclaw.json gateway.auth.token0',
      signature: 'verified',
      jwt: { alg: 'ES256', kid: 'first', iss: idp.issuer, aud: [resource] },
    });
    expect(data.embedded).toBe(1);
  });

  it('is never sent the token, nor anything else that names us but the user agent', async () => {
    const idp = await startProvider();
    const token = await idp.issue();
    await probe(idp.issuer, [token]);
    expect(idp.requests).toEqual([
      { path: discovery, authorization: undefined },
      { path: '/jwks', authorization: undefined },
    ]);
  });

  it('that has rotated its keys does not know the old one', async () => {
    const idp = await startProvider();
    const token = await idp.issue();
    await idp.rotate();
    expect(signature(await probe(idp.issuer, [token]))).toBe('key-unknown');
    expect(signature(await probe(idp.issuer, [await idp.issue()]))).toBe('verified');
  });

  it('did not sign what somebody else signed under its key id', async () => {
    const idp = await startProvider();
    const { privateKey } = await generateKeyPair('ES256');
    const forged = await new SignJWT({ iss: idp.issuer })
      .setProtectedHeader({ alg: 'ES256', kid: 'first' })
      .sign(privateKey);
    expect(signature(await probe(idp.issuer, [forged]))).toBe('signature-wrong');
  });

  it('did not sign a token whose claims were changed', async () => {
    const idp = await startProvider();
    const [head, , tail] = (await idp.issue()).split('.');
    const claims = Buffer.from(JSON.stringify({ iss: idp.issuer, aud: 'me' })).toString(
      'base64url',
    );
    expect(signature(await probe(idp.issuer, [`${head}.${claims}.${tail}`]))).toBe(
      'signature-wrong',
    );
  });

  it('verifies an expired token and one without a key id: the times are the check’s affair', async () => {
    const idp = await startProvider();
    const old = await idp.sign({ iat: now() - 7200, exp: now() - 3600 });
    const data = await probe(idp.issuer, [old]);
    expect(only(data.tokens)).toMatchObject({ signature: 'verified', jwt: { exp: now() - 3600 } });
    const nameless = await idp.sign({ exp: now() + 60 }, { kid: '' });
    expect(signature(await probe(idp.issuer, [nameless]))).toBe('verified');
  });

  it.each([
    ['none', async (iss: string) => new UnsecuredJWT({ iss }).encode()],
    [
      'HS256',
      async (iss: string) =>
        new SignJWT({ iss })
          .setProtectedHeader({ alg: 'HS256', kid: 'first' })
          .sign(Buffer.alloc(32, 1)),
    ],
  ])('refuses the algorithm %s', async (_alg, make) => {
    const idp = await startProvider();
    expect(signature(await probe(idp.issuer, [await make(idp.issuer)]))).toBe('alg-refused');
  });

  it('leaves the token of another issuer alone', async () => {
    const idp = await startProvider();
    const data = await probe(idp.issuer, [await idp.sign({ iss: 'https://other.example.com' })]);
    expect(data).toMatchObject({ tokens: [], embedded: 1 });
  });

  it('asks with the issuer as it was written, and records what it calls itself', async () => {
    const idp = await startProvider();
    expect(await provider(`${idp.issuer}/`)).toMatchObject({
      issuer: `${idp.issuer}/`,
      discovered: idp.issuer,
      state: 'ok',
    });
  });

  it('whose clock is wrong is seen, and a cache’s old Date is not taken for one', async () => {
    const idp = await startProvider();
    const shifted = (seconds: number, headers: Record<string, string> = {}) => {
      idp.override(discovery, (_request, response) => {
        const date = new Date(Date.now() + seconds * 1000).toUTCString();
        const body = JSON.stringify({ issuer: idp.issuer, jwks_uri: `${idp.issuer}/jwks` });
        response.writeHead(200, { date, ...headers }).end(body);
      });
    };
    shifted(600);
    const ahead = (await provider(idp.issuer)).skewMs ?? 0;
    expect(Math.abs(ahead - 600_000)).toBeLessThan(2500);
    shifted(-900, { age: '900' });
    expect(Math.abs((await provider(idp.issuer)).skewMs ?? 1e9)).toBeLessThan(2500);
  });
});

/** One answer at the place of the discovery document. */
async function withDiscovery(
  answer: (idp: TestProvider) => Parameters<TestProvider['override']>[1],
): Promise<ProviderProbe> {
  const idp = await startProvider();
  idp.override(discovery, answer(idp));
  return provider(idp.issuer);
}

const json = (value: unknown, status = 200) =>
  ((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  }) satisfies Parameters<TestProvider['override']>[1];

describe('a provider that is not well', () => {
  it('at which nothing listens is unreachable', async () => {
    const port = await closedPort();
    expect(await provider(`http://127.0.0.1:${port}`)).toMatchObject({
      state: 'unreachable',
      fault: 'no-connection',
      document: 'discovery',
    });
  });

  it('that hangs is unreachable within its deadline', async () => {
    const port = await serveRaw(() => undefined);
    const started = Date.now();
    expect(await provider(`http://127.0.0.1:${port}`)).toMatchObject({ fault: 'timeout' });
    expect(Date.now() - started).toBeLessThan(4500);
  });

  it('that is no HTTP server is broken', async () => {
    const port = await serveRaw((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    expect(await provider(`http://127.0.0.1:${port}`)).toMatchObject({
      state: 'broken',
      fault: 'not-http',
    });
  });

  it.each<[string, Parameters<typeof withDiscovery>[0], string, string]>([
    [
      'redirects',
      () => (_q, r) => void r.writeHead(302, { location: '/x' }).end(),
      'broken',
      'redirect',
    ],
    ['has no such document', () => json({}, 404), 'broken', 'status'],
    ['is overloaded', () => json({}, 503), 'unreachable', 'busy'],
    ['limits its clients', () => json({}, 429), 'unreachable', 'busy'],
    ['answers with a page', () => (_q, r) => void r.end('<html>'), 'broken', 'not-json'],
    ['answers with a list', () => json([1]), 'broken', 'not-json'],
    ['names no issuer', () => json({ jwks_uri: 'http://127.0.0.1/' }), 'broken', 'incomplete'],
    ['names no keys', ({ issuer }) => json({ issuer }), 'broken', 'incomplete'],
    ['names a number', ({ issuer }) => json({ issuer, jwks_uri: 7 }), 'broken', 'incomplete'],
    [
      'names no URL',
      ({ issuer }) => json({ issuer, jwks_uri: 'file:///etc/passwd' }),
      'broken',
      'incomplete',
    ],
    [
      'hides itself',
      () => json({ issuer: 'https://u:p@id.example.com', jwks_uri: 'http://127.0.0.1/' }),
      'broken',
      'incomplete',
    ],
    [
      'writes escapes',
      () => json({ issuer: '\u001b[31mred', jwks_uri: 'http://127.0.0.1/' }),
      'broken',
      'incomplete',
    ],
    [
      'is huge',
      () => (_q, r) => void r.end(`{"a":"${'x'.repeat(300_000)}"}`),
      'broken',
      'too-large',
    ],
    ['is very deep', () => (_q, r) => void r.end('['.repeat(60_000)), 'broken', 'not-json'],
    [
      'sends us elsewhere',
      ({ issuer }) => json({ issuer, jwks_uri: 'https://id.example.com/jwks' }),
      'not-asked',
      'undefined',
    ],
    [
      'sends us to the metadata service',
      ({ issuer }) => json({ issuer, jwks_uri: 'http://169.254.169.254/latest/meta-data/iam' }),
      'not-contacted',
      'forbidden',
    ],
  ])('and %s', async (_what, answer, state, fault) => {
    const seen = await withDiscovery(answer);
    expect([seen.state, String(seen.fault)]).toEqual([state, fault]);
    expect(JSON.stringify(seen)).not.toMatch(/u:p@|meta-data|\\u001b/);
  });

  it.each<[string, unknown]>([
    ['no keys', {}],
    ['an empty set', { keys: [] }],
    ['something else than keys', { keys: [null, 7, 'x', { kty: 'oct', k: 'c2VjcmV0' }] }],
    ['keys for encryption only', { keys: [{ kty: 'EC', use: 'enc', crv: 'P-256' }] }],
  ])('and publishes %s', async (_what, set) => {
    const idp = await startProvider();
    idp.override('/jwks', json(set));
    expect(await provider(idp.issuer)).toMatchObject({
      state: 'broken',
      fault: 'no-keys',
      document: 'keys',
      keys: 0,
    });
  });

  it('and publishes a broken key: the token cannot be judged, and nothing is thrown', async () => {
    const idp = await startProvider();
    const token = await idp.issue();
    idp.override(
      '/jwks',
      json({ keys: [{ kty: 'EC', kid: 'first', crv: 'P-256', x: '!', y: '' }] }),
    );
    expect(signature(await probe(idp.issuer, [token]))).toBe('unusable');
  });

  it.each([
    ['https://[::ffff:169.254.169.254]/jwks', 'not-contacted', 'forbidden'],
    ['https://[64:ff9b::169.254.169.254]/jwks', 'not-contacted', 'forbidden'],
    ['https://METADATA.google.internal./jwks', 'not-contacted', 'forbidden'],
    ['http://192.0.2.1/jwks', 'not-contacted', 'not-https'],
  ])('cannot choose %s for us, also when others may be asked', async (address, state, fault) => {
    const idp = await startProvider();
    idp.override(discovery, json({ issuer: idp.issuer, jwks_uri: address }));
    const seen = only((await probe(idp.issuer, [], true)).providers);
    expect(seen).toMatchObject({ state, fault, document: 'keys' });
  });

  it('may name another host only with TLS, this one under another name without', async () => {
    const idp = await startProvider();
    const { port } = new URL(idp.issuer);
    const keysAt = async (host: string) => {
      const address = `http://${host}:${port}/jwks`;
      idp.override(discovery, json({ issuer: idp.issuer, jwks_uri: address }));
      return provider(idp.issuer);
    };
    for (const own of ownAddresses().filter(({ kind }) => kind !== 'loopback')) {
      const host = own.address.includes(':') ? `[${own.address}]` : own.address;
      const { state, fault } = await keysAt(host);
      expect([state, fault === 'forbidden' ? 'not-https' : fault]).toEqual([
        'not-contacted',
        'not-https',
      ]);
    }
    expect(await keysAt('[::ffff:127.0.0.1]')).toMatchObject({ state: 'ok' });
    expect(await keysAt('localhost')).toMatchObject({ state: 'ok' });
    // No name server is asked for it.
    expect(await keysAt('id.localhost')).toMatchObject({ state: 'not-asked' });
  });

  it('is not followed off this host without being asked, nor over plain http when asked', async () => {
    expect(await provider('https://id.example.com')).toMatchObject({ state: 'not-asked' });
    const asked = await probe('http://id.example.com', [], true);
    expect(only(asked.providers)).toMatchObject({ state: 'not-contacted', fault: 'not-https' });
    const metadata = await probe('http://169.254.169.254', [], true);
    expect(only(metadata.providers)).toMatchObject({ state: 'not-contacted', fault: 'forbidden' });
  });
});

describe('Cloudflare Access', () => {
  it('has its keys at a place of its own and no discovery document', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'team', alg: 'RS256', use: 'sig' };
    const paths: string[] = [];
    const port = await serve((request, response) => {
      paths.push(request.url ?? '');
      response.end(JSON.stringify({ keys: [jwk], public_cert: {}, public_certs: [] }));
    });
    const issuer = `http://127.0.0.1:${port}`;
    const { probe: seen, keys } = await askIssuer(
      { issuer, kind: 'cloudflare-access', source: 'config' },
      {
        options: { external: false },
        signal: new AbortController().signal,
        patience: 1,
        now: () => Date.now(),
      },
    );
    expect(paths).toEqual(['/cdn-cgi/access/certs']);
    expect(seen).toMatchObject({ state: 'ok', keys: 1 });
    expect(seen.discovered).toBeUndefined();
    const assertion = await new SignJWT({ iss: issuer })
      .setProtectedHeader({ alg: 'RS256', kid: 'team' })
      .sign(privateKey);
    expect(await checkSignature(assertion, keys)).toBe('verified');
  });
});

describe('keys', () => {
  it('are copied without their private members', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(privateKey);
    const [copy] = publicKeys({ keys: [{ ...jwk, ['__proto__']: { use: 'enc' } }] });
    expect(Object.keys(copy ?? {}).sort()).toEqual(['crv', 'kty', 'x', 'y']);
  });

  it('without ids are tried one after the other', async () => {
    const pairs = await Promise.all([1, 2, 3].map(() => generateKeyPair('ES256')));
    const keys = publicKeys({ keys: await Promise.all(pairs.map((p) => exportJWK(p.publicKey))) });
    const sign = (key: CryptoKeyOf<typeof generateKeyPair>) =>
      new SignJWT({}).setProtectedHeader({ alg: 'ES256' }).sign(key);
    const last = pairs[2]?.privateKey;
    if (!last) throw new Error('no key');
    expect(await checkSignature(await sign(last), keys)).toBe('verified');
    const { privateKey: stranger } = await generateKeyPair('ES256');
    expect(await checkSignature(await sign(stranger), keys)).toBe('signature-wrong');
  });

  it.each(['', 'a.b.c', '..', 'not a token', `${'A'.repeat(9000)}.e30.`])(
    'never throw at %j',
    async (token) => {
      const { publicKey } = await generateKeyPair('ES256');
      const keys = publicKeys({ keys: [await exportJWK(publicKey)] });
      expect(await checkSignature(token, keys)).not.toBe('verified');
    },
  );
});

type CryptoKeyOf<F extends typeof generateKeyPair> = Awaited<ReturnType<F>>['privateKey'];
