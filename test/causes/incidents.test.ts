import { describe, expect, it } from 'vitest';
import { checks } from '../../checks/index.js';
import { explain } from '../../src/causes/explain.js';
import { judge } from '../../src/engine/judge.js';
import type { Mark } from '../../src/model/mark.js';
import type { Report } from '../../src/model/report.js';
import type { Line } from '../../src/model/target.js';
import {
  type Change,
  deviceId,
  gateway,
  healthyGateway,
  healthyProxy,
  pairedDevice,
  put,
  set,
  source,
  unset,
  url,
} from '../checks/facts-builder.js';

type Where = Line | 'proxy';

/** The whole judgement of one situation: every check, then the causes. */
function report(where: Where, ...changes: Change[]): Report {
  const change: Change = (s) => {
    for (const one of changes) one(s);
  };
  const facts = where === 'proxy' ? healthyProxy(change) : healthyGateway(where, change);
  return judge(facts.observations, checks, explain);
}

const shellToken: Change = (s) => put(s, source('shell', set(2)));
const refused: Change = (s) => {
  s.data['probe.credentials'].attempts = [
    { class: 1, slot: 'token', sources: ['config'], why: 'predicted', outcome: 'refused' },
  ];
};
const otherConfig: Change = (s) => {
  Object.assign(s.data['gateway.process'], {
    sameConfig: false,
    configPath: '/other/openclaw.json',
  });
};
const listensElsewhere: Change = (s) => {
  Object.assign(s.data['gateway.process'], {
    found: 'lock',
    lock: { path: '/tmp/l', pid: 4121, alive: true, sameConfig: true, port: 18889 },
  });
  s.data['host.listeners'].listeners = [];
};
const unsetVariable: Change = (s) => {
  const ref = { source: 'env', form: 'template', provider: 'default', id: 'NOPE_TOKEN' } as const;
  put(s, source('config', { state: 'unresolved-ref', kind: 'token', flags: [] }, { ref }));
  s.data['probe.credentials'] = {
    endpoint: s.data['probe.credentials'].endpoint,
    attempts: [],
    notTried: 'no-candidate',
  };
  s.data['probe.handshake'].outcome = 'not-tried';
  s.data['probe.handshake'].notTried = 'no-live-credential';
};
const clientsOnTheLan: Change = (s) => {
  s.data['gateway.credentials'].shell.url = url('ws://192.168.7.9:18789');
  // With a URL from the environment a client takes its credential from there too.
  put(s, source('shell', set(1)));
};
const pendingUpgrade: Change = (s) => {
  s.data['gateway.pairing'].paired = {
    state: 'ok',
    source: '~/.openclaw/devices/paired.json',
    rows: [pairedDevice()],
  };
  s.data['gateway.pairing'].pending = {
    state: 'ok',
    source: '~/.openclaw/devices/pending.json',
    rows: [
      {
        requestId: '1d872890-c821-439e-8fdc-9176857a1aa5',
        deviceId,
        clientId: 'cli',
        clientMode: 'cli',
        platform: 'linux',
        roles: ['operator'],
        scopes: ['operator.read', 'operator.write'],
        silent: false,
        isRepair: true,
        tsMs: s.data.run.nowMs - 120_000,
      },
    ],
  };
};
const proxyHoldsAnother: Change = (s) => {
  s.data['proxy.process'].token = set(21, 'proxy-token');
};
const proxyRefuses: Change = (s) => {
  s.data['proxy.probe'].attempts = [
    { class: 20, source: 'file', outcome: 'refused' },
    { class: 21, source: 'environ', outcome: 'accepted' },
  ];
};
const environHidden: Change = (s) => {
  Object.assign(s.data['proxy.process'], {
    token: { state: 'unreadable', kind: 'proxy-token', flags: [] },
    environment: { state: 'denied', reason: 'EACCES' },
  });
  s.data['proxy.probe'].attempts = [{ class: 20, source: 'file', outcome: 'refused' }];
};

const noToken: Change = (s) => put(s, source('config', unset()));
const nothingTried: Change = (s) => {
  s.data['probe.credentials'].attempts = [];
  s.data['probe.credentials'].notTried = 'no-candidate';
};
const madeUp: Change = (s) => {
  const atMs = s.data.run.nowMs - 3_598_000;
  s.data['gateway.logs'].lifecycle.push({ event: 'generated-token', atMs });
};
const gatewayHas =
  (name: string): Change =>
  (s) => {
    const { environment } = s.data['gateway.process'];
    if (name === 'OPENCLAW_GATEWAY_TOKEN') environment.token = set(3);
    else environment.referenced.push({ name, mark: set(3) });
    s.data['probe.credentials'] = {
      endpoint: s.data['probe.credentials'].endpoint,
      attempts: [
        { class: 3, slot: 'token', sources: ['environ'], why: 'predicted', outcome: 'accepted' },
      ],
    };
  };
