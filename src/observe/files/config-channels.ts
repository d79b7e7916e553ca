import { cleanText, isRecord, member } from '../../domain/clean.js';
import type { ConfigFacts, GoogleChatFacts } from '../../model/facts-gateway.js';
import { safePath, safeUrl } from './safe-url.js';

const mostAccounts = 32;
const mostUrls = 64;
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const webhookKeys: ReadonlySet<string> = new Set([
  'webhookUrl',
  'publicUrl',
  'callbackUrl',
  'pushEndpoint',
]);

interface Account {
  path: string;
  /** The account's own values over those of the channel. */
  value: Record<string, unknown>;
  enabled: boolean;
}

/** Google Chat's token audience, for the channel and each of its accounts. */
export function googleChat(config: Record<string, unknown>): GoogleChatFacts[] {
  const keys = ['audience', 'audienceType', 'webhookPath'];
  return accountsOf(config, 'googlechat', keys).map(({ path, value, enabled }) => {
    const { audience } = value;
    const url = safeUrl(audience);
    const isNumber = typeof audience === 'string' && /^\d{6,20}$/.test(audience.trim());
    const audienceType = cleanText(value.audienceType, 40);
    const webhookPath = safePath(value.webhookPath);
    return {
      path,
      enabled,
      ...(audienceType === undefined ? {} : { audienceType }),
      ...(url ? { audience: url } : {}),
      ...(isNumber ? { projectNumber: audience.trim() } : {}),
      audienceState: isUnset(audience) ? 'unset' : url ? 'url' : isNumber ? 'number' : 'other',
      ...(webhookPath === undefined ? {} : { webhookPath }),
    };
  });
}

/** Microsoft Teams' tenant: present, and shaped like one. */
export function msteams(config: Record<string, unknown>): ConfigFacts['msteams'] {
  return accountsOf(config, 'msteams', ['tenantId']).map(({ value: { tenantId } }) => {
    if (isUnset(tenantId)) return { tenantId: false, tenantIdShape: 'unset' };
    const isGuid = typeof tenantId === 'string' && guid.test(tenantId.trim());
    return { tenantId: true, tenantIdShape: isGuid ? 'guid' : 'other' };
  });
}

/** A channel is one account of its own where it says anything of `keys`, or has no accounts. */
function accountsOf(
  config: Record<string, unknown>,
  channel: string,
  keys: readonly string[],
): Account[] {
  const base = member(member(config, 'channels'), channel);
  if (!isRecord(base)) return [];
  const path = `channels.${channel}`;
  const own: Account = { path, value: base, enabled: base.enabled !== false };
  const named = Object.entries(isRecord(base.accounts) ? base.accounts : {})
    .filter((entry): entry is [string, Record<string, unknown>] => isRecord(entry[1]))
    .slice(0, mostAccounts)
    .map(([id, account]) => ({
      path: `${path}.accounts.${cleanText(id, 60) ?? ''}`,
      value: { ...base, ...account },
      enabled: own.enabled && account.enabled !== false,
    }));
  const says = keys.some((key) => Object.hasOwn(base, key));
  return named.length === 0 || says ? [own, ...named] : named;
}

function isUnset(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value.trim() === '');
}

/** URLs under which the config says that others reach this gateway, by config path. */
export function webhooks(config: Record<string, unknown>): ConfigFacts['webhooks'] {
  const found: ConfigFacts['webhooks'] = [];
  for (const section of ['channels', 'hooks', 'plugins']) walk(config[section], section, 0);
  return found;

  function walk(value: unknown, path: string, depth: number): void {
    if (!isRecord(value) || depth > 8) return;
    for (const [key, item] of Object.entries(value)) {
      if (found.length >= mostUrls) return;
      const here = `${path}.${cleanText(key, 60) ?? ''}`;
      const url = webhookKeys.has(key) ? safeUrl(item) : undefined;
      if (url) found.push({ path: here, url });
      else walk(item, here, depth + 1);
    }
  }
}
