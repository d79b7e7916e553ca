import { BaseCommand } from '../src/commandline/base-command.js';
import { outputFlags } from '../src/commandline/flags.js';
import { lookUp } from '../src/commandline/look-up.js';
import { pageOptions } from '../src/commandline/terminal.js';
import { explanationRow, renderExplanations } from '../src/render/explain.js';

export default class Explain extends BaseCommand {
  static override summary = 'Tell what a check, a finding, an incident or an error text means.';
  static override description = 'Offline, from the same table that the diagnosis uses.';
  static override usage = 'explain ID | CHECK CODE | CLAW-NNN | "TEXT" [--json]';
  static override examples = [
    '<%= config.bin %> explain token/sources',
    '<%= config.bin %> explain CLAW-101',
    '<%= config.bin %> explain AUTH_TOKEN_MISMATCH',
    '<%= config.bin %> explain "pairing required"',
  ];
  static override strict = false;
  static override flags = outputFlags;

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Explain);
    const query = this.required(argv.join(' '), 'a check, a code or a text to explain');
    const { checkEntries, incidentEntries, refusalEntries } = await import(
      '../src/commandline/registry.js'
    );
    const found = lookUp(query, {
      checks: checkEntries,
      incidents: incidentEntries,
      refusals: refusalEntries,
    });
    const document = { schemaVersion: 1, query, explanations: found.map(explanationRow) };
    await this.answer(flags, document, () => renderExplanations(found, pageOptions()));
  }
}
