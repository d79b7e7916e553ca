import { trustsLoopback } from '../../src/domain/openclaw/cidr.js';
import { winners } from '../../src/domain/openclaw/precedence.js';
import { linesToJudge, versionsOf } from '../../src/domain/openclaw/versions.js';
import { defineCheck } from '../../src/model/check.js';
import type { ConfigFacts } from '../../src/model/facts-gateway.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { withoutConfig } from '../without-config.js';

const modes: readonly string[] = ['none', 'token', 'password', 'trusted-proxy'];
/** A field name of RFC 9110, section 5.1: anything else cannot be sent. */
const headerName = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;

export default defineCheck({
  id: 'config/gateway-auth',
  stage: 'doctor',
  per: 'gateway',
  title: 'the authentication settings of the gateway go together',
  about:
    'Looks for combinations that stop the gateway or answer 401 by design: an unknown mode, trusted-proxy without trustedProxies, without a user header, with a header name that nobody can send, or on loopback without allowLoopback; gateway.mode remote beside a service. It also names settings that bite later: reload off, no rate limit on an exposed bind of 2026.5, HSTS without TLS. Whether the secrets themselves go together is what token/sources says.',
  falsePositives:
    'A reverse proxy on this host that adds TLS makes HSTS meaningful; name the public origin or the proxy in the config and the warning ends.',
  needs: ['gateway.config'],
  uses: ['gateway.credentials', 'gateway.state', 'host.install'],
  blockedBy: withoutConfig,
  codes: {
    fits: { outcome: 'pass', text: 'mode {mode} and the settings around it go together' },
    'told-by-sources': {
      outcome: 'pass',
      text: 'the settings stop the gateway, which token/sources reports: {rule}',
    },
    'another-host': anotherHost,
    'remote-beside-service': {
      outcome: 'fail',
      text: 'gateway.mode is remote, and {unit} starts a gateway with this config: it refuses to start (exit 78)',
      next: ['tidy-gateway-auth'],
    },
    'unknown-mode': {
      outcome: 'fail',
      text: 'gateway.auth.mode says {mode}, which is none of {known}: OpenClaw refuses the whole config and does not start',
      next: ['choose-auth-mode'],
    },
    'no-trusted-proxy': {
      outcome: 'fail',
      text: 'mode trusted-proxy without an address in gateway.trustedProxies: the gateway refuses to start (exit 1, on 2026.9 exit 78)',
      next: ['tidy-gateway-auth', 'choose-auth-mode'],
    },
    'no-user-header': {
      outcome: 'fail',
      text: 'mode trusted-proxy without gateway.auth.trustedProxy.userHeader: OpenClaw refuses the whole config and does not start',
      next: ['tidy-gateway-auth', 'choose-auth-mode'],
    },
    'impossible-header': {
      outcome: 'fail',
      text: '{key} names a header {header}, which no proxy can send: every request is refused (401)',
      next: ['tidy-gateway-auth'],
    },
    'loopback-refused': {
      outcome: 'fail',
      text: 'bind loopback and mode trusted-proxy without allowLoopback: every request comes from loopback, and so is refused (401)',
      next: ['tidy-gateway-auth', 'bind-to-address'],
    },
    'proxy-out-of-reach': {
      outcome: 'fail',
      text: 'bind loopback, and gateway.trustedProxies holds {proxies}, from where nothing can connect: every request is refused (401, on 2026.9 403)',
      next: ['tidy-gateway-auth', 'bind-to-address'],
    },
    'reload-off': {
      outcome: 'warn',
      text: 'gateway.reload.mode is off: after the next edit clients use the new secret and the gateway the old one, until it is restarted',
      next: ['turn-on-reload'],
    },
    'no-rate-limit': {
      outcome: 'warn',
      text: 'bind {bind} without gateway.auth.rateLimit: 2026.5 counts no wrong attempts then, so that a secret can be guessed at any speed',
      next: ['set-rate-limit'],
    },
    'hsts-without-tls': {
      outcome: 'warn',
      text: '{key} is set, and this gateway speaks plain HTTP on loopback with no proxy named: browsers ignore the header there, and one that has seen it over HTTPS no longer opens http://{host}',
      next: ['tidy-gateway-auth'],
    },
    'leftover-proxies': {
      outcome: 'warn',
      text: '{key} holds {proxies}, and with bind loopback nothing can connect from there: left over from another kind of host',
      next: ['tidy-gateway-auth'],
    },
    'not-read': {
      outcome: 'unknown',
      text: 'the config could not be read, so its settings are not known; config/readable says what would make it readable',
      next: ['run-as-owner'],
    },
  },
  judge(at) {
    const config = at.get('gateway.config');
    const service = at.look('gateway.credentials')?.data?.service;
    if (config.parse === 'ok' && config.mode === 'remote' && service && service.kind !== 'node') {
      const key = 'gateway.mode';
      return [at.found('remote-beside-service', { unit: service.unit, key })];
    }
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    if (config.parse !== 'ok') return [at.found('not-read')];
    const found = [];
    const { authMode, bind, trustedProxies: proxies } = config;
    const list = 'gateway.trustedProxies';
    const closed = bind === 'loopback';
    const unreachable = closed && proxies.length > 0 && !trustsLoopback(proxies);
    if (authMode !== undefined && !modes.includes(authMode)) {
      found.push(at.found('unknown-mode', { mode: authMode, known: [...modes] }));
    }
    if (authMode === 'trusted-proxy' && config.trustedProxy) {
      const { userHeader, allowLoopback } = config.trustedProxy;
      const block = 'gateway.auth.trustedProxy';
      if (proxies.length === 0) found.push(at.found('no-trusted-proxy', { key: list }));
      if (userHeader === undefined || userHeader.trim() === '') {
        found.push(at.found('no-user-header', { key: `${block}.userHeader` }));
      }
      for (const { key, header } of headersOf(config)) {
        if (headerName.test(header)) continue;
        const subject = `${at.subject.id}#${key}`;
        found.push(at.found('impossible-header', { key, header }, { subject }));
      }
      if (unreachable) found.push(at.found('proxy-out-of-reach', { proxies, key: list }));
      else if (closed && !allowLoopback) {
        found.push(at.found('loopback-refused', { key: `${block}.allowLoopback` }));
      }
    } else if (unreachable) {
      found.push(at.found('leftover-proxies', { proxies, key: list }));
    }
    if (config.reloadMode === 'off') found.push(at.found('reload-off'));
    const lines = linesToJudge(versionsOf(at.facts, at.subject).server);
    const counts = lines.includes('2026.9') || config.rateLimit !== undefined;
    if (bind !== undefined && !closed && !counts && takesSecret(authMode)) {
      found.push(at.found('no-rate-limit', { bind }));
    }
    if (config.hsts && closed && isPlain(config)) {
      const key = 'gateway.http.securityHeaders.strictTransportSecurity';
      found.push(at.found('hsts-without-tls', { key, host: '127.0.0.1' }));
    }
    if (found.length > 0) return found;
    const server = winners('server', at.facts, at.subject).agreed;
    if (server?.outcome === 'refuses-to-start') {
      return [at.found('told-by-sources', { rule: server.rule })];
    }
    return [at.found('fits', { mode: authMode ?? 'of the default' })];
  },
});

function headersOf({ trustedProxy }: ConfigFacts): { key: string; header: string }[] {
  const block = 'gateway.auth.trustedProxy';
  const user = trustedProxy?.userHeader?.trim() ?? '';
  const required = (trustedProxy?.requiredHeaders ?? []).map((header, index) => ({
    key: `${block}.requiredHeaders[${index}]`,
    header: header.trim(),
  }));
  const all = [{ key: `${block}.userHeader`, header: user }, ...required];
  return all.filter(({ header }) => header !== '');
}

function takesSecret(mode: string | undefined): boolean {
  return mode === undefined || mode === 'token' || mode === 'password';
}

/** No TLS here, and nothing in the config that would add it in front. */
function isPlain(config: ConfigFacts): boolean {
  const serves = config.tailscale === 'serve' || config.tailscale === 'funnel';
  const inFront = config.publicOrigin !== undefined || config.trustedProxies.length > 0;
  const secure = config.controlUi.allowedOrigins.some((origin) => origin.startsWith('https://'));
  return !config.tls.enabled && !serves && !inFront && !secure;
}
