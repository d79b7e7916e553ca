import { describe, expect, it } from 'vitest';
import { incidentRules } from '../../../src/causes/incidents/index.js';
import { buildRemedy, remedyCatalogue } from '../../../src/causes/remedies/index.js';
import type { Supervisor } from '../../../src/causes/remedies/supervisor.js';
import { factsUnder, findingWith, supervisors } from '../../causes/supervisors.js';
import { credentials } from './credentials.js';
import { load } from './load.js';
import { commandsOf } from './loop.js';
import { models } from './models.js';
import { pairing } from './pairing.js';
import { reach } from './reach.js';

const loops = [...credentials, ...reach, ...pairing, ...load, ...models];

/** Remedies with a command that no loop runs, and why. */
const notExecuted: Readonly<Record<string, string>> = {
  'start-gateway':
    'of process/gateway alone, no incident; the same argv as start-after-storm, which is run',
  'close-file': 'of token/permissions alone, a warning that is no incident; chmod as it stands',
  'migrate-credential-store':
    'openclaw doctor --fix changes a whole state directory, which the lab does not imitate',
};

const withCommand = Object.keys(remedyCatalogue).filter((id) =>
  (Object.keys(supervisors) as Supervisor[]).some(
    (kind) => buildRemedy(id, { facts: factsUnder(kind), finding: findingWith() }).command,
  ),
);
const executed = new Set(loops.flatMap(commandsOf));

describe('the loops', () => {
  it.each(incidentRules.map((rule) => rule.code))('%s is walked to its end', (code) => {
    expect(loops.some((loop) => loop.code === code)).toBe(true);
  });

  it.each(withCommand)('%s is run as it stands, or it is said why not', (id) => {
    expect(executed.has(id) || notExecuted[id] !== undefined).toBe(true);
  });

  it('give no reason for what is run, or for what has no command', () => {
    const odd = Object.keys(notExecuted).filter((id) => executed.has(id));
    expect(odd).toEqual([]);
    expect(Object.keys(notExecuted).filter((id) => !withCommand.includes(id))).toEqual([]);
  });

  it('find some remedies with a command at all', () => {
    expect(withCommand.length).toBeGreaterThan(8);
    expect(withCommand).toContain('restart-gateway');
  });
});
