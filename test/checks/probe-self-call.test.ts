import check from '../../checks/probes/probe-self-call.js';
import type { SecretRef } from '../../src/model/facts-gateway.js';
import type { Mark } from '../../src/model/mark.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import { type Change, file, nowMs, put, set, source, url } from './facts-builder.js';

const stale: Change = (s) => {
  s.data['gateway.process'].environment.token = set(9);
};

function dotenv(mtimeMs: number): Change {
  return (s) => {
    put(s, source('dotenv', set(9)));
    s.data['gateway.credentials'].dotenv.file = file('~/.openclaw/.env', { mtimeMs });
  };
}

function logged(change: { own?: boolean; lastMs?: number; client?: string }): Change {
  const lastMs = change.lastMs ?? nowMs - 60_000;
  return (s) => {
    s.data['gateway.logs'] = {
      files: [],
      sinceMs: 0,
      lines: { total: 9, matched: 1, broken: 0 },
      refusals: [
        {
          cause: 'unauthorized',
          reason: 'token_missing',
          client: change.client ?? 'gateway:sessions.list',
          mode: 'backend',
          port: 18789,
          remote: 'loopback',
          own: change.own ?? false,
          count: 1,
          firstMs: lastMs,
          lastMs,
          timesMs: [lastMs],
        },
      ],
      lifecycle: [],
      reloads: [],
      upgrades: [],
      headers: [],
      accepted: [],
    };
  };
}

const version =
  (...lines: ('2026.5' | '2026.9')[]): Change =>
  (s) => {
    s.data['gateway.process'].lines = lines;
    s.failed['probe.handshake'] = { state: 'timeout', reason: 'no time' };
    s.data['gateway.state'].layout = 'empty';
    s.failed['host.install'] = { state: 'error', reason: 'x' };
  };

const bootRef: SecretRef = {
  source: 'env',
  form: 'object',
  provider: 'default',
  id: 'BOOT_TOKEN',
};
const lost: Mark = { state: 'unresolved-ref', kind: 'token', flags: [] };

/** A managed gateway whose unit does not set, or sets otherwise, what the config refers to. */
function managedReference(held: Mark | undefined, ofUnit: Mark): Change {
  return (s) => {
    put(s, source('config', lost, { ref: bootRef }));
    const { environment } = s.data['gateway.process'];
    environment.serviceKind = 'gateway';
    if (held) environment.referenced.push({ name: bootRef.id, mark: held });
    s.data['gateway.credentials'].service = {
      supervisor: 'systemd-user',
      unit: 'openclaw-gateway.service',
      path: '~/x',
      environmentFiles: [],
    };
    s.data['gateway.credentials'].resolved.push({
      slot: 'token',
      ref: bootRef,
      environment: 'service',
      mark: ofUnit,
    });
  };
}

/** No file has what it accepts: `--token`, which is copied into its own environment. */
const flagged: Change = (s) => {
  put(s, source('config', { state: 'unset', kind: 'token', flags: [] }));
  put(s, source('shell', set(1)));
};

describeCheck(check, [
  ['a token that only a flag can have given', '2026.5', flagged, ['sends-live']],
  [
    'a reference that the running process resolves, and the unit no more',
    '2026.5',
    managedReference(set(1), lost),
    ['sends-live'],
  ],
  [
    'a reference that the unit has another value for since',
    '2026.5',
    managedReference(set(1), set(8)),
    ['sends-live'],
  ],
  [
    'a reference that nobody resolves',
    '2026.5',
    managedReference(undefined, lost),
    ['sends-nothing'],
  ],
  ['a plain token', '2026.5', () => {}, ['sends-live']],
  ['a plain token', '2026.9', () => {}, ['in-process']],
  ['a stale variable of the process (D1)', '2026.5', stale, ['sends-other']],
  ['a stale variable of the process (D1)', '2026.9', stale, ['in-process']],
  [
    'the same in a managed service',
    '2026.5',
    (s) => {
      stale(s);
      s.data['gateway.process'].environment.serviceKind = 'gateway';
    },
    ['sends-live'],
  ],
  ['.env at the start (D3)', '2026.5', dotenv(nowMs - 7_200_000), ['sends-other']],
  ['.env edited since the start', '2026.5', dotenv(nowMs - 60_000), ['sends-live']],
  [
    'started with --token (D5)',
    '2026.5',
    (s) => {
      s.data['gateway.credentials'].sources.push(source('remote', set(9)));
      s.data['probe.credentials'].attempts = [
        { class: 1, slot: 'token', sources: ['config'], why: 'x', outcome: 'refused' },
        { class: 9, slot: 'token', sources: ['shell'], why: 'x', outcome: 'accepted' },
      ];
    },
    ['sends-live'],
  ],
  [
    'OPENCLAW_GATEWAY_URL of itself, and no variable for the token',
    '2026.5',
    (s) => {
      s.data['gateway.process'].environment.url = url('ws://127.0.0.1:18789');
    },
    ['sends-nothing'],
  ],
  [
    'the same with the live token in the environment',
    '2026.5',
    (s) => {
      s.data['gateway.process'].environment.url = url('ws://localhost:18789');
      s.data['gateway.process'].environment.token = set(1);
    },
    ['sends-live'],
  ],
  [
    'OPENCLAW_GATEWAY_URL of another gateway',
    '2026.5',
    (s) => {
      s.data['gateway.process'].environment.url = url('ws://10.0.0.9:18789');
    },
    ['calls-elsewhere'],
  ],
  ['a refusal in the log', '2026.5', logged({}), ['refused-in-log']],
  [
    'a refusal of a script that says no name of its own',
    '2026.5',
    logged({ client: 'gateway-client' }),
    ['sends-live'],
  ],
  ['a refusal of ours', '2026.5', logged({ own: true }), ['sends-live']],
  ['a refusal before the start', '2026.5', logged({ lastMs: nowMs - 7_300_000 }), ['sends-live']],
  ['a refusal of another client', '2026.5', logged({ client: 'cli' }), ['sends-live']],
  [
    'an environment of another user',
    '2026.5',
    (s) => {
      s.data['gateway.process'].environment.state = 'denied';
      s.data['gateway.process'].environment.reason = 'EACCES';
    },
    ['not-known'],
  ],
  ['a version that is not known', '2026.5', version('2026.5', '2026.9'), ['not-known']],
  [
    'no authentication',
    '2026.5',
    (s) => {
      s.data['probe.credentials'] = { endpoint: 'x', attempts: [], notTried: 'open' };
    },
    ['none-needed'],
  ],
  [
    'trusted-proxy mode',
    '2026.9',
    (s) => {
      s.data['gateway.config'].authMode = 'trusted-proxy';
    },
    ['identity'],
  ],
  [
    'every known value refused',
    '2026.5',
    (s) => {
      s.data['probe.credentials'].attempts = [
        { class: 1, slot: 'token', sources: ['config'], why: 'x', outcome: 'refused' },
      ];
    },
    ['no-live-credential'],
  ],
  elsewhereHost,
]);
