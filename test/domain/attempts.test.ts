import { describe, expect, it } from 'vitest';
import { attemptRows, planGatewayAttempts, planProxyAttempts } from '../../src/domain/attempts.js';
import { gatewayEndpoint, preferred } from '../../src/domain/endpoints.js';
import { splitUrl } from '../../src/domain/openclaw/url.js';
import { gatewayOwnership, proxyOwnership } from '../../src/domain/ownership.js';
import { FactSet } from '../../src/model/fact-set.js';
import type {
  ConfigFacts,
  CredentialSource,
  CredentialSourceFacts,
  CredentialSourceId,
} from '../../src/model/facts-gateway.js';
import type { Listener } from '../../src/model/facts-host.js';
import type { CredentialProbe, HttpAnswer, RefusalMemory } from '../../src/model/facts-probes.js';
import type { Mark } from '../../src/model/mark.js';
import type { Observation } from '../../src/model/observation.js';
import type { Target } from '../../src/model/target.js';
import {
  configFacts,
  fact,
  gateway,
  nowMs,
  processFacts,
  proxy,
  runFacts,
  setMark,
  unset,
} from '../observe/live-context.js';

const local = gateway(18789);
const endpoint = 'POST http://127.0.0.1:18789/tools/invoke';

type Held = [CredentialSourceId, number | Mark, ('token' | 'password')?];

function sources(held: readonly Held[], resolved: CredentialSourceFacts['resolved'] = []) {
  return {
    sources: held.map(
      ([id, value, slot = 'token']): CredentialSource => ({
        id,
        name: id === 'config' ? `gateway.auth.${slot}` : 'OPENCLAW_GATEWAY_TOKEN',
        slot,
        where: id,
        mark: typeof value === 'number' ? setMark(value) : value,
      }),
    ),
    resolved,
    shell: { home: false, stateDir: false, configPath: false },
    dotenv: { file: { path: '~/.openclaw/.env', state: 'absent' } },
  } satisfies CredentialSourceFacts;
}

interface Stage {
  held: readonly Held[];
  config?: Partial<ConfigFacts> | null;
  more?: readonly Observation[];
  target?: Target;
  refused?: RefusalMemory['refused'];
}

function stage({ held, config = {}, more = [], target = local, refused = [] }: Stage): FactSet {
  const own = held.find(([id, , slot = 'token']) => id === 'config' && slot === 'token');
  const token = own === undefined ? unset : typeof own[1] === 'number' ? setMark(own[1]) : own[1];
  return new FactSet(
    [
      fact('run', runFacts()),
      ...(config
        ? [fact('gateway.config', configFacts({ token: { mark: token }, ...config }), target.id)]
        : []),
      fact('gateway.credentials', sources(held), target.id),
      fact('probe.refusals', { refused, locked: [] }),
      ...more,
    ],
    [target],
  );
}

const classes = (facts: FactSet, target = local): number[] =>
  planGatewayAttempts(facts, target).attempts.map((a) => a.class);

const limit = (maxAttempts: number, exemptLoopback = false) => ({
  rateLimit: { maxAttempts, windowMs: 60_000, lockoutMs: 300_000, exemptLoopback },
});

