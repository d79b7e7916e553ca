import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '../lab.js';
import { gatewayConfig, localModels, ollamaProvider } from '../parts.js';
import { put, putPairedCli, putProfiles } from '../place.js';
import { family } from '../scenario.js';
import { dayMs, model, usedCli } from './parts.js';

const of = family('Models');

const cloud = 'openai/gpt-4.1-mini';
const expired = () => Date.now() - dayMs;

/** A gateway whose main agent uses `primary`, with profiles of that agent. */
async function agentWith(
  lab: Lab,
  primary: string,
  profiles: object | undefined,
  rest: Record<string, unknown> = {},
): Promise<string> {
  const auth = { mode: 'token', token: lab.secret() };
  const agents = {
    defaults: { model: { primary, fallbacks: [] } },
    list: [{ id: 'main', default: true }],
  };
  const config = gatewayConfig('2026.5', await lab.port(), auth, { agents, ...rest });
  await lab.installOpenClaw('2026.5');
  const stateDir = await lab.configure({ config });
  await putPairedCli(stateDir, usedCli, 3 * dayMs);
  if (profiles !== undefined) await putProfiles(stateDir, 'main', profiles);
  await lab.gateway({ line: '2026.5', config });
  return stateDir;
}

function key(lab: Lab): object {
  return {
    'openai:default': { type: 'api_key', provider: 'openai', key: `sk-proj-${lab.secret()}` },
  };
}

export const models = [
  of(
    'cloud-model-without-a-key',
    'An agent uses a cloud model that nobody has a key for',
    'No profile, no key in the config, no variable in the gateway’s environment.',
    async (lab) => {
      await agentWith(lab, cloud, undefined);
    },
  ),
  of(
    'cloud-model-with-a-key',
    'An agent uses a cloud model with a key of its own',
    'The key is in the agent’s profile store.',
    async (lab) => {
      await agentWith(lab, cloud, key(lab));
    },
  ),
  of(
    'profile-store-truncated',
    'The profile store of an agent is cut off in the middle',
    'A full disk at the wrong moment: auth-profiles.json does not parse, and the agent has no key.',
    async (lab) => {
      const stateDir = await agentWith(lab, cloud, key(lab));
      const file = join(stateDir, 'agents', 'main', 'agent', 'auth-profiles.json');
      await put(file, '{"version": 1, "profiles": {"openai:default": {"type": "api_k');
    },
  ),
  of(
    'profile-expired',
    'The sign-in of an agent has expired',
    'An OAuth profile without a refresh token, past its time.',
    async (lab) => {
      const access = { type: 'token', provider: 'openai', token: lab.secret(), expires: expired() };
      await agentWith(lab, cloud, { 'openai:default': access });
    },
  ),
  of(
    'marker-key-on-a-lan-host',
    'A marker instead of a key, for a model server in the house',
    'The key is “ollama-local”, which OpenClaw does not use for a host that is not this one. Nothing stands behind it.',
    async (lab) => {
      const provider = ollamaProvider('http://ollama-box.lan:11434/v1', model);
      const providers = { house: { ...provider, api: 'openai-completions' } };
      await agentWith(lab, `house/${model}`, undefined, { models: { providers } });
    },
  ),
  of(
    'literal-key-on-a-lan-host',
    'A key of its own, for a model server in the house',
    'The same server with a key that is no marker.',
    async (lab) => {
      const provider = ollamaProvider('http://ollama-box.lan:11434/v1', model);
      const house = { ...provider, apiKey: `house-${lab.secret()}`, api: 'openai-completions' };
      await agentWith(lab, `house/${model}`, undefined, { models: { providers: { house } } });
    },
  ),
  of(
    'cloud-fallback-against-local-only',
    'A local model with a cloud model behind it, and clawdoctor.json says localOnly',
    'Everything works. When the local model is slow, prompts leave the house, which this operator has ruled out.',
    (lab) => localWithFallback(lab, true),
  ),
  of(
    'cloud-fallback-allowed',
    'A local model with a cloud model behind it, and nobody minds',
    'The same chain without an expectations file.',
    (lab) => localWithFallback(lab, false),
  ),
];

async function localWithFallback(lab: Lab, localOnly: boolean): Promise<void> {
  const port = await lab.ollama(model);
  const { models: providers } = localModels('2026.5', port, model);
  const agents = {
    defaults: { model: { primary: `ollama/${model}`, fallbacks: [cloud] } },
    list: [{ id: 'main', default: true }],
  };
  const stateDir = await agentWith(lab, '', key(lab), { models: providers, agents });
  await chmod(stateDir, 0o700);
  if (localOnly) await put(join(lab.home, 'clawdoctor.json'), { localOnly: true });
}