const fileRef = { source: 'file', form: 'object', provider: 'f', id: '/t' } as const;
const fileSecret =
  (mark: Mark, reason?: string): Change =>
  (s) => {
    s.targets = s.targets.map((target) => ({ ...target, home: '/home/x' }));
    put(s, source('config', { ...unset(), state: 'unresolved-ref' }, { ref: fileRef }));
    s.data['gateway.config'].providers = [{ alias: 'f', source: 'file', path: '~/s.json' }];
    const more = reason === undefined ? {} : { reason };
    s.data['gateway.credentials'].resolved = [
      { slot: 'token', ref: fileRef, environment: 'any', mark, ...more },
    ];
  };
const looseFile: Change = (s) => {
  const rule = 'readable or writable by group or others, which OpenClaw refuses';
  fileSecret({ ...unset(), state: 'unresolved-ref' }, `~/s.json: mode 0644, ${rule}`)(s);
  s.data['probe.credentials'].attempts = [];
  s.data['probe.credentials'].notTried = 'no-candidate';
};
const unknownKey: Change = (s) => {
  s.data['gateway.config'].unknownKeys = [{ path: 'nonsense' }];
};
const notAccepted: Change = (s) => {
  s.data['gateway.state'].appliedEqualsFile = false;
};
const dotenvChanged: Change = (s) => {
  noToken(s);
  put(s, source('dotenv', set(1)));
};
const nothingRuns: Change = (s) => {
  s.data['gateway.process'] = {
    found: 'none',
    kind: 'unknown',
    environment: { state: 'absent', token: unset(), password: unset('password'), referenced: [] },
    lines: [],
    versionEvidence: [],
  };
  s.data['host.listeners'].listeners = [];
};
const blankToken: Change = (s) => put(s, source('config', { ...unset(), state: 'blank' }));

describe('an incident is found', () => {
  it.each<[string, string, Where, Change[], string]>([
    ['CLAW-109', 'sure', '2026.5', [shellToken], 'unset-shell-variable'],
    ['CLAW-110', 'sure', '2026.5', [refused], 'stop-flag-override'],
    ['CLAW-110', 'sure', '2026.9', [refused], 'stop-flag-override'],
    ['CLAW-111', 'sure', '2026.9', [unsetVariable, madeUp], 'set-variable'],
    // Nobody can see a --token of one that was started by hand.
    ['CLAW-111', 'likely', '2026.9', [unsetVariable], 'set-variable'],
    ['CLAW-111', 'likely', '2026.5', [noToken, nothingTried], 'set-variable'],
    ['CLAW-111', 'sure', '2026.5', [noToken, nothingTried, madeUp], 'set-variable'],
    [
      'CLAW-109',
      'sure',
      '2026.9',
      [noToken, gatewayHas('OPENCLAW_GATEWAY_TOKEN')],
      'write-plain-token',
    ],
    ['CLAW-109', 'sure', '2026.5', [unsetVariable, gatewayHas('NOPE_TOKEN')], 'set-variable'],
    ['CLAW-123', 'sure', '2026.9', [looseFile], 'repair-secret-file'],
    ['CLAW-123', 'sure', '2026.5', [looseFile], 'repair-secret-file'],
    ['CLAW-110', 'sure', '2026.9', [refused, unknownKey], 'fix-unknown-key'],
    ['CLAW-110', 'sure', '2026.5', [refused, notAccepted], 'repair-config'],
    ['CLAW-110', 'sure', '2026.9', [fileSecret(set(1)), refused], 'restart-gateway'],
    ['CLAW-110', 'sure', '2026.5', [dotenvChanged, refused], 'restart-gateway'],
    ['CLAW-118', 'sure', '2026.5', [otherConfig], 'use-this-config'],
    ['CLAW-118', 'sure', '2026.5', [listensElsewhere], 'agree-on-port'],
    ['CLAW-105', 'sure', '2026.5', [pendingUpgrade], 'approve-request'],
    ['CLAW-106', 'sure', '2026.5', [clientsOnTheLan], 'align-client-url'],
    [
      'CLAW-101',
      'sure',
      'proxy',
      [proxyHoldsAnother, proxyRefuses],
      'restart-proxy-with-file-token',
    ],
    ['CLAW-101', 'likely', 'proxy', [environHidden], 'restart-proxy-with-file-token'],
  ])('%s, %s (%s)', (code, confidence, where, changes, remedy) => {
    const told = report(where, ...changes);
    expect(told.incidents.map((i) => [i.code, i.confidence])).toEqual([[code, confidence]]);
    expect(told.exitCode).toBe(1);
    expect(told.plan.map((step) => step.id)).toContain(remedy);
    expect(told.plan.at(-1)?.id).toBe('verify-all');
    for (const step of told.plan) {
      for (const text of [step.why, step.risk, step.undo, step.postcondition]) {
        expect(text).not.toMatch(/undefined|\{|\}|^$/);
      }
    }
  });
});

