// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of compose files
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { credentialsObserver } from '../../src/observe/files/credentials.js';
import { systemdServices } from '../../src/observe/files/service-unit.js';
import { parseUnit } from '../../src/observe/files/systemd-unit.js';
import { expandSpecifiers, timeSpanMs } from '../../src/observe/files/systemd-words.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

/** As `openclaw gateway install` of 2026.5.18 writes it. */
const installed = `[Unit]
Description=OpenClaw Gateway (v2026.5.18)
After=network-online.target
Wants=network-online.target
StartLimitBurst=5
StartLimitIntervalSec=60

[Service]
ExecStart=/usr/bin/node {home}/opt/dist/index.js gateway --port 18789
Restart=always
RestartSec=5
RestartPreventExitStatus=78
TimeoutStopSec=30
TimeoutStartSec=30
SuccessExitStatus=0 143
KillMode=control-group
EnvironmentFile=-{home}/.openclaw/gateway.systemd.env
Environment=HOME={home}
Environment=OPENCLAW_GATEWAY_PORT=18789
Environment=OPENCLAW_SERVICE_KIND=gateway
Environment=OPENCLAW_SERVICE_VERSION=2026.5.18

[Install]
WantedBy=default.target
`;
const user = '.config/systemd/user';
const canary = 'ssss-canary-Jd83nQx71LmPz0';

async function stage(files: Record<string, string>) {
  const home = await temporaryHome();
  for (const [name, text] of Object.entries({ '.openclaw/openclaw.json': '{}', ...files })) {
    await put(join(home, name), text.replaceAll('{home}', home));
  }
  const result = await credentialsObserver.observe(gatewayContext(home));
  if (result.state !== 'ok') throw new Error(result.reason);
  return { home, data: result.data, text: JSON.stringify(result.data) };
}

describe('units of a user', () => {
  it('records what the installer of 2026.5.18 writes', async () => {
    const { data } = await stage({
      [`${user}/openclaw-gateway.service`]: installed,
      '.openclaw/gateway.systemd.env': 'A=1\n',
      '.openclaw/.env': 'A=1\n',
      'opt/package.json': '{"name":"openclaw","version":"2026.5.18"}',
      'opt/dist/index.js': '',
    });
    expect(data.services).toHaveLength(1);
    expect(data.services?.[0]).toMatchObject({
      supervisor: 'systemd-user',
      kind: 'gateway',
      enabled: false,
      version: '2026.5.18',
      entry: '~/opt/dist/index.js',
      entryState: 'ok',
      node: '/usr/bin/node',
      port: 18789,
      serviceKind: 'gateway',
      embedded: [],
      files: [{ optional: true, copyOfDotenv: { dropped: [], changed: [] } }],
      policy: {
        restart: 'always',
        delayMs: 5000,
        limitBurst: 5,
        limitIntervalMs: 60_000,
        preventExitStatus: ['78'],
        killMode: 'control-group',
      },
    });
  });

  it('puts an enabled unit first, and a node last', async () => {
    const home = await temporaryHome();
    for (const name of ['clawdbot-gateway', 'openclaw-gateway', 'openclaw-node']) {
      await put(join(home, user, `${name}.service`), installed.replaceAll('{home}', home));
    }
    const link = join(home, user, 'default.target.wants', 'clawdbot-gateway.service');
    await mkdir(dirname(link), { recursive: true });
    await symlink('../clawdbot-gateway.service', link);
    const result = await credentialsObserver.observe(gatewayContext(home));
    const units = result.state === 'ok' ? result.data.services : [];
    expect(units?.map((u) => [u.unit, u.kind, u.legacy, u.enabled])).toEqual([
      ['clawdbot-gateway.service', 'gateway', true, true],
      ['openclaw-gateway.service', 'gateway', false, false],
      ['openclaw-node.service', 'node', false, false],
    ]);
  });

  it('lets drop-ins change policy and confinement, by name and over all directories', async () => {
    const { data } = await stage({
      [`${user}/openclaw-gateway.service`]: installed,
      [`${user}/openclaw-gateway.service.d/20.conf`]:
        '[Unit]\nStartLimitIntervalSec=0\n[Service]\nRestartPreventExitStatus=\nRestartSec=1min 30s\n',
      '.config/systemd/user.control/openclaw-gateway.service.d/10.conf':
        '[Service]\nPrivateNetwork=true\nPrivateTmp=yes\nIPAddressDeny=any\nIPAddressAllow=localhost\nRestrictAddressFamilies=AF_UNIX AF_INET\nRestrictAddressFamilies=~AF_INET\nWatchdogSec=30\n',
    });
    expect(data.service).toMatchObject({
      policy: {
        limitIntervalMs: 0,
        delayMs: 90_000,
        preventExitStatus: [],
        watchdogMs: 30_000,
      },
      confinement: {
        privateNetwork: true,
        privateTmp: true,
        ipAddressDeny: ['any'],
        ipAddressAllow: ['localhost'],
        addressFamilies: { deny: false, names: ['AF_UNIX'] },
      },
    });
    expect(data.service?.dropIns).toHaveLength(2);
  });

  it('names embedded secrets, marks the gateway’s own, and records no value', async () => {
    const { data, text } = await stage({
      [`${user}/openclaw-gateway.service`]: `${installed.replace('--port 18789', `--port \${OPENCLAW_GATEWAY_PORT} --token ${canary}2`)}\n[Service]\nEnvironment=OPENCLAW_GATEWAY_TOKEN=${canary} OPENAI_API_KEY=${canary}1 X=1\n`,
      '.openclaw/gateway.systemd.env': `GONE=${canary}3\nKEPT=${canary}4\n`,
      '.openclaw/.env': `KEPT=${canary}5\n`,
    });
    expect(data.service?.embedded).toEqual(['OPENCLAW_GATEWAY_TOKEN', 'OPENAI_API_KEY']);
    expect(data.services?.[0]?.holds?.map((h) => [h.slot, h.where, h.mark.state])).toEqual([
      ['token', 'argument', 'set'],
      ['token', 'unit', 'set'],
    ]);
    expect(data.services?.[0]?.files?.[0]?.copyOfDotenv).toEqual({
      dropped: ['GONE'],
      changed: ['KEPT'],
    });
    expect(data.service?.port).toBe(18789);
    expect(text).not.toContain('canary');
  });
});

