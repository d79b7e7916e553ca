import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commandLines, shellQuote } from '../../src/render/command-line.js';

describe('commandLines', () => {
  const argv = [
    'printf',
    '%s\\n',
    "it's",
    'a b',
    '$HOME',
    '',
    '--only',
    'token/process-env',
    '--gateway-url',
    'ws://127.0.0.1:18789',
    'x'.repeat(60),
    '*',
    '`id`',
  ];

  it.each([200, 72, 40])('a shell reads the same arguments back at %i columns', (width) => {
    const text = commandLines(argv, '     ', width)
      .join('\n')
      .replace(/^\s*\$ /, '');
    const out = execFileSync('sh', ['-c', text], { encoding: 'utf8' });
    expect(out).toBe(`${argv.slice(2).join('\n')}\n`);
  });

  it('keeps an option and its value together', () => {
    const lines = commandLines(['clawdoctor', 'run', '--only', 'token/process-env'], '  ', 40);
    expect(lines).toEqual(['  $ clawdoctor run \\', '      --only token/process-env']);
  });
});

it.each([
  ['~/.openclaw/openclaw.json', '~/.openclaw/openclaw.json'],
  ['a;b', "'a;b'"],
  ['', "''"],
])('shellQuote(%s) is %s', (raw, quoted) => {
  expect(shellQuote(raw)).toBe(quoted);
});
