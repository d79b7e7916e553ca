import { underPressure } from '../domain/pressure.js';
import { FactSet } from '../model/fact-set.js';
import { observationScope } from '../model/facts.js';
import type { Observation, Stage } from '../model/observation.js';
import type {
  AnyObserver,
  DiagnoseOptions,
  HostAccess,
  Observer,
  ObserverContext,
  ObserverResult,
  SecretKeeper,
} from '../model/observer.js';
import type { Target } from '../model/target.js';
import type { RunEnd } from './deadline.js';
import { underDeadline } from './deadline.js';

export interface StageInput {
  stage: Stage;
  observers: readonly AnyObserver[];
  /** Sealed observations of earlier rounds. */
  before: readonly Observation[];
  host: HostAccess;
  options: DiagnoseOptions;
  secrets: SecretKeeper;
  runEnd: RunEnd;
  /** What `once` has found in an earlier round of the same stage. */
  shared?: Map<string, Promise<unknown>>;
  onEnd?: ((observation: Observation) => void) | undefined;
  /** Told the witness of each decisive source, taken just before the source was observed. */
  onWitness?: ((key: string, witness: string) => void) | undefined;
}

interface Job {
  observer: AnyObserver;
  target: Target;
}

/**
 * Takes every observation of one stage: side by side, each after those that it uses, one at a time
 * when the host is short of memory. Results stand in the observers' order, never in the order in
 * which they ended.
 */
export async function observeStage(input: StageInput): Promise<Observation[]> {
  const facts = new FactSet(input.before);
  const jobs = input.observers
    .filter((observer) => observer.stage === input.stage)
    .flatMap((observer) =>
      facts.targetsOf(observationScope[observer.id]).map((target): Job => ({ observer, target })),
    );
  const pressed = input.stage === 'probes' && underPressure(facts);
  const context = contextMaker(input);
  const done = new Map<Job, Promise<Observation>>();
  const finished: Observation[] = [];
  let previous: Promise<unknown> = Promise.resolve();

  const start = (job: Job): Promise<Observation> => {
    const running = done.get(job);
    if (running) return running;
    const uses = new Set(job.observer.uses ?? []);
    const needed = jobs.filter((other) => other !== job && uses.has(other.observer.id));
    const gate = pressed ? previous : Promise.resolve();
    const result = Promise.all([gate, ...needed.map(start)]).then(async () => {
      const seen = new FactSet([...input.before, ...finished]);
      const observation = await observe(job, context(job.target, seen), input, pressed);
      finished.push(observation);
      input.onEnd?.(observation);
      return observation;
    });
    if (pressed) previous = result;
    done.set(job, result);
    return result;
  };
  return Promise.all(jobs.map(start));
}

/** One more look at a single source, outside the round that took it first. */
export async function observeAgain(
  observer: AnyObserver,
  target: Target,
  input: Omit<StageInput, 'stage' | 'observers'>,
): Promise<Observation> {
  const context = contextMaker(input)(target, new FactSet(input.before));
  return observe({ observer, target }, context, input, false);
}

/** What a decisive source looks like now; undefined when it has no witness or cannot be told. */
export async function witnessOf(
  observer: AnyObserver,
  context: ObserverContext,
  runEnd: RunEnd,
): Promise<string | undefined> {
  if (!observer.witness) return undefined;
  const look = observer.witness.bind(observer);
  const result = await underDeadline(
    async (signal) => ({
      state: 'ok' as const,
      source: '',
      data: await look({ ...context, signal }),
    }),
    witnessDeadlineMs,
    runEnd,
  );
  return result.state === 'ok' ? result.data : undefined;
}

const witnessDeadlineMs = 1000;
const neverAborted = new AbortController().signal;

/** Makes the contexts of one round; what `once` shares is forgotten with the round or its stage. */
export function contextMaker(input: Omit<StageInput, 'stage' | 'observers'>) {
  const shared = input.shared ?? new Map<string, Promise<unknown>>();
  return (target: Target, facts: FactSet): ObserverContext => ({
    target,
    facts,
    host: input.host,
    options: input.options,
    secrets: input.secrets,
    // Replaced by each observer's own signal before it starts.
    signal: neverAborted,
    once<T>(key: string, work: () => Promise<T>): Promise<T> {
      const known = shared.get(key) as Promise<T> | undefined;
      if (known) return known;
      const started = work();
      shared.set(key, started);
      return started;
    },
  });
}

async function observe(
  { observer, target }: Job,
  context: ObserverContext,
  input: Pick<StageInput, 'host' | 'runEnd' | 'onWitness'>,
  pressed: boolean,
): Promise<Observation> {
  const started = input.host.now();
  const witness = await witnessOf(observer, context, input.runEnd);
  if (witness !== undefined) input.onWitness?.(`${observer.id}@${target.id}`, witness);
  const look = (observer as Observer).observe.bind(observer);
  const result: ObserverResult<unknown> = await underDeadline(
    (signal) => look({ ...context, signal }),
    pressed ? observer.deadlineMs * 3 : observer.deadlineMs,
    input.runEnd,
  );
  const common = {
    id: observer.id,
    target: target.id,
    stage: observer.stage,
    source: result.source || observer.id,
    takenAt: new Date(started).toISOString(),
    durationMs: Math.max(0, Math.round(input.host.now() - started)),
  };
  if (result.state === 'ok') {
    return { ...common, state: 'ok', complete: result.complete ?? true, data: result.data };
  }
  const why = pressed && result.state === 'timeout' ? 'host under memory pressure: ' : '';
  return { ...common, state: result.state, reason: `${why}${result.reason}`, complete: false };
}
