import { join, resolve } from 'node:path';
import type { Stage } from '../model/observation.js';
import { BaseCommand } from './base-command.js';
import { execute } from './execute.js';
import { localHost } from './local-host.js';
import type { DiagnosisFlags } from './options.js';
import { diagnoseOptions } from './options.js';

/** `run` and the stages: flags in, one call, an exit code out. */
export abstract class DiagnosisCommand extends BaseCommand {
  protected async diagnose(command: string, flags: DiagnosisFlags, single?: Stage): Promise<void> {
    const { checkEntries } = await import('./registry.js');
    const host = localHost();
    const options = diagnoseOptions(command, flags, {
      cwd: host.cwd,
      checkIds: checkEntries.map((check) => check.id),
      ...(single ? { single } : {}),
    });
    const dir = flags['evidence-dir'];
    process.exitCode = await execute({
      options,
      host,
      json: this.wantsJson(flags),
      verbose: flags.verbose ?? false,
      anonymize: flags.anonymize ?? false,
      evidence: flags['no-evidence']
        ? undefined
        : dir === undefined
          ? { dir: join(host.ownStateDir, 'evidence'), explicit: false }
          : { dir: resolve(host.cwd, dir), explicit: true },
    });
  }
}
