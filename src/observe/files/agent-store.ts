import type { Observer, ObserverContext } from '../../model/observer.js';
import { agentCredentials, agentFiles } from './agent-credentials.js';
import { directoryFacts } from './file-facts.js';
import { modelsJson } from './models-json.js';
import { fileWitness } from './read-file.js';
import { closedDirectory, placeOf } from './state-place.js';

/** One agent's credential store, and the models.json that 2026.3 writes beside it. */
export const agentStoreObserver: Observer<'agent.store'> = {
  id: 'agent.store',
  stage: 'doctor',
  deadlineMs: 5000,

  async observe(context) {
    const { gateway, agentDir } = placeOfAgent(context);
    const home = gateway.target.home ?? context.host.home;
    const directory = await directoryFacts(agentDir, home);
    // An agent without a directory of its own is ordinary: it lives on the shared store.
    const closed = directory.state === 'absent' ? undefined : closedDirectory(directory);
    if (closed) return closed;
    const read = await agentCredentials(gateway, agentDir);
    if (read.state !== 'ok') return { state: read.state, source: read.path, reason: read.reason };
    const models = await modelsJson(gateway, agentFiles(agentDir).models, home);
    return {
      state: 'ok',
      source: read.credentials.file.path,
      data: { ...read.credentials, ...(models ? { modelsJson: models } : {}) },
    };
  },

  /** Not auth-state.json and not the database's content: every run of an agent writes to them. */
  async witness(context) {
    const files = agentFiles(placeOfAgent(context).agentDir);
    return fileWitness([files.profiles, files.legacy]);
  },
};

/** References in the store are for the gateway's config and environment, so it is looked at as one. */
function placeOfAgent(context: ObserverContext): { gateway: ObserverContext; agentDir: string } {
  const { target, facts } = context;
  const parent = target.parent === undefined ? undefined : facts.target(target.parent);
  const gateway = { ...context, target: parent ?? target };
  const name = target.name ?? target.id.replace(/^agent:/, '');
  const fallback = `${placeOf(gateway).stateDir}/agents/${name}/agent`;
  return { gateway, agentDir: target.agentDir ?? fallback };
}
