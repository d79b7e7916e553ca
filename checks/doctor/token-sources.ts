import { workingDevice } from '../../src/domain/openclaw/device-token.js';
import { ignoredSources } from '../../src/domain/openclaw/ignored-sources.js';
import { winners } from '../../src/domain/openclaw/precedence.js';
import { secretFileOf } from '../../src/domain/openclaw/secret-file.js';
import { defineCheck } from '../../src/model/check.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { withoutConfig } from '../without-config.js';

export default defineCheck({
  id: 'token/sources',
  stage: 'doctor',
  per: 'gateway',
  title: 'every place that holds the gateway secret leads its readers to one value',
  about:
    'Lists config, shell, .env, service unit and remote settings, and works out by the rules of this version which of them the server and the CLI take. A value that differs matters only where some reader takes it.',
  falsePositives:
    "A gateway that gets its token from an environment that cannot be seen from here (docker -e, another user's unit): the probes tell what it accepts.",
  needs: ['gateway.config', 'gateway.credentials'],
  uses: ['gateway.pairing', 'gateway.state', 'host.install'],
  answeredBy: ['probe/credentials'],
  blockedBy: withoutConfig,
  codes: {
    'one-value': { outcome: 'pass', text: 'server and CLI both take {source}' },
    agree: {
      outcome: 'pass',
      text: 'the server takes {source} and the CLI takes {clientSource}: the same value',
    },
    'ignored-source': {
      outcome: 'pass',
      text: 'server and CLI take {source}; {ignored} differs and nobody takes it here ({rule})',
    },
    'environment-decides': {
      outcome: 'pass',
      text: 'the CLI takes {clientSource}; the server takes what its own environment holds, which the status stage looks at',
    },
    'environment-alone': {
      outcome: 'warn',
      text: '{place} gives no value here{variableText}, so the CLI finds nothing; only the environment of the server could hold one, which the status stage looks at ({rule})',
      next: ['write-plain-token', 'set-variable'],
    },
    'secret-file-unusable': {
      outcome: 'fail',
      text: '{place} refers to {file}, from which OpenClaw takes nothing ({reason}): clients fail now, and a gateway that runs fails at its next start',
      next: ['write-plain-token'],
    },
    'device-token-stands-in': {
      outcome: 'pass',
      text: 'the CLI finds no shared secret here and has the stored token of its device {device}, which the status stage looks at ({rule})',
    },
    'no-secret-checked': { outcome: 'pass', text: '{rule}' },
    'another-host': anotherHost,
    'reference-unresolved': {
      outcome: 'fail',
      text: '{variable}, which {place} refers to, has no value here: {rule}',
      next: ['set-variable', 'write-plain-token'],
    },
    'generated-token': {
      outcome: 'fail',
      text: 'no reader can know the token: {rule}',
      next: ['write-plain-token', 'set-variable'],
    },
    'refuses-to-start': {
      outcome: 'fail',
      text: 'the gateway refuses to start: {rule}',
      next: ['choose-auth-mode', 'write-plain-token'],
    },
    'readers-differ': {
      outcome: 'warn',
      text: 'the CLI takes {clientSource} and the server takes {source}, and their values differ ({rule})',
      next: ['unset-shell-variable', 'unify-token-sources'],
    },
    'client-finds-nothing': {
      outcome: 'warn',
      text: 'the server takes {source}, and the CLI finds no value here ({rule})',
      next: ['write-plain-token', 'set-variable'],
    },
    'depends-on-version': {
      outcome: 'unknown',
      text: 'the readers take different values on {lines}, and the version is not known; an openclaw on PATH or a running gateway would make it known',
      next: ['look-again'],
    },
    'source-unreadable': {
      outcome: 'unknown',
      text: '{place} could not be read, so what its readers take is not known ({rule}); run clawdoctor as the user who owns it',
      next: ['run-as-owner'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const server = winners('server', at.facts, at.subject);
    const client = winners('local-cli', at.facts, at.subject);
    const path = at.get('gateway.config').file.path;
    const hidden = [...server.all, ...client.all].find((w) => w.outcome === 'unreadable');
    if (hidden) {
      const params = { place: hidden.source ?? path, rule: hidden.rule };
      return [at.found('source-unreadable', params)];
    }
    const unusable = client.agreed && secretFileOf(at.facts, at.subject, client.agreed);
    if (unusable) {
      const params = { ...unusable, place: client.agreed?.source ?? path };
      const next = ['repair-secret-file', 'write-plain-token'];
      return [at.found('secret-file-unusable', params, { next })];
    }
    const dangling = server.all.filter(
      (w) =>
        w.reference !== undefined &&
        (w.outcome === 'generated' || w.outcome === 'refuses-to-start'),
    );
    const [first] = dangling;
    if (first && dangling.length === server.all.length) {
      const rule = [...new Set(dangling.map((w) => w.rule))].join('; ');
      const params = { variable: first.reference ?? '', place: first.source ?? path, rule };
      const next = first.remedies ? { next: first.remedies } : {};
      const found = [at.found('reference-unresolved', params, next)];
      if (server.agreed?.outcome === 'generated') found.push(at.found('generated-token', { rule }));
      return found;
    }
    const lines = server.all.concat(client.all).map((w) => w.line);
    const s = server.agreed;
    const c = client.agreed;
    if (!s || !c) return [at.found('depends-on-version', { lines: [...new Set(lines)] })];
    const { rule } = s;
    if (s.outcome === 'none') return [at.found('no-secret-checked', { rule })];
    if (s.outcome === 'generated') return [at.found('generated-token', { rule })];
    if (s.outcome === 'refuses-to-start') {
      const next = s.remedies ? { next: s.remedies } : {};
      return [at.found('refuses-to-start', { rule }, next)];
    }
    const params = {
      source: s.source ?? '',
      clientSource: c.source ?? '',
      rule: c.rule,
    };
    const device = c.outcome === 'none' ? workingDevice(at.facts, at.subject) : undefined;
    if (device) return [at.found('device-token-stands-in', { ...params, device: device.device })];
    if (c.outcome !== 'value' && s.outcome === 'unresolved') {
      const variable = c.reference ?? s.reference ?? null;
      const variableText = variable === null ? '' : ` (${variable} is not set)`;
      const place = c.source ?? s.source ?? `${path} gateway.auth.${s.slot}`;
      const known = { variable, variableText, place, rule };
      const next = variable === null ? {} : { next: ['set-variable', 'write-plain-token'] };
      return [at.found('environment-alone', known, next)];
    }
    if (c.outcome !== 'value') {
      return [at.found('client-finds-nothing', { ...params, rule: c.rule })];
    }
    if (s.outcome === 'unresolved') return [at.found('environment-decides', params)];
    if (s.class !== c.class) return [at.found('readers-differ', params)];
    if (s.source !== c.source) return [at.found('agree', params)];
    const ignored = ignoredSources(at.facts, at.subject, s);
    return [
      ignored.length > 0
        ? at.found('ignored-source', { ...params, ignored })
        : at.found('one-value', params),
    ];
  },
});
