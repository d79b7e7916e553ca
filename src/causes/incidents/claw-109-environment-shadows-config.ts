import type { Finding } from '../../model/finding.js';
import type { Target } from '../../model/target.js';
import { findingsOn, says, withOutcome } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';
import { text } from '../remedies/remedy.js';

/** On 2026.5 the CLI takes the environment first and the server the config (measured). */
export const environmentShadowsConfig: IncidentRule = {
  code: 'CLAW-109',
  name: 'environment shadows config',
  title: 'A client in this environment sends another value than the gateway accepts',
  symptoms: [
    'unauthorized: gateway token mismatch',
    'gateway token mismatch',
    'AUTH_TOKEN_MISMATCH',
    'gateway.env_token_overrides_config',
    'GatewaySecretRefUnavailableError',
    'gateway_credentials_required',
    'gateway token missing',
  ],
  about:
    'The server takes the config first, but the CLI of 2026.5 takes OPENCLAW_GATEWAY_TOKEN of the shell or of ~/.openclaw/.env first. A stale variable therefore breaks every command on a healthy gateway. So does a value that only the gateway has: in its own environment, or in a file that clients may not use.',
  notWhen: ['CLAW-118', 'CLAW-110', 'CLAW-111'],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = shadow(input, gateway);
      return match ? [match] : [];
    }),
};

const own = ['client-sends-other', 'client-cannot-resolve', 'client-sends-nothing'];

const nextStart = ['next-start-fails', 'next-start-random'];
const duplicates = ['places-differ', 'place-unreadable'];

function sameReader(a: Finding, b: Finding): boolean {
  return text(a.params, 'reader') === text(b.params, 'secondReader');
}

function shadow(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const failing = withOutcome(findingsOn(input, gateway.id, 'token/process-env', own), 'fail');
  // Two references that lead to two values are an incident of their own (CLAW-112).
  const twofold = findingsOn(input, gateway.id, 'config/duplicates', duplicates);
  // What neither client nor gateway can resolve any more is CLAW-123: the client only met it first.
  const lost = findingsOn(input, gateway.id, 'token/process-env', nextStart);
  const differs = failing.filter(
    (finding) =>
      !twofold.some((other) => sameReader(finding, other)) &&
      !(lost.length > 0 && finding.code === 'client-cannot-resolve'),
  );
  const first = differs[0];
  if (!first) return undefined;
  const accepted = withOutcome(findingsOn(input, gateway.id, 'probe/credentials'), 'pass');
  const foretold = findingsOn(input, gateway.id, 'token/sources', [
    'readers-differ',
    'client-finds-nothing',
    'environment-alone',
    'secret-file-unusable',
  ]);
  // A quote or prefix that is kept as part of the value is why the two differ.
  const sources = differs.flatMap(({ params }) => [params.serverSource, params.clientSource]);
  const kept = findingsOn(input, gateway.id, 'token/hygiene', ['kept-inside']).filter(
    ({ params }) => sources.includes(params.place),
  );
  return {
    subject: gateway.id,
    confidence: accepted.length > 0 ? 'sure' : 'likely',
    story: differs.map((finding) => storyOf(finding, input, gateway)),
    explains: [...differs, ...foretold, ...kept],
    for: says([...differs, ...accepted]),
    against: [],
    remedies: differs.flatMap((finding) => {
      const id = finding.next[0] ?? 'unset-shell-variable';
      // Without the variable such a client would find nothing: the config has to say it first.
      const ids =
        removes.includes(id) && !inConfig(input, gateway) ? ['write-plain-token', id] : [id];
      return ids.map((one) => ({ id: one, finding }));
    }),
  };
}

/** Steps that take a wrong value away and give no right one. */
const removes: readonly string[] = ['unset-shell-variable', 'edit-dotenv'];

function inConfig({ facts }: CauseInput, gateway: Target): boolean {
  const config = facts.data('gateway.config', gateway.id);
  const slots = [config?.token, config?.password];
  return (
    config === undefined ||
    slots.some((slot) => slot?.ref !== undefined || slot?.mark.state === 'set')
  );
}

function storyOf(finding: Finding, input: CauseInput, gateway: Target): string {
  const { params } = finding;
  const rows = input.credentials.filter((row) => row.target === gateway.id);
  const named = (source: string): string => {
    const letter = rows.find((row) => row.source === source)?.letter;
    return letter === undefined ? source : `${letter} from ${source}`;
  };
  const client = `This client (${text(params, 'reader')})`;
  const accepts = `the gateway accepts ${named(text(params, 'serverSource'))}`;
  switch (finding.code) {
    case 'client-cannot-resolve': {
      const what = `${text(params, 'variable')}${text(params, 'why')}`;
      return `${client} gets no value out of ${what} here, and so sends nothing; ${accepts}.`;
    }
    case 'client-sends-nothing':
      return `${client} finds nothing to send here; ${accepts}, which this client does not read.`;
    default:
      return `${client} will send ${named(text(params, 'clientSource'))}; ${accepts}.`;
  }
}
