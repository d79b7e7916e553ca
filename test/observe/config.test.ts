import { execFileSync } from 'node:child_process';
import { chmod, mkdir, open, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConfigFacts } from '../../src/model/facts-gateway.js';
import { configObserver } from '../../src/observe/files/config.js';
import { loadConfig } from '../../src/observe/files/config-source.js';
import { nestsDeeper, parseJsonText } from '../../src/observe/files/json5-text.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

const secret = 'kX9-canary-Vq27aZp4Lw8Jt';

async function observed(config: unknown, files: Record<string, unknown> = {}) {
  const home = await temporaryHome();
  const state = join(home, '.openclaw');
  await put(join(state, 'openclaw.json'), config);
  for (const [name, content] of Object.entries(files)) await put(join(state, name), content);
  const context = gatewayContext(home);
  return { home, context, result: await configObserver.observe(context) };
}

async function factsOf(config: unknown, files?: Record<string, unknown>): Promise<ConfigFacts> {
  const { result } = await observed(config, files);
  if (result.state !== 'ok') throw new Error(`not ok: ${result.reason}`);
  return result.data;
}

describe('reading', () => {
  it.each([
    ['JSON', '{"gateway":{"port":19001}}'],
    ['JSON5', "// c\n{gateway: {port: 19001, /* [[ */ mode: 'local',},}"],
    ['a byte order mark', '\ufeff{"gateway":{"port":19001}}'],
    ['CRLF', '{\r\n"gateway":{"port":19001}\r\n}'],
    ['line separators in a text', "{gateway: {port: 19001}, x: 'a\u2028b'}"],
  ])('%s', async (_, text) => {
    expect(await factsOf(text)).toMatchObject({ parse: 'ok', port: 19001 });
  });

  it.each([
    [
      'truncated',
      `{\n "gateway": {\n  "auth": {"token": "${secret}`,
      'invalid',
      { line: 3, column: expect.any(Number) },
    ],
    ['empty', '', 'invalid', { line: 1, column: 1 }],
    ['garbage', '\u0000\u0001', 'invalid', { line: 1, column: 1 }],
    ['an array', '[]', 'not-an-object', undefined],
    ['too deep', '['.repeat(5_000_000), 'too-deep', undefined],
    ['too deep, but in a text', `{"a":"${'['.repeat(100)}"}`, 'ok', undefined],
  ])('%s', async (_, text, parse, errorAt) => {
    const facts = await factsOf(text);
    expect(facts.parse).toBe(parse);
    expect(facts.errorAt).toEqual(errorAt);
    expect(facts.token.mark.state).toBe(parse === 'ok' ? 'unset' : 'unreadable');
    expect(JSON.stringify(facts)).not.toContain(secret.slice(0, 8));
  });

  it('says that it is absent, a FIFO or a directory', async () => {
    const home = await temporaryHome();
    const state = join(home, '.openclaw');
    expect(await configObserver.observe(gatewayContext(home))).toMatchObject({
      state: 'ok',
      data: { file: { state: 'absent' }, token: { mark: { state: 'unset' } } },
    });
    await mkdir(state);
    execFileSync('mkfifo', [join(state, 'openclaw.json')]);
    expect(await configObserver.observe(gatewayContext(home))).toMatchObject({
      data: { file: { state: 'not-a-file', reason: expect.stringContaining('FIFO') } },
    });
  });

  it.skipIf(process.getuid?.() === 0)('says that it may not be read', async () => {
    const { home } = await observed({});
    await chmod(join(home, '.openclaw', 'openclaw.json'), 0);
    expect(await configObserver.observe(gatewayContext(home))).toMatchObject({
      data: { file: { state: 'denied' }, token: { mark: { state: 'unreadable' } } },
    });
  });

  it('does not read 200 MB', async () => {
    const { home } = await observed({});
    const handle = await open(join(home, '.openclaw', 'openclaw.json'), 'w');
    await handle.truncate(200 * 1024 * 1024);
    await handle.close();
    const started = performance.now();
    const result = await configObserver.observe(gatewayContext(home));
    expect(result).toMatchObject({ state: 'ok', complete: false, data: { parse: 'too-large' } });
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('is read once a round', async () => {
    const { home } = await observed({});
    const context = gatewayContext(home);
    expect(loadConfig(context)).toBe(loadConfig(context));
  });

  it('changes its witness with the file and with an include', async () => {
    const { home } = await observed({ $include: './a.json' }, { 'a.json': {} });
    const before = await configObserver.witness?.(gatewayContext(home));
    await put(join(home, '.openclaw', 'a.json'), '{"gateway":{"port":1}}');
    expect(await configObserver.witness?.(gatewayContext(home))).not.toBe(before);
  });

  it.each([
    ['{a: "]["}', 1, false],
    ["{a: '\\'[['}", 1, false],
    ['// [[[[\n{}', 1, false],
    ['/* [[[[ */ {}', 1, false],
    ['[[]]', 1, true],
    ['[][][]', 1, false],
    ['"', 1, false],
    ['/* [', 0, false],
  ])('depth of %j over %i is %s', (text, limit, expected) => {
    expect(nestsDeeper(text, limit)).toBe(expected);
  });

  it('keeps __proto__ an ordinary key', async () => {
    const parsed = await parseJsonText(Buffer.from('{"__proto__":{"gateway":1}}'));
    expect(
      parsed.parse === 'ok' && (parsed.value as { gateway?: unknown }).gateway,
    ).toBeUndefined();
  });
});

describe('$include', () => {
  it('merges files, and siblings win', async () => {
    const facts = await factsOf(
      { $include: ['./a.json5', 'sub/b.json'], gateway: { bind: 'lan' } },
      {
        'a.json5': "{gateway: {bind: 'loopback', mode: 'local', trustedProxies: ['10.0.0.1']}}",
        'sub/b.json': { gateway: { $include: './c.json', trustedProxies: ['10.0.0.2'] } },
        'sub/c.json': { port: 19002 },
      },
    );
    expect(facts).toMatchObject({ mode: 'local', bind: 'lan', port: 19002 });
    expect(facts.trustedProxies).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(facts.includes.map((include) => include.state)).toEqual(['ok', 'ok', 'ok']);
    expect(facts.includes[0]?.path).toBe('~/.openclaw/a.json5');
  });

  it.each([
    ['./none.json', 'absent'],
    ['./bad.json', 'invalid'],
    ['../outside.json', 'outside'],
    ['/etc/passwd', 'outside'],
    ['./link.json', 'outside'],
    ['./openclaw.json', 'invalid'],
    ['./loop.json', 'ok'],
    [7, 'invalid'],
  ])('%j is %s', async (include, state) => {
    const home = await temporaryHome();
    const dir = join(home, '.openclaw');
    await put(join(dir, 'openclaw.json'), { $include: include, gateway: { port: 5 } });
    await put(join(dir, 'bad.json'), '{');
    await put(join(dir, 'loop.json'), { $include: './loop.json' });
    await put(join(home, 'outside.json'), {});
    await symlink(join(home, 'outside.json'), join(dir, 'link.json'));
    const loaded = await loadConfig(gatewayContext(home));
    expect(loaded.includes[0]?.state).toBe(state);
    expect(loaded.value).toMatchObject({ gateway: { port: 5 } });
  });

  it('stops after ten files in a chain and never pollutes prototypes', async () => {
    const files: Record<string, unknown> = {};
    for (let n = 0; n < 20; n += 1)
      files[`${n}.json`] = { $include: `./${n + 1}.json`, [`k${n}`]: n };
    files['20.json'] = '{"__proto__": {"polluted": true}}';
    const { context } = await observed(
      '{"$include": "./0.json", "__proto__": {"polluted": true}}',
      files,
    );
    const loaded = await loadConfig(context);
    expect(loaded.includes.filter((include) => include.state === 'ok')).toHaveLength(10);
    expect(loaded.includes).toContainEqual({ path: '~/.openclaw/10.json', state: 'invalid' });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('projection', () => {
  it('takes what concerns the gateway', async () => {
    const facts = await factsOf({
      meta: { lastTouchedVersion: '2026.5.18' },
      logging: { file: '~/oc.log' },
      gateway: {
        mode: 'local',
        port: 18789,
        bind: 'custom',
        customBindHost: '10.0.0.5',
        auth: {
          mode: 'trusted-proxy',
          token: secret,
          rateLimit: { maxAttempts: 4 },
          allowTailscale: true,
          trustedProxy: {
            userHeader: 'x-user',
            allowUsers: ['a', 'b'],
            allowLoopback: true,
            cloudflareAccessOidc: { issuer: `https://team.cloudflareaccess.com/?k=${secret}` },
          },
        },
        remote: {
          url: `wss://u:${secret}@gw.example.com/ws`,
          token: 'remote-token-value-12345678',
          transport: 'direct',
        },
        publicOrigin: 'https://gw.example.com',
        controlUi: { enabled: false, basePath: '/ui', allowedOrigins: ['https://a.example', 3] },
        trustedProxies: ['127.0.0.1'],
        tls: { enabled: true },
        tailscale: { mode: 'serve' },
        reload: { mode: 'off' },
        http: { securityHeaders: { strictTransportSecurity: 'max-age=1' } },
      },
      hooks: { enabled: true, path: '/hooks', token: `${secret}-hook` },
      secrets: {
        providers: {
          f: { source: 'file', path: '~/s.json', mode: 'json' },
          x: { source: 'exec', command: '/bin/x' },
        },
      },
    });
    expect(facts).toMatchObject({
      writerVersion: '2026.5.18',
      mode: 'local',
      port: 18789,
      bind: 'custom',
      customBindHost: '10.0.0.5',
      authMode: 'trusted-proxy',
      token: { mark: { state: 'set', kind: 'token' } },
      password: { mark: { state: 'unset' } },
      trustedProxy: { userHeader: 'x-user', allowUsers: 2, allowLoopback: true },
      cloudflareIssuer: { host: 'team.cloudflareaccess.com', hadSecretParts: true },
      allowTailscale: true,
      rateLimit: { maxAttempts: 4, windowMs: 60_000, lockoutMs: 300_000, exemptLoopback: true },
      remote: { url: { host: 'gw.example.com', hadSecretParts: true }, transport: 'direct' },
      publicOrigin: { host: 'gw.example.com', port: 443 },
      controlUi: { enabled: false, basePath: '/ui', allowedOrigins: ['https://a.example'] },
      trustedProxies: ['127.0.0.1'],
      tls: { enabled: true },
      tailscale: 'serve',
      reloadMode: 'off',
      hsts: true,
      hooks: { enabled: true, path: '/hooks', token: { mark: { kind: 'hooks-token' } } },
      providers: [
        { alias: 'f', source: 'file', path: '~/s.json', mode: 'json' },
        { alias: 'x', source: 'exec' },
      ],
      loggingFile: '~/oc.log',
      unknownKeys: [],
    });
    expect(JSON.stringify(facts)).not.toContain(secret);
  });

  it('names unknown keys and the nearest one, and still counts their values as secrets', async () => {
    const { result, context } = await observed({
      gateway: {
        auth: { tokn: secret },
        token: 'x',
        bindd: 'lan',
        wholly: 1,
        roles: { definitions: { anything: { scopes: [] } } },
        webchat: {},
        publicOrigin: 'https://x.example',
      },
    });
    expect(result.state === 'ok' && result.data.unknownKeys).toEqual([
      { path: 'gateway.auth.tokn', nearest: 'gateway.auth.token' },
      { path: 'gateway.token', nearest: 'gateway.auth.token' },
      { path: 'gateway.bindd', nearest: 'gateway.bind' },
      { path: 'gateway.wholly' },
    ]);
    expect(context.secrets.needles().map((needle) => needle.value)).toContain(secret);
  });

  it('reads Google Chat audiences of the channel and its accounts, and tenants', async () => {
    const facts = await factsOf({
      channels: {
        googlechat: {
          audienceType: 'app-url',
          audience: 'https://gw.example.com/googlechat',
          webhookUrl: `https://gw.example.com/${secret}`,
          accounts: {
            two: { audienceType: 'project-number', audience: '123456789012' },
            three: { enabled: false, audience: 'my app' },
            bad: 7,
          },
        },
        msteams: { tenantId: '00000000-0000-0000-0000-000000000001' },
        telegram: { webhookUrl: 'https://tg.example.com/hook' },
      },
    });
    expect(facts.googlechat).toEqual([
      expect.objectContaining({ path: 'channels.googlechat', enabled: true, audienceState: 'url' }),
      expect.objectContaining({
        path: 'channels.googlechat.accounts.two',
        audienceState: 'number',
        projectNumber: '123456789012',
      }),
      expect.objectContaining({
        path: 'channels.googlechat.accounts.three',
        enabled: false,
        audienceState: 'other',
      }),
    ]);
    expect(facts.msteams).toEqual([{ tenantId: true, tenantIdShape: 'guid' }]);
    expect(facts.webhooks.map((hook) => [hook.path, hook.url.host, hook.url.path])).toEqual([
      ['channels.googlechat.webhookUrl', 'gw.example.com', '/…'],
      ['channels.telegram.webhookUrl', 'tg.example.com', '/hook'],
    ]);
    expect(JSON.stringify(facts)).not.toContain(secret);
  });

  it.each([
    ['a literal', secret, 'set', undefined],
    ['a blank', '   ', 'blank', undefined],
    [
      'a template',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of OpenClaw
      '${MY_TOKEN}',
      'unresolved-ref',
      { source: 'env', form: 'template', provider: 'default', id: 'MY_TOKEN' },
    ],
    [
      'a short template',
      '$MY_TOKEN',
      'unresolved-ref',
      { source: 'env', form: 'template', provider: 'default', id: 'MY_TOKEN' },
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of OpenClaw
    ['a variable inside', 'x-${MY_TOKEN}', 'unresolved-ref', undefined],
    [
      'a reference',
      { source: 'file', provider: 'vault', id: '/a/b' },
      'unresolved-ref',
      { source: 'file', form: 'object', provider: 'vault', id: '/a/b' },
    ],
    [
      'a reference without provider',
      { source: 'store', id: 'GW' },
      'unresolved-ref',
      { source: 'store', form: 'object', provider: 'default', id: 'GW' },
    ],
    [
      'a secret in the wrong place',
      { source: 'env', id: secret },
      'unresolved-ref',
      { source: 'env', form: 'object', provider: 'default', id: '(invalid)' },
    ],
    ['a number', 5, 'unreadable', undefined],
    ['null', null, 'unreadable', undefined],
    ['nothing', undefined, 'unset', undefined],
  ])('token: %s', async (_, token, state, ref) => {
    const facts = await factsOf({ gateway: { auth: { token } } });
    expect(facts.token.mark.state).toBe(state);
    expect(facts.token.ref).toEqual(ref);
    expect(JSON.stringify(facts)).not.toContain(secret);
  });

  it('flags published placeholders, which are no secrets', async () => {
    const { result, context } = await observed({
      gateway: { auth: { token: 'change-me-now', password: 'change-me-to-a-strong-password' } },
    });
    if (result.state !== 'ok') throw new Error('not ok');
    expect(result.data.token.mark.flags).toContain('placeholder');
    expect(result.data.password.mark.flags).toContain('placeholder');
    expect(context.secrets.needles()).toEqual([]);
  });

  it('survives wrong types everywhere', async () => {
    for (const wrong of [1, 'x', null, [], [[]], true, { a: { b: 1 } }]) {
      const facts = await factsOf({
        gateway: {
          auth: wrong,
          remote: wrong,
          controlUi: wrong,
          tls: wrong,
          http: wrong,
          port: wrong,
          bind: wrong,
          trustedProxies: wrong,
        },
        channels: { googlechat: wrong, msteams: wrong },
        hooks: wrong,
        secrets: wrong,
        meta: wrong,
        logging: wrong,
      });
      expect(facts.parse).toBe('ok');
    }
    expect((await factsOf({ gateway: 'x', channels: 3 })).parse).toBe('ok');
  });
});

it.each([
  ['https://team.cloudflareaccess.com', undefined],
  ['https://team.cloudflareaccess.com/', true],
])('tells a final slash of the Cloudflare issuer: %s', async (issuer, slash) => {
  const trustedProxy = { userHeader: 'x-user', cloudflareAccessOidc: { issuer } };
  const facts = await factsOf({ gateway: { auth: { mode: 'trusted-proxy', trustedProxy } } });
  expect(facts.cloudflareSlash).toBe(slash);
  expect(facts.cloudflareIssuer?.host).toBe('team.cloudflareaccess.com');
});
