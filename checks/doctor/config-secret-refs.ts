import type { Reference } from '../../src/domain/openclaw/references.js';
import { referencesOf } from '../../src/domain/openclaw/references.js';
import { defineCheck } from '../../src/model/check.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { withoutConfig } from '../without-config.js';

export default defineCheck({
  id: 'config/secret-refs',
  stage: 'doctor',
  per: 'gateway',
  title: "every reference among the gateway's secrets gives it a value at its next start",
  about:
    'Follows each reference of gateway.auth, gateway.remote and hooks.token by the rules of this version (allowlist, id, path, mode, owner, links, size), without ever running an exec provider. One that gives nothing stops the gateway at its next start, or leaves it with a secret that nobody meant. References that the shared secret itself comes from are judged by token/sources, which says which reader gets what; here they are only named.',
  falsePositives:
    'A variable that only the supervisor of the gateway has (docker -e, an init system of your own) cannot be seen from here: that is a warning, not a failure.',
  needs: ['gateway.config', 'gateway.credentials'],
  uses: ['gateway.state', 'host.install'],
  answeredBy: ['probe/credentials'],
  blockedBy: withoutConfig,
  codes: {
    'another-host': anotherHost,
    'no-reference': { outcome: 'pass', text: "none of the gateway's secrets is a reference" },
    resolves: { outcome: 'pass', text: '{field} refers to {what}, which gives a value' },
    'not-used': {
      outcome: 'pass',
      text: '{field} refers to {what}, and this gateway has no use for it as it is configured',
    },
    'as-source': {
      outcome: 'pass',
      text: '{field} refers to {what}; token/sources says who gets the shared secret out of it',
    },
    'stops-next-start': {
      outcome: 'fail',
      text: '{field} refers to {what}, which gives nothing ({reason}): the gateway does not start again with that (measured on 2026.5.18 and 2026.9.6)',
      next: ['set-reference', 'write-plain-token'],
    },
    'variable-unseen': {
      outcome: 'warn',
      text: '{field} refers to {what}, which has no value in anything that can be seen here ({reason}): unless whatever starts the gateway has it, {consequence}',
      next: ['set-reference'],
    },
    'hooks-token-is-text': {
      outcome: 'fail',
      text: '{field} refers to {what}, which has no value ({reason}): the text of the reference itself is then the token of the hooks, so every sender that has the real one is refused and everybody can guess the other (measured on 2026.5.18)',
      next: ['set-reference'],
    },
    'hooks-token-not-text': {
      outcome: 'fail',
      text: '{field} is a SecretRef object, which OpenClaw takes nowhere but in other fields: it refuses the whole config (measured on 2026.5.18 and 2026.9.6)',
      next: ['write-hooks-token'],
    },
    'depends-on-version': {
      outcome: 'unknown',
      text: '{field} refers to {what}, which gives nothing on {lines} ({reason}), and the version is not known; an openclaw on PATH or a running gateway would make it known',
      next: ['look-again'],
    },
    'not-followed': {
      outcome: 'unknown',
      text: '{field} refers to {what}, which cannot be followed from here ({reason})',
      next: ['run-as-owner'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const references = referencesOf(at.facts, at.subject);
    if (references.length === 0) return [at.found('no-reference')];
    return references.map((reference) => {
      const { field, reason, failsOn } = reference;
      const what = nameOf(reference);
      const more = { subject: `${at.subject.id}#${field}` };
      const variable = reference.ref.source === 'env' ? reference.ref.id : '';
      const params = { field, what, reason, variable };
      if (reference.slot === 'hooks-token' && reference.ref.form === 'object') {
        return at.found('hooks-token-not-text', params, more);
      }
      if (reference.use === 'nobody') return at.found('not-used', params, more);
      if (reference.use === 'shared') {
        const code =
          reference.gateway === 'value' && failsOn.length === 0 ? 'resolves' : 'as-source';
        return at.found(code, params, more);
      }
      switch (reference.gateway) {
        case 'value':
          return failsOn.length === 0
            ? at.found('resolves', params, more)
            : at.found('depends-on-version', { ...params, lines: failsOn }, more);
        case 'unreadable':
          return at.found('not-followed', params, more);
        case 'unseen': {
          const consequence =
            reference.use === 'hooks'
              ? 'the text of the reference is the token of the hooks'
              : 'it does not start again';
          return at.found('variable-unseen', { ...params, consequence }, more);
        }
        default:
          return at.found(
            reference.use === 'hooks' ? 'hooks-token-is-text' : 'stops-next-start',
            params,
            more,
          );
      }
    });
  },
});

function nameOf({ ref }: Reference): string {
  return ref.source === 'env'
    ? `the variable ${ref.id}`
    : `${ref.id} of secrets.providers.${ref.provider} (${ref.source})`;
}
