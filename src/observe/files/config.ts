import type { Observer } from '../../model/observer.js';
import { configFacts } from './config-gateway.js';
import { loadConfig } from './config-source.js';
import { fileWitness } from './read-file.js';

/** openclaw.json of one gateway: whether and how it can be read, and what concerns the gateway. */
export const configObserver: Observer<'gateway.config'> = {
  id: 'gateway.config',
  stage: 'doctor',
  deadlineMs: 3000,
  async observe(context) {
    const loaded = await loadConfig(context);
    const { facts } = loaded;
    const home = context.target.home ?? context.host.home;
    const data = configFacts(loaded, context.secrets, home);
    // A file that is not there or not to be read is a fact of its own: config/readable judges it.
    return { state: 'ok', source: facts.path, data, complete: facts.state === 'ok' };
  },
  async witness(context) {
    return fileWitness((await loadConfig(context)).paths);
  },
};
