import { Flags } from '@oclif/core';
import { BaseCommand } from '../../src/commandline/base-command.js';
import { outputFlags } from '../../src/commandline/flags.js';
import { pageOptions } from '../../src/commandline/terminal.js';
import { renderGroups } from '../../src/render/groups.js';

export default class LabList extends BaseCommand {
  static override summary = 'List the staged deployments; each has one planted fault, or none.';
  static override flags = {
    ...outputFlags,
    verbose: Flags.boolean({ char: 'v', description: 'Say what each of them stages.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(LabList);
    const { scenarios } = await import('../../src/lab/index.js');
    const rows = scenarios.map(({ name, family, title, about }) => ({
      name,
      family,
      title,
      about,
    }));
    await this.answer(flags, { schemaVersion: 1, scenarios: rows }, () =>
      renderGroups(
        rows.map(({ name, family, title, about }) => ({ name, title, text: about, group: family })),
        'clawdoctor lab run NAME   stages one and diagnoses it',
        { ...pageOptions(), verbose: flags.verbose },
      ),
    );
  }
}
