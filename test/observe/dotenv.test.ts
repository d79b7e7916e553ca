import { describe, expect, it } from 'vitest';
import { parseDotenv } from '../../src/observe/files/dotenv.js';
import { parsePlist } from '../../src/observe/files/plist.js';
import { parseEnvironmentFile, parseUnit } from '../../src/observe/files/systemd-unit.js';
import { unitWords } from '../../src/observe/files/systemd-words.js';

describe('parseDotenv reads as the dotenv package does', () => {
  it.each([
    ['A=1', { A: '1' }],
    ['export A = 1 ', { A: '1' }],
    ['\ufeffA=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['A="x # y" # c', { A: 'x # y' }],
    ["A='x#y'", { A: 'x#y' }],
    ['A=x#y', { A: 'x' }],
    ['A=', { A: '' }],
    ['A="two\nlines"\nB=1', { A: 'two\nlines', B: '1' }],
    ['A="open\nB=2', { A: '"open', B: '2' }],
    ["A='it's'", { A: "it's" }],
    ['A="a\\nb"', { A: 'a\nb' }],
    ["A='a\\nb'", { A: 'a\\nb' }],
    ['A=1\nA=2', { A: '2' }],
    ['# A=1\n\n  B: 2', { B: '2' }],
    ['A', {}],
    ['__proto__=1', { __proto__: undefined }],
  ])('%j', (text, expected) => {
    const found = parseDotenv(text);
    for (const [name, value] of Object.entries(expected)) expect(found.get(name)).toBe(value);
    if (text !== '__proto__=1') expect(found.size).toBe(Object.keys(expected).length);
  });

  it.each([
    ['blank lines', '\n'.repeat(1 << 20)],
    ['blanks', ' '.repeat(1 << 20)],
    ['open quotes', "A='\\".repeat(1 << 18)],
    ['escapes', `A="${'\\"'.repeat(1 << 19)}`],
  ])('a megabyte of %s takes no time', (_, text) => {
    const started = performance.now();
    parseDotenv(text);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('systemd units', () => {
  it.each([
    ['a  b', ['a', 'b']],
    ['"A=b c" D=e', ['A=b c', 'D=e']],
    ["'A=b c'", ['A=b c']],
    ['A="b c"', ['A=b c']],
    ['A=b\\q', ['A=bq']],
    ['A=\\x41\\t\\102', ['A=A\tB']],
    ['"A=x\\"y"', ['A=x"y']],
    ['""', ['']],
    ['', []],
  ])('words of %j', (text, expected) => {
    expect(unitWords(text)).toEqual(expected);
  });

  it('adds drop-ins up, and an empty assignment empties', () => {
    const main = [
      '[Unit]',
      'Environment=NOT=this',
      '[Service]',
      '# Environment=NOT=that',
      'User=ann',
      'ExecStart=/usr/bin/node \\',
      '  /opt/openclaw/dist/index.js gateway --port 18789',
      'Environment="A=1" B=2',
      'EnvironmentFile=-%h/.openclaw/gateway.systemd.env',
      'Environment=P=100%%',
    ].join('\n');
    const dropIn = '[Service]\nEnvironment=\nEnvironment=A=3\nExecStart=\nExecStart=/bin/x\n';
    expect(parseUnit([main], { home: '/home/ann' })).toMatchObject({
      variables: new Map([
        ['A', '1'],
        ['B', '2'],
        ['P', '100%'],
      ]),
      environmentFiles: [{ path: '/home/ann/.openclaw/gateway.systemd.env', optional: true }],
      command: ['/usr/bin/node', '/opt/openclaw/dist/index.js', 'gateway', '--port', '18789'],
      user: 'ann',
    });
    const both = parseUnit([main, dropIn], { home: '/home/ann' });
    expect([...both.variables]).toEqual([['A', '3']]);
    expect(both.command).toEqual(['/bin/x']);
  });

  it('reads environment files', () => {
    const text = '# c\n; c\nA=1 \nB="x y"\nC=\'$x\'\nexport D=1\nE="a\\"b"\n\nF=x y';
    expect(Object.fromEntries(parseEnvironmentFile(text))).toEqual({
      A: '1',
      B: 'x y',
      C: '$x',
      E: 'a"b',
      F: 'x y',
    });
  });
});

describe('property lists', () => {
  it('reads nested texts and is not confused by the rest', () => {
    const plist = parsePlist(`<?xml version="1.0"?><!DOCTYPE plist PUBLIC "-//Apple//DTD" "x">
      <plist version="1.0"><dict>
        <!-- <key>Label</key><string>no</string> -->
        <key>Label</key><string>ai.openclaw.gateway</string>
        <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
        <key>Throttle</key><integer>10</integer>
        <key>ProgramArguments</key><array><string>node</string><string/></array>
        <key>EnvironmentVariables</key><dict><key>T</key><string>a&amp;b&#x41;</string></dict>
      </dict></plist>`);
    expect(plist?.entries.get('Label')).toBe('ai.openclaw.gateway');
    expect(plist?.entries.get('ProgramArguments')).toEqual(['node', '']);
    expect(plist?.entries.get('EnvironmentVariables')).toEqual({
      entries: new Map([['T', 'a&bA']]),
    });
  });

  it.each([
    '',
    'bplist00',
    '<plist>',
    '<dict><key>',
    '<dict>'.repeat(100_000),
    `<dict>${'<!--'.repeat(250_000)}`,
    '<dict '.repeat(150_000),
  ])('survives %#', (text) => {
    const started = performance.now();
    expect(() => parsePlist(text)).not.toThrow();
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