describe('planGatewayAttempts', () => {
  it('tries what the rules predict first, then the other distinct values by source', () => {
    const facts = stage({
      held: [
        ['shell', 5],
        ['dotenv', 4],
        ['config', 7],
        ['last-good', 7],
        ['service-env', 2],
      ],
    });
    const plan = planGatewayAttempts(facts, local);
    expect(plan.attempts.map((a) => [a.class, a.sources])).toEqual([
      [7, ['config', 'last-good']],
      [2, ['service-env']],
      [4, ['dotenv']],
      [5, ['shell']],
    ]);
    expect(plan.attempts[0]).toMatchObject({ endpoint, slot: 'token', target: 'gateway:18789' });
    expect(plan.attempts[0]?.why).toMatch(/predict/);
    expect(plan).toMatchObject({ withheld: [], anonymousFirst: true });
  });

  it('tries four values at most', () => {
    const held: Held[] = [
      ['config', 0],
      ['service-env', 1],
      ['service-file', 2],
      ['dotenv', 3],
      ['shell', 4],
    ];
    const plan = planGatewayAttempts(stage({ held }), local);
    expect(plan.attempts.map((a) => a.class)).toEqual([0, 1, 2, 3]);
    expect(plan.withheld).toMatchObject([{ class: 4, remembered: false }]);
  });

  it.each<[string, Held[]]>([
    ['hooks tokens', [['hooks', 3]]],
    ['the token of another host', [['remote', 3]]],
    ['placeholders', [['shell', setMark(3, { flags: ['placeholder'] })]]],
    ['markers', [['shell', setMark(3, { flags: ['marker'] })]]],
    ['templates', [['shell', setMark(3, { flags: ['template'] })]]],
    ['blanks', [['shell', { state: 'blank', kind: 'token', flags: [] }]]],
    [
      'what could not be resolved',
      [['shell', { state: 'unresolved-ref', kind: 'token', flags: [] }]],
    ],
    [
      'what no header can carry',
      [['shell', setMark(3, { shape: { length: '<16', chars: 'other' } })]],
    ],
    ['what is not sealed yet', [['shell', setMark(-3)]]],
    ['a password in token mode', [['shell', 3, 'password']]],
  ])('never sends %s', (_name, held) => {
    expect(classes(stage({ held: [['config', 1], ...held] }))).toEqual([1]);
  });

  it('sends a weak value: it is what the config holds', () => {
    expect(classes(stage({ held: [['config', setMark(1, { flags: ['weak'] })]] }))).toEqual([1]);
  });

  it('names the remote source where its value equals another', () => {
    const plan = planGatewayAttempts(
      stage({
        held: [
          ['config', 1],
          ['remote', 1],
        ],
      }),
      local,
    );
    expect(plan.attempts).toMatchObject([{ class: 1, sources: ['config', 'remote'] }]);
  });

  it('takes the password where the mode says so', () => {
    const held: Held[] = [
      ['config', 1],
      ['config', 2, 'password'],
    ];
    const facts = stage({ held, config: { authMode: 'password', password: { mark: setMark(2) } } });
    expect(planGatewayAttempts(facts, local).attempts).toMatchObject([
      { class: 2, slot: 'password' },
    ]);
  });

  it('knows what the running process was started with, unless it is another gateway', () => {
    const environment = { ...processFacts().environment, token: setMark(9) };
    const at = (sameConfig: boolean): number[] =>
      classes(
        stage({
          held: [['config', 1]],
          more: [fact('gateway.process', processFacts({ environment, sameConfig }), local.id)],
        }),
      );
    expect(at(true)).toEqual([1, 9]);
    expect(at(false)).toEqual([1]);
  });

  it('remembers nothing against trusted-proxy mode either', () => {
    const facts = stage({
      held: [['config', 1]],
      config: { authMode: 'trusted-proxy', ...limit(4) },
      refused: [{ endpoint, class: 1, atMs: nowMs - 1000, untilMs: nowMs + 60_000 }],
    });
    expect(planGatewayAttempts(facts, local).withheld).toMatchObject([
      { class: 1, remembered: false },
    ]);
  });

  it('asks nobody in trusted-proxy mode', () => {
    const facts = stage({ held: [['config', 1]], config: { authMode: 'trusted-proxy' } });
    expect(planGatewayAttempts(facts, local).attempts).toEqual([]);
  });

  const many: Held[] = [
    ['config', 0],
    ['service-env', 1],
    ['service-file', 2],
    ['dotenv', 3],
    ['shell', 4],
  ];
  it.each<[string, Partial<ConfigFacts> | null, number]>([
    ['loopback is exempt', limit(4, true), 4],
    ['no limiter is configured on loopback', {}, 4],
    ['10 attempts on loopback', limit(10), 4],
    ['4 attempts on loopback', limit(4), 1],
    ['3 attempts on loopback', limit(3), 1],
    ['2 attempts on loopback', limit(2), 0],
    ['1 attempt on loopback', limit(1), 0],
    ['a config that cannot be read', null, 4],
  ])('%s: %o allows %i', (_name, config, most) => {
    expect(classes(stage({ held: many, config }))).toHaveLength(most);
  });

  it('counts what was refused before, and does not send it again', () => {
    const row = { endpoint, atMs: nowMs - 1000, untilMs: nowMs + 1000 };
    const at = (refused: RefusalMemory['refused'], more: Observation[] = []) =>
      planGatewayAttempts(stage({ held: many, config: limit(10), refused, more }), local);
    const remembered = at([{ ...row, class: 0 }]);
    expect(remembered.attempts.map((a) => a.class)).toEqual([1, 2, 3]);
    expect(remembered.withheld[0]).toMatchObject({ class: 0, remembered: true });
    expect(at([{ ...row, class: -1 }]).attempts).toHaveLength(3);
    expect(at([{ ...row, class: 0, untilMs: nowMs - 1 }]).attempts).toHaveLength(4);
    expect(at([{ ...row, class: 0, endpoint: 'POST http://[::1]:1/x' }]).attempts).toHaveLength(4);
    const restarted = fact('gateway.process', processFacts({ startedAtMs: nowMs }), local.id);
    expect(at([{ ...row, class: 0 }], [restarted]).attempts).toHaveLength(4);
  });

  it('asks again after an edit of the config, but spends from the same budget', () => {
    const file = { path: '~/x', state: 'ok', mtimeMs: nowMs } as const;
    const refused = [0, 1, 2].map((value) => ({
      endpoint,
      class: value,
      atMs: nowMs - 9,
      untilMs: nowMs + 9,
    }));
    const facts = stage({ held: many, config: { ...limit(10), file }, refused });
    expect(classes(facts)).toEqual([0]);
  });

  it('sends to a remote gateway what belongs there', () => {
    const target = gateway(443, { id: 'gateway:r', place: 'remote', url: 'wss://gw.example.com' });
    const held: Held[] = [
      ['config', 1],
      ['remote', 2],
      ['shell', 3],
      ['service-env', 4],
    ];
    const config = {
      mode: 'remote',
      remote: { token: { mark: setMark(2) }, password: { mark: unset } },
    };
    const plan = planGatewayAttempts(stage({ held, target, config }), target);
    expect(plan.attempts.map((a) => a.class)).toEqual([2, 3]);
    expect(plan.attempts[0]?.endpoint).toBe('POST https://gw.example.com:443/tools/invoke');
  });
});

