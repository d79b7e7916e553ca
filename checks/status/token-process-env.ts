import { compareWinners, heldByProcess } from '../../src/domain/openclaw/client-verdict.js';
import { workingDevice } from '../../src/domain/openclaw/device-token.js';
import { isGenerated } from '../../src/domain/openclaw/log-start.js';
import type { Winner } from '../../src/domain/openclaw/precedence.js';
import { winners } from '../../src/domain/openclaw/precedence.js';
import { secretFileOf } from '../../src/domain/openclaw/secret-file.js';
import { defineCheck } from '../../src/model/check.js';
import type { GatewayProcessFacts } from '../../src/model/facts-host.js';
import type { Reader } from '../../src/model/readers.js';
import { readerNames, readerOfAs } from '../../src/model/readers.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { withoutConfig } from '../without-config.js';

export default defineCheck({
  id: 'token/process-env',
  stage: 'status',
  per: 'gateway',
  title: 'the running gateway accepts what its clients will send',
  about:
    'Puts config, shell, .env, service unit and /proc/PID/environ of the gateway side by side and works out, by version, which value the server takes and which value the CLI will send. The server takes the config first; the 2026.5 CLI takes the environment first, so a stale variable breaks every call of it. The CLI is always judged; --as names another reader to judge beside it.',
  falsePositives:
    'A different value in the environment of the process alone is no drift: the server takes the config first. Values given on a command line (--token) are not visible; the probes tell. A node host or a curl of somebody else may have another environment than this one.',
  needs: ['gateway.config', 'gateway.credentials'],
  uses: ['gateway.process', 'gateway.state', 'gateway.pairing', 'gateway.logs', 'host.install'],
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
    'device-token-alone': {
      outcome: 'warn',
      text: 'the {reader} finds no shared secret here ({rule}) and gets in with the stored token of its device {device} alone: it is locked out as soon as the gateway refuses that once (2026.5 deletes it then), and other clients, such as curl, have nothing to send',
      next: ['write-plain-token', 'set-variable'],
    },
    'server-generated': {
      outcome: 'fail',
      text: 'the server {holds} a random token{unless} that no client can know: {rule}',
      next: ['set-variable', 'write-plain-token'],
    },
    'flag-or-generated': {
      outcome: 'unknown',
      text: 'no file holds the token of the server: it made one up, or was started with --token, which cannot be seen; the probes tell whether {clientSource} is that one',
      next: ['look-again'],
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
    'next-start-random': {
      outcome: 'fail',
      text: 'the gateway accepts what it found at its start and will make up a random token at its next one: {rule}',
      next: ['set-variable', 'write-plain-token'],
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
    const readers = readersFor(at.run.options.as);
    const s = server.agreed;
    const path = at.get('gateway.config').file.path;
    const process = at.look('gateway.process')?.data;
    const runs = process !== undefined && isRunning(process);
    if (!s || s.outcome === 'value') return readers.flatMap((r) => against(r, server.all));
    const { rule, reference } = s;
    const held = runs ? heldByProcess(at.facts, at.subject, s) : undefined;
    const clients = held ? readers.flatMap((r) => against(r, [held])) : [];
    switch (s.outcome) {
      case 'none':
        return [at.found('no-secret-checked', { rule })];
      case 'generated': {
        const params = { rule, variable: reference ?? null };
        if (held) return [at.found('next-start-random', params), ...clients];
        const proved = !runs || isGenerated(at.facts, at.subject);
        const sends = winners('local-cli', at.facts, at.subject).agreed;
        if (!proved && sends?.outcome === 'value') {
          return [at.found('flag-or-generated', { rule, clientSource: sends.source ?? '' })];
        }
        const holds = runs ? 'holds' : 'would start with';
        const unless = proved ? '' : ' (or the --token that it was started with)';
        return [at.found('server-generated', { holds, unless, ...params })];
      }
      case 'refuses-to-start': {
        const params = { rule, variable: reference ?? null, ...fileOf(s), ...keyOf(s) };
        const more = { next: s.remedies ?? ['choose-auth-mode', 'write-plain-token'] };
        if (!runs) return [at.found('server-refuses', params, more)];
        return [at.found('next-start-fails', params, more), ...(held ? clients : stranded())];
      }
      case 'unreadable':
        return [at.found('source-unreadable', { place: s.source ?? path, rule })];
      default:
        return [at.found('environment-hidden', { rule })];
    }

    /** One reader against what the server takes: the row of a reader that was asked for has its name. */
    function against(reader: Reader, servers: readonly Winner[]) {
      const client = winners(reader, at.facts, at.subject);
      const named = reader === 'local-cli' ? {} : { subject: `${at.subject.id}#${reader}` };
      const verdicts = servers.flatMap((a) => client.all.map((b) => compareWinners(a, b)));
      const [verdict] = verdicts;
      const c = client.all.at(-1);
      const source = servers.at(-1)?.source ?? '';
      const agreed = new Set(servers.map((w) => `${w.outcome} ${w.class}`)).size === 1;
      if (!agreed || !c || verdict === undefined || verdicts.some((v) => v !== verdict)) {
        const lines = [...new Set([...servers, ...client.all].map((w) => w.line))];
        return [at.found('depends-on-version', { reader: readerNames[reader], lines }, named)];
      }
      const params = paramsOf(c, source);
      switch (verdict) {
        case 'same':
          return [at.found('clients-send-what-server-takes', params, named)];
        case 'nothing': {
          const device = reader === 'local-cli' ? workingDevice(at.facts, at.subject) : undefined;
          return device
            ? [at.found('device-token-alone', { ...params, device: device.device }, named)]
            : [at.found('client-sends-nothing', params, { ...named, ...besideUrl() })];
        }
        case 'cannot-resolve':
          return [cannotResolve(c, source, named)];
        case 'other':
          return [
            at.found('client-sends-other', params, { ...named, next: nextFor(c), ...besideUrl() }),
          ];
        default:
          return [at.found('source-unreadable', { place: c.source ?? path, rule: c.rule }, named)];
      }
    }

    /** Beside OPENCLAW_GATEWAY_URL a client looks at no config: the variable gone, it has nothing. */
    function besideUrl(): { next?: string[] } {
      const { shell, dotenv } = at.get('gateway.credentials');
      const isRemote = at.get('gateway.config').mode === 'remote';
      return (shell.url ?? dotenv.url) && !isRemote ? { next: ['match-url-credential'] } : {};
    }

    function paramsOf(taken: Winner, serverSource: string) {
      return {
        reader: readerNames[taken.reader],
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

    function cannotResolve(taken: Winner, serverSource: string, named: { subject?: string } = {}) {
      const known = secretFileOf(at.facts, at.subject, taken);
      const params = paramsOf(taken, serverSource);
      if (!known) return at.found('client-cannot-resolve', { ...params, why: '' }, named);
      const { file, mode, reason } = known;
      const more = { ...named, next: ['repair-secret-file', 'write-plain-token'] };
      const shown = { ...params, variable: file, why: ` (${reason})`, file, mode };
      return at.found('client-cannot-resolve', shown, more);
    }

    /** What the gateway holds in memory still works; a client that reads the same place fails now. */
    function stranded() {
      const taken = winners('local-cli', at.facts, at.subject).agreed;
      return taken?.outcome === 'unresolved'
        ? [cannotResolve(taken, 'what it had at its start')]
        : [];
    }
  },
});

/** The CLI, and whoever `--as` names; the inner client is judged by the probe that asks it. */
function readersFor(as: string): Reader[] {
  const asked = readerOfAs[as];
  const more = asked && asked !== 'local-cli' && asked !== 'inner-client' ? [asked] : [];
  return ['local-cli', ...more];
}

/** Where the value that should not be sent is taken from decides what ends it. */
function nextFor({ reader, source = '', from }: Winner): string[] {
  if (source.startsWith('shell')) return ['unset-shell-variable', 'unify-token-sources'];
  const ofGateway = reader === 'agent' && (from === 'process' || from === 'service');
  return [ofGateway ? 'align-process-variable' : 'edit-dotenv', 'unify-token-sources'];
}

function isRunning({ found, kind, sameConfig }: GatewayProcessFacts): boolean {
  return found !== 'none' && kind !== 'foreign' && kind !== 'tunnel' && sameConfig !== false;
}
