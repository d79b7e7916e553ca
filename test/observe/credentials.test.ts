import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CredentialSourceFacts } from '../../src/model/facts-gateway.js';
import { credentialsObserver } from '../../src/observe/files/credentials.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

const a = 'aaaa-canary-Vq27aZp4Lw8Jt-1';
const b = 'bbbb-canary-Rm5KpLx93bTz0-2';
const c = 'cccc-canary-9QkZ2mWv7TnXs-3';

interface Staged {
  config?: unknown;
  files?: Record<string, unknown>;
  env?: Record<string, string>;
}

/** Files are relative to the home directory. */
async function stage({ config, files, env }: Staged) {
  const home = await temporaryHome();
  if (config !== undefined) await put(join(home, '.openclaw', 'openclaw.json'), config);
  for (const [name, content] of Object.entries(files ?? {})) await put(join(home, name), content);
  const context = gatewayContext(home, env ? { env } : {});
  const result = await credentialsObserver.observe(context);
  if (result.state !== 'ok') throw new Error(result.reason);
  const data: CredentialSourceFacts = context.secrets.seal(result.data);
  for (const secret of [a, b, c]) expect(JSON.stringify(data)).not.toContain(secret);
  const value = (id: string, slot = 'token'): string | undefined => {
    const mark = data.sources.find((source) => source.id === id && source.slot === slot)?.mark;
    return mark?.class === undefined ? mark?.state : context.secrets.reveal(mark.class);
  };
  return { home, context, data, value };
}

const unit = `[Service]
ExecStart=/usr/bin/node /opt/none/openclaw/dist/index.js gateway --port 18789
Environment="OPENCLAW_GATEWAY_TOKEN=${b}" OPENCLAW_SERVICE_VERSION=2026.5.18
EnvironmentFile=-%h/.openclaw/gateway.systemd.env
`;
const unitPath = '.config/systemd/user/openclaw-gateway.service';

