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
  ],
  about:
    'The server takes the config first, but the CLI of 2026.5 takes OPENCLAW_GATEWAY_TOKEN of the shell or of ~/.openclaw/.env first. A stale variable therefore breaks every command on a healthy gateway.',
  notWhen: ['CLAW-118', 'CLAW-110', 'CLAW-111'],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = shadow(input, gateway);
      return match ? [match] : [];
    }),
};

function shadow(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const differs = withOutcome(
    findingsOn(input, gateway.id, 'token/process-env', ['client-sends-other']),
    'fail',
  );
  const first = differs[0];
  if (!first) return undefined;
  const accepted = withOutcome(findingsOn(input, gateway.id, 'probe/credentials'), 'pass');
  const foretold = findingsOn(input, gateway.id, 'token/sources', ['readers-differ']);
  const rows = input.credentials.filter((row) => row.target === gateway.id);
  const letterOf = (source: string): string =>
    rows.find((row) => row.source === source)?.letter ?? '?';
  return {
    subject: gateway.id,
    confidence: accepted.length > 0 ? 'sure' : 'likely',
    story: differs.map((f) => {
      const client = text(f.params, 'clientSource');
      const server = text(f.params, 'serverSource');
      return `This client (${text(f.params, 'reader')}) will send ${letterOf(client)} from ${client}; the gateway accepts ${letterOf(server)} from ${server}.`;
    }),
    explains: [...differs, ...foretold],
    for: says([...differs, ...accepted]),
    against: [],
    remedies: differs.map((finding) => ({
      id: finding.next[0] ?? 'unset-shell-variable',
      finding,
    })),
  };
}
