import { DiagnosisCommand } from '../src/commandline/diagnosis-command.js';
import { runFlags } from '../src/commandline/flags.js';

export default class Run extends DiagnosisCommand {
  static override summary = 'Find out why a gateway answers 401, and what to do. Changes nothing.';
  static override description = [
    'Looks at files and environment (doctor), at this host now (status), and asks the gateway',
    '(probes), in this order. Reads only. Prints a verdict, what causes it, and one plan; archives',
    'the evidence in clawdoctor’s own state directory. No secret is ever shown: equal letters are',
    'equal values.\n\n',
    'Exit codes: 0 nothing found, 1 findings, 2 could not run, 3 inconclusive, 4 the leak scan',
    'refused, 130 interrupted.',
  ]
    .join(' ')
    .replaceAll('\n ', '\n');
  static override examples = [
    { command: '<%= config.bin %> run', description: 'Diagnose this host.' },
    { command: '<%= config.bin %> run --json --no-evidence', description: 'For a program.' },
    { command: '<%= config.bin %> run --only token,probe/credentials', description: 'A part.' },
    {
      command: '<%= config.bin %> run --url wss://gateway.example.com --as curl',
      description: 'A gateway on another host, as one of its clients sees it.',
    },
  ];
  static override flags = runFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(Run);
    await this.diagnose('run', flags);
  }
}
