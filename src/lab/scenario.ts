import type { DiagnoseOptions } from '../model/observer.js';
import type { Lab } from './lab.js';

/** What a scenario is about, in the order of `lab list`. */
export const families = [
  'The four reports',
  'Gateway credentials',
  'Secret references',
  'Refused clients',
  'Pairing and scopes',
  'The gateway does not start',
  'Addresses, proxies and identity',
  'Storms, pressure and installs',
  'Models',
  'Sandboxes and the Ollama proxy',
  'Nothing is wrong',
] as const;

export type Family = (typeof families)[number];

/** A staged deployment by name. What is wrong with it is told in `about`, for people only. */
export interface Scenario {
  name: string;
  family: Family;
  title: string;
  about: string;
}

/** Places files and starts processes; knows no fix and no finding. */
export interface StagedScenario extends Scenario {
  build(lab: Lab): Promise<Partial<DiagnoseOptions> | undefined>;
}

type Build = (lab: Lab) => Promise<Partial<DiagnoseOptions> | undefined> | Promise<void>;

/** Scenarios of one family: `of(name, title, about, build)`. */
export function family(
  name: Family,
): (scenario: string, title: string, about: string, build: Build) => StagedScenario {
  return (scenario, title, about, build) => ({
    name: scenario,
    family: name,
    title,
    about,
    build: async (lab) => (await build(lab)) ?? undefined,
  });
}
