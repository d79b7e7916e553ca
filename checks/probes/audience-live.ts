import { sameName } from '../../src/domain/issuers.js';
import { externalIdentity } from '../../src/domain/openclaw/identity.js';
import { urlText } from '../../src/domain/openclaw/url.js';
import { defineCheck } from '../../src/model/check.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { expectationsFault } from '../expectations-fault.js';
import { namesOther } from '../names-other.js';

export default defineCheck({
  id: 'audience/live',
  stage: 'probes',
  per: 'gateway',
  title: 'tokens that the issuer really signed are for this audience',
  about:
    'Compares the audience of JWT-shaped gateway credentials with clawdoctor.json, or with the public name of this gateway, once the keys of their issuer have proved the signature. A good token for somebody else is refused however fresh it is.',
  falsePositives:
    'A gateway that is reached under two names on purpose: say the audience in clawdoctor.json.',
  needs: ['probe.issuers'],
  uses: ['host.expectations', 'gateway.config', 'gateway.credentials', 'gateway.process'],
  optional: true,
  codes: {
    opaque: {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'no credential of this gateway is a JWT of an issuer that is declared or expected',
    },
    'another-host': anotherHost,
    verified: {
      outcome: 'pass',
      text: '{source} was signed by {issuer} for {audience}, and nothing contradicts that',
    },
    unbound: {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: '{source} names no audience, and none is expected',
    },
    'audience-differs': {
      outcome: 'fail',
      text: '{issuer} signed {source} for {audience}, and clawdoctor.json expects {expected}',
      next: ['renew-jwt-for-audience', 'add-expectations'],
    },
    'audience-missing': {
      outcome: 'fail',
      text: '{issuer} signed {source} without an audience, and clawdoctor.json expects {expected}',
      next: ['renew-jwt-for-audience', 'add-expectations'],
    },
    'audience-elsewhere': {
      outcome: 'fail',
      text: '{issuer} signed {source} for {audience}, and this gateway is known as {identity}',
      next: ['renew-jwt-for-audience', 'add-expectations'],
    },
    unproved: {
      outcome: 'skip',
      skipReason: 'blocked-by-fail',
      text: 'the signature of {source} is refused, so its audience proves nothing: see issuer/live',
    },
    'not-verified': {
      outcome: 'unknown',
      text: 'the signature of {source} could not be checked: see issuer/live; with the keys of {issuer} its audience would be known',
      next: ['look-again'],
    },
    'expectations-unreadable': {
      outcome: 'unknown',
      text: 'whether an audience is expected is not known: clawdoctor.json could not be read ({reason})',
      next: ['add-expectations'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    // The audience of an OAuth profile is its model provider's own affair.
    const tokens = at.get('probe.issuers').tokens.filter((t) => t.provider === undefined);
    if (tokens.length === 0) return [at.found('opaque')];
    const expectations = at.look('host.expectations');
    const reason = expectationsFault(expectations);
    if (reason !== undefined) return [at.found('expectations-unreadable', { reason })];
    const expected = expectations?.data?.audience;
    const identity = externalIdentity(at.facts, at.subject)?.url;
    return tokens.map(({ name, source, issuer, jwt, signature }) => {
      const subject = { subject: `${at.subject.id}#${name}` };
      if (signature === 'not-checked' || signature === 'unusable') {
        return at.found('not-verified', { source, issuer }, subject);
      }
      if (signature !== 'verified') return at.found('unproved', { source }, subject);
      const { aud = [] } = jwt;
      const shown = { source, issuer, audience: aud.join(', ') };
      if (expected !== undefined) {
        if (aud.length === 0) return at.found('audience-missing', { ...shown, expected }, subject);
        const fits = aud.some((one) => sameName(one, expected));
        if (!fits) return at.found('audience-differs', { ...shown, expected }, subject);
      } else if (identity && namesOther(aud, identity.host)) {
        return at.found('audience-elsewhere', { ...shown, identity: urlText(identity) }, subject);
      }
      return aud.length > 0
        ? at.found('verified', shown, subject)
        : at.found('unbound', { source }, subject);
    });
  },
});
