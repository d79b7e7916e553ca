import { expect, it } from 'vitest';
import type { HeadersProbe } from '../../src/model/facts-wire.js';
import type { Observation } from '../../src/model/observation.js';
import { makeForcedHeadersObserver } from '../../src/observe/wire/forced-headers.js';
import { RefusalStore } from '../../src/observe/wire/refusal-store.js';
import { Vault } from '../../src/secrets/vault.js';
import { configFacts, fact, gateway, liveContext, nowMs, processFacts } from './live-context.js';
import { fakeGateway } from './local-servers.js';
import { temporaryHome } from './store-context.js';

const token = 'token-of-the-gateway-0123456789';

async function observe(
  port: number,
  change: { trustedProxies?: string[]; live?: boolean; sameConfig?: boolean },
): Promise<{ data: HeadersProbe; forced: number }> {
  const vault = new Vault({ host: Buffer.alloc(32, 7) });
  const mark = vault.seal(vault.mark(token, { kind: 'token' }));
  const id = `gateway:${port}`;
  const publicOrigin = {
    scheme: 'https',
    host: 'gw.example.com',
    port: 443,
    path: '/',
    hadSecretParts: false,
  };
  const { trustedProxies = [], live = true, sameConfig = true } = change;
  const observations: Observation[] = [
    fact('gateway.config', configFacts({ publicOrigin, trustedProxies }), id),
    fact('gateway.process', processFacts({ sameConfig }), id),
    fact('probe.anonymous', { endpoint: 'x', answer: { kind: 'html', status: 401 } }, id),
    fact(
      'probe.credentials',
      {
        endpoint: `POST http://127.0.0.1:${port}/tools/invoke`,
        attempts: [
          {
            class: mark.class ?? -1,
            slot: 'token',
            sources: ['config'],
            why: 'x',
            outcome: live ? 'accepted' : 'refused',
          },
        ],
      },
      id,
    ),
  ];
  const store = new RefusalStore(vault);
  const context = liveContext(await temporaryHome(), gateway(port), observations, { vault });
  const result = await makeForcedHeadersObserver(vault, store).observe(context);
  if (result.state !== 'ok') throw new Error(result.reason);
  const { forced } = await store.read(context.host.ownStateDir, nowMs);
  return { data: result.data, forced: forced.length };
}

it('sends the live credential once, with the headers of a proxy, and remembers that it did', async () => {
  const { port, requests } = await fakeGateway({ accepts: token });
  const { data, forced } = await observe(port, { trustedProxies: ['127.0.0.1'] });
  expect(data).toMatchObject({ outcome: 'accepted', host: 'gw.example.com' });
  expect(forced).toBe(1);
  expect(requests).toHaveLength(1);
  expect(requests[0]?.authorization).toBe(`Bearer ${token}`);
  expect(requests[0]?.headers).toMatchObject({
    host: 'gw.example.com',
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'gw.example.com',
  });
  expect(requests[0]?.headers.origin).toBeUndefined();
});

it.each([
  ['a credential that was refused', { live: false }, 'no-live-credential'],
  ['a listener that reads another config', { sameConfig: false }, 'no-live-credential'],
] as const)('sends nothing for %s', async (_what, change, why) => {
  const { port, requests } = await fakeGateway({ accepts: token });
  const { data, forced } = await observe(port, change);
  expect(data).toMatchObject({ outcome: 'not-tried', notTried: why });
  expect(requests).toEqual([]);
  expect(forced).toBe(0);
});
