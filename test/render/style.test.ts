import { describe, expect, it } from 'vitest';
import { decideStyle } from '../../src/render/style.js';

const tty = { isTty: true, columns: 100, platform: 'linux' };
const pipe = { isTty: false, platform: 'linux' };
const utf8 = { LANG: 'en_US.UTF-8' };

describe('colour', () => {
  it.each([
    ['a terminal', tty, {}, true],
    ['a pipe', pipe, {}, false],
    ['NO_COLOR', tty, { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR', tty, { NO_COLOR: '' }, true],
    ['NO_COLOR against FORCE_COLOR', tty, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['FORCE_COLOR in a pipe', pipe, { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0', tty, { FORCE_COLOR: '0' }, false],
    ['CLICOLOR_FORCE in a pipe', pipe, { CLICOLOR_FORCE: '1' }, true],
    ['TERM=dumb', tty, { TERM: 'dumb' }, false],
  ])('%s', (_name, stream, env, color) => {
    expect(decideStyle({ ...stream, env }).color).toBe(color);
  });
});

describe('columns', () => {
  it.each([
    [100, {}, 72],
    [50, {}, 50],
    [20, {}, 40],
    [0, {}, 72],
    [undefined, { COLUMNS: '44' }, 44],
    [undefined, { COLUMNS: 'wide' }, 72],
  ])('%s with %o is %i', (columns, env, expected) => {
    expect(decideStyle({ ...tty, columns, env }).columns).toBe(expected);
  });
});

describe('repainting', () => {
  it.each([
    ['a terminal', tty, {}, true],
    ['a pipe', pipe, {}, false],
    ['a terminal of unknown width', { ...tty, columns: 0 }, {}, false],
    ['a narrow terminal', { ...tty, columns: 39 }, {}, false],
    ['CI', tty, { CI: 'true' }, false],
    ['CI=0', tty, { CI: '0' }, true],
    ['TERM=dumb', tty, { TERM: 'dumb' }, false],
  ])('%s', (_name, stream, env, live) => {
    expect(decideStyle({ ...stream, env }).live).toBe(live);
  });
});

describe('glyphs', () => {
  it.each([
    ['linux', utf8, true],
    ['linux', {}, false],
    ['linux', { LC_ALL: 'C', ...utf8 }, false],
    ['linux', { ...utf8, TERM: 'linux' }, false],
    ['darwin', {}, true],
  ])('%s with %o: %s', (platform, env, unicode) => {
    expect(decideStyle({ ...tty, platform, env }).unicode).toBe(unicode);
  });
});
