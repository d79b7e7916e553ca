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
    const source = facts.path;
    const reason = `${facts.path}: ${facts.reason ?? facts.state}`;
    switch (facts.state) {
      case 'ok':
      case 'too-large': {
        const home = context.target.home ?? context.host.home;
        const data = configFacts(loaded, context.secrets, home);
        return { state: 'ok', source, data, complete: facts.state === 'ok' };
      }
      case 'absent':
        return { state: 'absent', source, reason };
      case 'denied':
        return { state: 'denied', source, reason: `${reason}; run as the user that owns it` };
      default:
        return { state: 'error', source, reason };
    }
  },
  async witness(context) {
    return fileWitness((await loadConfig(context)).paths);
  },
};
