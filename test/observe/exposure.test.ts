import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exposureObserver } from '../../src/observe/host/exposure.js';
import { ownAddresses } from '../../src/observe/host/own-address.js';
import { gateway, liveContext } from './live-context.js';
import { temporaryHome } from './store-context.js';

const row = (address: string) => ({
  address,
  netmask: '',
  mac: '',
  internal: false,
  cidr: null,
  family: 'IPv4' as const,
});

it('tells tailnet addresses by their range, by the interface and by the IPv6 prefix', () => {
  const seen = ownAddresses({
    eth0: [row('192.168.1.20'), row('203.0.113.9')],
    tailscale0: [row('100.101.1.2'), row('fd7a:115c:a1e0::1')],
    lo: [row('127.0.0.1')],
  });
  expect(seen.map((a) => `${a.kind} ${a.address}`)).toEqual([
    'loopback 127.0.0.1',
    'private 192.168.1.20',
    'public 203.0.113.9',
    'tailnet 100.101.1.2',
    'tailnet fd7a:115c:a1e0::1',
  ]);
});

it('reads endpoints and the OpenAI variables, without userinfo and query', async () => {
  const home = await temporaryHome();
  await mkdir(join(home, '.openclaw'));
  const http = { endpoints: { chatCompletions: { enabled: true }, responses: { enabled: 'x' } } };
  await writeFile(join(home, '.openclaw/openclaw.json'), JSON.stringify({ gateway: { http } }));
  const env = {
    OPENAI_BASE_URL: 'http://u:secret@127.0.0.1:18789/v1?key=secret',
    OPENAI_API_BASE: 'x',
  };
  const target = gateway(18789, { home, stateDir: join(home, '.openclaw') });
  const result = await exposureObserver.observe(liveContext(home, target, [], { env }));
  if (result.state !== 'ok') throw new Error(result.reason);
  expect(result.data.openai).toEqual({ chatCompletions: true, responses: false });
  expect(result.data.openaiUrls).toMatchObject([
    { name: 'OPENAI_BASE_URL', url: { host: '127.0.0.1', port: 18789 } },
  ]);
  expect(result.data.addresses[0]).toMatchObject({ kind: 'loopback' });
  expect(JSON.stringify(result)).not.toContain('secret@');
});
