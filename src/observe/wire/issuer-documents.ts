import { isRecord, member } from '../../domain/clean.js';
import type { NamedIssuer } from '../../domain/issuers.js';
import { isLoopbackHost, splitUrl } from '../../domain/openclaw/url.js';
import type { ProviderDocument, ProviderFault, ProviderProbe } from '../../model/facts-issuer.js';
import type { DiagnoseOptions } from '../../model/observer.js';
import { isOwnAddress, mayContact } from './allowed-address.js';
import { send } from './http-request.js';
import { type PublicKey, publicKeys } from './issuer-keys.js';

/** What fetching needs to know of the run. */
export interface Contact {
  options: Pick<DiagnoseOptions, 'url' | 'external'>;
  signal: AbortSignal;
  patience: number;
  now(): number;
}

/** What an issuer publishes; the keys themselves stay inside src/observe/wire. */
export interface Published {
  probe: ProviderProbe;
  keys: PublicKey[];
}

/** Where OpenID Connect Discovery 1.0 (section 4.1) has the document. */
const discoveryPath = '/.well-known/openid-configuration';
/** Cloudflare Access has its keys here, for every team. */
const accessKeysPath = '/cdn-cgi/access/certs';

/** Asks an issuer for its discovery document and its keys. Anonymous; follows no redirect. */
export async function askIssuer(named: NamedIssuer, contact: Contact): Promise<Published> {
  const base = named.issuer.replace(/\/+$/, '');
  const broken = (
    found: Missing,
    document: ProviderDocument,
    more: Partial<ProviderProbe> = {},
  ) => ({
    probe: { ...named, ...more, ...stateOf(found), document },
    keys: [],
  });
  if (named.kind === 'cloudflare-access') {
    const keys = await fetchDocument(`${base}${accessKeysPath}`, contact);
    return keys.ok ? withKeys(named, keys, {}) : broken(keys, 'keys');
  }
  const discovery = await fetchDocument(`${base}${discoveryPath}`, contact);
  if (!discovery.ok) return broken(discovery, 'discovery');
  const discovered = issuerText(member(discovery.value, 'issuer'));
  const address = member(discovery.value, 'jwks_uri');
  const more = { ...optional('discovered', discovered), ...skewOf(discovery) };
  if (discovered === undefined || typeof address !== 'string') {
    return broken({ ok: false, fault: 'incomplete' }, 'discovery', more);
  }
  const keys = await fetchDocument(address, contact, splitUrl(base)?.host);
  return keys.ok ? withKeys(named, keys, more) : broken(keys, 'keys', more);
}

type Missing = { ok: false; fault: ProviderFault | 'not-asked' };
type Fetched = Missing | { ok: true; value: Record<string, unknown>; skewMs?: number };

function withKeys(
  named: NamedIssuer,
  fetched: Extract<Fetched, { ok: true }>,
  more: Partial<ProviderProbe>,
): Published {
  const keys = publicKeys(fetched.value);
  const probe = { ...named, ...skewOf(fetched), ...more, keys: keys.length };
  return keys.length > 0
    ? { probe: { ...probe, state: 'ok' }, keys }
    : { probe: { ...probe, state: 'broken', fault: 'no-keys', document: 'keys' }, keys };
}

/** What may pass by itself is unreachable; what the answer itself says is broken. */
function stateOf({ fault }: Missing): Pick<ProviderProbe, 'state' | 'fault'> {
  if (fault === 'not-asked') return { state: 'not-asked' };
  if (fault === 'forbidden' || fault === 'not-https') return { state: 'not-contacted', fault };
  const passing = fault === 'no-connection' || fault === 'timeout' || fault === 'busy';
  return { state: passing ? 'unreachable' : 'broken', fault };
}

/** `namedBy` is the host whose answer gave this address: it may name another one only with TLS. */
async function fetchDocument(
  address: string,
  contact: Contact,
  namedBy?: string,
): Promise<Fetched> {
  const where = placeOf(address);
  if (!where) return { ok: false, fault: 'incomplete' };
  const { host, secure, origin, path } = where;
  if (!mayContact(host, { ...contact.options, external: true })) {
    return { ok: false, fault: 'forbidden' };
  }
  // The keys decide what is believed: off this host they have to come over TLS.
  const sameHost =
    namedBy === undefined || namedBy === host || (isLoopbackHost(namedBy) && isLoopbackHost(host));
  if (!secure && !(isOwnAddress(host) && sameHost)) return { ok: false, fault: 'not-https' };
  if (!mayContact(host, contact.options)) return { ok: false, fault: 'not-asked' };
  const started = contact.now();
  const { options, signal, patience } = contact;
  const reply = await send({ origin, host, method: 'GET', path, options, signal, patience });
  if (!reply.ok) return { ok: false, fault: failures[reply.kind] };
  const { status } = reply;
  if (status >= 300 && status < 400) return { ok: false, fault: 'redirect' };
  if (status === 429 || status >= 500) return { ok: false, fault: 'busy' };
  if (status !== 200) return { ok: false, fault: 'status' };
  const value = jsonOf(reply.body);
  if (!value) return { ok: false, fault: 'not-json' };
  // The header has whole seconds: half of one is the best guess, and the answer is half way back.
  const middle = (started + contact.now()) / 2;
  const skewMs = reply.dateMs === undefined ? undefined : Math.round(reply.dateMs + 500 - middle);
  return { ok: true, value, ...optional('skewMs', skewMs) };
}

const failures = {
  'not-http': 'not-http',
  'too-large': 'too-large',
  timeout: 'timeout',
  refused: 'no-connection',
  'not-resolved': 'no-connection',
  unreachable: 'no-connection',
  reset: 'no-connection',
  other: 'no-connection',
} as const satisfies Record<string, ProviderFault>;

/** Userinfo would be a secret that belongs to nobody we know: such an address is not used. */
function placeOf(address: string) {
  const parts = splitUrl(address);
  if (!parts || !/^https?$/.test(parts.scheme)) return undefined;
  const url = new URL(address.trim());
  if (url.username !== '' || url.password !== '') return undefined;
  const secure = parts.scheme === 'https';
  return { host: parts.host, secure, origin: url.origin, path: `${url.pathname}${url.search}` };
}

function jsonOf(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An issuer is recorded as it stands, or not at all. */
function issuerText(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(value)) return undefined;
  return splitUrl(value)?.hadSecretParts ? undefined : value;
}

function skewOf({ skewMs }: { skewMs?: number }): { skewMs?: number } {
  return optional('skewMs', skewMs);
}

function optional<K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: T };
}
