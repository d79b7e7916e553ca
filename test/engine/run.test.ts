import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/engine/run.js';
import { runEngine } from '../../src/engine/run.js';
import type { AnyCheck } from '../../src/model/check.js';
import { UserError } from '../../src/model/errors.js';
import type { Stage } from '../../src/model/observation.js';
import type { AnyObserver, DiagnoseOptions, ObserverContext } from '../../src/model/observer.js';
import type { Target } from '../../src/model/target.js';
import { Vault } from '../../src/secrets/vault.js';
import { check, discovery, explainNothing, gateway, host, observers, options } from './parts.js';

interface Setting {
  checks?: AnyCheck[];
  more?: AnyObserver[];
  given?: Partial<DiagnoseOptions>;
  signal?: AbortSignal;
  events?: EngineEvent[];
}

function run({ checks = [], more = [], given = {}, signal, events }: Setting) {
  const full = options(given);
  return runEngine({
    checks,
    observers: observers(full, [gateway], more),
    explain: explainNothing,
    secrets: new Vault(),
    host: host({ now: () => Date.now() }),
    options: full,
    signal: signal ?? new AbortController().signal,
    onEvent: (event) => events?.push(event),
  });
}

const readiness = (observe: AnyObserver['observe'], more: Partial<AnyObserver> = {}): AnyObserver =>
  ({ id: 'gateway.readiness', stage: 'status', deadlineMs: 50, observe, ...more }) as AnyObserver;

const needsReadiness = check({
  id: 'status/readiness',
  stage: 'status',
  needs: ['gateway.readiness'],
});

