import { gatewayPort } from '../../src/domain/endpoints.js';
import { isDirect } from '../../src/domain/openclaw/bind.js';
import type { IdentityUrl } from '../../src/domain/openclaw/identity.js';
import {
  accessMode,
  declaredModes,
  externalIdentity,
  identityUrls,
  namingUrls,
} from '../../src/domain/openclaw/identity.js';
import { otherScheme } from '../../src/domain/openclaw/other-scheme.js';
import { isLoopbackHost, urlText } from '../../src/domain/openclaw/url.js';
import { defineCheck } from '../../src/model/check.js';
import type { UrlParts } from '../../src/model/facts-gateway.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { expectationsFault } from '../expectations-fault.js';

export default defineCheck({
  id: 'identity/external',
  stage: 'doctor',
  per: 'gateway',
  title: 'clients, webhooks and the public origin all name this gateway by one identity',
  about:
    'Puts every URL side by side: OPENCLAW_GATEWAY_URL in the shell and in .env, OPENAI_BASE_URL where it names this gateway, gateway.publicOrigin, allowed origins, webhook URLs, audiences and the identity that clawdoctor.json expects; and the ways of access that the config mixes (proxy, tailnet, LAN). When the gateway listens on loopback and clients use a LAN or tailnet name, health looks green while authenticated calls fail.',
  falsePositives:
    'A URL that reaches this gateway through a proxy that the config does not mention; declare it as identity in clawdoctor.json or as gateway.publicOrigin.',
  needs: ['gateway.config', 'gateway.credentials'],
  uses: ['host.expectations', 'gateway.exposure', 'sandbox.registry'],
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
    'client-url-broken': {
      outcome: 'fail',
      text: '{source} holds no ws:// or wss:// URL, so every client that takes its address from there stops before it connects',
      next: ['align-client-url'],
    },
    'client-url-scheme': {
      outcome: 'fail',
      text: '{source} sends clients to {url}, and this gateway speaks {speaks} on that port: they are refused before any token counts; the URL has to begin with {scheme}://',
      next: ['align-client-url'],
    },
    'browser-control-url': {
      outcome: 'fail',
      text: '{source} names {url}: that is the browser control of this gateway (port + 2), which answers 401 to every token',
      next: ['align-client-url'],
    },
    'openai-endpoint-off': {
      outcome: 'fail',
      text: '{source} sends OpenAI clients to {url}, and this gateway has no OpenAI endpoint turned on: they get 404, or a web page',
      next: ['enable-openai-endpoint', 'align-client-url'],
    },
    'origin-not-allowed': {
      outcome: 'warn',
      text: 'gateway.controlUi.allowedOrigins does not hold {origin}, the origin of {source}: browsers that come from there are refused',
      next: ['align-client-url'],
    },
    'modes-mixed': {
      outcome: 'warn',
      text: 'the config opens several ways to this gateway at once ({modes}): keep one external identity and one mode',
      next: ['bind-to-address', 'add-expectations'],
    },
    'base-path-differs': {
      outcome: 'warn',
      text: 'clawdoctor.json expects the path {path}, and gateway.controlUi.basePath is {basePath}',
      next: ['align-client-url', 'add-expectations'],
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
    const reason = expectationsFault(expectations);
    if (reason !== undefined) return [at.found('expectations-unreadable', { reason })];
    const port = gatewayPort(at.facts, at.subject);
    const urls = namingUrls(at.facts, at.subject);
    const identity = externalIdentity(at.facts, at.subject);
    const expected = expectations?.data?.identity;
    const found = [];
    const elsewhere: IdentityUrl[] = [];
    const { shell, dotenv } = at.get('gateway.credentials');
    const hides = shell.url !== undefined || shell.urlBroken;
    const broken = shell.urlBroken ? 'shell' : !hides && dotenv.urlBroken ? '.env' : undefined;
    if (broken !== undefined) {
      const source = `${broken} OPENCLAW_GATEWAY_URL`;
      const subject = { subject: `${at.subject.id}#${source}` };
      found.push(at.found('client-url-broken', { source }, subject));
    }
    for (const entry of urls.filter((u) => u.use === 'client' || u.use === 'public')) {
      const { url } = entry;
      const loopback = isLoopbackHost(url.host);
      const scheme = entry.use === 'client' ? otherScheme(url, port, config) : undefined;
      if (scheme !== undefined) {
        elsewhere.push(entry);
        const params = { source: entry.source, url: urlText(url), ...scheme };
        const subject = { subject: `${at.subject.id}#${entry.source}` };
        found.push(at.found('client-url-scheme', params, subject));
        continue;
      }
      const isKnown = at.subject.portAssumed !== true;
      // Bound to loopback it listens on 127.0.0.1 and ::1, and nowhere else in 127.0.0.0/8.
      const usual = ['127.0.0.1', '::1', 'localhost'].includes(url.host);
      const unusual = config.bind === 'loopback' && /^127\./.test(url.host) && !usual;
      const wrongPort =
        isKnown && loopback && (url.port !== port || unusual) && entry.use === 'client';
      const unheard = !loopback && config.bind === 'loopback' && isDirect(url, port, config);
      if (!wrongPort && !unheard) continue;
      elsewhere.push(entry);
      if (loopback && url.port === port + 2) {
        const params = { source: entry.source, url: urlText(url) };
        const subject = { subject: `${at.subject.id}#${entry.source}` };
        found.push(at.found('browser-control-url', params, subject));
        continue;
      }
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
    const exposure = at.look('gateway.exposure')?.data;
    for (const { name, url } of exposure?.openaiUrls ?? []) {
      const own =
        isLoopbackHost(url.host) || exposure?.addresses.some((a) => a.address === url.host);
      const { chatCompletions, responses } = exposure?.openai ?? {};
      const isControl = url.port === port + 2;
      const isOff = url.port === port && !chatCompletions && !responses;
      if (!own || !(isControl || isOff)) continue;
      const params = { source: `shell ${name}`, url: urlText(url) };
      const code = isControl ? 'browser-control-url' : 'openai-endpoint-off';
      found.push(at.found(code, params, { subject: `${at.subject.id}#shell ${name}` }));
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
    // A proxy that adds no headers needs nothing in the config; probe/headers judges one that does.
    const plain = wanted === 'proxy' && mode === 'loopback';
    if (wanted !== undefined && wanted !== mode && !plain) {
      found.push(at.found('mode-not-expected', { mode, expected: wanted }));
    }
    const modes = declaredModes(config);
    if (wanted === undefined && modes.length > 1 && !exposure?.container) {
      found.push(at.found('modes-mixed', { modes }));
    }
    const browser = urls.find((u) => u.use === 'public') ?? urls.find((u) => u.use === 'expected');
    const { allowedOrigins, enabled, basePath } = config.controlUi;
    if (browser && enabled && allowedOrigins.length > 0 && !allowedOrigins.includes('*')) {
      const origin = originText(browser.url);
      const origins = identityUrls(at.facts, at.subject).filter((u) => u.use === 'origin');
      if (!origins.some((u) => originText(u.url) === origin)) {
        found.push(at.found('origin-not-allowed', { origin, source: browser.source }));
      }
    }
    const path = trimmed(expected?.path);
    if (path !== '' && trimmed(basePath) !== path) {
      found.push(at.found('base-path-differs', { path, basePath: basePath ?? 'not set' }));
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

/** `https://gw.example.com`, as a browser writes its Origin. */
function originText(url: UrlParts): string {
  const scheme = url.scheme === 'wss' || url.scheme === 'https' ? 'https' : 'http';
  return urlText({ ...url, scheme, path: '/' });
}

function trimmed(path: string | undefined): string {
  return (path ?? '').replace(/^\/+|\/+$/g, '');
}
