import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Hand, Shell } from '../deployment.js';
import * as by from './hands.js';
import type { Loop } from './loop.js';

async function idsOf(shell: Shell, name: 'paired' | 'pending'): Promise<string[]> {
  const text = await readFile(by.stateFile(shell, 'devices', `${name}.json`), 'utf8');
  return Object.keys(JSON.parse(text) as object);
}

/** `openclaw devices remove <deviceId>`, as the undo says, of every device that is on record. */
const removeDevices: Hand = async (step, shell) => {
  const remove = /openclaw devices remove/.test(step.undo);
  expect({ undo: step.undo, remove }).toEqual({ undo: step.undo, remove: true });
  for (const id of await idsOf(shell, 'paired'))
    await shell.run(['openclaw', 'devices', 'remove', id]);
};

/** `openclaw devices revoke --device <id> --role operator` */
const revoke: Hand = async (step, shell) => {
  const [id = ''] = await idsOf(shell, 'paired');
  await shell.run(step.undo.replace('<id>', id).split(' '));
};

async function nobodyPaired(shell: Shell): Promise<void> {
  expect(await idsOf(shell, 'paired')).toEqual([]);
}

const connectOnce = ['connect-once'];

export const pairing: readonly Loop[] = [
  {
    scenario: 'cli-needs-more-scopes',
    code: 'CLAW-105',
    steps: ['approve-request'],
    undo: { 'approve-request': removeDevices },
    afterUndo: nobodyPaired,
  },
  {
    scenario: 'scope-upgrade-pending',
    code: 'CLAW-105',
    steps: ['approve-request', 'approve-request'],
    undo: { 'approve-request': by.nothing },
    afterUndo: 'nothing',
  },
  {
    scenario: 'device-on-a-new-platform',
    code: 'CLAW-105',
    steps: ['review-request'],
    hands: {
      'review-request': async (_step, shell) => {
        const [id = ''] = await idsOf(shell, 'pending');
        await shell.run(['openclaw', 'devices', 'approve', id]);
      },
    },
    // The key is on the other machine now, and this one may remove nobody.
    undo: { 'review-request': by.nothing },
    afterUndo: 'nothing',
  },
  {
    scenario: 'device-revoked',
    code: 'CLAW-119',
    exit: 0,
    confidence: 'possible',
    steps: connectOnce,
    undo: { 'connect-once': revoke },
  },
  {
    scenario: 'device-token-overwritten',
    code: 'CLAW-119',
    exit: 0,
    confidence: 'possible',
    steps: connectOnce,
    undo: { 'connect-once': revoke },
  },
  {
    scenario: 'identity-replaced',
    code: 'CLAW-119',
    exit: 0,
    confidence: 'possible',
    steps: connectOnce,
    undo: { 'connect-once': by.nothing },
    afterUndo: 'nothing',
  },
  {
    scenario: 'gateway-clock-ahead',
    code: 'CLAW-124',
    steps: ['fix-clock'],
    // The staged clock is a flag of the process.
    hands: { 'fix-clock': by.restart },
    afterUndo: 'nothing',
  },
];
