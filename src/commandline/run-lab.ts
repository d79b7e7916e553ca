import { join, resolve } from 'node:path';
import { UserError } from '../model/errors.js';
import type { ExitCode } from '../model/report.js';
import { execute } from './execute.js';
import { LabSignals } from './lab-signals.js';
import { localHost } from './local-host.js';
import { nearest } from './nearest.js';
import type { DiagnosisFlags } from './options.js';
import { diagnoseOptions } from './options.js';

/** Stages a scenario, diagnoses that host and not this one, and takes the stage down again. */
export async function runLab(name: string, flags: DiagnosisFlags): Promise<ExitCode> {
  const lab = await import('../lab/index.js');
  const { checkEntries } = await import('./registry.js');
  const scenario = lab.scenarios.find((s) => s.name === name);
  if (!scenario) {
    const names = lab.scenarios.map((s) => s.name);
    const near = nearest(name, names);
    throw new UserError(`there is no scenario "${name}"`, near.length > 0 ? near : names);
  }
  const own = localHost();
  const checkIds = checkEntries.map((check) => check.id);
  const asked = diagnoseOptions('lab run', flags, { cwd: own.cwd, checkIds });
  const json = flags.json === true || flags.format === 'json';
  const signals = new LabSignals(json);
  try {
    const deployment = await lab.stage(name);
    signals.staged(() => deployment.stop());
    const dir = flags['evidence-dir'];
    const exitCode = await execute({
      options: { ...asked, ...deployment.options, command: 'lab run' },
      host: deployment.host,
      json,
      verbose: flags.verbose ?? false,
      anonymize: false,
      evidence: flags['no-evidence']
        ? undefined
        : {
            dir: dir === undefined ? join(own.ownStateDir, 'lab') : resolve(own.cwd, dir),
            explicit: dir !== undefined,
          },
      banner: [
        'LAB: this is a staged deployment, not your host.',
        `${scenario.name}: ${scenario.title}`,
      ].join(' | '),
      onSecondInterrupt: () => signals.leave('SIGINT'),
    });
    signals.answered();
    return exitCode;
  } finally {
    await signals.end();
  }
}
