import { versionsOf } from '../../domain/openclaw/versions.js';
import type { Finding } from '../../model/finding.js';
import { hostTarget, type Target } from '../../model/target.js';
import { findingsOn, says, withOutcome } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';

/** Fails of which the versions or the Nodes themselves are the reason. */
const own: readonly [check: string, codes: readonly string[]][] = [
  ['install/binaries', ['service-older-than-config']],
  ['install/node', ['cli-unsupported', 'service-unsupported']],
];
/** What says more of the same. */
const beside: readonly [check: string, codes: readonly string[]][] = [
  ['install/binaries', ['service-differs', 'two-on-path', 'cli-older-than-config']],
  ['install/node', ['service-node-differs']],
];
/** What a gateway shows that may not start. */
const down: readonly [check: string, codes: readonly string[]][] = [
  ['process/gateway', ['nothing-listens']],
  ['status/readiness', ['nothing-answers']],
  ['probe/anonymous', ['nothing-answers']],
];

/** Two versions side by side that work are no incident: one of them has to stop something. */
export const mixedInstalls: IncidentRule = {
  code: 'CLAW-122',
  name: 'mixed installs',
  title: 'The CLI, the service and the gateway are not one OpenClaw',
  symptoms: [
    'is older than the config last written by OpenClaw',
    'Refusing to start the gateway service because this OpenClaw binary',
    'Refusing to run automatic gateway startup migrations because this OpenClaw binary',
    'Your OpenClaw config was written by version',
    'openclaw: Node.js v22.16+ is required',
    'openclaw requires Node >=22.19.0',
    'node:sqlite is unavailable; use 24.16+/26.1+',
    'node:sqlite truncates TEXT at embedded NUL',
  ],
  about:
    'An update through npm, pnpm, Homebrew or the installer reaches one install only, and a service keeps the path and the Node that it was written with. The older OpenClaw then refuses the config that the newer one wrote, or a Node outside of the range ends it before it reads anything: clients see a gateway that is down or commands that end at once.',
  notWhen: [],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = mixed(input, gateway);
      return match ? [match] : [];
    }),
};

function mixed(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const select = (table: typeof own, ...outcomes: Finding['outcome'][]) =>
    table.flatMap(([check, codes]) =>
      withOutcome(findingsOn(input, gateway.id, check, codes), ...outcomes),
    );
  const failing = select(own, 'fail');
  const parts = partsOf(input, gateway);
  if (failing.length === 0 || !disagree(parts)) return undefined;
  const stopsGateway = failing.some((f) => f.code !== 'cli-unsupported');
  const followed = stopsGateway ? select(down, 'fail') : [];
  const more = select(beside, 'warn');
  const runs = parts.some((part) => part.who === 'the running gateway');
  const old = versionsOf(input.facts, gateway).server.lines.includes('2026.3');
  const still = runs && stopsGateway;
  return {
    subject: gateway.id,
    confidence: old ? 'likely' : 'sure',
    story: [
      `${parts.map(textOf).join('; ')}.`,
      ...failing.map((finding) => `${finding.text}.`),
      ...(still
        ? ['The gateway that runs was started before that and fails at its next start.']
        : []),
    ],
    explains: [...failing, ...followed, ...more],
    for: says([...failing, ...more]),
    against: [],
    remedies: failing.flatMap((finding) => finding.next.slice(0, 1).map((id) => ({ id, finding }))),
  };
}

interface Part {
  who: string;
  version?: string;
  node?: string;
}

/** Everything on this host that is an OpenClaw or has been written by one. */
function partsOf({ facts }: CauseInput, gateway: Target): Part[] {
  const install = facts.data('host.install', hostTarget.id);
  const service = facts.data('gateway.runtime', gateway.id)?.service;
  const cli = install?.binaries.find((binary) => binary.first);
  const running =
    facts.data('probe.handshake', gateway.id)?.serverVersion ??
    facts.data('gateway.process', gateway.id)?.version;
  const writer = facts.data('gateway.config', gateway.id)?.writerVersion;
  return [
    ...(cli ? [part('the CLI on PATH', cli.version, cli.node?.version)] : []),
    ...(service
      ? [part(`the service ${service.unit}`, service.version, service.node?.version)]
      : []),
    ...(running === undefined ? [] : [part('the running gateway', running)]),
    ...(writer === undefined ? [] : [part('the last writer of the config', writer)]),
  ];
}

function part(who: string, version: string | undefined, node?: string): Part {
  return {
    who,
    ...(version === undefined ? {} : { version }),
    ...(node === undefined ? {} : { node }),
  };
}

function disagree(parts: readonly Part[]): boolean {
  const several = (values: readonly (string | undefined)[]): boolean =>
    new Set(values.filter((value) => value !== undefined)).size > 1;
  return several(parts.map((p) => p.version)) || several(parts.map((p) => p.node));
}

function textOf({ who, version, node }: Part): string {
  const runtime = node === undefined ? '' : ` with Node ${node}`;
  return `${capital(who)} is ${version ?? 'of an unknown version'}${runtime}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
