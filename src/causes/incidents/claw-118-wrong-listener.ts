import type { GatewayProcessFacts } from '../../model/facts-host.js';
import type { Target } from '../../model/target.js';
import { findingsOn, says, withOutcome } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';

const wrong = ['other-config', 'foreign-program', 'tunnel', 'listens-elsewhere'];

/** Whatever answers on the configured address is not the gateway of this config. */
export const wrongListener: IncidentRule = {
  code: 'CLAW-118',
  name: 'wrong listener',
  title: 'What answers on this address is not the gateway of this config',
  symptoms: [
    'Port 18789 is already in use',
    'EADDRINUSE',
    '401 text/html Unauthorized',
    'gateway token mismatch on a fresh install',
    'another gateway instance is already listening',
  ],
  about:
    'Another gateway (another HOME, profile or config), a foreign program, the browser control on port+2 or a tunnel owns the port. Its 401 is honest; the token belongs to somebody else.',
  notWhen: [],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = listener(input, gateway);
      return match ? [match] : [];
    }),
};

function listener(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const owners = withOutcome(findingsOn(input, gateway.id, 'process/gateway', wrong), 'fail');
  const control = withOutcome(
    findingsOn(input, gateway.id, 'identity/external', ['browser-control-url']),
    'fail',
  );
  const shared = withOutcome(
    findingsOn(input, gateway.id, 'bind/listeners', ['two-owners']),
    'fail',
  );
  // On this host another answer is another program; behind an external name it may be a proxy.
  const others = withOutcome(
    findingsOn(input, gateway.id, 'identity/reachable', ['another-answer']),
    'fail',
  ).filter((f) => f.params.place !== 'external');
  const named = [...owners, ...shared, ...control, ...others];
  const [first] = named;
  if (!first) return undefined;
  const taken = findingsOn(input, gateway.id, 'bind/listeners', ['control-port-taken']);
  // A client's URL that names port + 2 says nothing against the gateway itself.
  const follows = (
    owners.length + shared.length === 0
      ? []
      : ['status/readiness', 'bind/listeners', 'probe/anonymous', 'probe/credentials']
  ).flatMap((check) => withOutcome(findingsOn(input, gateway.id, check), 'fail'));
  const process = input.facts.data('gateway.process', gateway.id);
  return {
    subject: gateway.id,
    confidence: owners.length > 0 && process?.pid === undefined ? 'likely' : 'sure',
    story: [
      `${first.text}.`,
      ...(first.code === 'listens-elsewhere' ? [whyElsewhere(process)] : []),
      ...(process?.configPath && process.sameConfig === false
        ? [`It reads ${process.configPath}; this diagnosis looked at ${gateway.configPath ?? '-'}.`]
        : []),
      ...(owners.length > 0
        ? ['No credential was sent to it: a secret goes only to the gateway that it belongs to.']
        : []),
    ],
    explains: [...named, ...follows, ...withOutcome(taken, 'warn')],
    for: says(named),
    against: [],
    remedies: [{ id: first.next[0] ?? 'stop-foreign-listener', finding: first }],
  };
}

/** What beats gateway.port: both known lines, measured. */
function whyElsewhere(process: GatewayProcessFacts | undefined): string {
  const { lock, environment } = process ?? {};
  return environment?.port !== undefined && environment.port === lock?.port
    ? 'OPENCLAW_GATEWAY_PORT in its own environment beats gateway.port.'
    : '`--port`, or OPENCLAW_GATEWAY_PORT where it was started, beats gateway.port.';
}
