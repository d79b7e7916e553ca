import { BaseCommand } from '../src/commandline/base-command.js';
import { outputFlags } from '../src/commandline/flags.js';
import { pageOptions } from '../src/commandline/terminal.js';
import { checkRow, renderChecks } from '../src/render/checks.js';

export default class Checks extends BaseCommand {
  static override summary = 'List every check, in the order in which they are reported.';
  static override flags = outputFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(Checks);
    const { checkEntries } = await import('../src/commandline/registry.js');
    const document = { schemaVersion: 1, checks: checkEntries.map(checkRow) };
    await this.answer(flags, document, () => renderChecks(checkEntries, pageOptions()));
  }
}