describe('planProxyAttempts', () => {
  const target = proxy(11435);
  const plan = (file: Mark, environ: Mark) =>
    planProxyAttempts(
      new FactSet(
        [
          fact('proxy.files', { mark: file, port: 11435 } as never, target.id),
          fact('proxy.process', { token: environ } as never, target.id),
        ],
        [target],
      ),
      target,
    ).attempts.map((a) => [a.source, a.class, a.sources]);

  it.each<[string, Mark, Mark, unknown]>([
    [
      'two values',
      setMark(1),
      setMark(2),
      [
        ['file', 1, ['file']],
        ['environ', 2, ['environ']],
      ],
    ],
    ['one value in both', setMark(1), setMark(1), [['file', 1, ['file', 'environ']]]],
    ['only the process', unset, setMark(2), [['environ', 2, ['environ']]]],
    ['nothing', unset, { state: 'unreadable', kind: 'proxy-token', flags: [] }, []],
  ])('%s', (_name, file, environ, expected) => {
    expect(plan(file, environ)).toEqual(expected);
  });
});

describe('gatewayEndpoint', () => {
  const at = (addresses: string[], target = local, config: Partial<ConfigFacts> = {}): string => {
    const listeners = addresses.map((address): Listener => ({ address, port: 18789, uid: 0 }));
    return gatewayEndpoint(
      new FactSet(
        [
          fact('host.listeners', { listeners, ownersKnown: true }),
          fact('gateway.config', configFacts(config), target.id),
        ],
        [target],
      ),
      target,
    ).http;
  };
  it.each([
    [['127.0.0.1', '::1'], 'http://127.0.0.1:18789'],
    [['::1'], 'http://[::1]:18789'],
    [['::'], 'http://[::1]:18789'],
    [['0.0.0.0'], 'http://127.0.0.1:18789'],
    [['192.168.1.10'], 'http://192.168.1.10:18789'],
    [['192.168.1.10', '127.0.0.1'], 'http://127.0.0.1:18789'],
    [[], 'http://127.0.0.1:18789'],
  ])('%j: %s', (addresses, url) => {
    expect(at(addresses)).toBe(url);
  });

  it('speaks TLS where the config says so', () => {
    expect(at(['127.0.0.1'], local, { tls: { enabled: true } })).toBe('https://127.0.0.1:18789');
  });

  it('goes to the URL of a remote gateway, not to a listener here', () => {
    const remote = gateway(18789, { place: 'remote', url: 'ws://gw.example.com:18789' });
    expect(at(['127.0.0.1'], remote)).toBe('http://gw.example.com:18789');
  });

  it('prefers what a local client reaches first', () => {
    const rows = ['10.0.0.1', '::', '0.0.0.0', '127.0.0.1'].map((address) => ({
      address,
      port: 1,
      uid: 0,
    }));
    expect(preferred(rows)?.address).toBe('127.0.0.1');
  });
});

