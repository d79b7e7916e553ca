import { defaultGatewayPort } from '../../src/domain/endpoints.js';
import { isLoopbackHost } from '../../src/domain/openclaw/url.js';
import {
  isUnlimited,
  loopbackBlocks,
  policyText,
  repeatsConfigErrors,
} from '../../src/domain/service-policy.js';
import { unitSecretFault } from '../../src/domain/service-secrets.js';
import { defineCheck } from '../../src/model/check.js';
import type { FactSet } from '../../src/model/fact-set.js';
import type { FileFacts } from '../../src/model/facts-host.js';
import type { ComposeFacts, ServiceFacts } from '../../src/model/facts-service.js';
import type { Params } from '../../src/model/finding.js';
import type { Target } from '../../src/model/target.js';
import { anotherHost, isElsewhere } from '../another-host.js';

export default defineCheck({
  id: 'service/units',
  stage: 'doctor',
  per: 'gateway',
  title: 'the service that runs the gateway starts the right one, once, and lets clients in',
  about:
    'Reads the systemd units, drop-ins, environment files and launchd agents that concern this gateway; systemctl and launchctl are never asked. An old token in a unit, a missing environment file, another port than the config, a restart policy without an end, or a setting that shuts localhost out each look like a refusal to whoever calls.',
  falsePositives:
    'A unit that is only kept for later and never started. What systemd has loaded may be older than the files, until `systemctl daemon-reload`.',
  needs: ['gateway.credentials'],
  uses: ['gateway.config', 'gateway.state', 'host.install'],
  codes: {
    sound: { outcome: 'pass', text: '{unit} is sound ({policy})' },
    'private-tmp': {
      outcome: 'pass',
      text: '{unit} has a /tmp of its own (PrivateTmp): the lock and the log of the gateway cannot be seen from outside of it',
    },
    'embedded-secret': {
      outcome: 'pass',
      text: '{unit} itself holds {names}; `openclaw gateway install` of today keeps secrets in files',
    },
    'another-host': anotherHost,
    'no-unit': {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'no service definition on this host concerns this gateway',
    },
    'stale-secret-taken': {
      outcome: 'fail',
      text: '{unit} holds another {slot} than the one that the gateway takes from {source}, and {reader} sends it',
      next: ['update-unit-secret'],
    },
    'argument-overrides': {
      outcome: 'fail',
      text: '{unit} starts the gateway with a --{slot} that differs from {source}: the gateway takes the argument, and clients send the other',
      next: ['update-unit-secret', 'stop-flag-override'],
    },
    'environment-file-missing': {
      outcome: 'fail',
      text: '{unit} does not start without {file}, and that file is not there',
      next: ['restore-environment-file'],
    },
    'entry-missing': {
      outcome: 'fail',
      text: '{unit} starts {entry}, which is not there',
      next: ['reinstall-service'],
    },
    'port-differs': {
      outcome: 'fail',
      text: '{unit} starts the gateway on port {port}, and clients of this config call port {expected}',
      next: ['align-unit-port'],
    },
    'blocks-loopback': {
      outcome: 'fail',
      text: '{unit} shuts this host out of the gateway ({settings})',
      next: ['open-loopback'],
    },
    'stale-secret': {
      outcome: 'warn',
      text: '{unit} holds another {slot} than the one that the gateway takes from {source}; nobody sends it today, and it would count as soon as that is gone',
      next: ['update-unit-secret'],
    },
    'stale-copy': {
      outcome: 'warn',
      text: '{file} is a copy of .env of the last install: {what}',
      next: ['reinstall-service'],
    },
    'restarts-without-limit': {
      outcome: 'warn',
      text: '{unit} starts a gateway that fails again and again ({policy})',
      next: ['limit-restarts'],
    },
    'restarts-config-errors': {
      outcome: 'warn',
      text: '{unit} starts the gateway again after exit 78, which says that its config forbids the start (RestartPreventExitStatus=78 is missing)',
      next: ['limit-restarts'],
    },
    'second-unit': {
      outcome: 'warn',
      text: '{unit} would start the same gateway as {first}: they take the port from each other',
      next: ['disable-second-unit'],
    },
    'definition-unread': {
      outcome: 'unknown',
      text: '{file} could not be read ({reason}), so what it makes of the gateway is not known; run clawdoctor as its owner',
      next: ['run-as-owner'],
    },
    'compose-unclear': {
      outcome: 'unknown',
      text: '{file} sets {names} in a way that this tool does not follow ({reason}); `docker compose config` shows what comes of it',
    },
    'environment-file-unread': {
      outcome: 'unknown',
      text: '{file} of {unit} could not be read ({reason}); run clawdoctor as its owner to know what it holds',
      next: ['run-as-owner'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const { service, services, shell, compose, unreadFolders } = at.get('gateway.credentials');
    const all = services ?? (service ? [service] : []);
    const gateways = all.filter((s) => s.kind !== 'node');
    const judged = [...gateways.slice(0, 1), ...all.filter(isUsedNode)];
    const elsewhere = composeRows(compose);
    if (judged.length === 0) {
      elsewhere.push(...(unreadFolders ?? []).map(unreadRow));
      if (elsewhere.length === 0) return [at.found('no-unit')];
    }
    const aside = elsewhere.map(([code, params]) =>
      at.found(code, params, { subject: `${at.subject.id}#${String(params.file)}` }),
    );
    if (judged.length === 0) return aside;
    const first = gateways[0];
    const config = at.look('gateway.config')?.data;
    // A config that does not parse says no port, and the default is then nobody's.
    const isBroken = config?.parse !== undefined && config.parse !== 'ok';
    const expected = isBroken ? undefined : (config?.port ?? defaultGatewayPort);
    const found = judged.flatMap((unit) => {
      // A drop-in can take back whatever the others say: nothing is sound, and nothing is wrong.
      if (unit.unread) {
        return unit.unread
          .map(unreadRow)
          .map(([code, params]) =>
            at.found(code, params, { subject: `${at.subject.id}#${String(params.file)}` }),
          );
      }
      const rows: Row[] = [...startFaults(unit), ...secretRows(unit, at.facts, at.subject)];
      if (unit.kind !== 'node') rows.push(...gatewayFaults(unit, expected, shell.port));
      const loud = rows.length > 0;
      rows.push(...notes(unit));
      if (!loud) rows.unshift(['sound', { policy: policyText(unit) }]);
      return rows.map(([code, params], index) =>
        at.found(
          code,
          { unit: unit.unit, ...params },
          { subject: rowSubject(at, unit, rows, index) },
        ),
      );
    });
    for (const other of gateways.slice(1)) {
      if (!first || other.enabled !== true || first.enabled === false) continue;
      const params = { unit: other.unit, first: first.unit };
      found.push(at.found('second-unit', params, { subject: `${at.subject.id}#${other.unit}` }));
    }
    return [...found, ...aside];
  },
});

type Row = [code: Code, params: Params];
type Code =
  | 'sound'
  | 'private-tmp'
  | 'embedded-secret'
  | 'stale-secret-taken'
  | 'argument-overrides'
  | 'environment-file-missing'
  | 'environment-file-unread'
  | 'definition-unread'
  | 'compose-unclear'
  | 'entry-missing'
  | 'port-differs'
  | 'blocks-loopback'
  | 'stale-secret'
  | 'stale-copy'
  | 'restarts-without-limit'
  | 'restarts-config-errors';

/** The same code twice in one unit needs a name of its own each. */
function rowSubject(
  at: { subject: Target },
  unit: ServiceFacts,
  rows: readonly Row[],
  index: number,
): string {
  const row = rows[index];
  const code = row?.[0];
  const params: Params = row?.[1] ?? {};
  const twins = rows.filter(([other]) => other === code).length > 1;
  const name = params.file ?? params.entry ?? index;
  return `${at.subject.id}#${unit.unit}${twins ? ` ${String(name)}` : ''}`;
}

function unreadRow({ path, state, reason }: FileFacts): Row {
  return ['definition-unread', { file: path, reason: reason ?? state }];
}

/** What a compose project holds and does not show. */
function composeRows(compose: ComposeFacts | undefined): Row[] {
  if (!compose) return [];
  const { file, dotenv, environmentFiles, unclear = [] } = compose;
  const files = [file, dotenv, ...environmentFiles.map((entry) => entry.file)];
  const unread = new Map(files.map((f) => [f.path, f]));
  const rows = [...unread.values()]
    .filter(({ state }) => state !== 'ok' && state !== 'absent')
    .map(unreadRow);
  // A file that could not be read has its own row.
  const written = unclear.filter((u) => !u.hidden);
  const reason = [...new Set(written.map((u) => u.reason))].join('; ');
  const names = written.map((u) => u.name);
  if (names.length > 0) rows.push(['compose-unclear', { file: file.path, names, reason }]);
  return rows;
}

/** A node of another gateway is not this one's business. */
function isUsedNode({ kind, enabled, connectsTo }: ServiceFacts): boolean {
  const here = connectsTo === undefined || isLoopbackHost(connectsTo);
  return kind === 'node' && enabled !== false && here;
}

function startFaults({ entry, entryState, node, nodeState, files }: ServiceFacts): Row[] {
  const rows: Row[] = [];
  if (nodeState === 'absent') rows.push(['entry-missing', { entry: node ?? 'its Node' }]);
  if (entryState === 'absent') rows.push(['entry-missing', { entry: entry ?? 'its program' }]);
  for (const { file, optional, copyOfDotenv } of files ?? []) {
    const params = { file: file.path };
    if (file.state === 'absent' && !optional) rows.push(['environment-file-missing', params]);
    if (file.state === 'denied') {
      const reason = file.reason ?? 'no permission';
      rows.push(['environment-file-unread', { ...params, reason }]);
    }
    const { dropped = [], changed = [] } = copyOfDotenv ?? {};
    const parts = [
      ...(dropped.length > 0 ? [`it still holds ${dropped.join(', ')}, which .env has lost`] : []),
      ...(changed.length > 0 ? [`${changed.join(', ')} differ from .env, and the copy wins`] : []),
    ];
    if (parts.length > 0) rows.push(['stale-copy', { ...params, what: parts.join('; ') }]);
  }
  return rows;
}

function secretRows(unit: ServiceFacts, facts: FactSet, gateway: Target): Row[] {
  const fault = unitSecretFault(unit, facts, gateway);
  return fault ? [[fault.code, fault.params]] : [];
}

function gatewayFaults(
  unit: ServiceFacts,
  expected: number | undefined,
  shell: number | undefined,
): Row[] {
  const { port, confinement, policy, supervisor } = unit;
  const rows: Row[] = [];
  const differs = port !== undefined && port !== expected && port !== shell;
  if (differs && expected !== undefined) rows.push(['port-differs', { port, expected }]);
  const settings = confinement ? loopbackBlocks(confinement) : [];
  if (settings.length > 0) rows.push(['blocks-loopback', { settings }]);
  if (policy && isUnlimited(supervisor, policy)) {
    rows.push(['restarts-without-limit', { policy: policyText(unit) }]);
  }
  if (policy && repeatsConfigErrors(supervisor, policy)) rows.push(['restarts-config-errors', {}]);
  return rows;
}

function notes({ confinement, embedded = [] }: ServiceFacts): Row[] {
  const rows: Row[] = [];
  if (confinement?.privateTmp) rows.push(['private-tmp', {}]);
  if (embedded.length > 0) rows.push(['embedded-secret', { names: embedded }]);
  return rows;
}