it('reads system units with the home of the user that they name', async () => {
  const root = await temporaryHome();
  await put(join(root, 'passwd'), `svc:x:990:990::${root}/svc:/bin/sh\n`);
  await put(
    join(root, 'system', 'openclaw-gateway.service'),
    '[Service]\nUser=svc\nExecStart=-@/usr/bin/node openclaw-gateway %h/index.js gateway\nEnvironmentFile=/etc/%N/env\nEnvironmentFile=-%t/u-%U.env\n',
  );
  const roots = { user: [], system: [join(root, 'system')], passwd: join(root, 'passwd') };
  const [unit] = await systemdServices('/nowhere', 1, AbortSignal.timeout(5000), roots);
  expect(unit).toMatchObject({
    supervisor: 'systemd-system',
    user: 'svc',
    home: `${root}/svc`,
    command: ['/usr/bin/node', `${root}/svc/index.js`, 'gateway'],
    environmentFiles: [
      { path: '/etc/openclaw-gateway/env', optional: false },
      { path: '/run/u-990.env', optional: true },
    ],
  });
});

it('reads the policy of a launchd agent', async () => {
  const { data } = await stage({
    'Library/LaunchAgents/ai.openclaw.gateway.plist': `<?xml version="1.0" encoding="UTF-8"?>
      <plist version="1.0"><dict><key>Label</key><string>ai.openclaw.gateway</string>
      <key>KeepAlive</key><true/><key>ThrottleInterval</key><integer>10</integer>
      <key>ProgramArguments</key><array><string>{home}/.openclaw/service-env/w.sh</string>
        <string>{home}/.openclaw/service-env/ai.openclaw.gateway.env</string>
        <string>/usr/local/bin/node</string><string>/opt/x/index.js</string><string>gateway</string></array>
      </dict></plist>`,
  });
  expect(data.service).toMatchObject({
    supervisor: 'launchd',
    entryState: 'absent',
    node: '/usr/local/bin/node',
    policy: { restart: 'always', delayMs: 10_000 },
  });
  expect(data.services?.[0]?.files).toMatchObject([{ optional: true, file: { state: 'absent' } }]);
});

const compose = `# project
services:
  openclaw-gateway:
    image: \${OPENCLAW_IMAGE:-openclaw:local}
    restart: unless-stopped
    env_file:
      - .env
      - path: more.env
        required: false
    environment:
      - HOME=/home/node
      - OPENCLAW_GATEWAY_TOKEN=\${OPENCLAW_GATEWAY_TOKEN}
    volumes:
      - \${OPENCLAW_CONFIG_DIR}:/home/node/.openclaw
    ports: ["127.0.0.1:\${OPENCLAW_GATEWAY_PORT:-18789}:18789"]
    command:
      [
        "node", "dist/index.js",
        "gateway",
      ]
  other:
    restart: always
`;

