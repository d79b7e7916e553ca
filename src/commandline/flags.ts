import { Flags } from '@oclif/core';

/** Of every command: how the answer is written. */
export const outputFlags = {
  json: Flags.boolean({ description: 'Write exactly one JSON document to stdout.' }),
  format: Flags.string({
    description: 'How the answer is written.',
    options: ['text', 'json'],
    default: 'text',
  }),
};

/** Of every command that diagnoses: how much is shown, and where the evidence goes. */
export const reportFlags = {
  ...outputFlags,
  verbose: Flags.boolean({
    char: 'v',
    description: 'List every check, the credential table and every attempt.',
  }),
  'fail-on': Flags.string({
    description: 'Exit 1 at this outcome or worse.',
    options: ['fail', 'warn'],
    default: 'fail',
  }),
  budget: Flags.string({
    description: 'Time for the whole run, 5s to 120s. What is not known by then is unknown.',
    default: '20s',
    helpValue: 'TIME',
  }),
  'evidence-dir': Flags.string({
    description: 'Archive the run there, not in clawdoctor’s own state directory.',
    helpValue: 'DIR',
    exclusive: ['no-evidence'],
  }),
  'no-evidence': Flags.boolean({ description: 'Archive nothing.' }),
};

const target = { helpGroup: 'TARGET' };
const extent = { helpGroup: 'SELECTION' };

/** Of `run` and of each stage. Defaults are what the operator's own `openclaw` would resolve. */
export const diagnosisFlags = {
  ...reportFlags,
  home: Flags.string({
    ...target,
    description: 'Home of the user whose OpenClaw it is.',
    helpValue: 'DIR',
  }),
  'state-dir': Flags.string({
    ...target,
    description: 'OpenClaw’s state directory.',
    helpValue: 'DIR',
  }),
  config: Flags.string({ ...target, description: 'OpenClaw’s config file.', helpValue: 'FILE' }),
  url: Flags.string({
    ...target,
    description: 'A gateway’s address (ws, wss, http or https); consent to contact that host.',
    helpValue: 'URL',
  }),
  sandbox: Flags.string({
    ...target,
    description: 'Ask inside this sandbox, through openshell; "all" for every one.',
    helpValue: 'NAME',
    multiple: true,
    multipleNonGreedy: true,
  }),
  as: Flags.string({
    ...target,
    description:
      'Put this reader’s view first: cli, curl, node-host, remote, inner, agent or sandbox:NAME.',
    default: 'cli',
    helpValue: 'READER',
  }),
  only: Flags.string({
    ...extent,
    description: 'Only these checks: ids, areas or stages; repeatable.',
    helpValue: 'ID',
    multiple: true,
    multipleNonGreedy: true,
  }),
  skip: Flags.string({
    ...extent,
    description: 'Not these checks: ids, areas or stages; repeatable.',
    helpValue: 'ID',
    multiple: true,
    multipleNonGreedy: true,
  }),
  external: Flags.boolean({
    ...extent,
    description: 'Also contact names other than this host’s: issuers, LAN model servers.',
  }),
  'case-key': Flags.string({
    description: 'A key file that several hosts share, to compare their secrets by fingerprint.',
    helpValue: 'FILE',
  }),
  anonymize: Flags.boolean({
    description:
      'Take home directories, the user name and the host name out of report and archive.',
  }),
};

/** Of `run` alone. */
export const runFlags = {
  ...diagnosisFlags,
  through: Flags.string({
    ...extent,
    description: 'Stop after this stage.',
    options: ['doctor', 'status', 'probes'],
    default: 'probes',
  }),
  'stop-on-fail': Flags.boolean({
    ...extent,
    description: 'Stop after the first stage that fails: bisect before rotating anything.',
  }),
};

/** Of the commands that read archived runs. */
export const evidenceFlags = {
  ...outputFlags,
  'evidence-dir': Flags.string({
    description: 'Where the runs are; default: clawdoctor’s own state directory.',
    helpValue: 'DIR',
  }),
};
