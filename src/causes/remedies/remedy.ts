import type { FactSet } from '../../model/fact-set.js';
import type { Finding, Params } from '../../model/finding.js';
import { subjectTarget } from '../../model/finding.js';
import type { Remedy } from '../../model/remedy.js';
import type { Target } from '../../model/target.js';
import { hostTarget } from '../../model/target.js';

/** What a remedy is made for: the finding that cites it, among the facts of its run. */
export interface RemedyInput {
  facts: FactSet;
  finding: Finding;
}

/** A catalogue entry; the id and the subject are added by the catalogue. */
export type RemedyMaker = (at: RemedyContext) => Omit<Remedy, 'id' | 'subject'>;

/** The same, resolved: where things are on this host. Paths are real ones, for commands. */
export interface RemedyContext {
  facts: FactSet;
  finding: Finding;
  params: Params;
  target: Target;
  /** The gateway that the finding is about, directly or as an agent's parent. */
  gateway: Target | undefined;
  configPath: string;
  stateDir: string;
  /** Does this host have an `openclaw` that a command could start? */
  hasCli: boolean;
  /** The id of the check that will tell whether the step worked. */
  check: string;
}

export function contextOf({ facts, finding }: RemedyInput): RemedyContext {
  const target = facts.target(subjectTarget(finding.subject)) ?? hostTarget;
  const gateway =
    target.kind === 'gateway'
      ? target
      : (target.parent && facts.target(target.parent)) || facts.primary('gateway');
  return {
    facts,
    finding,
    params: finding.params,
    target,
    gateway,
    configPath: gateway?.configPath ?? '~/.openclaw/openclaw.json',
    stateDir: gateway?.stateDir ?? '~/.openclaw',
    hasCli: (facts.data('host.install', hostTarget.id)?.binaries.length ?? 0) > 0,
    check: finding.check,
  };
}

/** `clawdoctor run --only ID` and what it must say. */
export function verifyWith(check: string, expect = `${check} passes`): Remedy['verify'] {
  return { command: ['clawdoctor', 'run', '--only', check], expect };
}

/** A param as text; empty when the finding has none of that name. */
export function text(params: Params, name: string): string {
  const value = params[name];
  return Array.isArray(value)
    ? value.join(', ')
    : value === undefined || value === null
      ? ''
      : String(value);
}

/** `openclaw ARGS`, told which state it is about when that is not the operator's own default. */
export function openclaw(at: RemedyContext, ...args: string[]): string[] {
  const primary = at.gateway?.primary ?? true;
  return primary
    ? ['openclaw', ...args]
    : ['env', `OPENCLAW_STATE_DIR=${at.stateDir}`, 'openclaw', ...args];
}
