import { gatewayPort } from '../../src/domain/endpoints.js';
import { isDirect } from '../../src/domain/openclaw/bind.js';
import type { IdentityUrl } from '../../src/domain/openclaw/identity.js';
import { accessMode, externalIdentity, identityUrls } from '../../src/domain/openclaw/identity.js';
import { isLoopbackHost, urlText } from '../../src/domain/openclaw/url.js';
import { defineCheck } from '../../src/model/check.js';
import { anotherHost, isElsewhere } from '../another-host.js';

export default defineCheck({
  id: 'identity/external',
  stage: 'doctor',
  per: 'gateway',
  title: 'clients, webhooks and the public origin all name this gateway by one identity',
  about:
    'Puts every URL side by side: OPENCLAW_GATEWAY_URL in the shell and in .env, gateway.publicOrigin, webhook URLs and the identity that clawdoctor.json expects. When the gateway listens on loopback and clients use a LAN or tailnet name, health looks green while authenticated calls fail.',
  falsePositives:
    'A URL that reaches this gateway through a proxy that the config does not mention; declare it as identity in clawdoctor.json or as gateway.publicOrigin.',
  needs: ['gateway.config', 'gateway.credentials'],
  uses: ['host.expectations'],
  codes: {
    'loopback-only': {
      outcome: 'pass',
      text: 'no URL names this gateway by anything but loopback',
    },
    'one-identity': { outcome: 'pass', text: 'every URL outside loopback names {identity}' },
    'another-host': anotherHost,
    'client-url-elsewhere': {
      outcome: 'fail',
      text: '{source} sends clients to {url}, and this gateway (bind {bind}, port {port}) does not listen there',
      next: ['align-client-url', 'bind-to-address'],
    },
    'not-the-expected-identity': {
      outcome: 'fail',
      text: '{source} names {url}, and clawdoctor.json expects {expected}',
      next: ['align-client-url', 'add-expectations'],
    },
    'mode-not-expected': {
      outcome: 'fail',
      text: 'the config is made for access by {mode}, and clawdoctor.json expects {expected}',
      next: ['bind-to-address', 'add-expectations'],
    },
    'identities-differ': {
      outcome: 'warn',
      text: 'this gateway goes by several names at once: {names}',
      next: ['align-client-url', 'add-expectations'],
    },
    'client-url-unconfirmed': {
      outcome: 'warn',
      text: '{source} sends clients to {url}, which nothing on this host declares as this gateway',
      next: ['add-expectations', 'align-client-url'],
    },
    'expectations-unreadable': {
      outcome: 'unknown',
      text: 'clawdoctor.json could not be read ({reason}), so the expected identity is not known; repair it or remove it',
      next: ['add-expectations'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const config = at.get('gateway.config');
    const expectations = at.look('host.expectations');
    if (expectations && expectations.state !== 'ok' && expectations.state !== 'absent') {
      const reason = expectations.reason ?? expectations.state;
      return [at.found('expectations-unreadable', { reason })];
    }
    const port = gatewayPort(at.facts, at.subject);
    const urls = identityUrls(at.facts, at.subject);
    const identity = externalIdentity(at.facts, at.subject);
    const expected = expectations?.data?.identity;
    const found = [];
    const elsewhere: IdentityUrl[] = [];
    for (const entry of urls.filter((u) => u.use === 'client' || u.use === 'public')) {
      const { url } = entry;
      const loopback = isLoopbackHost(url.host);
      const wrongPort = loopback && url.port !== port && entry.use === 'client';
      const unheard = !loopback && config.bind === 'loopback' && isDirect(url, port, config);
      if (!wrongPort && !unheard) continue;
      elsewhere.push(entry);
      const params = {
        source: entry.source,
        url: urlText(url),
        bind: config.bind ?? 'not set',
        port,
      };
      found.push(
        at.found('client-url-elsewhere', params, { subject: `${at.subject.id}#${entry.source}` }),
      );
    }
    const outside = urls.filter((u) => !isLoopbackHost(u.url.host) && !elsewhere.includes(u));
    const strangers = expected ? outside.filter((u) => u.url.host !== expected.host) : [];
    for (const entry of strangers) {
      const params = {
        source: entry.source,
        url: urlText(entry.url),
        expected: expected?.host ?? '',
      };
      found.push(
        at.found('not-the-expected-identity', params, {
          subject: `${at.subject.id}#${entry.source}`,
        }),
      );
    }
    const wanted = expectations?.data?.mode;
    const mode = accessMode(config);
    if (wanted !== undefined && wanted !== mode) {
      found.push(at.found('mode-not-expected', { mode, expected: wanted }));
    }
    const names = [...new Set(outside.map((u) => u.url.host))];
    if (strangers.length === 0 && names.length > 1)
      found.push(at.found('identities-differ', { names }));
    const declared = outside.some((u) => u.use !== 'client') || mode !== 'loopback';
    const lone = outside.find((u) => u.use === 'client');
    if (
      lone &&
      names.length === 1 &&
      !declared &&
      !(config.bind === undefined && isDirect(lone.url, port, config)) &&
      config.trustedProxies.length === 0
    ) {
      const params = { source: lone.source, url: urlText(lone.url) };
      found.push(at.found('client-url-unconfirmed', params));
    }
    if (found.length > 0) return found;
    return [
      identity
        ? at.found('one-identity', { identity: urlText(identity.url) })
        : at.found('loopback-only'),
    ];
  },
});
