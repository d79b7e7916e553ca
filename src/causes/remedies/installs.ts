import type { RemedyMaker } from './remedy.js';
import { text, verifyWith } from './remedy.js';
import { edits, reload } from './service.js';

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
  'use-supported-node': (at) => {
    const range = text(at.params, 'engines') || 'of the install';
    const unit = text(at.params, 'unit');
    return {
      title: `Start OpenClaw with a Node in the range ${range}`,
      actor: 'operator',
      effect: 'edits-file',
      ...(unit === '' ? {} : edits(at)),
      postcondition:
        unit === ''
          ? `the first \`node\` on PATH is in the range ${range}`
          : `${unit} names a Node in the range ${range} (\`openclaw gateway install --force\` writes the one of this shell); ${reload(at)}`,
      why: at.finding.text,
      risk:
        unit === '' ? 'other programs of the same shell get that Node too' : 'the gateway restarts',
      undo:
        unit === ''
          ? 'choose the former Node again'
          : 'put the copy of the unit back, and load it again',
      verify: verifyWith('install/node'),
    };
  },
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
