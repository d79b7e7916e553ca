import type { LookupAddress } from 'node:dns';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ownAddresses } from '../../src/observe/host/own-address.js';
import { isForbiddenHost } from '../../src/observe/wire/forbidden-host.js';
import { leadsHere, safeLookup } from '../../src/observe/wire/safe-lookup.js';

const names = (...addresses: string[]) =>
  ((
    _name: string,
    _options: object,
    done: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
  ) => {
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    done(null, found);
  }) as Parameters<typeof safeLookup>[1];

/** Own addresses that are not loopback; there may be none. */
const elsewhere = ownAddresses()
  .filter(({ address, kind }) => kind !== 'loopback' && !isForbiddenHost(address))
  .map(({ address }) => address);

function looked(host: string, ...addresses: string[]): Promise<string[]> {
  return new Promise((resolve) => {
    const lookup = safeLookup(host, names(...addresses));
    if (!lookup) return resolve(['not looked up']);
    lookup(host, { all: true }, (error, found) => {
      const list = Array.isArray(found) ? found.map(({ address }) => address) : [];
      resolve(error ? [error.code ?? 'error'] : list);
    });
  });
}

describe('the address that a connect goes to', () => {
  it.each<[string, string[], string[]]>([
    ['foo.localhost', ['203.0.113.9'], ['ENOTFOUND']],
    ['localhost', ['203.0.113.9'], ['ENOTFOUND']],
    ['foo.localhost', ['203.0.113.9', '127.0.0.1'], ['127.0.0.1']],
    ['localhost', ['::1', '127.0.0.1'], ['::1', '127.0.0.1']],
    ['gw.example.com', ['203.0.113.9'], ['203.0.113.9']],
    ['gw.example.com', ['169.254.169.254'], ['ENOTFOUND']],
    ['gw.example.com', ['::ffff:169.254.169.254', '203.0.113.9'], ['203.0.113.9']],
    ['gw.example.com', ['64:ff9b::a9fe:a9fe', 'fe80::1'], ['ENOTFOUND']],
    ['x.localhost', ['::ffff:127.0.0.1'], ['::ffff:127.0.0.1']],
    // The limiter that spares loopback sees this address of ours as any other.
    ...elsewhere.map((own): [string, string[], string[]] => ['x.localhost', [own], ['ENOTFOUND']]),
    ...elsewhere.map((own): [string, string[], string[]] => [hostname(), [own], [own]]),
    [hostname(), ['203.0.113.9'], ['ENOTFOUND']],
    ['127.0.0.1', [], ['not looked up']],
  ])('of %s, which is said to be %j, is %j', async (host, said, found) => {
    expect(await looked(host, ...said)).toEqual(found);
  });

  it('is one address for a caller who wants one', async () => {
    const lookup = safeLookup('localhost', names('203.0.113.9', '127.0.0.1'));
    const found = await new Promise((resolve) => {
      lookup?.('localhost', {}, (_error, address, family) => resolve([address, family]));
    });
    expect(found).toEqual(['127.0.0.1', 4]);
  });
});

describe('a name that leads here', () => {
  it.each<[string[], boolean]>([
    [['127.0.0.1'], true],
    [['127.0.0.1', '203.0.113.9'], false],
    [['203.0.113.9'], false],
    [[], false],
  ])('%j: %s', async (said, here) => {
    expect(await leadsHere('gw.example.com', 500, names(...said))).toBe(here);
  });

  it('is not known of one that is not answered for', async () => {
    expect(await leadsHere('gw.example.com', 5, () => undefined)).toBe(false);
  });
});
