import { isSelfHosted } from '../../src/domain/openclaw/locality.js';
import { namesNoModel } from '../../src/domain/openclaw/model-chain.js';
import type { PathGroup } from '../../src/domain/openclaw/model-groups.js';
import {
  fallbackGroups,
  groupParams,
  isAboutKeys,
  primaryGroups,
} from '../../src/domain/openclaw/model-groups.js';
import { isJudged, pathReports, serverLines } from '../../src/domain/openclaw/model-report.js';
import { defineCheck } from '../../src/model/check.js';
import { anotherHost, isElsewhere } from '../another-host.js';

export default defineCheck({
  id: 'profiles/completeness',
  stage: 'doctor',
  per: 'gateway',
  title: 'every agent and every other path that names a model has a usable credential for it',
  about:
    "Works out, by this version's own rules, which credential each agent, subagent, heartbeat, cron job, hook and helper would use for the model that it names. Without one OpenClaw makes up a 401 without asking the provider, and the next model of the chain answers: for a local model that is often a cloud model.",
  falsePositives:
    'A provider that a plugin of your own brings may have a login that is not in these files; it is then unknown, not missing.',
  needs: ['gateway.models'],
  uses: [
    'agent.store',
    'gateway.shared-store',
    'gateway.config',
    'gateway.credentials',
    'gateway.state',
    'host.install',
  ],
  codes: {
    complete: {
      outcome: 'pass',
      text: '{paths} paths of {agents} name a model and have a credential',
    },
    'no-model-named': {
      outcome: 'pass',
      text: 'nothing names a model; OpenClaw would take its built-in default',
    },
    'another-host': anotherHost,
    'local-without-credential': {
      outcome: 'fail',
      text: '{agent} ({paths}): {model} on {host} has no usable credential on {lines}: {reason}; {answers} would answer',
      next: ['use-literal-key'],
    },
    'model-without-credential': {
      outcome: 'fail',
      text: '{agent} ({paths}): {model} has no usable credential: {reason}; {answers} would answer',
      next: ['add-credential'],
    },
    'credential-expired': {
      outcome: 'fail',
      text: '{agent} ({paths}): the credential of {model} has expired: {reason}; {answers} would answer',
      next: ['renew-credential'],
    },
    'credential-disabled': {
      outcome: 'fail',
      text: '{agent} ({paths}): the credential of {model} is switched off: {reason}; {answers} would answer',
      next: ['renew-credential'],
    },
    'credential-excluded': {
      outcome: 'fail',
      text: '{agent} ({paths}): the credential of {model} is left out: {reason}; {answers} would answer',
      next: ['include-profile-in-order'],
    },
    'store-unusable': {
      outcome: 'fail',
      text: '{agent} ({paths}): {model} depends on a store that gives nothing: {reason}; {answers} would answer',
      next: ['repair-credential-store'],
    },
    'fallback-without-credential': {
      outcome: 'warn',
      text: '{agent} ({paths}): the fallback {model} has no usable credential: {reason}',
      next: ['add-credential', 'turn-off-cloud-fallback'],
    },
    'depends-on-version': {
      outcome: 'unknown',
      text: '{agent} ({paths}): {model} has no usable credential on {lines} ({reason}), but has one on another possible version; start the gateway to know its version',
    },
    'not-determined': {
      outcome: 'unknown',
      text: '{agent} ({paths}): the credential of {model} could not be determined: {reason}',
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const config = at.get('gateway.models');
    if (namesNoModel(config)) return [at.found('no-model-named', {})];
    const reports = pathReports(at.facts, at.subject).filter(isJudged);
    const drafts = [];
    const row = (group: PathGroup, kind = '') => ({
      subject: `${at.subject.id}#${group.agent}/${group.provider}${kind}`,
    });
    const primaries = primaryGroups(reports);
    for (const group of primaries) {
      if (group.agreement === 'usable') continue;
      const params = groupParams(group);
      if (group.agreement === 'unusable') {
        const { code, next } = failureOf(group);
        drafts.push(at.found(code, params, { ...row(group), next: [...next] }));
      } else {
        const code = group.agreement === 'depends' ? 'depends-on-version' : 'not-determined';
        drafts.push(at.found(code, params, row(group)));
      }
    }
    const told = primaries.filter((g) => g.agreement !== 'usable');
    for (const group of fallbackGroups(reports)) {
      if (group.agreement !== 'unusable' || told.some((g) => tells(g, group))) continue;
      // profiles/markers says it, with what to do about it.
      if (isAboutKeys(group)) continue;
      const params = groupParams(group);
      drafts.push(at.found('fallback-without-credential', params, row(group, '#fallback')));
    }
    if (drafts.length > 0) return drafts;
    const agents = [...new Set(reports.map((report) => report.agent))];
    const lines = [...serverLines(at.facts, at.subject)];
    return [at.found('complete', { paths: reports.length, agents, lines })];
  },
});

/** The same provider, or the same broken store, has been told of already. */
function tells(primary: PathGroup, fallback: PathGroup): boolean {
  if (primary.agent !== fallback.agent) return false;
  if (primary.provider === fallback.provider) return true;
  const [a, b] = [primary, fallback].map((group) => group.candidate.credential.outcome);
  return a === 'store-broken' && b === 'store-broken';
}

/** Which failure it is, and what helps. */
function failureOf(group: PathGroup) {
  const { outcome, reason } = group.candidate.credential;
  const own = isSelfHosted(group.candidate.locality);
  const cloudAnswers = group.answers !== undefined && !isSelfHosted(group.answers.locality);
  const stop = own && cloudAnswers ? ['turn-off-cloud-fallback'] : [];
  switch (outcome) {
    case 'expired':
      return { code: 'credential-expired', next: ['renew-credential', ...stop] } as const;
    case 'disabled':
      return { code: 'credential-disabled', next: ['renew-credential', ...stop] } as const;
    case 'excluded':
      return { code: 'credential-excluded', next: ['include-profile-in-order', ...stop] } as const;
    case 'store-broken': {
      const next = reason.includes('SQLite store')
        ? ['migrate-credential-store']
        : reason.includes('cannot be read')
          ? ['make-store-readable']
          : ['repair-credential-store'];
      return { code: 'store-unusable', next: [...next, ...stop] } as const;
    }
    default: {
      const first =
        outcome === 'unresolved-ref' || reason.includes('name of a variable')
          ? ['set-variable']
          : own
            ? ['use-literal-key', 'use-local-address']
            : ['add-credential'];
      const code = own ? 'local-without-credential' : 'model-without-credential';
      return { code, next: [...first, ...stop] } as const;
    }
  }
}
