import type { ObservationData, ObservationId } from './facts.js';
import { observationScope } from './facts.js';
import type { RunFacts } from './facts-host.js';
import type { Observation, ObservationOf, Stage } from './observation.js';
import { observationKey, stages } from './observation.js';
import type { Scope, Target } from './target.js';
import { hostTarget } from './target.js';

/** The recorded observations of a run: the only input of every check, plan and incident. */
export class FactSet {
  readonly #byKey = new Map<string, Observation>();
  readonly targets: readonly Target[];

  constructor(
    readonly observations: readonly Observation[],
    targets?: readonly Target[],
  ) {
    for (const observation of observations)
      this.#byKey.set(observationKey(observation), observation);
    this.targets = targets ?? this.data('host.discovery', hostTarget.id)?.targets ?? [];
  }

  /** What a check of this stage may see: nothing that a later stage has found out. */
  upTo(stage: Stage): FactSet {
    const last = stages.indexOf(stage);
    const visible = this.observations.filter((o) => stages.indexOf(o.stage) <= last);
    return new FactSet(visible, this.targets);
  }

  /** The observation whatever its state; undefined when nobody asked for it. */
  observation<K extends ObservationId>(id: K, targetId: string): ObservationOf<K> | undefined {
    return this.#byKey.get(`${id}@${targetId}`) as ObservationOf<K> | undefined;
  }

  /** The data of an observation that is `ok`. */
  data<K extends ObservationId>(id: K, targetId: string): ObservationData[K] | undefined {
    const observation = this.observation(id, targetId);
    return observation?.state === 'ok' ? observation.data : undefined;
  }

  /** Every observation of one id, in target order. */
  all<K extends ObservationId>(id: K): ObservationOf<K>[] {
    return this.observations.filter((o): o is ObservationOf<K> => o.id === id);
  }

  target(id: string): Target | undefined {
    return id === hostTarget.id ? hostTarget : this.targets.find((t) => t.id === id);
  }

  targetsOf(scope: Scope): Target[] {
    return scope === 'run' ? [hostTarget] : this.targets.filter((t) => t.kind === scope);
  }

  get run(): RunFacts {
    const run = this.data('run', hostTarget.id);
    if (!run) throw new Error('a fact set always holds the run observation');
    return run;
  }

  /** Which target an observation is taken of, seen from a check's subject. */
  relatedTarget(id: ObservationId, subject: Target): string {
    const scope = observationScope[id];
    if (scope === 'run') return hostTarget.id;
    if (scope === subject.kind) return subject.id;
    return subject.parent ?? this.primary(scope)?.id ?? hostTarget.id;
  }

  primary(scope: Scope): Target | undefined {
    const all = this.targetsOf(scope);
    return all.find((t) => t.primary) ?? all[0];
  }
}
