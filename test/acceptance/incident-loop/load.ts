import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { put } from '../../../src/lab/place.js';
import type { Hand } from '../deployment.js';
import * as by from './hands.js';
import type { Loop } from './loop.js';

const quarter: Hand = async (_step, shell) => {
  await by.later(shell, 16);
};
const calm =
  (share: string): Hand =>
  async (_step, shell) => {
    const file = join(shell.deployment.host.procRoot ?? '', 'pressure', 'memory');
    const line = (kind: string) =>
      `${kind} avg10=${share} avg60=${share} avg300=${share} total=81234567\n`;
    await writeFile(file, line('some') + line('full'));
  };
const programs = /ExecStart=\S+ /;

export const load: readonly Loop[] = [
  {
    scenario: 'restart-storm',
    code: 'CLAW-113',
    steps: ['stop-storm', 'slow-client-retries', 'start-after-storm'],
    hands: {
      'stop-storm': by.stop,
      'slow-client-retries': quarter,
      'start-after-storm': by.start,
    },
    undo: {
      'start-after-storm': by.stop,
      'slow-client-retries': by.nothing,
      'stop-storm': by.start,
    },
    afterUndo: 'nothing',
  },
  {
    scenario: 'restart-storm',
    name: 'a storm of a systemd user unit',
    code: 'CLAW-113',
    prepare: (shell) => by.byUnit(shell),
    steps: ['stop-storm', 'slow-client-retries', 'start-after-storm'],
    hands: { 'slow-client-retries': quarter },
    undo: {
      'start-after-storm': by.stop,
      'slow-client-retries': by.nothing,
      'stop-storm': by.start,
    },
    afterUndo: 'nothing',
  },
  {
    scenario: 'memory-pressure',
    code: 'CLAW-117',
    inProcess: true,
    exit: 3,
    confidence: 'possible',
    steps: ['relieve-memory'],
    hands: { 'relieve-memory': calm('0.00') },
    undo: { 'relieve-memory': calm('61.40') },
  },
  {
    scenario: 'unit-of-another-version',
    code: 'CLAW-122',
    prepare: async (shell) => {
      await shell.run(['systemctl', '--user', 'restart', 'openclaw-gateway.service']);
    },
    steps: ['snapshot-before-edit', 'reinstall-service'],
    undo: {
      // The copy is back when this runs last; systemd reads it then.
      'snapshot-before-edit': async (step, shell) => {
        await shell.run(step.undo.split(' '));
        await shell.run(['systemctl', '--user', 'daemon-reload']);
      },
    },
  },
  {
    scenario: 'unit-with-an-old-node',
    code: 'CLAW-122',
    steps: ['snapshot-before-edit', 'use-supported-node'],
    hands: {
      'use-supported-node': async (_step, shell) => {
        const node = join(shell.deployment.home, 'opt', 'v22.20.0', 'bin', 'node');
        await put(node, '', 0o755);
        const unit = '.config/systemd/user/openclaw-gateway.service';
        await by.replaceIn(shell, unit, programs, `ExecStart=${node} `);
        await shell.run(['systemctl', '--user', 'daemon-reload']);
        await shell.run(['systemctl', '--user', 'restart', 'openclaw-gateway.service']);
      },
    },
  },
];
