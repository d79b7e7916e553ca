import { BaseCommand } from '../../src/commandline/base-command.js';
import { outputFlags } from '../../src/commandline/flags.js';
import { pageOptions } from '../../src/commandline/terminal.js';
import { renderRows } from '../../src/render/rows.js';

export default class LabList extends BaseCommand {
  static override summary = 'List the staged deployments; each has one planted fault, or none.';
  static override flags = outputFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(LabList);
    const { scenarios } = await import('../../src/lab/index.js');
    const rows = scenarios.map(({ name, title, about }) => ({ name, title, about }));
    await this.answer(flags, { schemaVersion: 1, scenarios: rows }, () =>
      renderRows(
        rows.map(({ name, title, about }) => ({ name, title, text: about })),
        'clawdoctor lab run NAME   stages one and diagnoses it',
        pageOptions(),
      ),
    );
  }
}