describe('sources', () => {
  it('keep the operator’s own variables from another HOME’s gateway', async () => {
    const { home, context } = await stage({
      config: { gateway: { auth: { token: a } } },
      env: { OPENCLAW_GATEWAY_TOKEN: b, OPENCLAW_GATEWAY_URL: 'ws://127.0.0.1:1' },
    });
    const other = gatewayContext(home, { env: context.host.env });
    const target = { ...other.target, primary: false };
    const result = await credentialsObserver.observe({ ...other, target });
    const data = result.state === 'ok' ? result.data : undefined;
    expect(data?.sources.find((s) => s.id === 'shell' && s.slot === 'token')?.mark.state).toBe(
      'unset',
    );
    expect(data?.shell.url).toBeUndefined();
  });

  it('reads every place, in the order of the matrix', async () => {
    const { data, value } = await stage({
      config: {
        gateway: { auth: { token: ` ${a}` }, remote: { url: 'wss://x.example', token: c } },
        hooks: { token: b },
      },
      files: {
        '.openclaw/openclaw.json.last-good': { gateway: { auth: { token: b } } },
        '.openclaw/.env': `OPENCLAW_GATEWAY_TOKEN="${c}"\nOPENCLAW_GATEWAY_URL=ws://u:${c}@10.0.0.1:1/`,
        '.openclaw/gateway.systemd.env': `OPENCLAW_GATEWAY_PASSWORD=${c}\n`,
        [unitPath]: unit,
      },
      env: {
        OPENCLAW_GATEWAY_TOKEN: `${a}\n`,
        OPENCLAW_GATEWAY_URL: 'ws://127.0.0.1:19001',
        OPENCLAW_GATEWAY_PORT: '19001',
        OPENCLAW_STATE_DIR: '/x',
        OPENCLAW_PROFILE: 'work',
      },
    });
    expect(data.sources.map(({ id, slot }) => `${id}.${slot}`)).toEqual([
      'config.token',
      'config.password',
      'last-good.token',
      'last-good.password',
      'shell.token',
      'shell.password',
      'dotenv.token',
      'dotenv.password',
      'service-env.token',
      'service-env.password',
      'service-file.password',
      'remote.token',
      'remote.password',
      'hooks.token',
    ]);
    expect(value('config')).toBe(a);
    expect(value('shell')).toBe(a);
    expect(value('last-good')).toBe(b);
    expect(value('dotenv')).toBe(c);
    expect(value('service-env')).toBe(b);
    expect(value('service-file', 'password')).toBe(c);
    expect(value('remote')).toBe(c);
    expect(value('hooks')).toBe(b);
    const [config, shell] = [data.sources[0]?.mark, data.sources[4]?.mark];
    expect(config?.class).toBe(shell?.class);
    expect(config?.rawClass).not.toBe(shell?.rawClass);
    expect(data.shell).toMatchObject({
      url: { host: '127.0.0.1', port: 19001 },
      port: 19001,
      profile: 'work',
      home: false,
      stateDir: true,
      configPath: false,
    });
    expect(data.dotenv).toMatchObject({
      file: { path: '~/.openclaw/.env', state: 'ok' },
      url: { host: '10.0.0.1', hadSecretParts: true },
    });
    expect(data.service).toMatchObject({
      supervisor: 'systemd-user',
      unit: 'openclaw-gateway.service',
      path: `~/${unitPath}`,
      entry: '/opt/none/openclaw/dist/index.js',
      version: '2026.5.18',
      port: 18789,
      stateDir: '~/.openclaw',
      environmentFiles: [{ path: '~/.openclaw/gateway.systemd.env', state: 'ok' }],
    });
  });

  it('has rows for what is there, and no more', async () => {
    const { data } = await stage({ config: {} });
    expect(data.sources.map(({ id, slot, mark }) => `${id}.${slot} ${mark.state}`)).toEqual([
      'config.token unset',
      'config.password unset',
      'shell.token unset',
      'shell.password unset',
    ]);
    expect(data.resolved).toEqual([]);
    expect(data.service).toBeUndefined();
  });

  it.each([
    ['absent', undefined, 'unset', undefined],
    ['broken', `{"gateway": {"auth": {"token": "${a}"`, 'unreadable', 'the file is invalid'],
    [
      'of a wrong type',
      { gateway: { auth: { token: 5 } } },
      'unreadable',
      'neither a text nor a reference',
    ],
    ['blank', { gateway: { auth: { token: '' } } }, 'blank', undefined],
    ['a reference', { gateway: { auth: { token: '$T' } } }, 'unresolved-ref', 'a reference'],
  ])('config that is %s', async (_, config, state, reason) => {
    const { data } = await stage(config === undefined ? {} : { config });
    expect(data.sources[0]?.mark.state).toBe(state);
    expect(data.sources[0]?.reason).toBe(reason);
  });

  it('reads gateway.env beside .env, the first that has the name first', async () => {
    const gatewayEnv = { '.config/openclaw/gateway.env': `OPENCLAW_GATEWAY_TOKEN=${b}` };
    const both = await stage({
      files: { ...gatewayEnv, '.openclaw/.env': `OPENCLAW_GATEWAY_TOKEN=${a}` },
    });
    expect(both.value('dotenv')).toBe(a);
    const second = await stage({ files: { ...gatewayEnv, '.openclaw/.env': 'X=1' } });
    expect(second.value('dotenv')).toBe(b);
    expect(
      second.data.sources.filter((source) => source.id === 'dotenv' && source.slot === 'token'),
    ).toEqual([expect.objectContaining({ where: '~/.config/openclaw/gateway.env' })]);
  });

  it('changes its witness with every file that it reads', async () => {
    const { home } = await stage({
      config: { secrets: { providers: { p: { source: 'file', path: '/nowhere' } } } },
      files: { [unitPath]: unit },
    });
    let last = await credentialsObserver.witness?.(gatewayContext(home));
    for (const name of [
      '.openclaw/.env',
      '.openclaw/openclaw.json.last-good',
      '.openclaw/gateway.systemd.env',
      unitPath,
    ]) {
      await put(join(home, name), `[Service]\n#${name}`);
      const now = await credentialsObserver.witness?.(gatewayContext(home));
      expect(now, name).not.toBe(last);
      last = now;
    }
  });
});

