import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectationsObserver } from '../../src/observe/files/expectations.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

async function observe(files: Record<string, unknown>, env: Record<string, string> = {}) {
  const home = await temporaryHome();
  for (const [name, content] of Object.entries(files)) await put(join(home, name), content);
  await mkdir(join(home, 'cwd'), { recursive: true });
  const context = gatewayContext(home, {
    env: Object.fromEntries(Object.entries(env).map(([k, v]) => [k, v.replace('HOME', home)])),
  });
  context.host = { ...context.host, cwd: join(home, 'cwd') };
  return expectationsObserver.observe(context);
}

describe('clawdoctor.json', () => {
  it('reads all members', async () => {
    const result = await observe({
      'cwd/clawdoctor.json': {
        $schema: 'x',
        identity: 'https://gw.example.com',
        mode: 'proxy',
        issuer: 'https://issuer.example.com/',
        audience: 'app',
        localOnly: true,
        allowedCloudProviders: ['openai'],
        waivers: [],
      },
    });
    expect(result).toEqual({
      state: 'ok',
      source: '~/cwd/clawdoctor.json',
      data: {
        path: '~/cwd/clawdoctor.json',
        identity: {
          scheme: 'https',
          host: 'gw.example.com',
          port: 443,
          path: '/',
          hadSecretParts: false,
        },
        mode: 'proxy',
        issuer: 'https://issuer.example.com/',
        audience: 'app',
        localOnly: true,
        allowedCloudProviders: ['openai'],
      },
    });
  });

  it.each([
    [
      'the working directory first',
      { 'cwd/clawdoctor.json': { mode: 'a' }, '.config/clawdoctor/clawdoctor.json': { mode: 'b' } },
      {},
      'a',
    ],
    [
      'then the configuration directory',
      { '.config/clawdoctor/clawdoctor.json': { mode: 'b' } },
      {},
      'b',
    ],
    [
      'which XDG can move',
      {
        'xdg/clawdoctor/clawdoctor.json': { mode: 'c' },
        '.config/clawdoctor/clawdoctor.json': { mode: 'b' },
      },
      { XDG_CONFIG_HOME: 'HOME/xdg' },
      'c',
    ],
  ])('is looked for in %s', async (_, files, env, mode) => {
    expect(await observe(files, env)).toMatchObject({ state: 'ok', data: { mode } });
  });

  it('may be absent', async () => {
    expect(await observe({})).toMatchObject({ state: 'absent' });
  });

  it.each([
    ['{"mode": ', 'not valid JSON at line 1, column'],
    ['[]', 'not an object'],
    ['{"issuers": "x"}', 'a member that is not known'],
    ['{"identity": "gw.example.com"}', 'identity is not a URL'],
    ['{"mode": 3}', 'mode is not a text'],
    ['{"issuer": "https://u:canary-secret-1@x.example"}', 'issuer is a URL with userinfo'],
    ['{"localOnly": "yes"}', 'localOnly is not true or false'],
    ['{"allowedCloudProviders": "openai"}', 'allowedCloudProviders is not a list'],
    ['['.repeat(100), 'not valid JSON'],
  ])('%s is an error', async (text, reason) => {
    const result = await observe({ 'cwd/clawdoctor.json': text });
    expect(result).toMatchObject({ state: 'error', reason: expect.stringContaining(reason) });
    expect(JSON.stringify(result)).not.toContain('canary');
  });
});
