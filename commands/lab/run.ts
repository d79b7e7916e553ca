import { Args } from '@oclif/core';
import { BaseCommand } from '../../src/commandline/base-command.js';
import { reportFlags } from '../../src/commandline/flags.js';
import { runLab } from '../../src/commandline/run-lab.js';

export default class LabRun extends BaseCommand {
  static override summary = 'Stage a deployment in a temporary directory and diagnose it.';
  static override description =
    'Nothing of this host’s own OpenClaw is read or touched. The exit code is the report’s.';
  static override args = {
    scenario: Args.string({ description: 'A name of `lab list`.', required: true }),
  };
  static override examples = ['<%= config.bin %> lab run ollama-proxy-token-divergence'];
  static override flags = reportFlags;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(LabRun);
    process.exitCode = await runLab(args.scenario, flags);
  }
}
