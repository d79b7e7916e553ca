import type { FactSet } from '../../model/fact-set.js';
import type { CredentialSourceFacts, SecretRef } from '../../model/facts-gateway.js';
import type { Line, Target } from '../../model/target.js';
import { inputsOf, isManaged, serverMode } from './precedence-rules.js';
import { linesToJudge, versionsOf } from './versions.js';

type Resolution = CredentialSourceFacts['resolved'][number];

/** One field of the config that refers to a secret, and what the gateway would make of it. */
export interface Reference {
  /** Config path: `gateway.remote.token`. */
  field: string;
  slot: Resolution['slot'];
  ref: SecretRef;
  /** Who needs it: readers of the shared secret, the gateway at its start, webhooks, or nobody now. */
  use: 'shared' | 'start' | 'hooks' | 'nobody';
  /** What the gateway gets: `unseen` when only an environment that is not on disk could tell. */
  gateway: 'value' | 'nothing' | 'unreadable' | 'unseen';
  /** Lines on which it gets nothing. */
  failsOn: Line[];
  reason: string;
}

const fieldOf: Record<Resolution['slot'], string> = {
  token: 'gateway.auth.token',
  password: 'gateway.auth.password',
  'remote-token': 'gateway.remote.token',
  'remote-password': 'gateway.remote.password',
  'hooks-token': 'hooks.token',
};

/** Every reference among the gateway's own secrets, in the order of the config. */
export function referencesOf(facts: FactSet, gateway: Target): Reference[] {
  const inputs = inputsOf(facts, gateway);
  if (!inputs) return [];
  const lines = linesToJudge(versionsOf(facts, gateway).server);
  const { resolved, service } = inputs.credentials;
  const slots = [...new Set(resolved.map(({ slot }) => slot))];
  return slots.flatMap((slot): Reference[] => {
    const views = resolved.filter((r) => r.slot === slot);
    const own = views.find((r) => r.environment !== 'shell') ?? views[0];
    if (!own) return [];
    const shell = views.find((r) => r.environment === 'shell');
    const base = { field: fieldOf[slot], slot, ref: own.ref, use: useOf(slot, facts, gateway) };
    const reason = own.reason ?? 'it gives no value';
    if (own.mark.state === 'set') {
      const failsOn = lines.filter((line) => own.refused?.lines.includes(line));
      const gets = failsOn.length === lines.length ? 'nothing' : 'value';
      return [{ ...base, gateway: gets, failsOn, reason: own.refused?.reason ?? reason }];
    }
    if (own.mark.state === 'unreadable' || own.ref.source === 'exec') {
      return [{ ...base, gateway: 'unreadable', failsOn: [], reason }];
    }
    // Without a unit, what starts the gateway may well have the variable: the shell is one guess.
    const mayHave = own.ref.source === 'env' && !(service && isManaged(inputs));
    if (mayHave && shell?.mark.state === 'set') {
      return [{ ...base, gateway: 'value', failsOn: [], reason }];
    }
    return [{ ...base, gateway: mayHave ? 'unseen' : 'nothing', failsOn: [...lines], reason }];
  });
}

/**
 * `gateway.remote.*` is resolved at the start as soon as a remote URL, remote mode or tailscale
 * serve and funnel make it a surface of its own (measured on 2026.5.18 and 2026.9.6).
 */
function useOf(slot: Resolution['slot'], facts: FactSet, gateway: Target): Reference['use'] {
  const inputs = inputsOf(facts, gateway);
  if (!inputs) return 'nobody';
  const { config } = inputs;
  const { slot: shared, mode, explicit } = serverMode(inputs);
  if (slot === 'hooks-token') return config.hooks.enabled ? 'hooks' : 'nobody';
  if (slot === 'token' || slot === 'password') {
    if (mode === 'none' || mode === 'trusted-proxy') return 'nobody';
    return slot === shared || !explicit ? 'shared' : 'nobody';
  }
  const surface =
    config.mode === 'remote' ||
    config.remote?.url !== undefined ||
    config.tailscale === 'serve' ||
    config.tailscale === 'funnel';
  return surface ? 'start' : 'nobody';
}
