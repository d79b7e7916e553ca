import { bindText, knownBinds } from '../../src/domain/openclaw/bind.js';
import { hostKind } from '../../src/domain/openclaw/url.js';
import { defineCheck } from '../../src/model/check.js';
import type { TlsFacts } from '../../src/model/facts-wire.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { withoutConfig } from '../without-config.js';

export default defineCheck({
  id: 'bind/declared',
  stage: 'doctor',
  per: 'gateway',
  title: 'the declared bind fits authentication, Tailscale, the custom host and TLS',
  about:
    'Compares gateway.bind with gateway.auth.mode, gateway.tailscale, gateway.customBindHost and the addresses of this host, and gateway.tls with the certificate that it names. Some combinations stop the gateway at start (exit 78 or 1), and then every client gets a refused connection that looks like an authentication fault.',
  falsePositives:
    'None known. An unset bind passes: it means loopback, or all addresses inside a container, and bind/listeners looks at what it came to.',
  needs: ['gateway.config'],
  uses: ['gateway.exposure', 'gateway.tls'],
  blockedBy: withoutConfig,
  codes: {
    consistent: { outcome: 'pass', text: 'bind {bind} is declared and fits the other settings' },
    'not-declared': {
      outcome: 'pass',
      text: 'gateway.bind is not set: loopback, or all addresses inside a container',
    },
    'another-host': anotherHost,
    'unknown-bind': {
      outcome: 'fail',
      text: 'gateway.bind says {bind}, which is none of {known}',
      next: ['bind-to-address'],
    },
    'custom-without-host': {
      outcome: 'fail',
      text: 'gateway.bind is custom and gateway.customBindHost names no IP address, so the gateway cannot listen',
      next: ['bind-to-address'],
    },
    'exposed-without-auth': {
      outcome: 'fail',
      text: 'bind {bind} with gateway.auth.mode none: the gateway refuses to start (exit 78)',
      next: ['require-auth', 'bind-to-address'],
    },
    'custom-not-own': {
      outcome: 'warn',
      text: 'gateway.customBindHost {host} is no address of this host: the gateway then listens on all addresses',
      next: ['bind-to-address'],
    },
    'tailnet-without-address': {
      outcome: 'warn',
      text: 'bind is tailnet and this host has no tailnet address: the gateway then listens on loopback alone',
      next: ['bind-to-address'],
    },
    'tls-files-missing': {
      outcome: 'fail',
      text: 'gateway.tls is on and {path} is {state}: the gateway does not start without certificate and key',
      next: ['repair-tls-files'],
    },
    'certificate-invalid': {
      outcome: 'fail',
      text: '{path} is not a certificate in PEM form: the gateway does not start with it',
      next: ['repair-tls-files'],
    },
    'certificate-expired': {
      outcome: 'fail',
      text: 'the certificate {path} expired on {until}: clients that check it refuse the connection',
      next: ['renew-certificate'],
    },
    'certificate-expires-soon': {
      outcome: 'warn',
      text: 'the certificate {path} expires on {until}',
      next: ['renew-certificate'],
    },
    'certificate-not-read': {
      outcome: 'unknown',
      text: 'the certificate {path} may not be read ({reason}); run clawdoctor as the user of the gateway to know its names and dates',
      next: ['run-as-owner'],
    },
    'tailscale-needs-loopback': {
      outcome: 'fail',
      text: 'gateway.tailscale.mode {tailscale} needs bind loopback, and bind is {bind}',
      next: ['bind-to-address'],
    },
    'funnel-needs-password': {
      outcome: 'fail',
      text: 'gateway.tailscale.mode funnel needs gateway.auth.mode password, and the mode is {mode}',
      next: ['choose-auth-mode'],
    },
    'not-determined': {
      outcome: 'unknown',
      text: '{what} could not be looked at ({reason}), so whether the declared bind fits is not known; look again',
      next: ['look-again'],
    },
    'not-read': {
      outcome: 'unknown',
      text: 'the config could not be read, so the declared bind is not known; config/readable says what would make it readable',
      next: ['run-as-owner'],
    },
  },
  judge(at) {
    const config = at.get('gateway.config');
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    if (config.parse !== 'ok') return [at.found('not-read')];
    const { bind, authMode, tailscale, customBindHost: host } = config;
    const found = [];
    if (bind !== undefined && !knownBinds.includes(bind)) {
      found.push(at.found('unknown-bind', { bind, known: [...knownBinds] }));
    }
    if (bind === 'custom' && (host === undefined || hostKind(host) === 'name')) {
      found.push(at.found('custom-without-host'));
    }
    const seen = at.look('gateway.exposure');
    const exposure = seen?.data;
    // Inside a container an unset bind is `auto`, which is all addresses there (both known lines).
    const byDefault = exposure?.container && (tailscale ?? 'off') === 'off' ? 'auto' : 'loopback';
    const meant = bind ?? byDefault;
    if (meant !== 'loopback' && authMode === 'none') {
      found.push(at.found('exposed-without-auth', { bind: meant }));
    }
    const own = exposure?.addresses ?? [];
    const isOwn = (address: string): boolean => own.some((a) => a.address === address);
    if (bind === 'custom' && isForeign(host) && own.length > 0 && !isOwn(host ?? '')) {
      found.push(at.found('custom-not-own', { host: host ?? '' }));
    }
    const onTailnet = own.some((a) => a.kind === 'tailnet' && !a.address.includes(':'));
    if (bind === 'tailnet' && own.length > 0 && !onTailnet) {
      found.push(at.found('tailnet-without-address'));
    }
    const served = at.look('gateway.tls');
    const tls = served?.data;
    const fault = tls?.enabled ? certificateFault(tls, at.run.nowMs) : undefined;
    if (fault) found.push(at.found(fault.code, fault.params));
    const serves = tailscale === 'serve' || tailscale === 'funnel';
    if (serves && bind !== undefined && bind !== 'loopback') {
      found.push(at.found('tailscale-needs-loopback', { tailscale, bind }));
    }
    if (tailscale === 'funnel' && authMode !== undefined && authMode !== 'password') {
      found.push(at.found('funnel-needs-password', { mode: authMode }));
    }
    if (found.length > 0) return found;
    const unseen = [
      ...(exposure || bind === 'loopback' ? [] : [['the addresses of this host', seen] as const]),
      ...(tls || !config.tls.enabled ? [] : [['the certificate', served] as const]),
    ];
    const [first] = unseen;
    if (first) {
      const [what, { reason = 'it was not looked at' } = {}] = first;
      return [at.found('not-determined', { what, reason })];
    }
    return [
      bind === undefined
        ? at.found('not-declared')
        : at.found('consistent', { bind: bindText(config) }),
    ];
  },
});

