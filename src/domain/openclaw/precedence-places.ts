import type { FactSet } from '../../model/fact-set.js';
import type {
  ConfigFacts,
  CredentialSource,
  CredentialSourceFacts,
  SecretRef,
} from '../../model/facts-gateway.js';
import type { GatewayProcessFacts } from '../../model/facts-host.js';
import type { Mark } from '../../model/mark.js';
import type { Target } from '../../model/target.js';
import type { Slot } from './credential-texts.js';
import { sourceText } from './credential-texts.js';

/** Where a value was found; `process` is what the running process holds, which predicts nothing. */
export type Origin = 'config' | 'environment' | 'service' | 'process' | 'remote' | 'none';

/** One place that a reader asks, and what it finds there. */
export interface Candidate {
  state: 'set' | 'unset' | 'unresolved' | 'unreadable';
  class?: number;
  /** A text that is also the `source` of a credential row. */
  source: string;
  from: Origin;
  ref?: SecretRef;
  /** Why a reference has no value: a sentence of the reader's own. */
  reason?: string;
  placeholder: boolean;
  /** The text `undefined` or `null`, which 2026.9 refuses and 2026.5 takes for a token. */
  missingText?: boolean;
  /** There is a text, and it is blank: 2026.9 refuses such a token where 2026.5 takes it for unset. */
  blank?: boolean;
}

/** Everything that precedence is a function of. */
export interface Inputs {
  config: ConfigFacts;
  credentials: CredentialSourceFacts;
  process: GatewayProcessFacts | undefined;
}

export function inputsOf(facts: FactSet, gateway: Target): Inputs | undefined {
  const config = facts.data('gateway.config', gateway.id);
  const credentials = facts.data('gateway.credentials', gateway.id);
  if (!config || !credentials) return undefined;
  return { config, credentials, process: facts.data('gateway.process', gateway.id) };
}

export const nothing: Candidate = { state: 'unset', source: '', from: 'none', placeholder: false };

/** What a mark says as a place: `source` is the text of its credential row. */
export function candidate(mark: Mark, source: string, from: Origin, ref?: SecretRef): Candidate {
  return {
    state: stateOf(mark),
    ...(mark.state === 'set' && mark.class !== undefined ? { class: mark.class } : {}),
    source,
    from,
    ...(ref ? { ref } : {}),
    placeholder: mark.flags.includes('placeholder'),
    ...(mark.flags.includes('marker') ? { missingText: true } : {}),
    ...(mark.state === 'blank' ? { blank: true } : {}),
  };
}

/** A blank value counts as unset for every reader: OpenClaw trims (2026.3.11, 2026.5.18 bundles). */
function stateOf(mark: Mark): Candidate['state'] {
  if (mark.state === 'unresolved-ref') return 'unresolved';
  return mark.state === 'blank' ? 'unset' : mark.state;
}

/** The row of a place for one slot. */
export function sourceAt(inputs: Inputs, id: CredentialSource['id'], slot: Slot) {
  return inputs.credentials.sources.find((source) => source.id === id && source.slot === slot);
}

/** The same as a candidate; unset where there is no such row. */
export function fromSource(inputs: Inputs, id: CredentialSource['id'], slot: Slot, from: Origin) {
  const source = sourceAt(inputs, id, slot);
  return source ? candidate(source.mark, sourceText(source), from) : nothing;
}