describe('ownership', () => {
  const refusal: HttpAnswer = { kind: 'gateway-401', status: 401 };
  const judge = (
    process: Parameters<typeof processFacts>[0] | undefined,
    answer?: HttpAnswer,
    ports?: number[],
  ) =>
    gatewayOwnership(
      new FactSet(
        [
          ...(ports ? [fact('host.listeners', listening(ports))] : []),
          ...(process ? [fact('gateway.process', processFacts(process), local.id)] : []),
          ...(answer ? [fact('probe.anonymous', { endpoint: 'e', answer }, local.id)] : []),
        ],
        [local],
      ),
      local,
    );
  const listening = (ports: number[]) => ({
    listeners: ports.map((port) => ({ address: '127.0.0.1', port, uid: 1 })),
    ownersKnown: false,
  });
  const lock = { path: '~/l', pid: 4121, alive: true, sameConfig: true };
  const byLock = (port?: number) =>
    ({
      found: 'lock',
      sameConfig: undefined,
      lock: port === undefined ? lock : { ...lock, port },
    }) as never;
  const hidden = {
    found: 'socket-without-owner',
    kind: 'unknown',
    sameConfig: undefined,
    pid: undefined,
  } as never;

  it.each<[string, ReturnType<typeof judge>, string]>([
    ['the owner of the socket reads our config', judge({}), 'socket'],
    ['a foreign program', judge({ kind: 'foreign' }, refusal), 'none'],
    ['a tunnel', judge({ kind: 'tunnel' }, refusal), 'none'],
    ['a gateway of another config', judge({ sameConfig: false }, refusal), 'none'],
    ['a hidden owner that answers as a gateway', judge(hidden, refusal), 'answer'],
    ['a hidden owner that answers otherwise', judge(hidden, { kind: 'html', status: 200 }), 'none'],
    ['a hidden owner and no answer', judge(hidden), 'none'],
    ['a valid lock of this port', judge(byLock(18789)), 'lock'],
    [
      'a valid lock of this port, where nothing listens',
      judge(byLock(18789), undefined, []),
      'none',
    ],
    ['a valid lock without a port, and a listener', judge(byLock(), undefined, [18789]), 'lock'],
    ['a valid lock without a port, where nothing listens', judge(byLock(), undefined, []), 'none'],
    ['a valid lock without a port, listeners unknown', judge(byLock()), 'none'],
    ['a lock of another port', judge(byLock(1)), 'none'],
    ['a lock of another port, and a gateway that answers here', judge(byLock(1), refusal), 'none'],
    [
      'a dead lock',
      judge({ found: 'lock', sameConfig: undefined, lock: { ...lock, alive: false } } as never),
      'none',
    ],
    ['no /proc, but a gateway answers', judge(undefined, refusal), 'answer'],
  ])('%s', (_name, found, how) => {
    expect(found.how).toBe(how);
    expect(found.proved).toBe(how !== 'none');
  });

  it.each<[string, number, string, string | undefined, string]>([
    ['the user of the state directory', 1000, '127.0.0.1', undefined, 'answer'],
    ['root, for a container', 0, '127.0.0.1', undefined, 'answer'],
    ['whoever runs us', 7, '127.0.0.1', undefined, 'answer'],
    ['another user', 1001, '127.0.0.1', undefined, 'none'],
    ['another user on every address', 1001, '::', undefined, 'none'],
    ['another user, mapped', 1001, '::ffff:127.0.0.1', undefined, 'none'],
    ['another user, where --url goes', 1001, '::1', 'ws://localhost:18789', 'none'],
    ['another user on an address that is not asked', 1001, '192.0.2.1', undefined, 'answer'],
  ])('of a listener of %s', (_name, uid, address, url, how) => {
    const target = gateway(18789, { uid: 1000 });
    const given = splitUrl(url);
    const options = { ...runFacts().options, ...(given ? { url: given } : {}) };
    const listeners = [
      { address: '127.0.0.1', port: 18789, uid: address === '127.0.0.1' ? uid : 1000 },
      { address, port: 18789, uid },
    ];
    const facts = new FactSet(
      [
        fact('run', runFacts({ uid: 7, options })),
        fact('host.listeners', { listeners, ownersKnown: false }),
        fact('gateway.process', processFacts(hidden), target.id),
        fact('probe.anonymous', { endpoint: 'e', answer: refusal }, target.id),
      ],
      [target],
    );
    const found = gatewayOwnership(facts, target);
    expect(found.how).toBe(how);
    if (how === 'none') expect(found.reason).toContain(`(uid ${uid})`);
  });

  it('believes the process that it has looked at, whoever runs it', () => {
    const target = gateway(18789, { uid: 1000 });
    const listeners = [{ address: '127.0.0.1', port: 18789, uid: 999, pid: 4121 }];
    const facts = new FactSet(
      [
        fact('run', runFacts()),
        fact('host.listeners', { listeners, ownersKnown: true }),
        fact('gateway.process', processFacts({ uid: 999 }), target.id),
      ],
      [target],
    );
    expect(gatewayOwnership(facts, target).how).toBe('socket');
  });

  it('asks the same of a proxy', () => {
    const target = proxy(1);
    const of = (owner: object | undefined, kind: HttpAnswer['kind']) =>
      proxyOwnership(
        new FactSet(owner ? [fact('proxy.process', owner as never, target.id)] : [], [target]),
        target,
        { kind, status: 401 },
      ).how;
    expect(of({ found: 'socket', isProxy: true }, 'timeout')).toBe('socket');
    expect(of({ found: 'socket', isProxy: false }, 'proxy-401')).toBe('none');
    expect(of(undefined, 'proxy-401')).toBe('answer');
    expect(of(undefined, 'gateway-401')).toBe('none');
  });
});

