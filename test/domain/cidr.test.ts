import { describe, expect, it } from 'vitest';
import { listCovers, trustsLoopback } from '../../src/domain/openclaw/cidr.js';

describe('gateway.trustedProxies', () => {
  it.each([
    [['127.0.0.1'], '127.0.0.1', true],
    [['127.0.0.0/8'], '127.0.0.1', true],
    [['::ffff:127.0.0.1'], '127.0.0.1', true],
    [['127.0.0.0/8'], '::ffff:7f00:1', true],
    [['::FFFF:7f00:1'], '127.0.0.1', true],
    [['64:ff9b::/96'], '64:ff9b::192.0.2.1', true],
    [['::/0'], 'fd00::192.0.2.999', false],
    [['10.0.0.0/8', '::1'], '::1', true],
    [['0.0.0.0/0'], '192.0.2.9', true],
    [['::/0'], 'fd00::2', true],
    [['fd00::/8'], 'fd12:3456::1', true],
    [['fd00::/8'], 'fe80::1', false],
    [['192.168.1.2'], '127.0.0.1', false],
    [['127.0.0.0/33'], '127.0.0.1', false],
    [['127.0.0.1/x', '', 'localhost', '1:2', '999.0.0.1'], '127.0.0.1', false],
    [['::/0'], '127.0.0.1', false],
    [['192.168.1.128/25'], '192.168.1.130', true],
    [['192.168.1.128/25'], '192.168.1.10', false],
  ])('%j covers %s: %s', (list, address, expected) => {
    expect(listCovers(list, address)).toBe(expected);
  });

  it('trusts a proxy on this host by either family', () => {
    expect(trustsLoopback(['::1/128'])).toBe(true);
    expect(trustsLoopback(['10.0.0.5'])).toBe(false);
  });
});