describe('a compose project', () => {
  it('is found by the state directory that it mounts', async () => {
    const { data, text } = await stage({
      'openclaw/docker-compose.yml': compose,
      'openclaw/.env': `OPENCLAW_CONFIG_DIR={home}/.openclaw\nOPENCLAW_GATEWAY_TOKEN=${canary}\n`,
    });
    expect(data.compose).toMatchObject({
      file: { path: '~/openclaw/docker-compose.yml', state: 'ok' },
      restart: 'unless-stopped',
      environmentFiles: [
        { optional: false, file: { path: '~/openclaw/.env', state: 'ok' } },
        { optional: true, file: { state: 'absent' } },
      ],
      variables: ['HOME', 'OPENCLAW_GATEWAY_TOKEN'],
      ports: [18789],
    });
    expect(text).not.toContain('canary');
  });

  it.each<[string, string, string]>([
    ['that mounts another state', compose, 'OPENCLAW_CONFIG_DIR=/srv/other\n'],
    ['without the service', 'services:\n  web:\n    restart: always\n', ''],
    ['that is no map', '- a\n- b: [\n', ''],
    ['of many open brackets', `services: [${'[\n'.repeat(20_000)}`, ''],
    [
      'that is nested without an end',
      Array.from({ length: 600 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      '',
    ],
    ['with a long line', `services${' '.repeat(200_000)}x\n`, ''],
  ])('%s is nobody’s', async (_name, yaml, dotenv) => {
    const started = performance.now();
    const { data } = await stage({ 'openclaw/compose.yaml': yaml, 'openclaw/.env': dotenv });
    expect(data.compose).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('what may not be read or is not followed', () => {
  const path = `${user}/openclaw-gateway.service`;
  const dropIn = `${path}.d/secret.conf`;
  const hides = async (at: string): Promise<void> => {
    // A directory is no file for anybody, root included.
    await mkdir(at, { recursive: true });
  };
  const rows = (data: Awaited<ReturnType<typeof stage>>['data'], name: string) =>
    data.sources.filter((s) => s.name === name).map((s) => [s.id, s.mark.state]);

  async function withHidden(hidden: string, files: Record<string, string>) {
    const home = await temporaryHome();
    for (const [name, text] of Object.entries({ '.openclaw/openclaw.json': '{}', ...files })) {
      await put(join(home, name), text.replaceAll('{home}', home));
    }
    await hides(join(home, hidden));
    const result = await credentialsObserver.observe(gatewayContext(home));
    if (result.state !== 'ok') throw new Error(result.reason);
    return result.data;
  }

  it('records a drop-in, and believes nothing of the rest of the unit', async () => {
    const data = await withHidden(dropIn, { [path]: installed });
    expect(data.service?.unread).toMatchObject([{ path: `~/${dropIn}`, state: 'not-a-file' }]);
    expect(data.service?.policy).toBeUndefined();
    expect(rows(data, '--token')).toEqual([['service-flag', 'unreadable']]);
    expect(rows(data, 'OPENCLAW_GATEWAY_TOKEN')).toContainEqual(['service-env', 'unreadable']);
  });

  it('records a unit whose name fits the state directory', async () => {
    const data = await withHidden(path, {});
    expect(data.service?.unread).toMatchObject([{ path: `~/${path}`, state: 'not-a-file' }]);
    const other = await withHidden(`${user}/openclaw-gateway-work.service`, {});
    expect(other.service).toBeUndefined();
  });

  it('takes a masked unit, a masked drop-in and no directory of them for what they are', async () => {
    const home = await temporaryHome();
    await put(join(home, '.openclaw/openclaw.json'), '{}');
    await put(join(home, path), installed.replaceAll('{home}', home));
    await mkdir(join(home, `${path}.d`), { recursive: true });
    await symlink('/dev/null', join(home, dropIn));
    const [unit] = await systemdServices(home, 0, AbortSignal.timeout(5000));
    expect(unit?.unread).toBeUndefined();
    const masked = await temporaryHome();
    await mkdir(join(masked, user), { recursive: true });
    await symlink('/dev/null', join(masked, path));
    const found = await systemdServices(masked, 0, AbortSignal.timeout(5000));
    expect(found.filter((u) => u.path.startsWith(masked))).toEqual([]);
  });

  const project = (lines: string, top = ''): string =>
    `${top}services:\n  openclaw-gateway:\n    image: x\n${lines.replace(/^/gm, '    ')}\n`;
  const set = (value: string): string => `environment:\n  OPENCLAW_GATEWAY_TOKEN: ${value}`;
  const anchored = `x-env: &env\n  OPENCLAW_GATEWAY_TOKEN: ${canary}\n`;

  it.each<[string, string, string, string]>([
    ['a plain text', project(set(canary)), '', 'set'],
    ['a quoted text', project(set(`"${canary}"`)), '', 'set'],
    ['a block text', project(set(`|\n    ${canary}`)), '', 'unreadable'],
    ['a folded text', project(set(`>-\n    ${canary}`)), '', 'unreadable'],
    ['an escape', project(set(`"a\\x41${canary}"`)), '', 'unreadable'],
    ['a tag', project(set(`!!str ${canary}`)), '', 'unreadable'],
    ['a text that goes on', project(set(`${canary}\n    more`)), '', 'unreadable'],
    ['an unknown alias', project(set('*nobody')), '', 'unreadable'],
    ['a required one that is unset', project(set('${T:?Set the token first}')), '', 'unreadable'],
    ['a required one that is set', project(set('${T:?Set it}')), `T=${canary}\n`, 'set'],
    ['an alternative of an unset one', project(set('${T:+alt}')), '', 'blank'],
    ['an alternative of a set one', project(set(`\${T:+${canary}}`)), 'T=1\n', 'set'],
    ['a default in a default', project(set(`\${A:-\${B:-${canary}}}`)), '', 'set'],
    ['a flow map', project(`environment: { OPENCLAW_GATEWAY_TOKEN: "${canary}" }`), '', 'set'],
    ['an alias', project('environment: *env', anchored), '', 'set'],
    ['a merge', project('environment:\n  <<: *env\n  A: b', anchored), '', 'set'],
    ['an unknown merge', project('environment:\n  <<: *nobody\n  A: b'), '', 'unreadable'],
    ['a merge into the service', project('<<: *nobody'), '', 'unreadable'],
    ['an unreadable file', project('env_file: [./hidden]'), '', 'unreadable'],
    ['an absent file', project('env_file: [./absent]'), '', 'none'],
    ['no word of it', project('restart: always'), '', 'none'],
  ])('compose: %s', async (_name, yaml, dotenv, state) => {
    const data = await withHidden('openclaw/hidden', {
      'openclaw/compose.yaml': yaml,
      'openclaw/.env': dotenv,
    });
    const found = data.sources.filter(
      (s) => s.id === 'compose' && s.name === 'OPENCLAW_GATEWAY_TOKEN',
    );
    expect(found.map((s) => s.mark.state)).toEqual(state === 'none' ? [] : [state]);
    const names = data.compose?.unclear?.map((u) => u.name) ?? [];
    expect(names.includes('OPENCLAW_GATEWAY_TOKEN')).toBe(state === 'unreadable');
    expect(JSON.stringify(data)).not.toContain('canary');
  });

  it('compose: a file that cannot be read is recorded, behind one that can', async () => {
    const hidden = await withHidden('openclaw/compose.yaml', {});
    expect(hidden.compose?.file).toMatchObject({ state: 'not-a-file' });
    const both = await withHidden('compose.yaml', { 'openclaw/compose.yaml': project('') });
    expect(both.compose?.file).toMatchObject({ path: '~/openclaw/compose.yaml', state: 'ok' });
  });
});

describe('systemd texts', () => {
  it.each<[string, number | undefined]>([
    ['5', 5000],
    ['500ms', 500],
    ['1min 30s', 90_000],
    ['2h', 7_200_000],
    ['infinity', Number.MAX_SAFE_INTEGER],
    ['5 parsecs', undefined],
    ['', undefined],
    ['9'.repeat(100_000), undefined],
  ])('the time span %.20s', (text, ms) => {
    expect(timeSpanMs(text)).toBe(ms);
  });

  it('expands what the files tell and leaves the rest', () => {
    const context = { home: '/home/a', uid: 7, unit: 'x@y.service', manager: 'user' as const };
    expect(expandSpecifiers('%h %t %U %n %p %i %% %H', context)).toBe(
      '/home/a /run/user/7 7 x@y.service x y % %H',
    );
  });

  it('empties lists and variables by an empty assignment', () => {
    const unit = parseUnit(
      [
        '[Service]\nEnvironment=A=1\nEnvironmentFile=/a\nIPAddressDeny=any\nRestrictAddressFamilies=AF_UNIX\n',
        '[Service]\nEnvironment=\nEnvironmentFile=\nIPAddressDeny=\nRestrictAddressFamilies=\nUnsetEnvironment=B\n',
      ],
      { home: '/h' },
    );
    expect([...unit.variables]).toEqual([]);
    expect(unit.environmentFiles).toEqual([]);
    expect(unit.confinement).toEqual({
      privateNetwork: false,
      privateTmp: false,
      ipAddressDeny: [],
      ipAddressAllow: [],
    });
  });
});
