import { isSelfHosted, modelLocality } from '../../src/domain/openclaw/locality.js';
import {
  fallbackGroups,
  groupParams,
  isAboutKeys,
  type PathGroup,
  primaryGroups,
} from '../../src/domain/openclaw/model-groups.js';
import { isJudged, pathReports, serverLines } from '../../src/domain/openclaw/model-report.js';
import { defineCheck } from '../../src/model/check.js';
import { anotherHost, isElsewhere } from '../another-host.js';

export default defineCheck({
  id: 'profiles/markers',
  stage: 'doctor',
  per: 'gateway',
  title: 'a marker in place of a key is one that this version uses for that URL',
  about:
    'A keyless local server is configured with a marker (ollama-local) or with no key at all. OpenClaw never uses a marker on 2026.3, and later only for addresses that it takes for local: a single-label name, a tailnet address or another DNS name is not one. The lookup then ends in a 401 that never left this host, and the next model answers.',
  falsePositives:
    'OpenClaw\'s own `models status` calls an entry with api "ollama" on a single-label name missing, but its runs do use it; this check follows the runs.',
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
    usable: { outcome: 'pass', text: 'markers and keyless servers are usable: {providers}' },
    'another-host': anotherHost,
    'no-local-provider': {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'no self-hosted provider and no marker in place of a key is configured',
    },
    'marker-unusable': {
      outcome: 'fail',
      text: '{provider} on {host}: the marker {marker} is not used on {lines}; {answers} would answer for {agent} ({paths})',
      next: ['use-literal-key', 'use-local-address', 'turn-off-cloud-fallback'],
    },
    'keyless-unusable': {
      outcome: 'fail',
      text: '{provider} on {host} has no key, and {lines} makes none up for it: {reason}; {answers} would answer for {agent} ({paths})',
      next: ['use-literal-key', 'use-local-address', 'turn-off-cloud-fallback'],
    },
    'variable-unset': {
      outcome: 'fail',
      text: '{provider}: the key is {marker}, the name of a variable that is not set ({agent}, {paths})',
      next: ['set-variable', 'use-literal-key'],
    },
    'fallback-unusable': {
      outcome: 'warn',
      text: '{provider} on {host}, a fallback of {agent} ({paths}), is not used on {lines}: {reason}',
      next: ['use-literal-key', 'use-local-address'],
    },
    'depends-on-version': {
      outcome: 'unknown',
      text: '{provider} on {host} is usable on some possible versions, but not on {lines}: {reason}; start the gateway to know its version',
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const { providers } = at.get('gateway.models');
    const concerned = providers.filter(
      (entry) =>
        entry.marker !== undefined ||
        isSelfHosted(modelLocality(entry.id, entry.models[0]?.id ?? '', entry)),
    );
    if (concerned.length === 0) return [at.found('no-local-provider')];
    const reports = pathReports(at.facts, at.subject).filter(isJudged);
    const more = (group: PathGroup, kind = '') => ({
      subject: `${at.subject.id}#${group.agent}/${group.provider}${kind}`,
    });
    const primaries = primaryGroups(reports).filter(isAboutKeys);
    const drafts = primaries.map((group) =>
      group.agreement === 'depends'
        ? at.found('depends-on-version', groupParams(group), more(group))
        : at.found(codeOf(group), groupParams(group), more(group)),
    );
    const told = new Set(primaries.map((group) => `${group.agent}/${group.provider}`));
    for (const group of fallbackGroups(reports).filter(isAboutKeys)) {
      if (told.has(`${group.agent}/${group.provider}`) || group.agreement !== 'unusable') continue;
      drafts.push(at.found('fallback-unusable', groupParams(group), more(group, '#fallback')));
    }
    if (drafts.length > 0) return drafts;
    const names = concerned.map((entry) => entry.id);
    const lines = [...serverLines(at.facts, at.subject)];
    return [at.found('usable', { providers: names, lines })];
  },
});

function codeOf(group: PathGroup) {
  const { credential } = group.candidate;
  if (credential.outcome === 'missing') return 'keyless-unusable';
  return credential.reason.includes('name of a variable') ? 'variable-unset' : 'marker-unusable';
}
