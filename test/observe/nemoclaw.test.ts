import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { ProxyFileFacts, RegistryFacts } from '../../src/model/facts-sandbox.js';
import { proxyFilesObserver } from '../../src/observe/nemoclaw/proxy-files.js';
import { registryObserver } from '../../src/observe/nemoclaw/registry.js';
import { Vault } from '../../src/secrets/vault.js';
import { liveContext, proxy } from './live-context.js';
import { put, temporaryHome } from './store-context.js';

const token = '0123456789abcdef0123456789abcdef0123456789abcdef';

async function files(
  write: (root: string) => Promise<unknown>,
  env: Record<string, string> = {},
): Promise<{ data: ProxyFileFacts; raw: string }> {
  const home = await temporaryHome();
  const root = `${home}/.nemoclaw`;
  await mkdir(root, { mode: 0o700 });
  await write(root);
  const vault = new Vault();
  const target = proxy(11435, { root, home });
  const result = await proxyFilesObserver.observe(liveContext(home, target, [], { vault, env }));
  if (result.state !== 'ok') throw new Error(result.reason);
  const data = vault.seal(result.data);
  return { data, raw: vault.reveal(data.mark.class ?? -1) ?? '' };
}

describe('proxy.files', () => {
  it.each([
    ['with its newline', `${token}\n`, []],
    ['with CRLF', `${token}\r\n`, ['outer-blank', 'cr']],
    ['with blanks', `  ${token} \n\n`, ['outer-blank', 'newline']],
  ])('takes a token %s as every reader does', async (_name, text, flags) => {
    const { data, raw } = await files((root) => put(`${root}/ollama-proxy-token`, text));
    expect(raw).toBe(token);
    expect(data.mark).toMatchObject({ state: 'set', flags });
    expect(JSON.stringify(data)).not.toContain(token);
  });

  it.each<[string, (root: string) => Promise<unknown>, string, string]>([
    ['is absent', async () => undefined, 'absent', 'unset'],
    ['is empty', (root) => put(`${root}/ollama-proxy-token`, ''), 'ok', 'blank'],
    ['is only blanks', (root) => put(`${root}/ollama-proxy-token`, ' \r\n'), 'ok', 'blank'],
    [
      'is a link',
      async (root) => symlink(await put(`${root}/real`, token), `${root}/ollama-proxy-token`),
      'symlink',
      'unreadable',
    ],
    ['is a directory', (root) => mkdir(`${root}/ollama-proxy-token`), 'not-a-file', 'unreadable'],
    [
      'is a FIFO',
      async (root) => execFileSync('mkfifo', [`${root}/ollama-proxy-token`]),
      'not-a-file',
      'unreadable',
    ],
    [
      'is huge',
      (root) => put(`${root}/ollama-proxy-token`, 'x'.repeat(100_000)),
      'too-large',
      'unreadable',
    ],
  ])('when the token %s', async (_name, write, state, mark) => {
    const { data } = await files(write);
    expect(data.token.state).toBe(state);
    expect(data.mark.state).toBe(mark);
  });

  it('records modes as they are', async () => {
    const { data } = await files(async (root) => {
      await chmod(await put(`${root}/ollama-proxy-token`, token), 0o644);
      await chmod(root, 0o755);
    });
    expect(data.token.mode).toBe(0o644);
    expect(data.root.mode).toBe(0o755);
  });

  it.each([
    ['4121\n', 4121],
    ['4121\r\n', 4121],
    ['4121 node', undefined],
    ['pid 4121', undefined],
    ['-1', undefined],
    ['0', undefined],
    ['99999999', undefined],
    ['', undefined],
  ])('a pid file of %j holds %s', async (text, pid) => {
    const { data } = await files((root) => put(`${root}/ollama-auth-proxy.pid`, text));
    expect(data.pidValue).toBe(pid);
    expect(data.pidValid).toBe(pid !== undefined);
  });

  const env = { NEMOCLAW_OLLAMA_PROXY_PORT: '12001', NEMOCLAW_OLLAMA_PORT: '12002' };
  const both = async (root: string) => {
    await put(`${root}/ollama-proxy-port`, '12003\n');
    await put(`${root}/ollama-backend`, 'http://127.0.0.1:12004/\n');
  };
  it.each<[string, (root: string) => Promise<unknown>, Record<string, string>, object]>([
    [
      'nothing',
      async () => undefined,
      {},
      { port: 11435, portSource: 'default', backendPort: 11434 },
    ],
    [
      'the environment',
      async () => undefined,
      env,
      { port: 12001, portSource: 'environment', backendPort: 12002 },
    ],
    ['files and environment', both, env, { port: 12003, portSource: 'file', backendPort: 12002 }],
    ['files', both, {}, { port: 12003, backendPort: 12004 }],
    [
      'a descriptor',
      (root) => put(`${root}/ollama-backend.json`, { url: 'http://127.0.0.1:12005' }),
      {},
      { backendPort: 12005 },
    ],
    [
      'nonsense',
      (root) => put(`${root}/ollama-proxy-port`, '80; rm'),
      { NEMOCLAW_OLLAMA_PROXY_PORT: '70000' },
      { port: 11435, portSource: 'default' },
    ],
  ])('takes the ports from %s', async (_name, write, variables, expected) => {
    expect((await files(write, variables)).data).toMatchObject(expected);
  });

  it('names why the proxy ended, from a closed list', async () => {
    const known = await files((root) =>
      put(`${root}/ollama-auth-proxy.status`, { reason: 'backend-not-loopback', details: 'x' }),
    );
    const odd = await files((root) =>
      put(`${root}/ollama-auth-proxy.status`, { reason: '\u001b[31m' }),
    );
    expect(known.data.status?.reason).toBe('backend-not-loopback');
    expect(odd.data.status?.reason).toBe('other');
  });

  it('lists the sandboxes that go through the proxy', async () => {
    const { data } = await files((root) =>
      put(`${root}/sandboxes.json`, {
        sandboxes: {
          alpha: { name: 'alpha', provider: 'ollama-local' },
          beta: { name: 'beta', provider: 'nvidia' },
          gamma: { name: 'gamma', provider: 'ollama-local', pendingRouteReservation: true },
        },
      }),
    );
    expect(data.sandboxes).toEqual(['alpha']);
  });
});

