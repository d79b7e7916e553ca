import { serverLines } from '../../src/domain/openclaw/model-report.js';
import { needsMigration, storeProblem } from '../../src/domain/openclaw/model-stores.js';
import { defineCheck } from '../../src/model/check.js';
import type { SharedStoreFacts, StoredProfile } from '../../src/model/facts-models.js';

export default defineCheck({
  id: 'profiles/store',
  stage: 'doctor',
  per: 'agent',
  title: "the agent's credential store is readable, sound and of this version's kind",
  about:
    'Reads the credential store of the agent (auth-profiles.json until 2026.5, openclaw-agent.sqlite from 2026.9). A store that is cut off, of the wrong shape or closed to its own user counts as empty until 2026.5, so that local models answer 401 and a cloud model answers instead; 2026.9 refuses the run.',
  falsePositives:
    'None known for a store that its own user cannot read. A file that only this tool may not read is unknown, not broken.',
  needs: ['agent.store'],
  uses: [
    'gateway.shared-store',
    'gateway.config',
    'gateway.credentials',
    'gateway.state',
    'host.install',
  ],
  codes: {
    sound: { outcome: 'pass', text: '{path}: {profiles} profiles of {agent}' },
    inherits: { outcome: 'pass', text: '{agent} has no store of its own and uses the shared one' },
    aliases: {
      outcome: 'pass',
      text: '{path}: {profiles} profiles; {aliases} written with mode or apiKey, which is understood',
    },
    unreadable: {
      outcome: 'fail',
      text: '{reason}: {agent} has no profile (mode {mode}, owner uid {uid})',
      next: ['make-store-readable'],
    },
    truncated: { outcome: 'fail', text: '{reason}', next: ['repair-credential-store'] },
    'wrong-shape': { outcome: 'fail', text: '{reason}', next: ['repair-credential-store'] },
    invalid: { outcome: 'fail', text: '{reason}', next: ['repair-credential-store'] },
    'migration-pending': { outcome: 'fail', text: '{reason}', next: ['migrate-credential-store'] },
    'entries-dropped': {
      outcome: 'warn',
      text: '{path}: OpenClaw leaves out {dropped} ({reasons})',
      next: ['repair-credential-store'],
    },
    'stale-copy': {
      outcome: 'warn',
      text: '{path}: {stale} of {agent} differ from those of the main agent, which 2026.3 copied once and never again',
      next: ['renew-credential'],
    },
    'not-readable-here': {
      outcome: 'unknown',
      text: '{reason}; run clawdoctor as the user who owns it to know',
      next: ['run-as-owner'],
    },
    'depends-on-version': {
      outcome: 'unknown',
      text: '{path} is used on {usedOn} and refused on {refusedOn}; start the gateway or give its version to know',
      next: ['migrate-credential-store'],
    },
  },
  judge(at) {
    const store = at.get('agent.store');
    const gateway = at.facts.target(at.subject.parent ?? '') ?? at.subject;
    const agent = at.subject.name ?? at.subject.id.replace(/^agent:/, '');
    const shared = at.facts.data('gateway.shared-store', gateway.id);
    const lines = serverLines(at.facts, gateway);
    const problems = lines.map((line) =>
      storeProblem(store, shared, agent, line, gateway, at.run.uid),
    );
    const { file, contents } = store;
    const params = {
      agent,
      path: file.path,
      mode: file.mode === undefined ? null : `0${file.mode.toString(8).padStart(3, '0')}`,
      uid: file.uid ?? null,
      lines: [...lines],
    };
    const problem = problems.find((p) => p !== undefined);
    if (problem) {
      const found = { ...params, reason: problem.reason };
      if (problem.code === 'hidden') return [at.found('not-readable-here', found)];
      if (problem.code !== 'migration') return [at.found(problem.code, found)];
      const refusedOn = lines.filter((_, i) => problems[i] !== undefined);
      const usedOn = lines.filter((_, i) => problems[i] === undefined);
      if (usedOn.length === 0) return [at.found('migration-pending', found)];
      // A JSON store without a database beside it is what earlier lines write: nothing is pending.
      if (store.kind === 'sqlite' && needsMigration(store, shared, agent)) {
        return [at.found('depends-on-version', { ...found, usedOn, refusedOn })];
      }
    }
    if (store.kind === 'none') return [at.found('inherits', params)];
    const { profiles, dropped } = contents ?? { profiles: [], dropped: [] };
    if (dropped.length > 0) {
      return [
        at.found('entries-dropped', {
          ...params,
          dropped: dropped.map((entry) => entry.id),
          reasons: [...new Set(dropped.map((entry) => entry.reason))],
        }),
      ];
    }
    const stale = lines.every((line) => line === '2026.3') ? staleCopies(profiles, shared) : [];
    if (stale.length > 0) return [at.found('stale-copy', { ...params, stale })];
    const aliases = profiles.filter((profile) => profile.alias).length;
    const counted = { ...params, profiles: profiles.length, aliases };
    return [at.found(aliases > 0 ? 'aliases' : 'sound', counted)];
  },
});

/** 2026.3 copies the main agent's profiles into a new agent and does not follow a rotation. */
function staleCopies(
  profiles: readonly StoredProfile[],
  shared: SharedStoreFacts | undefined,
): string[] {
  const main = shared?.contents?.profiles ?? [];
  return profiles
    .filter((own) => {
      const theirs = main.find((profile) => profile.id === own.id)?.key;
      return theirs?.state === 'set' && own.key.state === 'set' && theirs.class !== own.key.class;
    })
    .map((profile) => profile.id);
}
