import { join } from 'node:path';
import { put } from '../../../src/lab/place.js';
import type { Hand, Shell } from '../deployment.js';
import * as by from './hands.js';
import type { Loop } from './loop.js';

const chosen = 'a-token-that-a-person-chose-1f7c';

const writeOwnToken: Hand = async (_step, shell) => {
  const value = await by.environmentValue(shell, 'OPENCLAW_GATEWAY_TOKEN');
  await by.setConfig(shell, 'gateway.auth.token', value);
};

/** The token is edited while nobody looks at the file, and the gateway goes on with the old one. */
async function editUnseen(shell: Shell): Promise<void> {
  await by.setConfig(shell, 'gateway.reload.mode', 'off');
  await by.byUnit(shell);
  await new Promise((resolve) => setTimeout(resolve, 2200));
  await by.setConfig(shell, 'gateway.auth.token', chosen);
}

export const credentials: readonly Loop[] = [
  {
    scenario: 'stale-process-token',
    code: 'CLAW-110',
    steps: ['stop-flag-override'],
    hands: { 'stop-flag-override': by.restart },
    undo: { 'stop-flag-override': by.nothing },
    // The flag is not started again: nobody wants that, and it is a text for people.
    afterUndo: 'nothing',
  },
  {
    scenario: 'reload-off-after-edit',
    code: 'CLAW-110',
    steps: ['snapshot-before-edit', 'turn-on-reload', 'restart-gateway'],
    hands: {
      'turn-on-reload': async (_step, shell) => {
        await shell.run(['openclaw', 'config', 'unset', 'gateway.reload.mode']);
      },
      'restart-gateway': by.restart,
    },
    undo: { 'turn-on-reload': by.nothing },
    afterUndo: 'nothing',
  },
  {
    scenario: 'unit-without-a-token',
    name: 'an edit that a unit’s gateway has not seen',
    code: 'CLAW-110',
    prepare: editUnseen,
    steps: ['snapshot-before-edit', 'turn-on-reload', 'restart-gateway'],
    hands: { 'turn-on-reload': by.configured('gateway.reload.mode', 'hybrid') },
    undo: { 'turn-on-reload': by.nothing },
    afterUndo: 'nothing',
  },
  {
    scenario: 'secret-file-rotated',
    code: 'CLAW-110',
    steps: ['restart-gateway'],
    hands: { 'restart-gateway': by.restart },
    afterUndo: 'nothing',
  },
  {
    scenario: 'shell-variable-shadows',
    code: 'CLAW-109',
    steps: ['unset-shell-variable'],
    hands: { 'unset-shell-variable': by.forget('OPENCLAW_GATEWAY_TOKEN') },
    undo: { 'unset-shell-variable': by.exportAgain('OPENCLAW_GATEWAY_TOKEN') },
  },
  {
    scenario: 'dotenv-shadows',
    code: 'CLAW-109',
    steps: ['snapshot-before-edit', 'edit-dotenv'],
    hands: { 'edit-dotenv': (_step, shell) => put(by.stateFile(shell, '.env'), '') },
  },
  {
    scenario: 'token-only-in-the-gateway-environment-2026.9',
    code: 'CLAW-109',
    steps: ['snapshot-before-edit', 'write-plain-token'],
    hands: { 'write-plain-token': writeOwnToken },
  },
  {
    scenario: 'unit-with-an-old-token',
    code: 'CLAW-109',
    steps: ['snapshot-before-edit', 'write-plain-token', 'unset-shell-variable'],
    hands: {
      'write-plain-token': writeOwnToken,
      'unset-shell-variable': by.forget('OPENCLAW_GATEWAY_TOKEN'),
    },
    undo: { 'unset-shell-variable': by.exportAgain('OPENCLAW_GATEWAY_TOKEN') },
  },
  {
    scenario: 'reference-hidden-from-the-cli',
    code: 'CLAW-109',
    steps: ['set-variable'],
    hands: { 'set-variable': by.giveVariable('MY_GW_TOKEN') },
    undo: { 'set-variable': by.takeVariable },
  },
  {
    scenario: 'generated-token',
    code: 'CLAW-111',
    steps: ['set-variable', 'restart-gateway'],
    hands: {
      'set-variable': by.giveVariable('LAB_GATEWAY_TOKEN', chosen),
      'restart-gateway': by.restart,
    },
    undo: {
      'set-variable': async (step, shell) => {
        await by.takeVariable(step, shell);
        await by.restart(step, shell);
      },
    },
  },
  {
    scenario: 'two-references-that-differ',
    code: 'CLAW-112',
    confidence: 'likely',
    steps: ['snapshot-before-edit', 'one-reference'],
    hands: {
      'one-reference': async (_step, shell) => {
        await shell.run(['openclaw', 'config', 'unset', 'gateway.remote.token']);
      },
    },
  },
  {
    scenario: 'secret-file-open-to-all',
    code: 'CLAW-123',
    steps: ['repair-secret-file'],
    undo: {
      'repair-secret-file': async (_step, shell) => {
        await shell.run(['chmod', '644', join(shell.deployment.home, '.secrets/gateway-token')]);
      },
    },
  },
  {
    scenario: 'variable-gone-before-the-next-start',
    code: 'CLAW-123',
    steps: ['set-variable'],
    hands: { 'set-variable': by.giveVariable('BOOT_TOKEN') },
    undo: { 'set-variable': by.takeVariable },
  },
  {
    scenario: 'inner-client-sends-another-token',
    code: 'CLAW-114',
    steps: ['align-process-variable'],
    hands: {
      'align-process-variable': async (step, shell) => {
        await by.stop(step, shell);
        await by.fromCleanShell(step, shell);
      },
    },
    undo: {
      'align-process-variable': async (step, shell) => {
        await by.endClean(step, shell);
        await by.start(step, shell);
      },
    },
  },
];