describe('attemptRows', () => {
  const letter = (value: number | undefined): string =>
    value === undefined ? '-' : 'ABCDEFGH'.charAt(value);
  const rows = (probe: CredentialProbe): string[] =>
    attemptRows(
      stage({
        held: [
          ['config', 0],
          ['dotenv', 1],
          ['shell', 2],
        ],
        more: [
          fact(
            'probe.anonymous',
            { endpoint, answer: { kind: 'gateway-401', status: 401 } },
            local.id,
          ),
          fact('probe.credentials', probe, local.id),
        ],
      }),
      letter,
    ).map((r) => `${r.credential} ${r.outcome}`);
  const attempt = { slot: 'token', sources: ['config'], why: 'w' } as const;

  it.each([
    [-1, 'none accepted: the config asks for none'],
    [0, 'A accepted: the gateway accepted it over HTTP'],
  ])('names what a connect carried (class %d)', (value, row) => {
    const socket = { endpoint: 'WS x', class: value, outcome: 'accepted', scopes: [] } as const;
    const facts = stage({ held: [], more: [fact('probe.handshake', socket, local.id)] });
    expect(attemptRows(facts, letter).map((r) => `${r.credential} ${r.outcome}: ${r.why}`)).toEqual(
      [row],
    );
  });

  it('infers that what follows an accepted value is stale', () => {
    const attempts = [
      { ...attempt, class: 0, outcome: 'refused' } as const,
      { ...attempt, class: 1, outcome: 'accepted' } as const,
    ];
    expect(rows({ endpoint, attempts })).toEqual([
      'none gateway-401',
      'A refused',
      'B accepted',
      'C stale (inferred)',
    ]);
  });

  it('says why nothing was sent', () => {
    expect(rows({ endpoint, attempts: [], notTried: 'owner-not-proved' })).toEqual([
      'none gateway-401',
      'A not sent: owner-not-proved',
      'B not sent: owner-not-proved',
      'C not sent: owner-not-proved',
    ]);
  });
});
