import { expect, it } from 'vitest';
import type { Target } from '../../src/model/target.js';
import { makeAnonymousObserver } from '../../src/observe/wire/anonymous.js';
import { makeCredentialsObserver } from '../../src/observe/wire/credentials.js';
import { RefusalStore } from '../../src/observe/wire/refusal-store.js';
import { makeRefusalsObserver } from '../../src/observe/wire/refusals.js';
import { Vault } from '../../src/secrets/vault.js';
import { configFacts, fact, gateway, liveContext } from './live-context.js';
import { fakeGateway, serve } from './local-servers.js';
import { temporaryHome } from './store-context.js';

const [right, wrong] = ['r'.repeat(32), 'w'.repeat(32)];

/** `gateway.mode: remote` with `remote.url` and `remote.token`, asked as a run does. */
async function asked(url: string, token: string, more: Partial<Target> = {}, ofUid?: number) {
  const vault = new Vault({ host: Buffer.alloc(32, 7) });
  const port = Number(new URL(url).port);
  const target = gateway(port, { place: 'remote', url, ...more });
  const home = await temporaryHome();
  const mark = vault.mark(token, { kind: 'token' });
  const name = 'gateway.remote.token';
  const source = { id: 'remote' as const, slot: 'token' as const, name, where: 'config', mark };
  const listener = { address: '127.0.0.1', port, uid: ofUid ?? 0 };
  const facts = vault.seal([
    ...(ofUid === undefined
      ? []
      : [fact('host.listeners', { listeners: [listener], ownersKnown: true })]),
    fact('gateway.config', configFacts({ mode: 'remote' }), target.id),
    fact(
      'gateway.credentials',
      {
        sources: [source],
        resolved: [],
        shell: { home: false, stateDir: false, configPath: false },
        dotenv: { file: { path: '~/.openclaw/.env', state: 'absent' } },
      },
      target.id,
    ),
  ]);
  const before = await makeAnonymousObserver().observe(liveContext(home, target, facts, { vault }));
  if (before.state !== 'ok') return undefined;
  const store = new RefusalStore(vault);
  const memory = await makeRefusalsObserver(store).observe(
    liveContext(home, target, facts, { vault }),
  );
  if (memory.state !== 'ok') return undefined;
  const answered = fact('probe.anonymous', before.data, target.id);
  const all = [...facts, answered, fact('probe.refusals', memory.data)];
  const context = liveContext(home, target, all, { vault });
  const result = await makeCredentialsObserver(vault, store).observe(context);
  return result.state === 'ok' ? result.data : undefined;
}

it.each(['127.0.0.1', 'localhost'])('tries remote.token at a tunnel on %s', async (host) => {
  const { port } = await fakeGateway({ accepts: right });
  const url = `ws://${host}:${port}`;
  expect(await asked(url, right)).toMatchObject({ attempts: [{ outcome: 'accepted' }] });
  expect(await asked(url, wrong)).toMatchObject({ attempts: [{ outcome: 'refused' }] });
});

it('sends nothing into a tunnel that does not answer as a gateway does', async () => {
  const seen: unknown[] = [];
  const port = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(404).end('not here');
  });
  const found = await asked(`ws://127.0.0.1:${port}`, right);
  expect(found).toMatchObject({ attempts: [], notTried: 'owner-not-proved' });
  expect(seen).toEqual([undefined]);
});

it('sends nothing into what another user has opened on this host', async () => {
  const { port, requests } = await fakeGateway({ accepts: right });
  const url = `ws://127.0.0.1:${port}`;
  const found = await asked(url, right, { uid: 1000 }, 4242);
  expect(found).toMatchObject({ attempts: [], notTried: 'owner-not-proved' });
  expect(requests.every((r) => r.authorization === undefined)).toBe(true);
  const own = await asked(url, right, { uid: 1000 }, 1000);
  expect(own).toMatchObject({ attempts: [{ outcome: 'accepted' }] });
});
