import type { RemedyMaker } from './remedy.js';
import { text, verifyWith } from './remedy.js';

/** Steps about the issuer, its keys and the tokens that it signs. */
export const identityProviderRemedies = {
  'renew-jwt': (at) => ({
    title: 'Get a fresh token from the issuer',
    actor: 'operator',
    effect: 'rotates-credential',
    postcondition: `${text(at.params, 'source') || 'the token'} is a token that ${text(at.params, 'expected') || text(at.params, 'issuer') || 'the expected issuer'} has signed with a key that it publishes today`,
    why: at.finding.text,
    risk: 'a gateway and clients that compare this token as text need the new one at the same time',
    undo: 'put the former token back, where it still holds',
    verify: verifyWith('issuer/live'),
  }),
  'renew-jwt-for-audience': (at) => ({
    title: 'Get a token for this audience from the issuer',
    actor: 'operator',
    effect: 'rotates-credential',
    postcondition: `${text(at.params, 'source') || 'the token'} was issued for ${text(at.params, 'expected') || text(at.params, 'identity') || 'the identity of this gateway'} (the audience or resource of the token request)`,
    why: at.finding.text,
    risk: 'a gateway and clients that compare this token as text need the new one at the same time',
    undo: 'put the former token back',
    verify: verifyWith(at.check),
  }),
  'sign-in-again': (at) => ({
    title: `Sign in again with ${text(at.params, 'provider') || 'the provider'}`,
    actor: 'operator',
    effect: 'rotates-credential',
    postcondition: `${text(at.params, 'source') || 'the profile'} holds a token of ${text(at.params, 'expected') || 'its own provider'} (\`openclaw models auth login\`)`,
    why: at.finding.text,
    risk: 'the refresh token of the former login may stop working',
    undo: 'none needed: the former token was refused',
    verify: verifyWith('issuer/declared'),
  }),
  'repair-discovery': (at) => ({
    title: 'Have the issuer publish its documents',
    actor: 'operator',
    effect: 'none',
    postcondition: `${text(at.params, 'issuer') || 'the issuer'} answers its ${text(at.params, 'document') || 'discovery document'} with status 200, without a redirect, as JSON with public signature keys`,
    why: at.finding.text,
    risk: 'none for this host: the change is made at the identity provider or at the network in between',
    undo: 'none needed',
    verify: verifyWith('issuer/live'),
  }),
} as const satisfies Record<string, RemedyMaker>;
