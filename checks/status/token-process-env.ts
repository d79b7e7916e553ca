import type { Winner } from '../../src/domain/openclaw/precedence.js';
import { winners } from '../../src/domain/openclaw/precedence.js';
import { defineCheck } from '../../src/model/check.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { withoutConfig } from '../without-config.js';

type Verdict = 'same' | 'other' | 'nothing' | 'cannot-resolve' | 'unreadable';

export default defineCheck({
  id: 'token/process-env',
  stage: 'status',
  per: 'gateway',
  title: 'the running gateway accepts what its clients will send',
  about:
    'Puts config, shell, .env, service unit and /proc/PID/environ of the gateway side by side and works out, by version, which value the server takes and which value the CLI will send. The server takes the config first; the 2026.5 CLI takes the environment first, so a stale variable breaks every call of it.',
  falsePositives:
    'A different value in the environment of the process alone is no drift: the server takes the config first. Values given on a command line (--token) are not visible; the probes tell.',
  needs: ['gateway.config', 'gateway.credentials'],
  uses: ['gateway.process', 'gateway.state', 'host.install'],
  answeredBy: ['probe/credentials'],
  blockedBy: withoutConfig,
  codes: {
    'clients-send-what-server-takes': {
      outcome: 'pass',
      text: 'the server takes {serverSource}, and the {reader} sends the same value from {clientSource}',
    },
    'no-secret-checked': { outcome: 'pass', text: '{rule}' },
    'another-host': anotherHost,
    'client-sends-other': {
      outcome: 'fail',
      text: 'the server takes {serverSource}, and the {reader} will send another value from {clientSource}: {rule}',
      next: ['unset-shell-variable', 'edit-dotenv', 'unify-token-sources'],
    },
    'client-cannot-resolve': {
      outcome: 'fail',
      text: 'the server takes {serverSource}, and the {reader} cannot resolve {variable} in this environment',
      next: ['set-variable', 'write-plain-token'],
    },
    'client-sends-nothing': {
      outcome: 'fail',
      text: 'the server takes {serverSource}, and the {reader} finds nothing to send: {rule}',
      next: ['write-plain-token', 'set-variable'],
    },
    'server-generated': {
      outcome: 'fail',
      text: 'the server holds a random token that no client can know: {rule}',
      next: ['set-variable', 'write-plain-token'],
    },
    'server-refuses': {
      outcome: 'fail',
      text: 'the gateway cannot start with what it finds: {rule}',
      next: ['set-variable', 'write-plain-token', 'choose-auth-mode'],
    },
    'depends-on-version': {
      outcome: 'unknown',
      text: 'what the {reader} sends depends on the version ({lines}); an openclaw on PATH or an answer of the gateway would make it known',
      next: ['look-again'],
    },
    'environment-hidden': {
      outcome: 'unknown',
      text: 'the server takes a value of its own environment: {rule}; run clawdoctor as the user of the gateway, or let the probes answer',
      next: ['run-as-owner'],
    },
    'source-unreadable': {
      outcome: 'unknown',
      text: '{place} could not be read: {rule}; run clawdoctor as the user who owns it',
      next: ['run-as-owner'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const server = winners('server', at.facts, at.subject);
    const client = winners('local-cli', at.facts, at.subject);
    const reader = 'local CLI';
    const lines = [...new Set([...server.all, ...client.all].map((w) => w.line))];
    const s = server.agreed;
    const path = at.get('gateway.config').file.path;
    if (s && s.outcome !== 'value') {
      const { rule } = s;
      if (s.outcome === 'none') return [at.found('no-secret-checked', { rule })];
      if (s.outcome === 'generated') {
        return [at.found('server-generated', { rule, variable: s.reference ?? null })];
      }
      if (s.outcome === 'refuses-to-start') {
        return [at.found('server-refuses', { rule, variable: s.reference ?? null })];
      }
      if (s.outcome === 'unreadable') {
        return [at.found('source-unreadable', { place: s.source ?? path, rule })];
      }
      return [at.found('environment-hidden', { rule })];
    }
    const verdicts = server.all.flatMap((a) => client.all.map((b) => compare(a, b)));
    const [verdict] = verdicts;
    const c = client.all.at(-1);
    if (!s || !c || verdict === undefined || verdicts.some((v) => v !== verdict)) {
      return [at.found('depends-on-version', { reader, lines })];
    }
    const params = {
      reader,
      serverSource: s.source ?? '',
      clientSource: c.source ?? '',
      variable: c.reference ?? '',
      line: c.line,
      rule: c.rule,
    };
    if (verdict === 'same') return [at.found('clients-send-what-server-takes', params)];
    if (verdict === 'nothing') return [at.found('client-sends-nothing', params)];
    if (verdict === 'cannot-resolve') return [at.found('client-cannot-resolve', params)];
    if (verdict === 'other') {
      const shell = c.source?.startsWith('shell') ?? false;
      const next = [shell ? 'unset-shell-variable' : 'edit-dotenv', 'unify-token-sources'];
      return [at.found('client-sends-other', params, { next })];
    }
    return [at.found('source-unreadable', { place: c.source ?? path, rule: c.rule })];
  },
});

function compare(server: Winner, client: Winner): Verdict {
  if (client.outcome === 'unresolved') return 'cannot-resolve';
  if (client.outcome === 'none') return 'nothing';
  if (client.outcome !== 'value' || server.outcome !== 'value') return 'unreadable';
  if (client.class === undefined || server.class === undefined) return 'unreadable';
  return client.class === server.class ? 'same' : 'other';
}
