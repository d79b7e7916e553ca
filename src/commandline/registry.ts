import { checks } from '../../checks/index.js';
import { incidentRules } from '../causes/incidents/index.js';
import type { CheckEntry, IncidentEntry } from '../render/catalogue.js';

/** What there is to list, to select from and to explain, in registry order. */
export const checkEntries: readonly CheckEntry[] = checks;
export const incidentEntries: readonly IncidentEntry[] = incidentRules;
