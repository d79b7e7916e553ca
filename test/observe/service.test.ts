import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadEnvironments } from '../../src/observe/files/environments.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

const secret = 'ssss-canary-Vq27aZp4Lw8Jt';
const userUnits = '.config/systemd/user';

async function stage(files: Record<string, string>, env: Record<string, string> = {}) {
  const home = await temporaryHome();
  for (const [name, text] of Object.entries(files)) {
    await put(join(home, name), text.replaceAll('{home}', home));
  }
  const context = gatewayContext(home, { env });
  return { home, context, environments: await loadEnvironments(context) };
}

describe('which unit is this gateway’s', () => {
  it.each([
    ['the default one', 'openclaw-gateway.service', '', true],
    [
      'one with this state directory',
      'openclaw-gateway-x.service',
      'Environment=OPENCLAW_STATE_DIR={home}/.openclaw',
      true,
    ],
    [
      'one with this config',
      'openclaw.service',
      'Environment=OPENCLAW_STATE_DIR=/else OPENCLAW_CONFIG_PATH={home}/.openclaw/openclaw.json',
      true,
    ],
    [
      'another profile',
      'openclaw-gateway-work.service',
      'Environment=OPENCLAW_STATE_DIR={home}/.openclaw-work',
      false,
    ],
    ['another home', 'openclaw-gateway.service', 'Environment=HOME=/home/other', false],
    ['a node', 'openclaw-node.service', '', false],
    ['something else', 'other.service', '', false],
  ])('%s', async (_, name, line, expected) => {
    const { environments } = await stage({
      [`${userUnits}/${name}`]: `[Service]\nExecStart=/bin/openclaw gateway\n${line}\n`,
    });
    expect(environments.service?.facts.unit).toBe(expected ? name : undefined);
  });

  it('reads drop-ins, files over lines, and .env under both', async () => {
    const { environments } = await stage(
      {
        [`${userUnits}/openclaw-gateway.service`]:
          '[Service]\nEnvironment=A=unit B=unit C=unit\nEnvironmentFile={home}/one.env\nEnvironmentFile=-%h/none.env\n',
        [`${userUnits}/openclaw-gateway.service.d/10.conf`]: '[Service]\nEnvironment=B=drop\n',
        [`${userUnits}/openclaw-gateway.service.d/ignored.txt`]: '[Service]\nEnvironment=B=no\n',
        'one.env': 'C=file\n',
        '.openclaw/.env': 'A=dotenv\nD=dotenv\n',
      },
      { D: '', E: 'shell' },
    );
    expect(['A', 'B', 'C', 'D', 'E'].map(environments.server)).toEqual([
      'unit',
      'drop',
      'file',
      'dotenv',
      undefined,
    ]);
    expect(['A', 'D', 'E', 'F'].map(environments.cli)).toEqual(['dotenv', '', 'shell', undefined]);
    expect(environments.service?.facts.environmentFiles.map((file) => file.state)).toEqual([
      'ok',
      'absent',
    ]);
  });

  it('finds entry, version and port, and keeps a token of the command line secret', async () => {
    const { environments, context } = await stage({
      'opt/openclaw/package.json': '{"name": "openclaw", "version": "2026.9.6"}',
      'opt/openclaw/dist/index.js': '',
      [`${userUnits}/openclaw-gateway.service`]: `[Service]\nExecStart=/usr/bin/node {home}/opt/openclaw/dist/index.js gateway run --port=19001 --token ${secret}\n`,
    });
    const { service } = environments;
    expect(service?.facts).toMatchObject({
      entry: '~/opt/openclaw/dist/index.js',
      version: '2026.9.6',
      port: 19001,
    });
    expect(service?.arguments).toEqual({ token: secret });
    expect(JSON.stringify(service?.facts)).not.toContain(secret);
    expect(loadEnvironments(context)).toBe(loadEnvironments(context));
  });
});

it('reads a launchd agent and the file of variables that its wrapper is given', async () => {
  const { environments } = await stage({
    'Library/LaunchAgents/ai.openclaw.gateway.plist': `<plist><dict>
      <key>ProgramArguments</key><array><string>{home}/.openclaw/service-env/w.sh</string>
        <string>{home}/.openclaw/service-env/ai.openclaw.gateway.env</string>
        <string>/opt/openclaw.mjs</string><string>gateway</string><string>--port</string><string>18790</string></array>
      <key>EnvironmentVariables</key><dict><key>A</key><string>plist</string><key>B</key><string>plist</string></dict>
      </dict></plist>`,
    '.openclaw/service-env/ai.openclaw.gateway.env': "export B='file'\n",
  });
  expect(environments.service?.facts).toMatchObject({
    supervisor: 'launchd',
    unit: 'ai.openclaw.gateway',
    entry: '/opt/openclaw.mjs',
    port: 18790,
  });
  expect([environments.server('A'), environments.server('B')]).toEqual(['plist', 'file']);
});

it('has no service without a unit, and survives a unit that is garbage', async () => {
  expect((await stage({})).environments.service).toBeUndefined();
  const { environments } = await stage({
    [`${userUnits}/openclaw-gateway.service`]: `${'\\\n'.repeat(50_000)}[Service\n=\n\0`,
  });
  expect(environments.service?.facts.unit).toBe('openclaw-gateway.service');
});
