/** How an HTTP answer looked, as an enum: bodies never enter an observation. */
export type AnswerKind =
  | 'gateway-401'
  | 'gateway-accepted'
  | 'gateway-429'
  /** 2026.9: forwarded headers from an address that is not trusted. */
  | 'gateway-403'
  | 'proxy-401'
  | 'proxy-accepted'
  | 'proxy-502'
  | 'html'
  | 'json-other'
  | 'text-other'
  | 'not-http'
  | 'too-large'
  | 'refused'
  /** No address is known here for the name (ENOTFOUND): nobody was asked. */
  | 'not-resolved'
  /** The network has no way to the address (EHOSTUNREACH, ENETUNREACH): nobody was asked. */
  | 'unreachable'
  | 'timeout'
  | 'reset'
  | 'other';

export interface HttpAnswer {
  kind: AnswerKind;
  /** 0 when there was no HTTP answer. */
  status: number;
  /** Seconds, from Retry-After. */
  retryAfterS?: number;
  /** Media type only. */
  contentType?: string;
}

/** Nothing is authenticated: GET /healthz, /readyz. */
export interface ReadinessFacts {
  endpoint: string;
  health: HttpAnswer & { live?: boolean };
  ready?: HttpAnswer & { ready?: boolean; failing: string[]; uptimeMs?: number };
  eventLoopDegraded?: boolean;
}

export interface AnonymousProbe {
  endpoint: string;
  answer: HttpAnswer;
}

export interface CredentialProbe {
  endpoint: string;
  attempts: CredentialAttempt[];
  /** Set when no attempt was made at all. */
  notTried?:
    | 'no-candidate'
    | 'owner-not-proved'
    | 'open'
    | 'cannot-remember'
    | 'locked'
    | 'no-listener'
    | 'remote-plain'
    | 'storm'
    | 'starting'
    /** A request without a credential was not answered at all. */
    | 'no-answer';
}

export interface CredentialAttempt {
  /** Equality class of the value that was sent. */
  class: number;
  slot: 'token' | 'password';
  /** Source ids whose mark has this class. */
  sources: string[];
  why: string;
  outcome:
    | 'accepted'
    | 'refused'
    | 'locked'
    | 'remembered-refused'
    | 'not-sent'
    | 'timeout'
    | 'other';
  answer?: HttpAnswer;
}

export interface RefusalMemory {
  /** False when a refusal could not be kept: then nothing that a limiter counts may be sent. */
  canRemember?: boolean;
  /** Names of gateways that lead to this host, though their text does not tell (`/etc/hosts`). */
  ownNames?: string[];
  /** Classes that this endpoint refused within its limiter's window. */
  refused: { endpoint: string; class: number; atMs: number; untilMs: number }[];
  /** Endpoints that said 429 and until when. */
  locked: { endpoint: string; untilMs: number; atMs?: number }[];
  /** When we sent forwarded headers ourselves: the log line that follows is not a proxy's. */
  forced?: { endpoint: string; atMs: number }[];
}

/** A WebSocket connect as `gateway-client`/`backend` without a device: writes no pairing state. */
export interface HandshakeProbe {
  endpoint: string;
  class: number;
  outcome: 'accepted' | 'refused' | 'closed' | 'timeout' | 'not-a-gateway' | 'not-tried';
  notTried?: 'no-live-credential' | 'no-listener' | 'blocked';
  protocol?: number;
  serverVersion?: string;
  method?: string;
  scopes: string[];
  /** `error.details.code`, when it is one of the known codes; else `other`. */
  errorCode?: string;
  /** Which of the four kinds of PAIRING_REQUIRED. */
  pairingReason?: string;
  /** How long a locked gateway says to wait, in ms (2026.9). */
  retryAfterMs?: number;
  closeCode?: number;
  /** The HTTP status with which the upgrade was refused: no WebSocket came about. */
  httpStatus?: number;
  /** Challenge time minus our own, in ms. */
  skewMs?: number;
  connectMs?: number;
  /** Does the gateway say that it has applied the config on disk (2026.9)? */
  appliedConfig?: boolean;
  /** The read-only call with operator.read. */
  read?: {
    method: string;
    ok: boolean;
    errorCode?: string;
    missingScope?: string;
    latencyMs: number;
  };
}

export interface ProxyProbe {
  endpoint: string;
  anonymous: HttpAnswer;
  attempts: ProxyAttempt[];
  /** Set when no secret was sent. */
  notTried?: 'no-listener' | 'owner-not-proved' | 'no-token' | 'open';
}

export interface ProxyAttempt {
  class: number;
  source: 'file' | 'environ';
  outcome: 'accepted' | 'refused' | 'backend-down' | 'timeout' | 'remembered-refused' | 'other';
  answer?: HttpAnswer;
}

export interface ProxyBackendProbe {
  endpoint: string;
  answer: HttpAnswer;
  isOllama: boolean;
  /** Addresses on which something listens at the backend's port. */
  listens: string[];
}
