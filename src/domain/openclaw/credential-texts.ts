import type { CredentialSource, SecretRef } from '../../model/facts-gateway.js';

export type Slot = 'token' | 'password';

export const variableOf: Record<Slot, string> = {
  token: 'OPENCLAW_GATEWAY_TOKEN',
  password: 'OPENCLAW_GATEWAY_PASSWORD',
};

/** How a credential row names a place: `~/.openclaw/.env OPENCLAW_GATEWAY_TOKEN`. */
export function sourceText(source: Pick<CredentialSource, 'id' | 'where' | 'name'>): string {
  return `${source.id === 'shell' ? 'shell' : source.where} ${source.name}`;
}

export function environText(pid: number | undefined, name: string): string {
  return `proc:${pid ?? '?'}/environ ${name}`;
}

export function referenceText(ref: SecretRef, environment: string): string {
  const where = environment === 'any' ? '' : ` (${environment})`;
  // Two providers may well hold the same id; a variable has one name whatever its provider.
  const provider = ref.source === 'env' ? '' : ` of ${ref.provider}`;
  return `${ref.source} ${ref.id}${provider}${where}`;
}
