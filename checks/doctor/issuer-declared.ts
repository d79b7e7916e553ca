import { accessIssuerPath, isAccessIssuer, sameName } from '../../src/domain/issuers.js';
import { jwtHolders } from '../../src/domain/openclaw/jwt-holders.js';
import { urlText } from '../../src/domain/openclaw/url.js';
import { defineCheck } from '../../src/model/check.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { expectationsFault } from '../expectations-fault.js';

/** Who signs the OAuth tokens of a provider (OpenAI's OpenID configuration). */
const providerIssuers: Record<string, string> = {
  openai: 'https://auth.openai.com',
  'openai-codex': 'https://auth.openai.com',
};

export default defineCheck({
  id: 'issuer/declared',
  stage: 'doctor',
  per: 'gateway',
  title: 'declared and embedded issuers agree with the expected one',
  about:
    'Looks at the Cloudflare Access issuer in gateway.auth, at gateway tokens that are JWTs and at OAuth profiles of the agents. A token of another issuer is refused however fresh it is. Opaque shared secrets have no issuer.',
  falsePositives:
    'An identity provider on a domain of your own: say its issuer in clawdoctor.json.',
  needs: ['gateway.config', 'gateway.credentials'],
  uses: ['host.expectations', 'agent.store'],
  codes: {
    opaque: {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'the gateway uses opaque shared secrets, which have no issuer',
    },
    'another-host': anotherHost,
    declared: { outcome: 'pass', text: '{source} has issuer {issuer}, and nothing contradicts it' },
    'malformed-issuer': {
      outcome: 'fail',
      text: '{source} is {issuer}, and a Cloudflare Access issuer is https://<team>.cloudflareaccess.com',
      next: ['set-issuer'],
    },
    'slash-refused': {
      outcome: 'fail',
      text: '{source} is {issuer} with a slash at its end: OpenClaw 2026.9 refuses the whole config and does not start; write it without the slash',
      next: ['set-issuer'],
    },
    'issuer-differs': {
      outcome: 'fail',
      text: '{source} has issuer {issuer}, and clawdoctor.json expects {expected}',
      next: ['set-issuer', 'add-expectations'],
    },
    'issuer-not-of-provider': {
      outcome: 'fail',
      text: '{source} was issued by {issuer}, and {provider} takes tokens of {expected}',
      next: ['sign-in-again'],
    },
    'expected-but-none': {
      outcome: 'warn',
      text: 'clawdoctor.json expects issuer {expected}, and nothing here declares or embeds one',
      next: ['set-issuer', 'add-expectations'],
    },
    'no-issuer': {
      outcome: 'unknown',
      text: '{source} is a JWT without a readable issuer, and clawdoctor.json expects {expected}; a token with an iss claim would make it known',
      next: ['renew-jwt'],
    },
    'expectations-unreadable': {
      outcome: 'unknown',
      text: '{source} has an issuer, and clawdoctor.json could not be read ({reason}); repair it so that the two can be compared',
      next: ['add-expectations'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const expectations = at.look('host.expectations');
    const unreadable = expectationsFault(expectations);
    const expected = expectations?.data?.issuer;
    const { cloudflareIssuer: cloudflare, cloudflareSlash } = at.get('gateway.config');
    const found = [];
    if (cloudflare) {
      const source = accessIssuerPath;
      const subject = `${at.subject.id}#cloudflare`;
      const issuer = urlText(cloudflare);
      if (!isAccessIssuer(issuer)) {
        found.push(at.found('malformed-issuer', { source, issuer }, { subject }));
      } else if (cloudflareSlash) {
        found.push(at.found('slash-refused', { source, issuer }, { subject }));
      } else if (unreadable !== undefined) {
        const params = { source, reason: unreadable };
        found.push(at.found('expectations-unreadable', params, { subject }));
      } else if (expected !== undefined && !sameName(issuer, expected)) {
        found.push(at.found('issuer-differs', { source, issuer, expected }, { subject }));
      } else found.push(at.found('declared', { source, issuer }, { subject }));
    }
    for (const { name, source, jwt, provider } of jwtHolders(at.facts, at.subject)) {
      const subject = `${at.subject.id}#${name}`;
      const wanted = provider === undefined ? expected : providerIssuers[provider];
      const issuer = jwt.iss ?? '';
      if (provider === undefined && unreadable !== undefined) {
        const params = { source, reason: unreadable };
        found.push(at.found('expectations-unreadable', params, { subject }));
      } else if (expected !== undefined && provider === undefined && issuer === '') {
        found.push(at.found('no-issuer', { source, expected }, { subject }));
      } else if (wanted !== undefined && issuer !== '' && !sameName(issuer, wanted)) {
        const params = { source, issuer, expected: wanted };
        found.push(
          provider === undefined
            ? at.found('issuer-differs', params, { subject, next: renewed })
            : at.found('issuer-not-of-provider', { ...params, provider }, { subject }),
        );
      } else if (issuer !== '') found.push(at.found('declared', { source, issuer }, { subject }));
    }
    if (found.length > 0) return found;
    return [
      expected === undefined ? at.found('opaque') : at.found('expected-but-none', { expected }),
    ];
  },
});

/** The issuer of a token is fixed when it is signed: no edit of the config changes it. */
const renewed = ['renew-jwt', 'add-expectations'];
