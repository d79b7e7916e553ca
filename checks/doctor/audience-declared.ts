import { sameName } from '../../src/domain/issuers.js';
import { externalIdentity } from '../../src/domain/openclaw/identity.js';
import { jwtHolders } from '../../src/domain/openclaw/jwt-holders.js';
import { isLoopbackHost, urlText } from '../../src/domain/openclaw/url.js';
import { defineCheck } from '../../src/model/check.js';
import type { GoogleChatFacts } from '../../src/model/facts-gateway.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { expectationsFault } from '../expectations-fault.js';
import { namesOther } from '../names-other.js';

export default defineCheck({
  id: 'audience/declared',
  stage: 'doctor',
  per: 'gateway',
  title: 'declared and embedded audiences are this identity or its provider',
  about:
    'Google Chat signs its webhook calls for an audience: the app URL or the project number, as audienceType says. When audienceType, audience and the public URL do not fit each other, every webhook is answered 401. JWT-shaped gateway tokens and OAuth profiles carry an aud claim that is compared in the same way.',
  falsePositives:
    'A gateway that is reached under two names on purpose: say the one that Google calls as identity in clawdoctor.json.',
  needs: ['gateway.config', 'gateway.credentials'],
  uses: ['host.expectations', 'agent.store'],
  codes: {
    opaque: {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'nothing here declares or embeds an audience',
    },
    'another-host': anotherHost,
    declared: {
      outcome: 'pass',
      text: '{source} has audience {audience}, and nothing contradicts it',
    },
    'audience-missing': {
      outcome: 'fail',
      text: '{source} is on and has no {missing}, so every webhook call is answered 401',
      next: ['set-audience'],
    },
    'audience-type-unknown': {
      outcome: 'fail',
      text: '{source}.audienceType is {type}; OpenClaw knows app-url and project-number',
      next: ['set-audience'],
    },
    'audience-not-a-url': {
      outcome: 'fail',
      text: '{source}.audienceType is app-url, and the audience is no URL',
      next: ['set-audience'],
    },
    'audience-not-a-number': {
      outcome: 'fail',
      text: '{source}.audienceType is project-number, and the audience is no number',
      next: ['set-audience'],
    },
    'audience-not-public': {
      outcome: 'fail',
      text: '{source} has audience {audience}, which Google cannot call: it takes a public https URL',
      next: ['set-audience'],
    },
    'audience-elsewhere': {
      outcome: 'fail',
      text: '{source} has audience {audience}, and this gateway is known as {identity}',
      next: ['set-audience', 'add-expectations'],
    },
    'audience-differs': {
      outcome: 'fail',
      text: '{source} has audience {audience}, and clawdoctor.json expects {expected}',
      next: ['set-audience', 'add-expectations'],
    },
    'no-audience': {
      outcome: 'unknown',
      text: '{source} is a JWT without a readable audience, and clawdoctor.json expects {expected}; a token with an aud claim would make it known',
      next: ['renew-jwt-for-audience'],
    },
    'expectations-unreadable': {
      outcome: 'unknown',
      text: '{source} has an audience, and clawdoctor.json could not be read ({reason}); repair it so that the two can be compared',
      next: ['add-expectations'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const expectations = at.look('host.expectations');
    const unreadable = expectationsFault(expectations);
    const expected = expectations?.data?.audience;
    const identity = externalIdentity(at.facts, at.subject)?.url;
    const subjectOf = (name: string) => ({ subject: `${at.subject.id}#${name}` });
    const chats = at.get('gateway.config').googlechat.filter((chat) => chat.enabled);
    const found = chats.map((chat) => {
      const source = chat.path;
      const subject = subjectOf(source);
      const shape = shapeFault(chat);
      if (shape) return at.found(shape.code, { source, ...shape.params }, subject);
      const audience = chat.audience ? urlText(chat.audience) : (chat.projectNumber ?? '');
      if (unreadable !== undefined) {
        return at.found('expectations-unreadable', { source, reason: unreadable }, subject);
      }
      if (expected !== undefined && !sameName(audience, expected)) {
        return at.found('audience-differs', { source, audience, expected }, subject);
      }
      if (chat.audience && identity && chat.audience.host !== identity.host) {
        const params = { source, audience, identity: urlText(identity) };
        return at.found('audience-elsewhere', params, subject);
      }
      return at.found('declared', { source, audience }, subject);
    });
    for (const { name, source, jwt, provider } of jwtHolders(at.facts, at.subject)) {
      const subject = subjectOf(name);
      const audience = jwt.aud?.join(', ') ?? '';
      if (provider !== undefined) {
        // A provider's audience is its own affair: shown, and never compared with this gateway.
        if (audience !== '') found.push(at.found('declared', { source, audience }, subject));
        continue;
      }
      if (unreadable !== undefined) {
        found.push(at.found('expectations-unreadable', { source, reason: unreadable }, subject));
      } else if (expected !== undefined && !jwt.aud) {
        found.push(at.found('no-audience', { source, expected }, subject));
      } else if (expected !== undefined && !jwt.aud?.some((aud) => sameName(aud, expected))) {
        const params = { source, audience, expected };
        found.push(at.found('audience-differs', params, { ...subject, next: renewed }));
      } else if (expected === undefined && identity && namesOther(jwt.aud ?? [], identity.host)) {
        const params = { source, audience, identity: urlText(identity) };
        found.push(at.found('audience-elsewhere', params, { ...subject, next: renewed }));
      } else if (audience !== '') found.push(at.found('declared', { source, audience }, subject));
    }
    return found.length > 0 ? found : [at.found('opaque')];
  },
});

/** The audience of a token is asked for when it is issued; no edit of the config changes it. */
const renewed = ['renew-jwt-for-audience', 'add-expectations'];

type ShapeFault =
  | 'audience-missing'
  | 'audience-type-unknown'
  | 'audience-not-a-url'
  | 'audience-not-a-number'
  | 'audience-not-public';

function shapeFault(
  chat: GoogleChatFacts,
): { code: ShapeFault; params: Record<string, string> } | undefined {
  const type = chat.audienceType;
  if (type === undefined) return { code: 'audience-missing', params: { missing: 'audienceType' } };
  if (type !== 'app-url' && type !== 'project-number') {
    return { code: 'audience-type-unknown', params: { type } };
  }
  if (chat.audienceState === 'unset') {
    return { code: 'audience-missing', params: { missing: 'audience' } };
  }
  if (type === 'project-number') {
    return chat.audienceState === 'number'
      ? undefined
      : { code: 'audience-not-a-number', params: {} };
  }
  if (chat.audienceState !== 'url' || !chat.audience) {
    return { code: 'audience-not-a-url', params: {} };
  }
  const isPublic = chat.audience.scheme === 'https' && !isLoopbackHost(chat.audience.host);
  return isPublic
    ? undefined
    : { code: 'audience-not-public', params: { audience: urlText(chat.audience) } };
}
