import { allRefused } from '../../src/domain/all-refused.js';
import { identityDecides } from '../../src/domain/declared-mode.js';
import { defineCheck } from '../../src/model/check.js';
import { byIdentity } from '../by-identity.js';

export default defineCheck({
  id: 'scopes/read',
  stage: 'probes',
  per: 'gateway',
  title: 'a read-only call with operator.read is answered',
  about:
    'Makes one read-only call over the connection of probe/handshake. A connection without operator.read looks alive and answers health, and every real call over it is refused.',
  falsePositives: 'None known: the call reads a status and changes nothing.',
  needs: [],
  uses: ['probe.handshake', 'probe.credentials', 'gateway.config'],
  blockedBy: [
    {
      check: 'process/gateway',
      codes: [
        'nothing-listens',
        'listens-elsewhere',
        'port-not-known',
        'foreign-program',
        'tunnel',
        'other-config',
      ],
    },
    { check: 'status/readiness', codes: ['nothing-answers', 'no-answer', 'not-a-gateway'] },
    { check: 'storm/restarts', codes: ['storm'] },
    { check: 'probe/anonymous', codes: ['locked', 'not-a-gateway', 'nothing-answers', 'open'] },
    { check: 'probe/credentials', codes: ['nothing-known-accepted', 'locked'] },
    {
      check: 'probe/handshake',
      codes: ['refused', 'locked', 'closed', 'upgrade-refused', 'not-a-gateway'],
    },
  ],
  codes: {
    identity: byIdentity,
    'no-live-credential': {
      outcome: 'skip',
      skipReason: 'blocked-by-fail',
      text: 'says nothing while probe/credentials finds no credential that is accepted',
    },
    answered: { outcome: 'pass', text: '{method} is answered with operator.read' },
    'missing-scope': {
      outcome: 'fail',
      text: '{method} is refused: the connection lacks {scope}',
      next: ['review-request'],
    },
    refused: {
      outcome: 'fail',
      text: '{method} is refused with {errorCode}',
      next: ['look-again', 'restart-gateway'],
    },
    'not-connected': {
      outcome: 'unknown',
      text: 'no call was made, because no connection was opened; what probe/handshake names would make it possible',
      next: ['look-again'],
    },
    'no-answer': {
      outcome: 'unknown',
      text: 'the connection was opened and the call was not answered in time; look again',
      next: ['look-again'],
    },
  },
  judge(at) {
    const probe = at.look('probe.handshake')?.data;
    if (probe?.notTried === 'no-live-credential' && identityDecides(at.facts, at.subject)) {
      return [at.found('identity')];
    }
    if (probe?.notTried && allRefused(at.look('probe.credentials')?.data)) {
      return [at.found('no-live-credential')];
    }
    if (probe?.outcome !== 'accepted') return [at.found('not-connected')];
    const { read } = probe;
    // The observer's own word for a call whose time was up, or whose connection ended meanwhile.
    if (!read || read.errorCode === 'no-answer') return [at.found('no-answer')];
    const { method } = read;
    if (read.ok) return [at.found('answered', { method })];
    if (read.missingScope !== undefined) {
      return [at.found('missing-scope', { method, scope: read.missingScope })];
    }
    return [at.found('refused', { method, errorCode: read.errorCode ?? 'no code' })];
  },
});
