import { DiagnosisCommand } from '../src/commandline/diagnosis-command.js';
import { diagnosisFlags } from '../src/commandline/flags.js';

export default class Probes extends DiagnosisCommand {
  static override summary =
    'Only the third stage: ask the gateway, read-only, one planned attempt a credential.';
  static override description =
    'Observes what its checks need, from earlier stages too, and reports only its own checks.';
  static override flags = diagnosisFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(Probes);
    await this.diagnose('probes', flags, 'probes');
  }
}
