import { splitUrl } from '../../src/domain/openclaw/url.js';
import { defineCheck, type FindingDraft } from '../../src/model/check.js';
import type { ProviderFault, ProviderProbe, TokenProbe } from '../../src/model/facts-issuer.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { expectationsFault } from '../expectations-fault.js';

/** How far two clocks may be apart before a token counts as expired or not yet valid. */
const toleranceS = 60;

export default defineCheck({
  id: 'issuer/live',
  stage: 'probes',
  per: 'gateway',
  title: 'the declared issuer publishes its keys, and they signed the tokens that name it',
  about:
    'Reads the discovery document and the public keys of the issuer that the config declares or clawdoctor.json expects, and verifies the signature, the algorithm and the times of JWT-shaped credentials with them. Nothing is sent but the two requests: no token leaves this host. An issuer on another host is contacted only with --external.',
  falsePositives:
    'A network that answers for other hosts (a captive portal, a filtering proxy) can look like a broken issuer: compare with what a browser gets.',
  needs: ['probe.issuers'],
  uses: ['host.expectations'],
  optional: true,
  codes: {
    opaque: {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'nothing here declares, expects or embeds an issuer',
    },
    'nothing-expected': {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'OpenClaw compares its shared secret as text, and nothing says that the issuer of a JWT in it matters; say the issuer in clawdoctor.json if something in front verifies it',
    },
    'another-host': anotherHost,
    reachable: {
      outcome: 'pass',
      text: '{issuer} names itself so and publishes {keys} public keys',
    },
    verified: { outcome: 'pass', text: '{source} was signed by {issuer} ({alg}, key {kid})' },
    'issuer-differs': {
      outcome: 'fail',
      text: '{source} is {issuer}, and the discovery document there says that its issuer is {discovered}; its tokens are refused by whoever expects the former',
      next: ['set-issuer', 'add-expectations'],
    },
    'issuer-slash': {
      outcome: 'warn',
      text: '{source} is {issuer}, and the issuer calls itself {discovered}: some verifiers compare the final slash too',
      next: ['add-expectations'],
    },
    'key-unknown': {
      outcome: 'fail',
      text: '{source} was signed with key {kid}, which {issuer} does not publish (any more)',
      next: ['renew-jwt'],
    },
    'signature-wrong': {
      outcome: 'fail',
      text: '{source} says that {issuer} issued it, and the keys of that issuer did not sign it',
      next: ['renew-jwt'],
    },
    'alg-refused': {
      outcome: 'fail',
      text: '{source} has the algorithm {alg}, which no verifier with the public keys of {issuer} may accept',
      next: ['renew-jwt'],
    },
    expired: {
      outcome: 'fail',
      text: '{source} expired {ageMinutes} minutes ago',
      next: ['renew-jwt', 'fix-clock'],
    },
    'not-yet-valid': {
      outcome: 'fail',
      text: '{source} becomes valid only in {inMinutes} minutes by the clock of this host',
      next: ['fix-clock', 'renew-jwt'],
    },
    'issued-in-future': {
      outcome: 'warn',
      text: '{source} was issued {inMinutes} minutes from now by the clock of this host',
      next: ['fix-clock'],
    },
    'clock-skew': {
      outcome: 'warn',
      text: 'the clock of {issuer} is {skewS} seconds off from this host; tokens are refused as expired or not yet valid when clocks differ',
      next: ['fix-clock'],
    },
    'discovery-broken': {
      outcome: 'warn',
      text: 'the {document} of {issuer} cannot be used: {reason}',
      next: ['repair-discovery', 'set-issuer'],
    },
    'discovery-unreachable': {
      outcome: 'unknown',
      text: 'the {document} of {issuer} could not be read: {reason}; a connection to it would make it known',
      next: ['look-again'],
    },
    'keys-unusable': {
      outcome: 'unknown',
      text: 'the keys of {issuer} cannot be used here to verify {source} ({alg}); a newer Node may be able to',
      next: ['look-again'],
    },
    'external-not-asked': {
      outcome: 'unknown',
      text: '{issuer} was not contacted; give --external to have its keys looked at',
    },
    'not-contacted': {
      outcome: 'unknown',
      text: '{issuer} was not contacted: {reason}',
      next: ['set-issuer', 'add-expectations'],
    },
    'expectations-unreadable': {
      outcome: 'unknown',
      text: 'whether an issuer is expected is not known: clawdoctor.json could not be read ({reason})',
      next: ['add-expectations'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const { providers, tokens, embedded } = at.get('probe.issuers');
    const expectations = at.look('host.expectations');
    const found: FindingDraft<Code>[] = [];
    const reason = expectationsFault(expectations);
    if (embedded > 0 && reason !== undefined) {
      found.push(at.found('expectations-unreadable', { reason }));
    }
    for (const provider of providers) {
      const name = splitUrl(provider.issuer)?.host ?? 'issuer';
      const subject = `${at.subject.id}#${name}`;
      for (const draft of ofProvider(provider)) found.push({ ...draft, subject });
    }
    for (const token of tokens) {
      const subject = `${at.subject.id}#${token.name}`;
      for (const draft of ofToken(token, at.run.nowMs)) found.push({ ...draft, subject });
    }
    if (found.length > 0) return found;
    return [at.found(embedded > 0 ? 'nothing-expected' : 'opaque')];
  },
});

type Code =
  | 'opaque'
  | 'nothing-expected'
  | 'another-host'
  | 'reachable'
  | 'verified'
  | 'issuer-differs'
  | 'issuer-slash'
  | 'key-unknown'
  | 'signature-wrong'
  | 'alg-refused'
  | 'expired'
  | 'not-yet-valid'
  | 'issued-in-future'
  | 'clock-skew'
  | 'discovery-broken'
  | 'discovery-unreachable'
  | 'keys-unusable'
  | 'external-not-asked'
  | 'not-contacted'
  | 'expectations-unreadable';

function ofProvider(provider: ProviderProbe): FindingDraft<Code>[] {
  const { issuer, source, discovered, skewMs = 0 } = provider;
  const document = provider.document === 'keys' ? 'key set' : 'discovery document';
  const reason = provider.fault ? reasons[provider.fault] : 'it was not asked';
  const skewed: FindingDraft<Code>[] =
    Math.abs(skewMs) > toleranceS * 1000
      ? [{ code: 'clock-skew', params: { issuer, skewS: Math.round(skewMs / 1000) } }]
      : [];
  switch (provider.state) {
    case 'not-asked':
      return [{ code: 'external-not-asked', params: { issuer } }];
    case 'not-contacted':
      return [{ code: 'not-contacted', params: { issuer, reason } }];
    case 'unreachable':
      return [{ code: 'discovery-unreachable', params: { issuer, document, reason } }, ...skewed];
    case 'broken':
      return [{ code: 'discovery-broken', params: { issuer, document, reason } }, ...skewed];
    case 'ok': {
      if (discovered === undefined || discovered === issuer) {
        return [{ code: 'reachable', params: { issuer, keys: provider.keys ?? 0 } }, ...skewed];
      }
      const slash = discovered.replace(/\/+$/, '') === issuer.replace(/\/+$/, '');
      const code = slash ? 'issuer-slash' : 'issuer-differs';
      return [{ code, params: { source, issuer, discovered } }, ...skewed];
    }
  }
}

/** The signature, and the times by the clock of this host: the one that a verifier here has. */
function ofToken(token: TokenProbe, nowMs: number): FindingDraft<Code>[] {
  const { source, issuer, jwt, signature } = token;
  const shown = { source, issuer, alg: jwt.alg ?? 'no algorithm', kid: jwt.kid ?? 'without an id' };
  const refused: FindingDraft<Code>[] =
    signature === 'unusable'
      ? [{ code: 'keys-unusable', params: shown }]
      : signature === 'verified' || signature === 'not-checked'
        ? []
        : [{ code: signature, params: shown }];
  const found = [...refused, ...ofTimes(token, Math.floor(nowMs / 1000))];
  if (found.length > 0 || signature !== 'verified') return found;
  return [{ code: 'verified', params: shown }];
}

function ofTimes({ source, jwt, renewed }: TokenProbe, now: number): FindingDraft<Code>[] {
  const minutes = (seconds: number): number => Math.ceil(seconds / 60);
  if (jwt.exp !== undefined && jwt.exp + toleranceS <= now) {
    // OpenClaw renews such a profile by itself; profiles/lifetime speaks of the others.
    if (renewed) return [];
    return [{ code: 'expired', params: { source, ageMinutes: minutes(now - jwt.exp) } }];
  }
  if (jwt.nbf !== undefined && jwt.nbf - toleranceS > now) {
    return [{ code: 'not-yet-valid', params: { source, inMinutes: minutes(jwt.nbf - now) } }];
  }
  if (jwt.iat !== undefined && jwt.iat - toleranceS > now) {
    return [{ code: 'issued-in-future', params: { source, inMinutes: minutes(jwt.iat - now) } }];
  }
  return [];
}

const reasons: Record<ProviderFault, string> = {
  'not-https': 'it is neither https nor on this host',
  forbidden: 'it is an address that is never contacted',
  'no-connection': 'no trusted connection came about',
  timeout: 'no answer in time',
  'not-http': 'the answer is not HTTP',
  'too-large': 'the answer is too large',
  busy: 'the server says that it is busy or failing (429 or 5xx)',
  redirect: 'the server answers with a redirect, which no verifier follows',
  status: 'the server does not have it (the status is not 200)',
  'not-json': 'the answer is not a JSON object',
  incomplete: 'it names no issuer or no usable place for the keys',
  'no-keys': 'it holds no public signature key',
};
