import type { UrlParts } from './facts-gateway.js';
import type { FileFacts } from './facts-host.js';
import type { HttpAnswer } from './facts-probes.js';

/** What decides how far a gateway of this host can be reached: addresses, container, endpoints. */
export interface ExposureFacts {
  /** Addresses of this host's interfaces, each once, loopback first. */
  addresses: OwnAddress[];
  /** Does this environment look like a container to OpenClaw? Then `auto` means all addresses. */
  container: boolean;
  /** `gateway.http.endpoints.*.enabled`: the OpenAI endpoints, off by default. */
  openai: { chatCompletions: boolean; responses: boolean };
  /** Where this shell's OpenAI clients are sent. */
  openaiUrls: { name: 'OPENAI_BASE_URL' | 'OPENAI_API_BASE'; url: UrlParts }[];
}

export interface OwnAddress {
  address: string;
  /** `tailnet`: 100.64.0.0/10, or an interface that Tailscale makes (`tailscale0`). */
  kind: 'loopback' | 'tailnet' | 'private' | 'public';
}

/** `gateway.tls` and the files that it names; of the key only that it is there. */
export interface TlsFacts {
  enabled: boolean;
  /** Default true: without both files, the gateway writes a pair of its own. */
  autoGenerate: boolean;
  /** `gateway.tls.certPath` names the certificate; else it is the gateway's own place. */
  declared: boolean;
  certificate: CertificateFile;
  key: FileFacts;
}

export interface CertificateFile {
  file: FileFacts;
  parse: 'ok' | 'invalid' | 'not-read';
  /** DNS names and IP addresses of the subject alternative name, at most 32. */
  names: string[];
  notBeforeMs?: number;
  notAfterMs?: number;
  selfSigned?: boolean;
  /** Hex SHA-256 of the certificate, which is public. */
  sha256?: string;
}

/** One request with forwarded headers, as a proxy in front would send it. */
export interface HeadersProbe {
  endpoint: string;
  /** The external name that was forced into Host and X-Forwarded-Host. */
  host?: string;
  /** Class of the live credential that went with it; -1 for none. */
  class: number;
  outcome: 'accepted' | 'attribution-required' | 'refused' | 'locked' | 'other' | 'not-tried';
  notTried?: HeadersNotTried;
  answer?: HttpAnswer;
}

export type HeadersNotTried =
  | 'no-proxy'
  | 'proxy-elsewhere'
  | 'tailscale'
  | 'identity'
  | 'no-live-credential'
  | 'cannot-remember'
  | 'another-host';

/** The addresses and names of one gateway, each asked without a credential. */
export interface ReachableProbe {
  rows: ReachRow[];
}

export interface ReachRow {
  url: UrlParts;
  /** Who uses this URL: `shell OPENCLAW_GATEWAY_URL`, `own address` ... */
  sources: string[];
  place: 'loopback' | 'lan' | 'tailnet' | 'external';
  /** `not-asked`: it needs --external; `forbidden`: an address that is never contacted. */
  state: 'asked' | 'not-asked' | 'forbidden';
  /** What POST /tools/invoke says to nobody. */
  answer?: HttpAnswer;
  tls?: ServedCertificate;
}

/** What is wrong with a certificate for the name under which it was asked for. */
export type TlsFault =
  | 'no-tls'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-name'
  | 'self-signed'
  | 'untrusted';

export interface ServedCertificate {
  faults: TlsFault[];
  names: string[];
  notAfterMs?: number;
  /** Is it the certificate of the gateway's own file? Absent when that is not known. */
  isOwnFile?: boolean;
}
