import { randomBytes } from 'node:crypto';
import type { Remedy } from '../../../../src/model/remedy.js';
import type { Report } from '../../../../src/model/report.js';
import type { Gateway } from '../../harness/gateway.js';
import { freePort, makeHome } from '../../harness/home.js';
import type { OpenClawLine } from '../../harness/install.js';

/** One HOME, one port, and every secret that was made for them. */
export interface At {
  line: OpenClawLine;
  home: string;
  port: number;
  /** Of the config, where it has one. */
  token: string;
  /** `logging.file` of its gateways. */
  logFile: string;
  gateway?: Gateway;
  /** A new one, of which no report may contain anything. */
  secret(): string;
  secrets: readonly string[];
}

/** What the operator's shell has, what clawdoctor is asked, and how the fault is taken away again. */
export interface Staged {
  env?: Record<string, string>;
  args?: string[];
  undo?(report: Report): Promise<unknown>;
  mend?: Mend;
}

/** What the plan says, done: its command run as it stands, or its postcondition made true. */
export interface Mend {
  /** The step of the plan that is taken; left out, none fits. */
  remedy?: string;
  /** What the shell has afterwards; clawdoctor then has to be silent. */
  take(step: Remedy | undefined): Promise<Pick<Staged, 'env' | 'args'> | undefined>;
}

/** A scenario of the score (test/score/expectations.ts), staged on a real gateway. */
export interface RealScenario {
  name: string;
  lines: readonly OpenClawLine[];
  /** Lines on which the same staging does nobody harm: clawdoctor has to be silent. */
  harmless?: readonly OpenClawLine[];
  stage(at: At): Promise<Staged | undefined>;
  /** What a text says that names this cause, and not only its symptom. */
  cause: RegExp;
}

/** Scenarios that one gateway can take one after the other. */
export interface Station {
  title: string;
  lines: readonly OpenClawLine[];
  open(at: At): Promise<void>;
  scenarios: readonly RealScenario[];
}

export async function newPlace(line: OpenClawLine): Promise<At> {
  const [home, port, secrets] = [await makeHome(), await freePort(), [] as string[]];
  const secret = () => {
    const made = randomBytes(24).toString('hex');
    secrets.push(made);
    return made;
  };
  return { line, home, port, token: secret(), logFile: `${home}/gateway.log`, secret, secrets };
}
