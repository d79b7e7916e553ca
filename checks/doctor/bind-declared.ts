import { bindText, knownBinds } from '../../src/domain/openclaw/bind.js';
import { hostKind } from '../../src/domain/openclaw/url.js';
import { defineCheck } from '../../src/model/check.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { withoutConfig } from '../without-config.js';

export default defineCheck({
  id: 'bind/declared',
  stage: 'doctor',
  per: 'gateway',
  title: 'the declared bind fits authentication, Tailscale and the custom host',
  about:
    'Compares gateway.bind with gateway.auth.mode, gateway.tailscale and gateway.customBindHost. Some combinations stop the gateway at start (exit 78 or 1), and then every client gets a refused connection that looks like an authentication fault.',
  falsePositives:
    'None known. An unset bind passes: it means loopback, or all addresses inside a container, and bind/listeners looks at what it came to.',
  needs: ['gateway.config'],
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
      next: ['choose-auth-mode', 'bind-to-address'],
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
    if (bind !== undefined && bind !== 'loopback' && authMode === 'none') {
      found.push(at.found('exposed-without-auth', { bind }));
    }
    const serves = tailscale === 'serve' || tailscale === 'funnel';
    if (serves && bind !== undefined && bind !== 'loopback') {
      found.push(at.found('tailscale-needs-loopback', { tailscale, bind }));
    }
    if (tailscale === 'funnel' && authMode !== undefined && authMode !== 'password') {
      found.push(at.found('funnel-needs-password', { mode: authMode }));
    }
    if (found.length > 0) return found;
    return [
      bind === undefined
        ? at.found('not-declared')
        : at.found('consistent', { bind: bindText(config) }),
    ];
  },
});