/** An address that only this host's interfaces could make right. */
function isForeign(host: string | undefined): boolean {
  if (host === undefined) return false;
  const kind = hostKind(host);
  return kind !== 'name' && kind !== 'loopback' && kind !== 'any';
}

const day = 86_400_000;
/** Long enough to act on, short enough for certificates that renew themselves at a third of 90 days. */
const soon = 7 * day;

/** What keeps the gateway from serving its certificate, or clients from believing it. */
function certificateFault(tls: TlsFacts, nowMs: number) {
  const { certificate, key, autoGenerate } = tls;
  const { file, notAfterMs } = certificate;
  const missing = [file, key].filter((f) => f.state === 'absent' || f.state === 'not-a-file');
  const [first] = missing;
  // Without both files the gateway writes a pair of its own; with one of them it does not start.
  const makesOwn = autoGenerate && missing.every((f) => f.state === 'absent');
  if (first && !(missing.length === 2 && makesOwn)) {
    return { code: 'tls-files-missing' as const, params: { path: first.path, state: first.state } };
  }
  const { path } = file;
  if (first) return undefined;
  if (certificate.parse === 'invalid')
    return { code: 'certificate-invalid' as const, params: { path } };
  if (certificate.parse === 'not-read') {
    const reason = file.reason ?? file.state;
    return { code: 'certificate-not-read' as const, params: { path, reason } };
  }
  if (notAfterMs === undefined || notAfterMs > nowMs + soon) return undefined;
  const until = new Date(notAfterMs).toISOString().slice(0, 10);
  return notAfterMs <= nowMs
    ? { code: 'certificate-expired' as const, params: { path, until } }
    : { code: 'certificate-expires-soon' as const, params: { path, until } };
}
