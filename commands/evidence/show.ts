import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../src/commandline/base-command.js';
import { evidenceDir } from '../../src/commandline/evidence-dir.js';
import { evidenceFlags } from '../../src/commandline/flags.js';
import { pageOptions, write } from '../../src/commandline/terminal.js';
import type { MemberName } from '../../src/evidence/stored-runs.js';
import { findRun, memberNames, readMember } from '../../src/evidence/stored-runs.js';
import { renderStored } from '../../src/render/stored.js';

export default class EvidenceShow extends BaseCommand {
  static override summary = 'Show an archived run again, as it was reported.';
  static override args = {
    name: Args.string({
      description: 'Its name, the last four characters of it, or "latest".',
      default: 'latest',
    }),
  };
  static override flags = {
    ...evidenceFlags,
    verbose: Flags.boolean({ char: 'v', description: 'List every check and table.' }),
    member: Flags.option({
      description: 'Print this file of the archive as it is.',
      options: memberNames,
    })(),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(EvidenceShow);
    const stored = await findRun(evidenceDir(flags), args.name);
    const member: MemberName = flags.member ?? 'report';
    const text = await readMember(stored, member);
    const raw = flags.member !== undefined || this.wantsJson(flags);
    await write(
      'stdout',
      raw ? text : renderStored(text, { ...pageOptions(flags.verbose), evidence: stored.folder }),
    );
  }
}
