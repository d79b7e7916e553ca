import type { AnyCheck } from '../model/check.js';
import type { Explain } from '../model/explanation.js';
import { FactSet } from '../model/fact-set.js';
import type { RunFacts } from '../model/facts-host.js';
import type { Observation, Stage } from '../model/observation.js';
import { observationKey, stages } from '../model/observation.js';
import type { AnyObserver, DiagnoseOptions, HostAccess, SecretKeeper } from '../model/observer.js';
import type { CheckResult, Report } from '../model/report.js';
import { hostTarget } from '../model/target.js';
import { RunEnd } from './deadline.js';
import { judge } from './judge.js';
import { contextMaker, observeAgain, observeStage, witnessOf } from './observe-stage.js';
import { planObservers, selectChecks } from './selection.js';

export type EngineEvent =
  | { type: 'stage-start' | 'stage-end'; stage: Stage }
  | {
      type: 'observer-end';
      id: string;
      target: string;
      stage: Stage;
      state: string;
      durationMs: number;
    }
  | { type: 'judged'; check: CheckResult };

/** Everything that the engine works with; src/diagnose.ts puts the real parts in. */
export interface EngineParts {
  checks: readonly AnyCheck[];
  observers: readonly AnyObserver[];
  explain: Explain;
  secrets: SecretKeeper & { seal<T>(data: T): T };
  host: HostAccess;
  options: DiagnoseOptions;
  signal: AbortSignal;
  /** Looks at the targets before anything else is observed; may throw a UserError. */
  onDiscovered?(facts: FactSet): void;
  onEvent?: ((event: EngineEvent) => void) | undefined;
}

export interface EngineResult {
  report: Report;
  observations: Observation[];
}

/** Doctor, then status, then probes; then a second look, and one judgement of all of it. */
export async function runEngine(parts: EngineParts): Promise<EngineResult> {
  const { options, observers, checks } = parts;
  const planned = planObservers(observers, selectChecks(checks, options).judged);
  const ending = endOf(parts.signal, options.budgetMs);
  const taken: Observation[] = [];
  const witnesses = new Map<string, string>();
  let stoppedAfter: Stage | undefined;

  // Discovery is a round of its own, and what it has read counts for the rest of its stage.
  const list = () => new Map<string, Promise<unknown>>();
  const shared: Record<Stage, ReturnType<typeof list>> = {
    doctor: list(),
    status: list(),
    probes: list(),
  };
  const round = async (stage: Stage, some: readonly AnyObserver[]): Promise<void> => {
    const observations = await observeStage({
      stage,
      observers: some,
      before: taken,
      host: parts.host,
      options,
      secrets: parts.secrets,
      runEnd: ending.runEnd,
      shared: shared[stage],
      onEnd: (o) => parts.onEvent?.({ ...eventOf(o), type: 'observer-end' }),
      onWitness: (key, witness) => witnesses.set(key, witness),
    });
    taken.push(...parts.secrets.seal(observations));
  };

  try {
    const first = new Set(['run', 'host.discovery']);
    parts.onEvent?.({ type: 'stage-start', stage: 'doctor' });
    await round(
      'doctor',
      planned.filter((o) => first.has(o.id)),
    );
    parts.onDiscovered?.(new FactSet(taken));
    for (const stage of stages) {
      if (stage !== 'doctor') parts.onEvent?.({ type: 'stage-start', stage });
      await round(
        stage,
        planned.filter((o) => !first.has(o.id)),
      );
      parts.onEvent?.({ type: 'stage-end', stage });
      if (options.stopOnFail && judge(taken, checks, parts.explain).verdict === 'fail') {
        stoppedAfter = stage;
        break;
      }
    }
    const changed = await lookAgain(parts, planned, taken, witnesses, ending.runEnd);
    amendRun(taken, {
      ...(changed.length > 0 ? { changed } : {}),
      ...(parts.signal.aborted ? { interrupted: true } : {}),
      ...(stoppedAfter && stoppedAfter !== 'probes' ? { stoppedAfter } : {}),
    });
  } finally {
    ending.clear();
  }
  const report = judge(taken, checks, parts.explain);
  for (const check of report.checks) parts.onEvent?.({ type: 'judged', check });
  return { report, observations: taken };
}

function eventOf(o: Observation) {
  return { id: o.id, target: o.target, stage: o.stage, state: o.state, durationMs: o.durationMs };
}

/** Ends the run at Ctrl-C or when the budget is spent, and knows which of the two it was. */
function endOf(parent: AbortSignal, budgetMs: number) {
  const runEnd = new RunEnd();
  const timer = setTimeout(() => runEnd.end('budget'), budgetMs);
  const onAbort = (): void => runEnd.end('interrupt');
  if (parent.aborted) onAbort();
  else parent.addEventListener('abort', onAbort, { once: true });
  const clear = (): void => {
    clearTimeout(timer);
    parent.removeEventListener('abort', onAbort);
  };
  return { runEnd, clear };
}

/** What changed is observed once more; what changes again cannot be judged. */
async function lookAgain(
  parts: EngineParts,
  planned: readonly AnyObserver[],
  taken: Observation[],
  witnesses: ReadonlyMap<string, string>,
  runEnd: RunEnd,
): Promise<string[]> {
  const changed: string[] = [];
  for (const [index, old] of [...taken.entries()]) {
    const before = witnesses.get(observationKey(old));
    const observer = planned.find((o) => o.id === old.id);
    const target = new FactSet(taken).target(old.target);
    if (before === undefined || !observer || !target) continue;
    const { host, options, secrets } = parts;
    const input = { before: taken, host, options, secrets, runEnd };
    const look = () => witnessOf(observer, contextMaker(input)(target, new FactSet(taken)), runEnd);
    const now = await look();
    if (now === undefined || now === before) continue;
    changed.push(observationKey(old));
    const again = await observeAgain(observer, target, input);
    const settled = (await look()) === now;
    taken[index] = settled ? parts.secrets.seal(again) : unsettled(old);
  }
  return changed;
}

function unsettled(old: Observation): Observation {
  const { data: _dropped, ...rest } = old;
  const reason = 'changed while looking, twice; run again when nothing edits it';
  return { ...rest, state: 'error', reason, complete: false };
}

/** The run observation is the only one that knows how the run ended. */
function amendRun(taken: Observation[], more: Partial<RunFacts>): void {
  const index = taken.findIndex((o) => o.id === 'run' && o.target === hostTarget.id);
  const run = taken[index];
  if (run?.state !== 'ok') return;
  taken[index] = { ...run, data: { ...(run.data as RunFacts), ...more } };
}
