import { issuedTokens, namedIssuers } from '../../domain/issuers.js';
import { jwtHolders } from '../../domain/openclaw/jwt-holders.js';
import type { TokenProbe } from '../../model/facts-issuer.js';
import type { Observer } from '../../model/observer.js';
import { askIssuer, type Published } from './issuer-documents.js';
import { checkSignature } from './issuer-keys.js';
import { patience } from './patience.js';
import type { SecretSource } from './secret-source.js';

/**
 * What the declared and expected issuers publish, and whether their keys signed our JWT-shaped
 * credentials. Only documents are asked for: no token and no other secret is sent anywhere. Issuers
 * off this host only with `--external`.
 */
export function makeIssuerObserver(vault: Pick<SecretSource, 'reveal'>): Observer<'probe.issuers'> {
  return {
    id: 'probe.issuers',
    stage: 'probes',
    uses: [
      'run',
      'host.discovery',
      'host.expectations',
      'host.pressure',
      'gateway.config',
      'gateway.credentials',
      'agent.store',
    ],
    deadlineMs: 8000,
    async observe({ facts, target, options, host, signal }) {
      // The files of a gateway on another host are not here.
      const elsewhere = target.place === 'remote';
      const named = elsewhere ? [] : namedIssuers(facts, target);
      const embedded = elsewhere ? 0 : jwtHolders(facts, target).length;
      const contact = { options, signal, patience: patience(facts), now: () => host.now() };
      const published = await Promise.all(named.map((one) => askIssuer(one, contact)));
      const tokens: TokenProbe[] = [];
      for (const { holder, issuer } of elsewhere ? [] : issuedTokens(facts, target)) {
        const { class: value, ...shown } = holder;
        const keys = published.find(({ probe }) => probe.issuer === issuer);
        const signature = await verdictOf(vault.reveal(value), keys);
        tokens.push({ ...shown, issuer, signature });
      }
      const source = named.map((one) => one.issuer).join(', ') || 'declared and expected issuers';
      const providers = published.map(({ probe }) => probe);
      return { state: 'ok', source, data: { providers, tokens, embedded } };
    },
  };
}

async function verdictOf(token: string | undefined, from: Published | undefined) {
  if (token === undefined || from?.probe.state !== 'ok') return 'not-checked';
  return checkSignature(token, from.keys);
}
