import { describe, expect, it } from 'vitest';
import {
  authorityText,
  hostKind,
  sameEndpoint,
  splitUrl,
  urlText,
} from '../../src/domain/openclaw/url.js';

describe('splitUrl', () => {
  it.each([
    [
      'ws://127.0.0.1:18789',
      { scheme: 'ws', host: '127.0.0.1', port: 18789, path: '/', hadSecretParts: false },
    ],
    [
      'wss://GW.Example.com',
      { scheme: 'wss', host: 'gw.example.com', port: 443, path: '/', hadSecretParts: false },
    ],
    [
      ' http://[::1]:80/a/b ',
      { scheme: 'http', host: '::1', port: 80, path: '/a/b', hadSecretParts: false },
    ],
  ])('takes %s apart', (text, parts) => expect(splitUrl(text)).toEqual(parts));

  it.each(['ws://user:secret@host:1/', 'https://host/?token=secret', 'https://host/#secret'])(
    'keeps no secret of %s',
    (text) => {
      const parts = splitUrl(text);
      expect(parts?.hadSecretParts).toBe(true);
      expect(JSON.stringify(parts)).not.toContain('secret"');
    },
  );

  it.each([
    undefined,
    7,
    {},
    '',
    'localhost:18789',
    'ftp://host',
    'file:///etc/passwd',
    'http://',
    'x'.repeat(3000),
  ])('has nothing to say of %s', (value) => expect(splitUrl(value)).toBeUndefined());
});

describe('hostKind', () => {
  it.each([
    ['localhost', 'loopback'],
    ['127.9.9.9', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['::ffff:808:808', 'public'],
    ['0.0.0.0', 'any'],
    ['::', 'any'],
    ['100.64.0.1', 'tailnet'],
    ['100.128.0.1', 'public'],
    ['box.tail1.ts.net', 'tailnet'],
    ['192.168.1.2', 'private'],
    ['172.15.0.1', 'public'],
    ['172.31.0.1', 'private'],
    ['fd7a::1', 'private'],
    ['2001:db8::1', 'public'],
    ['8.8.8.8', 'public'],
    ['gw.example.com', 'name'],
    ['localhost.evil.com', 'name'],
  ])('of %s is %s', (host, kind) => expect(hostKind(host)).toBe(kind));
});

it('writes a URL without what it does not need', () => {
  expect(
    urlText({ scheme: 'wss', host: 'gw.example.com', port: 443, path: '/', hadSecretParts: true }),
  ).toBe('wss://gw.example.com');
  expect(
    urlText({ scheme: 'ws', host: '::1', port: 18789, path: '/x', hadSecretParts: false }),
  ).toBe('ws://[::1]:18789/x');
  expect(authorityText({ host: '::1', port: 1 })).toBe('[::1]:1');
});

it('takes every spelling of loopback for one host', () => {
  expect(sameEndpoint({ host: 'localhost', port: 1 }, { host: '::1', port: 1 })).toBe(true);
  expect(sameEndpoint({ host: 'localhost', port: 1 }, { host: '::1', port: 2 })).toBe(false);
  expect(sameEndpoint({ host: 'a', port: 1 }, { host: 'b', port: 1 })).toBe(false);
});
