import check from '../../checks/doctor/service-units.js';
import type { ComposeFacts, ServiceFacts } from '../../src/model/facts-service.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import { type Change, file, put, set, source, unset } from './facts-builder.js';

/** What `openclaw gateway install` of 2026.5.18 writes. */
function installed(more: Partial<ServiceFacts> = {}): ServiceFacts {
  return {
    supervisor: 'systemd-user',
    kind: 'gateway',
    legacy: false,
    enabled: true,
    unit: 'openclaw-gateway.service',
    path: '~/.config/systemd/user/openclaw-gateway.service',
    entry: '/opt/openclaw/dist/index.js',
    entryState: 'ok',
    node: '/usr/bin/node',
    nodeState: 'ok',
    port: 18789,
    serviceKind: 'gateway',
    environmentFiles: [],
    embedded: [],
    files: [
      {
        file: file('~/.openclaw/gateway.systemd.env'),
        optional: true,
        copyOfDotenv: { dropped: [], changed: [] },
      },
    ],
    holds: [],
    policy: {
      restart: 'always',
      delayMs: 5000,
      limitBurst: 5,
      limitIntervalMs: 60_000,
      preventExitStatus: ['78'],
      killMode: 'control-group',
    },
    confinement: {
      privateNetwork: false,
      privateTmp: false,
      ipAddressDeny: [],
      ipAddressAllow: [],
    },
    ...more,
  };
}

const units =
  (...services: ServiceFacts[]): Change =>
  (s) => {
    const first = services.find((unit) => unit.kind !== 'node');
    if (first) s.data['gateway.credentials'].service = first;
    s.data['gateway.credentials'].services = services;
  };
const unit = (more: Partial<ServiceFacts>): Change => units(installed(more));
const policy = (more: Partial<NonNullable<ServiceFacts['policy']>>): Change =>
  unit({ policy: { restart: 'always', preventExitStatus: ['78'], ...more } });
const confined = (more: Partial<NonNullable<ServiceFacts['confinement']>>): Change =>
  unit({
    confinement: {
      privateNetwork: false,
      privateTmp: false,
      ipAddressDeny: [],
      ipAddressAllow: [],
      ...more,
    },
  });
const holds = (where: 'unit' | 'file' | 'argument', value: number) => ({
  holds: [{ slot: 'token' as const, where, mark: set(value) }],
});
const node: Partial<ServiceFacts> = { kind: 'node', unit: 'openclaw-node.service' };
const plist: Partial<ServiceFacts> = { supervisor: 'launchd', unit: 'ai.openclaw.gateway' };
const both =
  (...changes: Change[]): Change =>
  (s) => {
    for (const change of changes) change(s);
  };

const denied = (path: string) => ({ ...file(path), state: 'denied' as const, reason: 'EACCES' });
const compose =
  (more: Partial<ComposeFacts>): Change =>
  (s) => {
    s.data['gateway.credentials'].compose = {
      file: file('~/openclaw/compose.yaml'),
      restart: 'always',
      dotenv: { ...file('~/openclaw/.env'), state: 'absent' },
      environmentFiles: [],
      variables: [],
      ports: [18789],
      ...more,
    };
  };
const token = 'OPENCLAW_GATEWAY_TOKEN';