describe('a run', () => {
  it.each([
    ['of agents', { per: 'agent' }, false, ['fine', 'undetermined']],
    ['that needs the models', { needs: ['gateway.models'] }, false, ['fine', 'undetermined']],
    ['of agents, all of them seen', { per: 'agent' }, true, ['fine']],
    ['of something else', {}, false, ['fine']],
  ] as const)('says what was not looked at to a check %s', async (_name, more, complete, codes) => {
    const agent: Target = { id: 'agent:a', kind: 'agent', primary: false, evidence: [] };
    const full = options();
    const some = observers(full, [gateway, { ...agent, parent: gateway.id }]).map((observer) =>
      observer.id === 'host.discovery'
        ? {
            ...observer,
            observe: async () => ({ ...(await observer.observe({} as never)), complete }),
          }
        : observer,
    ) as AnyObserver[];
    const models = {
      id: 'gateway.models',
      stage: 'doctor',
      deadlineMs: 50,
      observe: async () => ({ state: 'ok', source: 'x', data: {} }),
    } as unknown as AnyObserver;
    const { report } = await runEngine({
      checks: [check({ id: 'a/b', ...more } as Partial<AnyCheck> & { id: string })],
      observers: [...some, models],
      explain: explainNothing,
      secrets: new Vault(),
      host: host({ now: () => Date.now() }),
      options: full,
      signal: new AbortController().signal,
    });
    expect(report.findings.map((f) => f.code).sort()).toEqual(codes);
    const cut = report.findings.find((f) => f.code === 'undetermined');
    if (codes.length > 1) {
      expect(cut).toMatchObject({ subject: 'host', outcome: 'unknown' });
      expect(cut?.text).toContain('more than the 1 agents');
    }
    expect(report.checks[0]?.required).toBe(codes.length > 1);
  });

  it.each([true, false])(
    'says that models were not looked at: all of them seen is %s',
    async (complete) => {
      const models = {
        id: 'gateway.models',
        stage: 'doctor',
        deadlineMs: 50,
        observe: async () => ({ state: 'ok', source: 'x', data: {}, complete }),
      } as unknown as AnyObserver;
      const checks = [check({ id: 'a/b', needs: ['gateway.models'] }), check({ id: 'a/c' })];
      const { report } = await run({ checks, more: [models] });
      const cut = report.findings.filter((f) => f.code === 'undetermined').map((f) => f.check);
      expect(cut).toEqual(complete ? [] : ['a/b']);
    },
  );

  it('takes only what the chosen checks need', async () => {
    let asked = 0;
    const observer = readiness(async () => {
      asked += 1;
      return { state: 'absent', source: 'x', reason: 'nothing there' };
    });
    await run({ checks: [check({ id: 'a/b' })], more: [observer] });
    expect(asked).toBe(0);
    await run({ checks: [needsReadiness], more: [observer] });
    expect(asked).toBe(1);
  });

  it.each([
    ['hangs', () => new Promise<never>(() => {}), 'timeout', 'no answer within 50 ms'],
    [
      'throws',
      () => {
        throw new Error('token=hunter2-in-the-message');
      },
      'error',
      'the observer failed: Error',
    ],
    [
      'fails with a system code',
      () => Promise.reject(Object.assign(new Error('x'), { code: 'EMFILE' })),
      'error',
      'the observer failed: EMFILE',
    ],
  ])('survives an observer that %s', async (_name, observe, state, reason) => {
    const { report, observations } = await run({
      checks: [needsReadiness],
      more: [readiness(observe as AnyObserver['observe'])],
    });
    expect(observations.find((o) => o.id === 'gateway.readiness')).toMatchObject({ state, reason });
    expect(report.findings).toMatchObject([{ code: 'undetermined', outcome: 'unknown' }]);
    expect(report.exitCode).toBe(3);
    expect(JSON.stringify(report)).not.toContain('hunter2');
  });

  it('survives a check that throws: unknown, and the others are judged', async () => {
    const thrower = check({
      id: 'a/thrower',
      judge: () => {
        throw new TypeError('boom');
      },
    });
    const { report } = await run({ checks: [thrower, check({ id: 'a/other' })] });
    expect(report.checks.map((c) => [c.id, c.outcome])).toEqual([
      ['a/thrower', 'unknown'],
      ['a/other', 'pass'],
    ]);
  });

  it('ends at its budget with what it has', async () => {
    const slow = readiness(() => new Promise<never>(() => {}), { deadlineMs: 60_000 });
    const { report } = await run({
      checks: [needsReadiness],
      more: [slow],
      given: { budgetMs: 80 },
    });
    expect(report.findings[0]?.text).toContain('budget');
    expect(report.exitCode).toBe(3);
  });

  it('ends at an interrupt with a partial report and exit code 130', async () => {
    const controller = new AbortController();
    const slow = readiness(
      () => {
        setTimeout(() => controller.abort(), 20);
        return new Promise<never>(() => {});
      },
      { deadlineMs: 60_000 },
    );
    const { report } = await run({
      checks: [check({ id: 'a/done' }), needsReadiness],
      more: [slow],
      signal: controller.signal,
    });
    expect(report.exitCode).toBe(130);
    expect(report.run.interrupted).toBe(true);
    expect(report.checks.map((c) => c.outcome)).toEqual(['pass', 'unknown']);
  });

  it('stops after the first failing stage when asked to, and lists what it did not reach', async () => {
    const failing = check({
      id: 'a/fails',
      judge: () => [{ code: 'broken', params: { what: 'it' } }],
    });
    const { report } = await run({
      checks: [failing, needsReadiness],
      more: [readiness(async () => ({ state: 'absent', source: 'x', reason: 'never asked' }))],
      given: { stopOnFail: true },
    });
    expect(report.findings.map((f) => [f.check, f.code])).toEqual([
      ['a/fails', 'broken'],
      ['status/readiness', 'stopped'],
    ]);
    expect(report.closable).toBe(false);
  });

  it('looks again at what changed, once, and gives up on what changes twice', async () => {
    const look = async (changes: string[]) => {
      let taken = 0;
      const observer = readiness(
        async () => {
          taken += 1;
          return { state: 'absent', source: 'x', reason: `take ${taken}` };
        },
        { witness: async () => changes.shift() ?? 'still' },
      );
      const { report, observations } = await run({ checks: [needsReadiness], more: [observer] });
      return { taken, changed: report.run.changed, observations };
    };
    expect(await look(['same', 'same'])).toMatchObject({ taken: 1, changed: [] });
    const once = await look(['a', 'b', 'b', 'b']);
    expect(once).toMatchObject({ taken: 2, changed: ['gateway.readiness@gateway:18789'] });
    const twice = await look(['a', 'b', 'c', 'd', 'e']);
    expect(twice.observations.at(-1)?.reason).toContain('changed while looking');
  });

  it('shares what was found once over the whole stage, and not with the next one', async () => {
    const found: string[] = [];
    const shares = (id: string, stage: Stage): AnyObserver =>
      ({
        id,
        stage,
        deadlineMs: 1000,
        async observe({ once }: ObserverContext) {
          await once('list', async () => found.push(id));
          if (id !== 'host.discovery') return { state: 'absent', source: id, reason: 'x' };
          return { state: 'ok', source: id, data: discovery([gateway]) };
        },
      }) as unknown as AnyObserver;
    const full = options();
    const others = observers(full, [gateway]).filter(({ id }) => id !== 'host.discovery');
    await runEngine({
      checks: [check({ id: 'a/b', stage: 'status', needs: ['host.install', 'host.listeners'] })],
      observers: [
        ...others,
        shares('host.discovery', 'doctor'),
        shares('host.install', 'doctor'),
        shares('host.listeners', 'status'),
      ],
      explain: explainNothing,
      secrets: new Vault(),
      host: host({ now: () => Date.now() }),
      options: full,
      signal: new AbortController().signal,
    });
    expect(found).toEqual(['host.discovery', 'host.listeners']);
  });

  it('keeps results in registry order, whoever ends first', async () => {
    const delayed = (id: string, ms: number): AnyObserver =>
      ({
        id,
        stage: 'doctor',
        deadlineMs: 1000,
        observe: () =>
          new Promise((resolve) =>
            setTimeout(() => resolve({ state: 'absent', source: id, reason: 'x' }), ms),
          ),
      }) as unknown as AnyObserver;
    const { observations } = await run({
      checks: [check({ id: 'a/b', needs: ['gateway.config', 'gateway.state'] })],
      more: [delayed('gateway.config', 40), delayed('gateway.state', 1)],
    });
    expect(observations.map((o) => o.id)).toEqual([
      'run',
      'host.discovery',
      'gateway.config',
      'gateway.state',
    ]);
  });

  it('lets a user error out of discovery end the run', async () => {
    const full = options();
    const started = runEngine({
      checks: [],
      observers: observers(full, []),
      explain: explainNothing,
      secrets: new Vault(),
      host: host(),
      options: full,
      signal: new AbortController().signal,
      onDiscovered: () => {
        throw new UserError('nothing to look at');
      },
    });
    await expect(started).rejects.toThrow('nothing to look at');
  });
});

