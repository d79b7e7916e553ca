import type { Winner } from '../../src/domain/openclaw/precedence.js';
import { winners } from '../../src/domain/openclaw/precedence.js';
import { secretFileOf } from '../../src/domain/openclaw/secret-file.js';
import { defineCheck } from '../../src/model/check.js';
import type { GatewayProcessFacts } from '../../src/model/facts-host.js';
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
      text: 'the server takes {serverSource}, and the {reader} cannot resolve {variable} in this environment{why}',
      next: ['set-variable', 'write-plain-token'],
    },
    'client-sends-nothing': {
      outcome: 'fail',
      text: 'the server takes {serverSource}, and the {reader} finds nothing to send: {rule}',
      next: ['write-plain-token', 'set-variable'],
    },
    'server-generated': {
      outcome: 'fail',
      text: 'the server {holds} a random token that no client can know: {rule}',
      next: ['set-variable', 'write-plain-token'],
    },
    'server-refuses': {
      outcome: 'fail',
      text: 'the gateway cannot start with what it finds: {rule}',
      next: ['set-variable', 'write-plain-token', 'choose-auth-mode'],
    },
    'next-start-fails': {
      outcome: 'fail',
      text: 'the gateway runs on what it has in memory and will not start again with what is there now: {rule}',
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
    const process = at.look('gateway.process')?.data;
    const runs = process !== undefined && isRunning(process);
    if (s && s.outcome !== 'value') {
      const { rule, reference } = s;
      if (s.outcome === 'none') return [at.found('no-secret-checked', { rule })];
      if (s.outcome === 'generated') {
        const holds = runs ? 'holds' : 'would start with';
        return [at.found('server-generated', { holds, rule, variable: reference ?? null })];
      }
      if (s.outcome === 'refuses-to-start') {
        const params = { rule, variable: reference ?? null, ...fileOf(s), ...keyOf(s) };
        const more = { next: s.remedies ?? ['choose-auth-mode', 'write-plain-token'] };
        return runs
          ? [at.found('next-start-fails', params, more), ...stranded()]
          : [at.found('server-refuses', params, more)];
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
    const params = paramsOf(c, s.source ?? '');
    if (verdict === 'same') return [at.found('clients-send-what-server-takes', params)];
    if (verdict === 'nothing') return [at.found('client-sends-nothing', params)];
    if (verdict === 'cannot-resolve') return [cannotResolve(c, s.source ?? '')];
    if (verdict === 'other') {
      const shell = c.source?.startsWith('shell') ?? false;
      const next = [shell ? 'unset-shell-variable' : 'edit-dotenv', 'unify-token-sources'];
      return [at.found('client-sends-other', params, { next })];
    }
    return [at.found('source-unreadable', { place: c.source ?? path, rule: c.rule })];

    function paramsOf(taken: Winner, serverSource: string) {
      return {
        reader,
        serverSource,
        clientSource: taken.source ?? '',
        variable: taken.reference ?? '',
        line: taken.line,
        rule: taken.rule,
      };
    }

    function fileOf(taken: Winner): { file?: string; mode?: string } {
      const known = secretFileOf(at.facts, at.subject, taken);
      return known ? { file: known.file, mode: known.mode } : {};
    }

    /** The same words as in config/readable, so that the plan has one step for both. */
    function keyOf(taken: Winner): { key?: string; nearest?: string } {
      const [unknown] = at.get('gateway.config').unknownKeys;
      if (!unknown || !taken.remedies?.includes('fix-unknown-key')) return {};
      const { path: key, nearest } = unknown;
      return { key, nearest: nearest === undefined ? '' : ` (${nearest} is)` };
    }

    function cannotResolve(taken: Winner, serverSource: string) {
      const known = secretFileOf(at.facts, at.subject, taken);
      const params = paramsOf(taken, serverSource);
      if (!known) return at.found('client-cannot-resolve', { ...params, why: '' });
      const { file, mode, reason } = known;
      const more = { next: ['repair-secret-file', 'write-plain-token'] };
      const named = { ...params, variable: file, why: ` (${reason})`, file, mode };
      return at.found('client-cannot-resolve', named, more);
    }

    /** What the gateway holds in memory still works; a client that reads the same place fails now. */
    function stranded() {
      const taken = client.agreed;
      return taken?.outcome === 'unresolved'
        ? [cannotResolve(taken, 'what it had at its start')]
        : [];
    }
  },
});

function isRunning({ found, kind, sameConfig }: GatewayProcessFacts): boolean {
  return found !== 'none' && kind !== 'foreign' && kind !== 'tunnel' && sameConfig !== false;
}

function compare(server: Winner, client: Winner): Verdict {
  if (client.outcome === 'unresolved') return 'cannot-resolve';
  if (client.outcome === 'none') return 'nothing';
  if (client.outcome !== 'value' || server.outcome !== 'value') return 'unreadable';
  if (client.class === undefined || server.class === undefined) return 'unreadable';
  return client.class === server.class ? 'same' : 'other';
}
