import { jwtHolders } from '../../src/domain/openclaw/jwt-holders.js';
import { splitUrl, urlText } from '../../src/domain/openclaw/url.js';
import { defineCheck } from '../../src/model/check.js';
import type { UrlParts } from '../../src/model/facts-gateway.js';
import { anotherHost, isElsewhere } from '../another-host.js';

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
    'issuer-differs': {
      outcome: 'fail',
      text: '{source} has issuer {issuer}, and clawdoctor.json expects {expected}',
      next: ['set-issuer', 'add-expectations'],
    },
    'issuer-not-of-provider': {
      outcome: 'fail',
      text: '{source} was issued by {issuer}, and {provider} takes tokens of {expected}',
      next: ['set-issuer'],
    },
    'expected-but-none': {
      outcome: 'warn',
      text: 'clawdoctor.json expects issuer {expected}, and nothing here declares or embeds one',
      next: ['set-issuer', 'add-expectations'],
    },
    'no-issuer': {
      outcome: 'unknown',
      text: '{source} is a JWT without a readable issuer, and clawdoctor.json expects {expected}; a token with an iss claim would make it known',
      next: ['set-issuer'],
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
    const unreadable =
      expectations !== undefined && expectations.state !== 'ok' && expectations.state !== 'absent';
    const expected = expectations?.data?.issuer;
    const cloudflare = at.get('gateway.config').cloudflareIssuer;
    const found = [];
    if (cloudflare) {
      const source = 'gateway.auth.trustedProxy.cloudflareAccessOidc.issuer';
      const subject = `${at.subject.id}#cloudflare`;
      const issuer = urlText(cloudflare);
      if (!isAccessIssuer(cloudflare)) {
        found.push(at.found('malformed-issuer', { source, issuer }, { subject }));
      } else if (unreadable) {
        const reason = expectations.reason ?? expectations.state;
        found.push(at.found('expectations-unreadable', { source, reason }, { subject }));
      } else if (expected !== undefined && !sameIssuer(issuer, expected)) {
        found.push(at.found('issuer-differs', { source, issuer, expected }, { subject }));
      } else found.push(at.found('declared', { source, issuer }, { subject }));
    }
    for (const { name, source, jwt, provider } of jwtHolders(at.facts, at.subject)) {
      const subject = `${at.subject.id}#${name}`;
      const wanted = provider === undefined ? expected : providerIssuers[provider];
      const issuer = jwt.iss ?? '';
      if (provider === undefined && unreadable) {
        const reason = expectations.reason ?? expectations.state;
        found.push(at.found('expectations-unreadable', { source, reason }, { subject }));
      } else if (expected !== undefined && provider === undefined && issuer === '') {
        found.push(at.found('no-issuer', { source, expected }, { subject }));
      } else if (wanted !== undefined && issuer !== '' && !sameIssuer(issuer, wanted)) {
        const params = { source, issuer, expected: wanted };
        found.push(
          provider === undefined
            ? at.found('issuer-differs', params, { subject })
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

function isAccessIssuer(url: UrlParts): boolean {
  return (
    url.scheme === 'https' &&
    url.port === 443 &&
    url.path === '/' &&
    /^[a-z0-9][a-z0-9-]*\.cloudflareaccess\.com$/.test(url.host)
  );
}

/** Issuers are compared as URLs where they are URLs: a final slash makes no other issuer. */
function sameIssuer(a: string, b: string): boolean {
  const plain = (text: string): string => {
    const url = splitUrl(text);
    return url ? urlText({ ...url, path: url.path.replace(/\/+$/, '') || '/' }) : text;
  };
  return plain(a) === plain(b);
}