describe('references', () => {
  it.each([
    ['shell alone', { T: a }, {}, 'set', 'unresolved-ref'],
    ['.env', {}, { '.openclaw/.env': `T=${a}` }, 'set', 'set'],
    [
      'a blank in the shell hides .env',
      { T: '' },
      { '.openclaw/.env': `T=${a}` },
      'unresolved-ref',
      'set',
    ],
    ['the unit', {}, { [unitPath]: `${unit}Environment=T=${a}\n` }, 'unresolved-ref', 'set'],
    [
      'a file of the unit',
      {},
      { [unitPath]: unit, '.openclaw/gateway.systemd.env': `T=${a}` },
      'unresolved-ref',
      'set',
    ],
    ['nowhere', {}, {}, 'unresolved-ref', 'unresolved-ref'],
  ])('%s', async (_, env, files, shell, service) => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of OpenClaw
    const { data } = await stage({ config: { gateway: { auth: { token: '${T}' } } }, env, files });
    expect(data.resolved.map((r) => [r.slot, r.environment, r.mark.state])).toEqual([
      ['token', 'shell', shell],
      ['token', 'service', service],
    ]);
  });

  it('resolves a file once, for any environment, and remote fields too', async () => {
    const ref = { source: 'file', provider: 'p', id: 'value' };
    const { data, context } = await stage({
      config: {
        gateway: { auth: { password: ref }, remote: { token: ref } },
        secrets: { providers: { p: { source: 'file', path: '~/s', mode: 'singleValue' } } },
      },
      files: { s: a },
    });
    expect(data.resolved.map((r) => [r.slot, r.environment])).toEqual([
      ['password', 'any'],
      ['remote-token', 'any'],
    ]);
    const [first, second] = data.resolved;
    expect(first?.mark.class).toBe(second?.mark.class);
    expect(context.secrets.reveal(first?.mark.class ?? -1)).toBe(a);
  });
});

it('makes a row of a secret in the command line of the unit', async () => {
  const { data, value } = await stage({
    config: { gateway: { auth: { token: a } } },
    files: { [unitPath]: unit.replace('--port 18789', `--port 18789 --token ${c}`) },
  });
  expect(value('service-flag')).toBe(c);
  expect(data.sources.find(({ id }) => id === 'service-flag')?.name).toBe('--token');
});

it('follows the reference of the hooks too', async () => {
  const { data, context } = await stage({
    config: { hooks: { enabled: true, token: `\${HOOKS}` } },
    env: { HOOKS: b },
  });
  const found = data.resolved.filter(({ slot }) => slot === 'hooks-token');
  expect(found.map(({ environment, mark }) => [environment, mark.state])).toEqual([
    ['shell', 'set'],
    ['service', 'unresolved-ref'],
  ]);
  expect(context.secrets.reveal(found[0]?.mark.class ?? -1)).toBe(b);
});

it('reads what a compose project gives the container, and the file that fills it', async () => {
  const compose = `services:
  openclaw-gateway:
    image: openclaw
    environment:
      OPENCLAW_GATEWAY_TOKEN: \${OPENCLAW_GATEWAY_TOKEN}
    volumes:
      - ./.openclaw:/home/node/.openclaw
`;
  const { data, value } = await stage({
    config: { gateway: { auth: { token: a } } },
    files: { 'compose.yaml': compose, '.env': `OPENCLAW_GATEWAY_TOKEN=${c}\n` },
  });
  expect(value('compose')).toBe(c);
  const rows = data.sources.filter(({ id }) => id === 'compose');
  expect(rows.map(({ where }) => where)).toEqual(['~/compose.yaml', '~/.env']);
});
