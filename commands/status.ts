import { DiagnosisCommand } from '../src/commandline/diagnosis-command.js';
import { diagnosisFlags } from '../src/commandline/flags.js';

export default class Status extends DiagnosisCommand {
  static override summary = 'Only the second stage: this host, now. Nothing is authenticated.';
  static override description =
    'Observes what its checks need, from earlier stages too, and reports only its own checks.';
  static override flags = diagnosisFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(Status);
    await this.diagnose('status', flags, 'status');
  }
}
