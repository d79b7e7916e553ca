import { readFile } from 'node:fs/promises';
import type { Hand } from '../deployment.js';
import * as by from './hands.js';
import type { Loop } from './loop.js';

/** A variable of the shell that is taken away and comes back as it was. */
function borrowed(...names: string[]): { away: Hand; back: Hand } {
  const kept = new WeakMap<object, Record<string, string | undefined>>();
  return {
    away: (_step, shell) => {
      kept.set(shell, Object.fromEntries(names.map((name) => [name, shell.env[name]])));
      for (const name of names) delete shell.env[name];
    },
    back: (_step, shell) => {
      Object.assign(shell.env, kept.get(shell));
    },
  };
}
const skew = borrowed('OPENCLAW_GATEWAY_URL', 'OPENCLAW_GATEWAY_TOKEN');
const browser = borrowed('OPENCLAW_GATEWAY_URL');

export const reach: readonly Loop[] = [
  {
    scenario: 'wrong-listener',
    code: 'CLAW-118',
    steps: ['use-this-config'],
    hands: { 'use-this-config': by.ownGateway('other') },
    undo: { 'use-this-config': by.otherAgain('other') },
  },
  {
    scenario: 'port-taken',
    code: 'CLAW-118',
    steps: ['stop-foreign-listener'],
    hands: {
      'stop-foreign-listener': async (step, shell) => {
        await by.endProgram('httpd')(step, shell);
        await by.start(step, shell);
      },
    },
    // Whose program it was starts it again.
    undo: { 'stop-foreign-listener': by.nothing },
    afterUndo: 'nothing',
  },
  {
    scenario: 'client-sent-to-the-browser-port',
    code: 'CLAW-118',
    steps: ['align-client-url'],
    hands: { 'align-client-url': browser.away },
    undo: { 'align-client-url': browser.back },
  },
  {
    scenario: 'locked-out',
    code: 'CLAW-115',
    steps: ['wait-for-lockout'],
    // Not to wait is the other way that the step names, and ends the lockout too.
    hands: {
      'wait-for-lockout': async (step, shell) => {
        await by.restart(step, shell);
      },
    },
    afterUndo: 'nothing',
  },
  {
    scenario: 'token-plane-skew',
    code: 'CLAW-106',
    steps: ['align-client-url'],
    hands: { 'align-client-url': skew.away },
    undo: { 'align-client-url': skew.back },
  },
  {
    scenario: 'proxy-headers-not-trusted',
    code: 'CLAW-116',
    confidence: 'likely',
    steps: ['snapshot-before-edit', 'rebuild-proxy-headers', 'trust-proxy'],
    hands: {
      'rebuild-proxy-headers': by.nothing,
      'trust-proxy': by.configured('gateway.trustedProxies', ['127.0.0.1', '::1']),
    },
  },
  {
    scenario: 'proxy-headers-not-trusted-2026.9',
    code: 'CLAW-116',
    exit: 0,
    confidence: 'possible',
    steps: ['snapshot-before-edit', 'rebuild-proxy-headers', 'trust-proxy'],
    hands: {
      'rebuild-proxy-headers': by.nothing,
      'trust-proxy': by.configured('gateway.trustedProxies', ['127.0.0.1', '::1']),
    },
  },
  {
    scenario: 'chat-audience-of-another-host',
    code: 'CLAW-107',
    confidence: 'likely',
    steps: ['snapshot-before-edit', 'set-audience'],
    hands: {
      'set-audience': async (step, shell) => {
        const path = /^(channels\S+\.audience) equals/.exec(step.postcondition)?.[1];
        const text = await readFile(by.stateFile(shell, '..', 'clawdoctor.json'), 'utf8');
        const { identity } = JSON.parse(text) as { identity: string };
        await by.setConfig(shell, path ?? '', `${identity}/googlechat`);
      },
    },
  },
  {
    scenario: 'issuer-of-another-team',
    code: 'CLAW-108',
    confidence: 'likely',
    steps: ['snapshot-before-edit', 'set-issuer'],
    hands: {
      'set-issuer': async (step, shell) => {
        const says = /^(gateway\S+) is (https:\S+), as/.exec(step.postcondition);
        await by.setConfig(shell, says?.[1] ?? '', says?.[2] ?? '');
      },
    },
  },
];
