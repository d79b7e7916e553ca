import type { DiagnoseOptions } from '../model/observer.js';
import type { Lab } from './lab.js';

/** A staged deployment by name. What is wrong with it is told in `about`, for people only. */
export interface Scenario {
  name: string;
  title: string;
  about: string;
}

/** Places files and starts processes; knows no fix and no finding. */
export interface StagedScenario extends Scenario {
  build(lab: Lab): Promise<Partial<DiagnoseOptions> | undefined>;
}