describeCheck(check, [
  [
    'a drop-in that may not be read, whatever the rest says',
    '2026.5',
    unit({ unread: [denied('~/x.service.d/secret.conf')], ...holds('unit', 2), port: 1 }),
    ['definition-unread'],
  ],
  [
    'a directory of units that may not be read',
    '2026.5',
    (s) => {
      s.data['gateway.credentials'].unreadFolders = [denied('~/.config/systemd/user')];
    },
    ['definition-unread'],
  ],
  [
    'such a directory beside a unit that is known',
    '2026.5',
    both(unit({}), (s) => {
      s.data['gateway.credentials'].unreadFolders = [denied('/etc/systemd/system')];
    }),
    ['sound'],
  ],
  ['a compose project', '2026.5', compose({}), ['no-unit']],
  [
    'a compose file that may not be read',
    '2026.5',
    compose({ file: denied('~/openclaw/compose.yaml') }),
    ['definition-unread'],
  ],
  [
    'a file of variables that may not be read',
    '2026.5',
    compose({
      environmentFiles: [{ file: denied('~/openclaw/x.env'), optional: false }],
      unclear: [{ name: token, reason: '~/openclaw/x.env: EACCES', hidden: true }],
    }),
    ['definition-unread'],
  ],
  [
    'a compose file that sets the token as a block text',
    '2026.5',
    compose({ unclear: [{ name: token, reason: 'not followed' }] }),
    ['compose-unclear'],
  ],
  ['no unit at all', '2026.5', () => {}, ['no-unit']],
  ['as 2026.5.18 installs it', '2026.5', unit({}), ['sound']],
  [
    'as 2026.9.6 installs it',
    '2026.9',
    policy({ delayMs: 5000, limitBurst: 10, limitIntervalMs: 300_000 }),
    ['sound'],
  ],
  [
    'a unit of an older diagnosis',
    '2026.5',
    (s) => {
      s.data['gateway.credentials'].service = installed();
    },
    ['sound'],
  ],
  [
    'a launchd agent',
    '2026.5',
    unit({ ...plist, policy: { restart: 'always', delayMs: 10_000, preventExitStatus: [] } }),
    ['sound'],
  ],
  [
    'a launchd agent that starts it every second',
    '2026.5',
    unit({ ...plist, policy: { restart: 'always', delayMs: 1000, preventExitStatus: [] } }),
    ['restarts-without-limit'],
  ],
  ['an old token that nobody sends', '2026.5', unit(holds('unit', 2)), ['stale-secret']],
  [
    'the token of the config once more',
    '2026.5',
    unit({ ...holds('unit', 1), embedded: ['OPENCLAW_GATEWAY_TOKEN'] }),
    ['sound', 'embedded-secret'],
  ],
  [
    'an old token that the gateway sends to itself',
    '2026.5',
    both((s) => {
      const { serviceKind: _, ...rest } = installed(holds('unit', 2));
      units(rest)(s);
    }),
    ['stale-secret-taken'],
  ],
  [
    'the same on 2026.9, which asks its config first',
    '2026.9',
    both((s) => {
      const { serviceKind: _, ...rest } = installed(holds('unit', 2));
      units(rest)(s);
    }),
    ['stale-secret'],
  ],
  [
    'a unit that holds the only token',
    '2026.5',
    both(
      (s) => put(s, source('config', unset())),
      unit(holds('unit', 2)),
      (s) => put(s, source('service-env', set(2))),
    ),
    ['sound'],
  ],
  ['a --token that differs', '2026.5', unit(holds('argument', 2)), ['argument-overrides']],
  ['a --token that is the same', '2026.5', unit(holds('argument', 1)), ['sound']],
  [
    'a node with an old token',
    '2026.5',
    units(installed(), installed({ ...node, ...holds('unit', 2) })),
    ['sound', 'stale-secret-taken'],
  ],
  [
    'a node of another gateway',
    '2026.5',
    units(installed(), installed({ ...node, connectsTo: 'gw.example.com', ...holds('unit', 2) })),
    ['sound'],
  ],
  [
    'a node that is not enabled',
    '2026.5',
    units(installed(), installed({ ...node, enabled: false, entryState: 'absent' })),
    ['sound'],
  ],
  [
    'a missing environment file',
    '2026.5',
    unit({ files: [{ file: file('/etc/x.env', { state: 'absent' }), optional: false }] }),
    ['environment-file-missing'],
  ],
  [
    'an optional one that is missing',
    '2026.5',
    unit({ files: [{ file: file('/etc/x.env', { state: 'absent' }), optional: true }] }),
    ['sound'],
  ],
  [
    'one that is not for us to read',
    '2026.5',
    unit({
      files: [{ file: file('/etc/x.env', { state: 'denied', reason: 'EACCES' }), optional: false }],
    }),
    ['environment-file-unread'],
  ],
  [
    'a copy of .env that has kept a removed key',
    '2026.5',
    unit({
      files: [
        {
          file: file('~/.openclaw/gateway.systemd.env'),
          optional: true,
          copyOfDotenv: { dropped: ['OLD_API_KEY'], changed: ['B'] },
        },
      ],
    }),
    ['stale-copy'],
  ],
  ['a removed install', '2026.5', unit({ entryState: 'absent' }), ['entry-missing']],
  ['a removed Node', '2026.9', unit({ nodeState: 'absent' }), ['entry-missing']],
  ['an install that we may not look into', '2026.9', unit({ entryState: 'denied' }), ['sound']],
  ['another port', '2026.5', unit({ port: 18790 }), ['port-differs']],
  [
    'another port that the clients know',
    '2026.5',
    both(unit({ port: 18790 }), (s) => {
      s.data['gateway.credentials'].shell.port = 18790;
    }),
    ['sound'],
  ],
  [
    'no limit of starts within reach',
    '2026.5',
    policy({ delayMs: 5000 }),
    ['restarts-without-limit'],
  ],
  [
    'the limit turned off',
    '2026.5',
    policy({ delayMs: 100, limitIntervalMs: 0 }),
    ['restarts-without-limit'],
  ],
  ['the limit of systemd itself', '2026.5', policy({}), ['sound']],
  ['no restart at all', '2026.5', policy({ restart: 'no', preventExitStatus: [] }), ['sound']],
  [
    'exit 78 is started again',
    '2026.5',
    policy({ preventExitStatus: [] }),
    ['restarts-config-errors'],
  ],
  ['a network of its own', '2026.5', confined({ privateNetwork: true }), ['blocks-loopback']],
  ['all addresses denied', '2026.5', confined({ ipAddressDeny: ['any'] }), ['blocks-loopback']],
  [
    'all addresses but localhost denied',
    '2026.5',
    confined({ ipAddressDeny: ['any'], ipAddressAllow: ['localhost'] }),
    ['sound'],
  ],
  [
    'sockets of files only',
    '2026.5',
    confined({ addressFamilies: { deny: false, names: ['AF_UNIX'] } }),
    ['blocks-loopback'],
  ],
  [
    'no packet sockets',
    '2026.5',
    confined({ addressFamilies: { deny: true, names: ['AF_PACKET'] } }),
    ['sound'],
  ],
  ['a /tmp of its own', '2026.5', confined({ privateTmp: true }), ['sound', 'private-tmp']],
  [
    'a second unit of a predecessor',
    '2026.5',
    units(installed(), installed({ unit: 'clawdbot-gateway.service', legacy: true })),
    ['sound', 'second-unit'],
  ],
  [
    'a second unit that is not enabled',
    '2026.5',
    units(installed(), installed({ unit: 'clawdbot-gateway.service', enabled: false })),
    ['sound'],
  ],
  [
    'units that could not be looked at',
    '2026.5',
    (s) => {
      s.failed['gateway.credentials'] = { state: 'denied', reason: 'EACCES' };
    },
    ['undetermined'],
  ],
  elsewhereHost,
]);
