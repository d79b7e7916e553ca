import { isSelfHosted } from '../../src/domain/openclaw/locality.js';
import { localityFindings } from '../../src/domain/openclaw/model-locality.js';
import { isJudged, pathReports } from '../../src/domain/openclaw/model-report.js';
import { defineCheck } from '../../src/model/check.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { expectationsFault } from '../expectations-fault.js';

export default defineCheck({
  id: 'fallback/locality',
  stage: 'doctor',
  per: 'gateway',
  title: 'a model that is meant to be local stays local',
  about:
    'Follows each chain of models from a self-hosted one and says which cloud model would answer if it does not. OpenClaw has no setting that keeps a prompt on this host: only an empty list of fallbacks does. Embeddings for memory search and cloud models behind a local port are side doors.',
  falsePositives:
    'A cloud fallback behind a local model that works is a choice, and passes, unless clawdoctor.json says localOnly.',
  needs: ['gateway.models'],
  uses: [
    'agent.store',
    'gateway.shared-store',
    'gateway.config',
    'gateway.credentials',
    'gateway.state',
    'host.install',
    'host.expectations',
  ],
  codes: {
    'stays-local': { outcome: 'pass', text: 'no chain leads from a local model to the cloud' },
    'cloud-fallback': {
      outcome: 'pass',
      text: '{agent} ({paths}): {model} is usable; {fallbacks} in the cloud answers when it fails',
    },
    'another-host': anotherHost,
    'no-local-model': {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'no path means a self-hosted model',
    },
    'cloud-answers-instead': {
      outcome: 'fail',
      text: '{agent} ({paths}): {model} on {host} is not usable ({reason}), and {answers} in the cloud answers instead',
      next: ['use-literal-key', 'turn-off-cloud-fallback'],
    },
    'cloud-fallback-forbidden': {
      outcome: 'fail',
      text: '{agent} ({paths}): {model} falls back to {fallbacks} in the cloud, and clawdoctor.json says localOnly',
      next: ['turn-off-cloud-fallback'],
    },
    'cloud-path-forbidden': {
      outcome: 'fail',
      text: '{agent} ({paths}): {model} is a cloud model, and clawdoctor.json says localOnly',
      next: ['turn-off-cloud-fallback'],
    },
    'cloud-behind-local-port': {
      outcome: 'warn',
      text: '{agent} ({paths}): {model} is reached through {host}, but runs in the cloud',
      next: ['turn-off-cloud-fallback'],
    },
    'embeddings-in-cloud': {
      outcome: 'warn',
      text: 'memory search has no provider: 2026.9 sends text of the workspace to OpenAI for embeddings, while the chat model is {model}',
      next: ['choose-local-embeddings'],
    },
    'embeddings-forbidden': {
      outcome: 'fail',
      text: 'memory search has no provider: 2026.9 sends text of the workspace to OpenAI for embeddings, and clawdoctor.json says localOnly',
      next: ['choose-local-embeddings'],
    },
    'depends-on-version': {
      outcome: 'unknown',
      text: '{agent} ({paths}): {answers} in the cloud answers instead of {model} on {lines} ({reason}), but not on another possible version; start the gateway to know its version',
    },
    'expectations-unreadable': {
      outcome: 'unknown',
      text: 'clawdoctor.json could not be read ({reason}), so whether models have to stay local is not known; repair it or remove it',
      next: ['add-expectations'],
    },
    'not-determined': {
      outcome: 'unknown',
      text: '{agent} ({paths}): it could not be determined if {fallbacks} in the cloud answers instead of {model}: {reason}',
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const reports = pathReports(at.facts, at.subject).filter(isJudged);
    const wish = at.look('host.expectations');
    const expected = wish?.state === 'ok' ? wish.data : undefined;
    const meansLocal = reports.some((report) =>
      report.lines.some((l) => l.primary !== undefined && isSelfHosted(l.primary.locality)),
    );
    const found = localityFindings(at.facts, at.subject, reports, {
      localOnly: expected?.localOnly === true,
      allowed: expected?.allowedCloudProviders ?? [],
    });
    if (found.length === 0) {
      const reason = expectationsFault(wish);
      if (reason !== undefined) return [at.found('expectations-unreadable', { reason })];
      return [at.found(meansLocal || expected?.localOnly ? 'stays-local' : 'no-local-model')];
    }
    return found.map(({ code, params, name }) =>
      at.found(code, params, { subject: `${at.subject.id}#${name}` }),
    );
  },
});
