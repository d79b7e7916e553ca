import type { AnyCheck, CodeSpec, FindingDraft, Judging } from '../model/check.js';
import { errorCode } from '../model/errors.js';
import type { FactSet } from '../model/fact-set.js';
import type { ObservationId } from '../model/facts.js';
import type { Finding, Params } from '../model/finding.js';
import { subjectTarget } from '../model/finding.js';
import type { Observation } from '../model/observation.js';
import { observationKey } from '../model/observation.js';
import type { Scope, Target } from '../model/target.js';
import { hostTarget } from '../model/target.js';
import { fillTemplate } from './template.js';

/** Codes that the engine itself gives; a check never uses them. */
export const engineCodes = {
  'no-subject': {
    outcome: 'skip',
    skipReason: 'not-applicable',
    text: 'there is no {scope} to look at here',
  },
  'not-selected': {
    outcome: 'skip',
    skipReason: 'not-selected',
    text: 'not part of what was asked for',
  },
  stopped: {
    outcome: 'skip',
    skipReason: 'blocked-by-fail',
    text: 'not reached: --stop-on-fail ended the run after the {stage} stage',
  },
  blocked: {
    outcome: 'skip',
    skipReason: 'blocked-by-fail',
    text: 'says nothing while {check} fails',
  },
  'not-asked': {
    outcome: 'unknown',
    text: 'not looked at; give --{flag} to have it looked at',
  },
  undetermined: {
    outcome: 'unknown',
    text: '{source}: {reason}',
    next: ['look-again'],
  },
  crashed: {
    outcome: 'unknown',
    text: 'this check failed by itself ({error}); that is a fault of clawdoctor, please report it',
  },
} as const satisfies Record<string, CodeSpec>;

const scopeNames: Record<Scope, string> = {
  run: 'host',
  gateway: 'OpenClaw Gateway',
  agent: 'agent',
  sandbox: 'sandbox',
  proxy: 'Ollama auth proxy',
};

/** Every finding of one check, over all of its subjects; a throw in it is `unknown`. */
export function judgeCheck(check: AnyCheck, all: FactSet, earlier: readonly Finding[]): Finding[] {
  const facts = all.upTo(check.stage);
  const make = (
    code: keyof typeof engineCodes,
    params: Params,
    evidence: string[],
    by?: string,
  ) => [finding(check, { code, params }, engineCodes[code], hostTarget.id, evidence, by)];
  const discovery = facts.observation('host.discovery', hostTarget.id);
  if (discovery?.state !== 'ok') return make('undetermined', undetermined(discovery), []);
  const subjects = facts.targetsOf(check.per);
  if (subjects.length === 0) {
    return make('no-subject', { scope: scopeNames[check.per] }, [observationKey(discovery)]);
  }
  const findings = subjects.flatMap((subject) => judgeSubject(check, facts, subject, earlier));
  const rest = notLookedAt(check, facts);
  return [
    ...findings,
    ...rest.flatMap(([o, params]) => make('undetermined', params, [observationKey(o)])),
  ];
}

/** A limit that was reached: what lies beyond it may be broken, and nobody has seen it. */
function notLookedAt(check: AnyCheck, facts: FactSet): [Observation, Params][] {
  const needsModels = check.needs.includes('gateway.models');
  if (check.per !== 'agent' && !needsModels) return [];
  const cut = (o: Observation): boolean => o.state === 'ok' && !o.complete;
  const looked = facts.targetsOf('agent').length;
  const agents = `there are more than the ${looked} agents that were looked at; the rest were not`;
  const models = 'it names more models than were looked at; the rest were not';
  const row = (o: Observation, source: string, reason: string): [Observation, Params] => [
    o,
    { source, reason, state: 'incomplete' },
  ];
  return [
    ...facts
      .all('host.discovery')
      .filter(cut)
      .map((o) => row(o, 'host', agents)),
    ...(needsModels
      ? facts
          .all('gateway.models')
          .filter(cut)
          .map((o) => row(o, o.source, models))
      : []),
  ];
}

/** A finding of the engine's own about a whole check: not selected, or not reached. */
export function engineFinding(
  check: AnyCheck,
  code: 'not-selected' | 'stopped',
  params: Params,
): Finding {
  return finding(check, { code, params }, engineCodes[code], hostTarget.id, []);
}

function judgeSubject(
  check: AnyCheck,
  facts: FactSet,
  subject: Target,
  earlier: readonly Finding[],
): Finding[] {
  const own = (code: keyof typeof engineCodes, params: Params, evidence: string[], by?: string) => [
    finding(check, { code, params }, engineCodes[code], subject.id, evidence, by),
  ];
  const related = (id: ObservationId): string => facts.relatedTarget(id, subject);
  const asked = facts.run.options;
  if (check.asks === 'external' && !asked.external)
    return own('not-asked', { flag: 'external' }, []);
  if (check.asks === 'sandbox' && asked.sandbox.length === 0) {
    return own('not-asked', { flag: 'sandbox' }, []);
  }
  const blocker = blockerOf(check, subject, earlier);
  if (blocker) return own('blocked', { check: blocker.check }, blocker.evidence, blocker.check);
  for (const id of check.needs) {
    const needed = facts.observation(id, related(id));
    if (needed?.state !== 'ok') {
      return own('undetermined', undetermined(needed), needed ? [observationKey(needed)] : []);
    }
  }
  const seen = [...check.needs, ...(check.uses ?? [])]
    .map((id) => facts.observation(id, related(id)))
    .filter((o) => o !== undefined);
  const judging: Judging<ObservationId, ObservationId, string> = {
    subject,
    run: facts.run,
    facts,
    get: (id) => {
      const data = facts.data(id, related(id));
      if (data === undefined)
        throw new TypeError(`${check.id} reads ${id}, which it does not need`);
      return data;
    },
    look: (id) => facts.observation(id, related(id)),
    all: (id) => facts.all(id),
    found: (code, params = {}, more = {}) => ({ code, params, ...more }),
  };
  try {
    const drafts = check.judge(judging as never);
    return drafts.map((draft) => {
      const spec = check.codes[draft.code];
      if (!spec) throw new TypeError(`${check.id} has no code ${draft.code}`);
      return finding(check, draft, spec, subject.id, seen.map(observationKey));
    });
  } catch (error) {
    return own('crashed', { error: errorCode(error) }, []);
  }
}

function blockerOf(
  check: AnyCheck,
  subject: Target,
  earlier: readonly Finding[],
): Finding | undefined {
  return earlier.find(
    (f) =>
      f.outcome === 'fail' &&
      [subject.id, subject.parent, hostTarget.id].includes(subjectTarget(f.subject)) &&
      check.blockedBy?.some((by) => by.check === f.check && by.codes.includes(f.code)),
  );
}

function undetermined(observation: Observation | undefined): Params {
  return {
    source: observation?.source ?? 'this source',
    reason: observation?.reason ?? 'was not looked at',
    state: observation?.state ?? 'missing',
  };
}

function finding(
  check: AnyCheck,
  draft: FindingDraft,
  spec: CodeSpec,
  subject: string,
  evidence: string[],
  blockedBy?: string,
): Finding {
  return {
    check: check.id,
    stage: check.stage,
    code: draft.code,
    subject: draft.subject ?? subject,
    outcome: spec.outcome,
    text: fillTemplate(spec.text, draft.params),
    params: draft.params,
    evidence,
    next: [...(draft.next ?? spec.next ?? [])],
    ...(spec.skipReason ? { skipReason: spec.skipReason } : {}),
    ...(blockedBy ? { blockedBy } : {}),
  };
}
