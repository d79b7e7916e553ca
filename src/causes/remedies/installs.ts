import type { RemedyMaker } from './remedy.js';
import { text, verifyWith } from './remedy.js';

/** Steps about what is installed: versions of OpenClaw, Node and plugins. */
export const installRemedies = {
  'keep-one-install': (at) => ({
    title: 'Keep one OpenClaw on this host',
    actor: 'operator',
    effect: 'edits-file',
    postcondition:
      'the shell, the service and the gateway use one install: the others are removed by the manager that put them there (npm, pnpm, Homebrew ...), or PATH gives the newest one first',
    why: at.finding.text,
    risk: 'a script that names the removed install by its path finds nothing',
    undo: 'install the removed version again with the same manager',
    verify: verifyWith('install/binaries'),
  }),
  'use-supported-node': (at) => ({
    title: `Start OpenClaw with a Node in the range ${text(at.params, 'engines')}`,
    actor: 'operator',
    effect: 'edits-file',
    postcondition: `the first \`node\` on PATH, or the one that the unit names, is in the range ${text(at.params, 'engines') || 'of the install'}`,
    why: at.finding.text,
    risk: 'other programs of the same shell get that Node too',
    undo: 'choose the former Node again',
    verify: verifyWith('install/node'),
  }),
  'repair-plugins': (at) => ({
    title: 'Bring the plugin back, or take it out of the config',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `${text(at.params, 'plugin') || 'every registered plugin'} is on disk with its manifest and its entry file, or plugins.load.paths, plugins.entries and the install record no longer name it`,
    why: at.finding.text,
    risk: 'what the plugin gave (a channel, a provider, a tool) is missing until it is back',
    undo: 'put the copy back that the snapshot step made',
    verify: verifyWith('install/plugins'),
  }),
} as const satisfies Record<string, RemedyMaker>;
