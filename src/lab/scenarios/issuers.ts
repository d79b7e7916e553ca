import { join } from 'node:path';
import { signedJwt, signingKey } from '../jwt.js';
import { put } from '../place.js';
import { family, type StagedScenario } from '../scenario.js';
import { localGateway } from './parts.js';

const of = family('Addresses, proxies and identity');

const identity = 'https://claw.example';

/**
 * The gateway's token is a JWT of a provider on this host, which something in front verifies;
 * clawdoctor.json says whose tokens and for whom.
 */
function withJwt(
  name: string,
  title: string,
  about: string,
  fault: { rotated?: boolean; audience?: string; ageS?: number } = {},
): StagedScenario {
  return of(name, title, about, async (lab) => {
    const key = signingKey('2026-01');
    const published = fault.rotated === true ? signingKey('2026-02') : key;
    const issuer = await lab.identityProvider([published.published]);
    const iat = Math.floor(Date.now() / 1000) - (fault.ageS ?? 60);
    const claims = { iss: issuer, aud: fault.audience ?? identity, iat, exp: iat + 3600 };
    await put(join(lab.home, 'clawdoctor.json'), { issuer, audience: identity });
    await localGateway(lab, { token: signedJwt(key, claims) });
  });
}

export const issuers = [
  withJwt(
    'jwt-signed-with-a-retired-key',
    'The gateway’s JWT was signed with a key that its issuer has retired',
    'The provider rotated its keys. Whoever verifies the token in front of the gateway refuses it now.',
    { rotated: true },
  ),
  withJwt(
    'jwt-for-another-audience',
    'The gateway’s JWT was issued for another service',
    'The signature is right, and the audience is not this gateway.',
    { audience: 'https://wiki.example' },
  ),
  withJwt('jwt-expired', 'The gateway’s JWT has expired', 'An hour of life, issued yesterday.', {
    ageS: 86_400,
  }),
  withJwt(
    'jwt-right',
    'The gateway’s token is a JWT in which everything is right',
    'The provider on this host publishes the key, the audience is this gateway, and it is valid.',
  ),
];
