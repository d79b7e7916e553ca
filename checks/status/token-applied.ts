import { gatewayPort } from '../../src/domain/endpoints.js';
import { lastStartMs } from '../../src/domain/openclaw/log-start.js';
import type { Inputs, Slot } from '../../src/domain/openclaw/precedence-rules.js';
import {
  inputsOf,
  isManaged,
  serverConfig,
  serverEnvironment,
  serverMode,
  variableOf,
} from '../../src/domain/openclaw/precedence-rules.js';
import { defineCheck } from '../../src/model/check.js';
import type { GatewayProcessFacts } from '../../src/model/facts-host.js';
import type { LogFacts } from '../../src/model/facts-logs.js';
import { anotherHost, isElsewhere } from '../another-host.js';

/** The start of a process is known to about a second (boot time and clock ticks of /proc). */
const clockMs = 2_000;
/** OpenClaw takes an edit up within one or two seconds (measured on 2026.5.18 and 2026.9.6). */
const reloadMs = 15_000;

export default defineCheck({
  id: 'token/applied',
  stage: 'status',
  per: 'gateway',
  title: 'the running gateway has taken up the last edit of its config',
  about:
    'Compares the time of the last edit with the start of the process and the reload setting; what OpenClaw recorded as accepted follows the file even with reload off, so it proves nothing. With gateway.reload.mode off an edited token has no effect until the next restart, and a rotated reference needs a restart or a reload in any case. A reload that failed (SECRETS_RELOADER_DEGRADED, SECRETS_DEGRADED) leaves the process on what it had before. What will fail only at the next start is said by token/process-env and config/secret-refs.',
  falsePositives:
    'An edit that changed something other than authentication, with reload off: a warning only.',
  needs: ['gateway.config', 'gateway.process'],
  uses: ['gateway.credentials', 'gateway.state', 'gateway.logs'],
  answeredBy: ['probe/credentials'],
  blockedBy: [
    {
      check: 'process/gateway',
      codes: [
        'nothing-listens',
        'listens-elsewhere',
        'port-not-known',
        'foreign-program',
        'tunnel',
        'other-config',
      ],
    },
  ],
  codes: {
    'unchanged-since-start': {
      outcome: 'pass',
      text: '{path} has not been edited since the gateway started',
    },
    'reload-on': {
      outcome: 'pass',
      text: 'reload is on ({mode}), so an edit of {path} is taken up within seconds',
    },
    'another-host': anotherHost,
    'not-running': {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'no gateway runs, so there is nothing that an edit could have missed',
    },
    'edited-token-not-applied': {
      outcome: 'fail',
      text: 'reload is off, and the {slot} in {path} was edited {minutes} minutes after the gateway started: it still accepts the one before',
      next: ['restart-gateway', 'turn-on-reload'],
    },
    'reference-rotated': {
      outcome: 'fail',
      text: '{variable} has another value in the service environment than in the running process: the gateway still accepts the one it started with',
      next: ['restart-gateway'],
    },
    'edited-not-applied': {
      outcome: 'warn',
      text: 'reload is off, and {path} was edited {minutes} minutes after the gateway started: nothing of that is in effect',
      next: ['restart-gateway', 'turn-on-reload'],
    },
    'reload-degraded': {
      outcome: 'warn',
      text: 'the last reload failed {minutes} minutes ago and nothing has recovered since{pathsText}: the gateway runs on what it had before',
      next: ['repair-reload'],
    },
    'edit-not-accepted': {
      outcome: 'warn',
      text: '{path} was edited {minutes} minutes after the gateway started, and OpenClaw has not accepted the edit although reload is on: it is most likely invalid, and the gateway runs on the config of before',
      next: ['repair-config'],
    },
    'start-unknown': {
      outcome: 'unknown',
      text: 'reload is off, and the start of the gateway is not to be seen; run clawdoctor as the user of the gateway to know whether the last edit came later',
      next: ['run-as-owner'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const { file, reloadMode } = at.get('gateway.config');
    const process = at.get('gateway.process');
    if (process.found === 'none') return [at.found('not-running')];
    const inputs = inputsOf(at.facts, at.subject);
    const slot = inputs ? serverMode(inputs).slot : 'token';
    const path = file.path;
    const rotated = inputs ? rotatedVariable(inputs, slot) : undefined;
    if (rotated !== undefined) return [at.found('reference-rotated', { variable: rotated })];
    const log = at.look('gateway.logs')?.data;
    const port = gatewayPort(at.facts, at.subject);
    // These lines name no port: in a log that several gateways share they may be anybody's.
    const alone = (log?.ports ?? []).every((known) => known === port);
    const reloads = alone ? (log?.reloads ?? []) : [];
    const logged = lastStartMs(at.facts, at.subject) ?? 0;
    const degraded = degradedReload(
      reloads.filter(({ atMs }) => atMs >= logged),
      process,
    );
    if (degraded) {
      const paths = degraded.paths;
      const pathsText = paths.length > 0 ? ` (${paths.join(', ')})` : '';
      const minutes = minutesOf(at.run.nowMs - degraded.atMs);
      return [at.found('reload-degraded', { minutes, paths, pathsText })];
    }
    if (reloadMode !== 'off') {
      const accepted = at.look('gateway.state')?.data?.appliedEqualsFile;
      const laterMs = (file.mtimeMs ?? 0) - (process.startedAtMs ?? Number.POSITIVE_INFINITY);
      const settled = at.run.nowMs - (file.mtimeMs ?? 0) > reloadMs;
      if (accepted === false && laterMs > clockMs && settled) {
        return [at.found('edit-not-accepted', { path, minutes: minutesOf(laterMs) })];
      }
      return [at.found('reload-on', { mode: reloadMode ?? 'the default', path })];
    }
    if (process.startedAtMs === undefined || file.mtimeMs === undefined) {
      return [at.found('start-unknown')];
    }
    const laterMs = file.mtimeMs - process.startedAtMs;
    const minutes = minutesOf(laterMs);
    if (laterMs <= clockMs) return [at.found('unchanged-since-start', { path })];
    const sources = inputs?.credentials.sources ?? [];
    const now = sources.find((s) => s.id === 'config' && s.slot === slot)?.mark;
    const before = sources.find((s) => s.id === 'last-good' && s.slot === slot)?.mark;
    if (now?.state === 'set' && before?.state === 'set' && now.class !== before.class) {
      return [at.found('edited-token-not-applied', { slot, path, minutes })];
    }
    return [at.found('edited-not-applied', { path, minutes })];
  },
});

function minutesOf(ms: number): number {
  return Math.max(1, Math.round(ms / 60_000));
}

type Reload = LogFacts['reloads'][number];

/** The failure of this process's last reload, when nothing after it says that it was mended. */
function degradedReload(
  reloads: readonly Reload[],
  { startedAtMs = 0 }: GatewayProcessFacts,
): Reload | undefined {
  const own = reloads.filter(({ atMs }) => atMs >= startedAtMs - clockMs);
  const last = own.findLast(({ event }) => ends.includes(event));
  return last?.event === 'degraded' ? last : undefined;
}

const ends: readonly Reload['event'][] = ['degraded', 'recovered', 'applied'];

/** A variable of the unit that has changed since the process was started with it. */
function rotatedVariable(inputs: Inputs, slot: Slot): string | undefined {
  const environment = inputs.process?.environment;
  if (environment?.state !== 'ok' || !isManaged(inputs)) return undefined;
  const config = serverConfig(inputs, slot);
  const plain = config.state === 'set' && !config.ref;
  const name = config.ref?.id ?? variableOf[slot];
  const filed = config.ref ? config : serverEnvironment(inputs, slot);
  const held =
    environment.referenced.find((r) => r.name === name)?.mark ??
    (name === variableOf[slot] ? environment[slot] : undefined);
  if (plain || held?.state !== 'set' || filed.state !== 'set') return undefined;
  return held.class === filed.class ? undefined : name;
}
