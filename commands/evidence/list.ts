import { BaseCommand } from '../../src/commandline/base-command.js';
import { evidenceDir } from '../../src/commandline/evidence-dir.js';
import { evidenceFlags } from '../../src/commandline/flags.js';
import { pageOptions } from '../../src/commandline/terminal.js';
import { listRuns } from '../../src/evidence/stored-runs.js';
import { renderRows } from '../../src/render/rows.js';

export default class EvidenceList extends BaseCommand {
  static override summary = 'List archived runs, oldest first.';
  static override flags = evidenceFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(EvidenceList);
    const dir = evidenceDir(flags);
    const runs = await listRuns(dir);
    const rows = runs.map(({ name, folder, manifest }) => {
      const { run, verdict, exitCode, closable, incidents } = manifest;
      return { name, folder, ...run, verdict, exitCode, closable, incidents };
    });
    await this.answer(flags, { schemaVersion: 1, dir, runs: rows }, () =>
      renderRows(
        rows.map((row) => ({
          name: row.name,
          title: `${row.verdict}, exit ${row.exitCode}${row.closable ? ', closable' : ''}`,
          text: [row.command, ...row.incidents].join(', '),
        })),
        rows.length > 0
          ? 'clawdoctor evidence show NAME (or: latest)'
          : `no archived run in ${dir}`,
        pageOptions(),
      ),
    );
  }
}