describe('selection', () => {
  const registry = [
    check({ id: 'token/sources' }),
    check({ id: 'token/applied', stage: 'status' }),
    check({ id: 'probe/credentials', stage: 'probes' }),
  ];

  it.each<[string, Partial<DiagnoseOptions>, string[]]>([
    ['nothing given', {}, ['token/sources', 'token/applied', 'probe/credentials']],
    ['one id', { only: ['token/applied'] }, ['token/applied']],
    ['an area', { only: ['token'] }, ['token/sources', 'token/applied']],
    ['a stage', { skip: ['probes'] }, ['token/sources', 'token/applied']],
    ['through status', { through: 'status' }, ['token/sources', 'token/applied']],
  ])('%s', async (_name, given, judged) => {
    const { report } = await run({ checks: registry, given });
    expect(report.checks.filter((c) => c.outcome === 'pass').map((c) => c.id)).toEqual(judged);
    expect(report.checks.map((c) => c.id)).toEqual(registry.map((c) => c.id));
    expect(report.closable).toBe(judged.length === registry.length);
  });

  it('a single stage reports its own checks and no others', async () => {
    const { report } = await run({
      checks: registry,
      given: { command: 'status', single: 'status', through: 'status' },
    });
    expect(report.checks.map((c) => c.id)).toEqual(['token/applied']);
  });
});

describe('the verdict', () => {
  const saying = (code: string, more: Partial<AnyCheck> = {}) =>
    check({ id: 'a/b', judge: () => [{ code, params: {} }], ...more });

  it.each<[string, AnyCheck[], Partial<DiagnoseOptions>, string, number]>([
    ['all is well', [saying('fine')], {}, 'ok', 0],
    ['a warning', [saying('odd')], {}, 'warn', 0],
    ['a warning that should fail', [saying('odd')], { failOn: 'warn' }, 'warn', 1],
    ['a failure', [saying('broken')], {}, 'fail', 1],
    ['an unknown', [saying('hidden')], {}, 'inconclusive', 3],
    ['an optional unknown', [saying('hidden', { optional: true })], {}, 'ok', 0],
    [
      'an unknown that another check answered',
      [check({ id: 'c/d' }), saying('hidden', { answeredBy: ['c/d'] })],
      {},
      'ok',
      0,
    ],
    [
      'an unknown beside a failure',
      [saying('hidden'), check({ id: 'c/d', judge: () => [{ code: 'broken', params: {} }] })],
      {},
      'fail',
      1,
    ],
    ['what nobody asked for', [saying('fine', { asks: 'external' })], {}, 'ok', 0],
  ])('%s', async (_name, checks, given, verdict, exitCode) => {
    const { report } = await run({ checks, given });
    expect([report.verdict, report.exitCode]).toEqual([verdict, exitCode]);
    if (report.checks.some((c) => c.outcome === 'unknown' || c.outcome === 'fail')) {
      expect(report.closable).toBe(false);
    }
  });

  it('blocks what stands on a failure, and names it', async () => {
    const { report } = await run({
      checks: [
        saying('broken'),
        check({ id: 'c/d', blockedBy: [{ check: 'a/b', codes: ['broken'] }] }),
        check({ id: 'e/f', blockedBy: [{ check: 'a/b', codes: ['another'] }] }),
      ],
    });
    expect(report.checks.map((c) => [c.id, c.outcome, c.blockedBy])).toEqual([
      ['a/b', 'fail', undefined],
      ['c/d', 'skip', 'a/b'],
      ['e/f', 'pass', undefined],
    ]);
  });
});
