import type { Remedy } from '../../model/remedy.js';
import { configEditRemedies } from './config-edits.js';
import { gatewayRemedies } from './gateway.js';
import { generalRemedies } from './general.js';
import { handshakeRemedies } from './handshake.js';
import { hygieneRemedies } from './hygiene.js';
import { identityProviderRemedies } from './identity-provider.js';
import { installRemedies } from './installs.js';
import { modelRemedies } from './models.js';
import { pairingRemedies } from './pairing.js';
import { proxyRemedies } from './proxy.js';
import { reachRemedies } from './reach.js';
import { referenceRemedies } from './references.js';
import type { RemedyInput, RemedyMaker } from './remedy.js';
import { contextOf } from './remedy.js';
import { serviceRemedies } from './service.js';
import { tokenRemedies } from './tokens.js';

/** Every remedy there is. Checks and incidents cite the ids; a test holds them to this table. */
export const remedyCatalogue: Readonly<Record<string, RemedyMaker>> = {
  ...generalRemedies,
  ...gatewayRemedies,
  ...configEditRemedies,
  ...reachRemedies,
  ...hygieneRemedies,
  ...installRemedies,
  ...serviceRemedies,
  ...tokenRemedies,
  ...referenceRemedies,
  ...pairingRemedies,
  ...handshakeRemedies,
  ...proxyRemedies,
  ...modelRemedies,
  ...identityProviderRemedies,
};

/** The remedy of that id for that finding; an unknown id is a fault of ours. */
export function buildRemedy(id: string, input: RemedyInput): Remedy {
  const make = remedyCatalogue[id];
  if (!make) throw new TypeError(`no remedy is called ${id}`);
  return { id, subject: input.finding.subject, ...make(contextOf(input)) };
}