it('says what moved a gateway to another port, where its environment tells', () => {
  const story = (...changes: Change[]) => report('2026.5', ...changes).incidents[0]?.story;
  expect(story(listensElsewhere)).toContain(
    '`--port`, or OPENCLAW_GATEWAY_PORT where it was started, beats gateway.port.',
  );
  const variable: Change = (s) => {
    s.data['gateway.process'].environment.port = 18889;
  };
  expect(story(listensElsewhere, variable)).toContain(
    'OPENCLAW_GATEWAY_PORT in its own environment beats gateway.port.',
  );
});

describe('an old secret', () => {
  const story = (...changes: Change[]): string =>
    report('2026.9', ...changes, refused).incidents[0]?.story.join(' ') ?? '';
  const effects = (...changes: Change[]): string[] =>
    report('2026.9', ...changes, refused).plan.map((step) => step.effect);

  it('of a config that is invalid needs no restart, which would end the gateway', () => {
    for (const change of [unknownKey, notAccepted]) {
      expect(story(change)).toContain('the edit was not taken up');
      expect(effects(change)).not.toContain('restarts-gateway');
    }
    expect(story(unknownKey)).toContain('the config is invalid (nonsense)');
  });

  it('of a reference is told as one, and restarted', () => {
    expect(story(fileSecret(set(1)))).toContain('the reference was rotated behind the process');
    expect(effects(fileSecret(set(1)))).toContain('restarts-gateway');
  });

  it('of a plain value is blamed on --token', () => {
    expect(story()).toContain('started with --token');
  });
});

it('closes a secret file with a command, and says what is wrong with it', () => {
  const told = report('2026.9', looseFile);
  expect(told.incidents[0]?.story.join(' ')).toMatch(
    /will not start again .*~\/s\.json: mode 0644, /,
  );
  const step = told.plan.find(({ id }) => id === 'repair-secret-file');
  expect(step?.command).toEqual(['chmod', '600', '/home/x/s.json']);
  expect(told.plan.map(({ id }) => id)).not.toContain('set-variable');
});

describe('an incident is not found', () => {
  it.each<[string, Where, Change[]]>([
    ['on a healthy gateway', '2026.5', []],
    ['on a healthy proxy', 'proxy', []],
    ['where a blank token keeps 2026.9 from starting', '2026.9', [blankToken, nothingRuns]],
    ['where nothing runs that could have made a token up', '2026.9', [unsetVariable, nothingRuns]],
    ['with a secret file that is well', '2026.9', [fileSecret(set(1))]],
    ['where the version ignores the shell variable', '2026.9', [shellToken]],
    [
      'where the environment holds what the config holds',
      '2026.5',
      [(s) => put(s, source('shell', set(1)))],
    ],
    [
      'where only the process has another value in its environ, and answers itself inside',
      '2026.9',
      [
        (s) => {
          s.data['gateway.process'].environment.token = set(9);
        },
      ],
    ],
    [
      'where nothing listens behind the proxy',
      'proxy',
      [
        (s) => {
          s.data['proxy.probe'].attempts = [{ class: 20, source: 'file', outcome: 'backend-down' }];
        },
      ],
    ],
  ])('%s', (_name, where, changes) => {
    expect(report(where, ...changes).incidents).toEqual([]);
  });
});

describe('between two incidents', () => {
  it('the higher rank claims the finding, and the lower one is silent or listed against', () => {
    const told = report('2026.5', shellToken, refused);
    expect(told.incidents.map((i) => i.code)).toEqual(['CLAW-110']);
    const claimed = told.incidents.flatMap((i) => i.explains);
    expect(new Set(claimed).size).toBe(claimed.length);
  });

  it('a wrong listener stands above everything that follows from it', () => {
    const told = report('2026.5', otherConfig, refused, shellToken);
    expect(told.incidents[0]?.code).toBe('CLAW-118');
    expect(told.incidents.map((i) => i.code)).not.toContain('CLAW-110');
  });
});

describe('the plan', () => {
  it('copies a file before its first edit, restarts once, and verifies at the end', () => {
    const told = report('2026.5', refused, (s) => {
      s.data['gateway.config'].reloadMode = 'off';
      s.targets = [{ ...gateway, configPath: '/home/x/.openclaw/openclaw.json' }];
    });
    const ids = told.plan.map((step) => step.id);
    expect(ids).toEqual([
      'snapshot-before-edit',
      'turn-on-reload',
      'restart-gateway',
      'verify-all',
    ]);
  });

  it('is empty when nothing fails', () => {
    expect(report('2026.9').plan).toEqual([]);
  });

  it('takes the first remedy of a failure that no incident explains', () => {
    const told = report('2026.5', (s) => {
      s.data['gateway.process'] = {
        ...s.data['gateway.process'],
        found: 'none',
        kind: 'unknown',
        environment: {
          state: 'absent',
          token: unset(),
          password: unset('password'),
          referenced: [],
        },
      };
      s.data['host.listeners'].listeners = [];
    });
    expect(told.incidents).toEqual([]);
    expect(told.plan.map((step) => step.id)).toContain('start-gateway');
  });
});
