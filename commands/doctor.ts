import { DiagnosisCommand } from '../src/commandline/diagnosis-command.js';
import { diagnosisFlags } from '../src/commandline/flags.js';

export default class Doctor extends DiagnosisCommand {
  static override summary = 'Only the first stage: files and environment. Nothing is contacted.';
  static override description =
    'Observes what its checks need, from earlier stages too, and reports only its own checks.';
  static override flags = diagnosisFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor);
    await this.diagnose('doctor', flags, 'doctor');
  }
}
