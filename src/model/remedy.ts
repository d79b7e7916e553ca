export type RemedyEffect =
  | 'none'
  | 'edits-file'
  | 'restarts-gateway'
  | 'restarts-proxy'
  | 'rotates-credential'
  | 'grants-access';

/** One step that a person (or a reviewed script) may take. clawdoctor takes none of them. */
export interface Remedy {
  /** From the catalogue in src/causes/remedies; the same id may appear for several subjects. */
  id: string;
  subject: string;
  title: string;
  actor: 'operator' | 'gateway host' | 'client user';
  effect: RemedyEffect;
  /** The file that the step edits, where it is known: the plan copies it first. */
  edits?: string;
  /** argv, only when it can be copied unchanged. Never a secret in it. */
  command?: string[];
  /** What is true once the step is done; a step without a command says how to tell. */
  postcondition: string;
  why: string;
  risk: string;
  undo: string;
  verify: { command: string[]; expect: string };
}