describe('sandbox.registry', () => {
  async function registry(write: (root: string) => Promise<unknown>): Promise<RegistryFacts> {
    const home = await temporaryHome();
    await write(`${home}/.nemoclaw`);
    const result = await registryObserver.observe(liveContext(home, proxy(1)));
    if (result.state !== 'ok') throw new Error(result.reason);
    return result.data;
  }

  it('has no roots on a host without NemoClaw', async () => {
    expect(await registry(async () => undefined)).toEqual({ roots: [] });
  });

  it('reads every root, and nothing that is no port', async () => {
    const data = await registry(async (root) => {
      await put(`${root}/sandboxes.json`, { sandboxes: {}, defaultSandbox: 'alpha' });
      await put(`${root}/gateways/8990/sandboxes.json`, { sandboxes: {} });
      await mkdir(`${root}/gateways/notes`);
      await mkdir(`${root}/gateways/99999`);
    });
    expect(data.roots.map((r) => [r.gatewayPort, r.parse])).toEqual([
      [8080, 'ok'],
      [8990, 'ok'],
    ]);
    expect(data.roots[0]).toMatchObject({ path: '~/.nemoclaw', defaultSandbox: 'alpha' });
  });

  it.each([
    [18789, 18789, true],
    [0, undefined, true],
    [null, undefined, true],
    [undefined, undefined, true],
    [70_000, undefined, false],
    [-1, undefined, false],
    [18789.5, undefined, false],
    ['18789', undefined, false],
  ])('dashboardPort %j is %s', async (value, port, valid) => {
    const data = await registry((root) =>
      put(`${root}/sandboxes.json`, { sandboxes: { a: { name: 'a', dashboardPort: value } } }),
    );
    const row = data.roots[0]?.sandboxes[0];
    expect([row?.dashboardPort, row?.dashboardPortValid]).toEqual([port, valid]);
  });

  it.each([
    ['truncated', '{"sandboxes":{', 'invalid'],
    ['a list', '[]', 'invalid'],
    ['rows that are a list', '{"sandboxes":[]}', 'invalid'],
    ['too deep', '['.repeat(200_000), 'invalid'],
    ['empty', '', 'invalid'],
  ])('%s is %s', async (_name, text, parse) => {
    const data = await registry((root) => put(`${root}/sandboxes.json`, text));
    expect(data.roots[0]).toMatchObject({ parse, sandboxes: [] });
  });

  it('takes hostile rows for what they are', async () => {
    const data = await registry((root) =>
      put(
        `${root}/sandboxes.json`,
        '{"sandboxes":{"__proto__":{"name":"x"},"n":null,"l":[1],"e":{"name":"\\u001b[2Je","provider":7,"policies":["a",1]}}}',
      ),
    );
    const rows = data.roots[0]?.sandboxes ?? [];
    expect(rows.map((r) => r.key)).toEqual(['__proto__', 'n', 'l', 'e']);
    expect(rows[3]).toMatchObject({ name: '\ufffd[2Je', policies: ['a'] });
    expect(rows[3]?.provider).toBeUndefined();
  });
});
