export type Need = { incident: string } | { check: string; code?: string };

/** What a staged fault must lead to. `cites`: rows of the facts (section 11), or incidents. */
export interface Expectation {
  scenario: string;
  cites: string[];
  needs: Need[];
  /** Incidents that the same fault may bring along, by product.md. */
  companions?: string[];
  /** The same deployment without the fault, or with its harmless look-alike: silent. */
  control: string;
}

const incident = (code: number): Need => ({ incident: `CLAW-${code}` });
/** A warning or failure of a check; with a code, exactly that finding. */
const found = (check: string, code?: string): Need =>
  code === undefined ? { check } : { check, code };

const row = (number: number): string => `row ${number}`;
const claw = (code: number): string => `CLAW-${code}`;

const healthy = 'healthy';

export const expectations: readonly Expectation[] = [
  // The four reports.
  {
    scenario: 'ollama-proxy-token-divergence',
    cites: [claw(101)],
    needs: [incident(101), found('proxy/process-env', 'differs'), found('proxy/credentials')],
    control: healthy,
  },
  {
    scenario: 'marker-key-cloud-fallback',
    cites: [claw(103)],
    needs: [incident(103), found('profiles/markers', 'marker-unusable')],
    control: 'cloud-fallback-allowed',
  },
  {
    scenario: 'scope-upgrade-pending',
    cites: [claw(105), row(16)],
    needs: [incident(105), found('scopes/pending')],
    control: 'two-sandboxes-two-ports',
  },
  {
    scenario: 'token-plane-skew',
    cites: [claw(106)],
    needs: [incident(106), found('identity/external', 'client-url-elsewhere')],
    control: 'client-url-names-the-gateway',
  },

  // Gateway credentials.
  {
    scenario: 'old-token-for-curl',
    cites: [row(1)],
    needs: [found('token/process-env')],
    companions: [claw(109)],
    control: 'old-token-nobody-sends',
  },
  {
    scenario: 'bearer-inside-the-token',
    cites: [row(29)],
    needs: [found('token/hygiene')],
    companions: [claw(109)],
    control: 'right-token-for-curl',
  },
  {
    scenario: 'shell-variable-shadows',
    cites: [row(6), claw(109)],
    needs: [incident(109), found('token/process-env'), found('token/sources', 'readers-differ')],
    control: 'right-token-for-curl',
  },
  {
    scenario: 'dotenv-shadows',
    cites: [row(7), claw(109)],
    needs: [incident(109)],
    // Started by hand, the gateway's own 2026.5 client loads the same .env.
    companions: [claw(114)],
    control: 'dotenv-agrees',
  },
  {
    scenario: 'stale-process-token',
    cites: [row(8), claw(110)],
    needs: [incident(110), found('probe/credentials')],
    control: healthy,
  },
  {
    scenario: 'reload-off-after-edit',
    cites: [row(9), claw(110)],
    needs: [incident(110), found('token/applied')],
    control: 'reload-on-after-edit',
  },
  {
    scenario: 'token-only-in-the-gateway-environment',
    cites: [row(11)],
    needs: [incident(109), found('token/process-env', 'client-sends-nothing')],
    control: 'token-in-both-environments',
  },
  {
    scenario: 'token-only-in-the-gateway-environment-2026.9',
    cites: [row(11)],
    needs: [incident(109), found('token/process-env', 'client-sends-nothing')],
    control: 'token-in-both-environments',
  },
  {
    scenario: 'inner-client-sends-another-token',
    cites: [claw(114)],
    needs: [incident(114), found('probe/self-call')],
    control: 'inner-client-sends-the-same-token',
  },
  {
    scenario: 'unit-with-an-old-token',
    cites: [row(38)],
    needs: [incident(109), found('token/sources', 'readers-differ')],
    control: 'unit-without-a-token',
  },

  {
    scenario: 'config-open-to-all',
    cites: ['section 1.3'],
    needs: [found('token/permissions')],
    control: 'config-closed-in-an-open-home',
  },

  // Secret references.
  {
    scenario: 'generated-token',
    cites: [row(15), claw(111)],
    needs: [incident(111)],
    control: 'reference-seen-by-the-cli',
  },
  {
    scenario: 'unset-variable-stops-the-gateway',
    cites: [row(15)],
    needs: [found('token/process-env', 'server-refuses'), found('process/gateway')],
    control: 'reference-seen-by-the-cli',
  },
  {
    scenario: 'reference-hidden-from-the-cli',
    cites: [row(12)],
    needs: [incident(109), found('token/process-env')],
    companions: [claw(123)],
    control: 'reference-seen-by-the-cli',
  },
  {
    scenario: 'secret-file-rotated',
    cites: [row(13), claw(110)],
    needs: [incident(110)],
    control: 'secret-file-right',
  },
  {
    scenario: 'secret-file-rotated-2026.9',
    cites: [row(13), claw(110)],
    needs: [incident(110)],
    control: 'secret-file-right',
  },
  {
    scenario: 'secret-file-open-to-all',
    cites: [row(14), claw(123)],
    needs: [incident(123), found('token/sources', 'secret-file-unusable')],
    companions: [claw(109)],
    control: 'secret-file-right',
  },
  {
    scenario: 'hooks-token-never-replaced',
    cites: ['section 4'],
    needs: [found('config/secret-refs')],
    control: healthy,
  },
  {
    scenario: 'two-references-that-differ',
    cites: [claw(112)],
    needs: [incident(112), found('config/duplicates')],
    control: 'two-references-that-agree',
  },
  {
    scenario: 'variable-gone-before-the-next-start',
    cites: [claw(123)],
    needs: [incident(123)],
    companions: [claw(109)],
    control: 'reference-seen-by-the-cli',
  },

  // Refused clients.
  ...(
    [
      ['client-with-a-wrong-token', [row(2)], 'clients-let-in'],
      ['device-with-a-wrong-token', [row(3)], 'clients-let-in-2026.9'],
      ['client-without-anything', [row(4)], 'clients-let-in'],
      ['device-without-a-token', [row(5)], 'clients-let-in'],
      ['old-token-after-a-rotation', [row(10)], 'refused-before-the-last-edit'],
      ['wrong-device-token', [row(18)], 'clients-let-in'],
      ['used-setup-code', [row(19)], 'clients-let-in-2026.9'],
      ['broken-device-key', [row(21)], 'clients-let-in'],
      ['old-nonce', [row(21)], 'clients-let-in'],
      ['device-id-of-another-key', [row(21)], 'clients-let-in'],
      ['client-too-old', [row(22)], 'clients-let-in'],
      ['foreign-origin', [row(23)], 'clients-let-in'],
      ['control-ui-over-plain-http', [row(24)], 'clients-let-in'],
      ['password-in-the-token-field', [row(25)], 'password-in-the-token-field-2026.9'],
    ] as const
  ).map(([scenario, cites, control]) => ({
    scenario,
    cites: [...cites],
    needs: [found('logs/auth-failures')],
    control,
  })),

  // Pairing and scopes.
  {
    scenario: 'cli-needs-more-scopes',
    cites: [row(16), claw(105)],
    needs: [incident(105), found('scopes/pending')],
    control: healthy,
  },
  {
    scenario: 'device-on-a-new-platform',
    cites: [row(17), claw(105)],
    needs: [incident(105), found('scopes/pending')],
    control: 'device-on-its-platform',
  },
  {
    scenario: 'cli-with-few-scopes',
    cites: [row(16)],
    needs: [found('scopes/approved', 'narrow-scopes')],
    companions: [claw(105)],
    control: healthy,
  },
  {
    scenario: 'clock-behind',
    cites: [row(20), claw(124)],
    needs: [incident(124), found('logs/auth-failures')],
    control: 'clients-let-in',
  },
  {
    scenario: 'gateway-clock-ahead',
    cites: [row(20), claw(124)],
    needs: [incident(124), found('probe/handshake')],
    control: 'gateway-clock-a-bit-ahead',
  },
  {
    scenario: 'device-token-overwritten',
    cites: [row(35), claw(119)],
    needs: [found('pairing/identity')],
    companions: [claw(119)],
    control: 'never-paired',
  },
  {
    scenario: 'device-revoked',
    cites: [claw(119)],
    needs: [incident(119), found('pairing/identity')],
    control: 'device-on-its-platform',
  },
  {
    scenario: 'device-unknown-to-the-gateway',
    cites: [claw(119)],
    needs: [incident(119), found('pairing/identity')],
    control: 'device-on-its-platform',
  },
  {
    scenario: 'identity-replaced',
    cites: [claw(119)],
    needs: [incident(119), found('pairing/identity')],
    control: 'device-on-its-platform',
  },

  // The gateway does not start.
  {
    scenario: 'mode-missing',
    cites: [row(33)],
    needs: [found('token/sources', 'refuses-to-start'), found('process/gateway')],
    control: healthy,
  },
  {
    scenario: 'open-to-the-network-without-auth',
    cites: [row(33)],
    needs: [found('bind/declared', 'exposed-without-auth')],
    control: healthy,
  },
  {
    scenario: 'placeholder-token',
    cites: [row(34)],
    needs: [found('token/sources', 'refuses-to-start')],
    control: healthy,
  },
  {
    scenario: 'token-and-password-without-mode',
    cites: ['section 2.1'],
    needs: [found('token/sources', 'refuses-to-start')],
    control: healthy,
  },
  {
    scenario: 'trusted-proxy-with-a-token',
    cites: [row(37)],
    needs: [found('token/sources', 'refuses-to-start')],
    control: 'trusted-proxy-alone',
  },
  {
    scenario: 'trusted-proxy-that-is-not-here',
    cites: ['section 2.1'],
    needs: [found('config/gateway-auth', 'loopback-refused')],
    control: 'trusted-proxy-alone',
  },
  {
    scenario: 'plugin-folder-gone',
    cites: ['section 9.2, fatal'],
    needs: [found('install/plugins', 'path-gone')],
    control: healthy,
  },
  {
    scenario: 'port-taken',
    cites: [row(32), claw(118)],
    needs: [incident(118), found('process/gateway')],
    control: healthy,
  },
  {
    scenario: 'not-running',
    cites: ['section 12.1, step 1'],
    needs: [found('process/gateway')],
    control: healthy,
  },
  {
    scenario: 'misspelt-key',
    cites: ['section 2'],
    needs: [found('config/readable', 'refused-key')],
    control: healthy,
  },

  // Addresses, proxies and identity.
  {
    scenario: 'wrong-listener',
    cites: [row(32), claw(118)],
    needs: [incident(118), found('process/gateway')],
    control: 'second-gateway-on-its-own-port',
  },
  {
    scenario: 'other-home-of-root',
    cites: [row(36), claw(118)],
    needs: [incident(118)],
    control: 'second-gateway-on-its-own-port',
  },
  {
    scenario: 'client-sent-to-the-browser-port',
    cites: [row(31), claw(118)],
    needs: [incident(118), found('identity/reachable', 'another-answer')],
    control: 'client-url-names-the-gateway',
  },
  {
    scenario: 'openai-endpoint-off',
    cites: [row(28)],
    needs: [found('identity/external', 'openai-endpoint-off')],
    companions: [claw(106)],
    control: 'openai-endpoint-on',
  },
  {
    scenario: 'hooks-token-is-the-gateway-token',
    cites: [row(30)],
    needs: [found('config/duplicates')],
    control: 'hooks-with-a-token-of-their-own',
  },
  {
    scenario: 'proxy-headers-not-trusted',
    cites: [row(27), claw(116)],
    needs: [incident(116), found('probe/headers')],
    control: 'proxy-trusted',
  },
  {
    scenario: 'proxy-headers-not-trusted-2026.9',
    cites: [row(27), claw(116)],
    needs: [incident(116), found('probe/headers')],
    control: 'proxy-trusted',
  },
  {
    scenario: 'chat-audience-of-another-host',
    cites: [claw(107)],
    needs: [incident(107), found('audience/declared')],
    control: 'chat-audience-right',
  },
  {
    scenario: 'issuer-of-another-team',
    cites: [claw(108)],
    needs: [incident(108), found('issuer/declared', 'issuer-differs')],
    control: 'issuer-of-our-team',
  },
  {
    scenario: 'bind-edited-without-restart',
    cites: ['section 2'],
    needs: [found('bind/listeners', 'wider-than-declared')],
    control: healthy,
  },
  {
    scenario: 'jwt-signed-with-a-retired-key',
    cites: [claw(108)],
    needs: [found('issuer/live', 'key-unknown')],
    companions: [claw(108)],
    control: 'jwt-right',
  },
  {
    scenario: 'jwt-for-another-audience',
    cites: [claw(107)],
    needs: [incident(107), found('audience/live', 'audience-differs')],
    control: 'jwt-right',
  },
  {
    scenario: 'jwt-expired',
    cites: ['product, issuer/live'],
    needs: [found('issuer/live', 'expired')],
    companions: [claw(108)],
    control: 'jwt-right',
  },
  {
    scenario: 'locked-out',
    cites: [row(26), claw(115)],
    needs: [incident(115), found('probe/anonymous', 'locked')],
    control: 'strict-limiter',
  },

  // Storms, pressure and installs.
  {
    scenario: 'restart-storm',
    cites: [claw(113)],
    needs: [incident(113), found('storm/restarts')],
    control: 'starts-over-a-day',
  },
  {
    scenario: 'memory-pressure',
    cites: [claw(117)],
    needs: [incident(117), found('host/pressure', 'pressed')],
    control: 'memory-calm',
  },
  {
    scenario: 'gateway-hangs',
    cites: ['section 12.1, step 2'],
    needs: [found('status/readiness', 'no-answer')],
    control: healthy,
  },
  {
    scenario: 'calls-hang',
    cites: ['section 7'],
    needs: [found('scopes/read', 'no-answer')],
    control: healthy,
  },
  {
    scenario: 'unit-without-its-node',
    cites: ['section 8.3'],
    needs: [found('service/units', 'entry-missing')],
    companions: [claw(122)],
    control: 'unit-without-a-token',
  },
  {
    scenario: 'unit-with-an-old-node',
    cites: ['section 8.3', claw(122)],
    needs: [found('install/node')],
    companions: [claw(122)],
    control: 'unit-of-this-version',
  },
  {
    scenario: 'unit-of-another-version',
    cites: [claw(122)],
    needs: [incident(122), found('install/binaries')],
    control: 'unit-of-this-version',
  },
  {
    scenario: 'unit-without-its-program',
    cites: ['section 8.3'],
    needs: [found('service/units', 'entry-missing')],
    companions: [claw(122)],
    control: 'unit-without-a-token',
  },

  // Models.
  {
    scenario: 'cloud-model-without-a-key',
    cites: ['models, section 1'],
    needs: [found('profiles/completeness', 'model-without-credential')],
    control: 'cloud-model-with-a-key',
  },
  {
    scenario: 'profile-store-truncated',
    cites: ['CLAW-120'],
    needs: [found('profiles/store', 'truncated')],
    companions: ['CLAW-120'],
    control: 'cloud-model-with-a-key',
  },
  {
    scenario: 'profile-expired',
    cites: ['CLAW-121'],
    needs: [found('profiles/completeness', 'credential-expired')],
    companions: ['CLAW-121'],
    control: 'cloud-model-with-a-key',
  },
  {
    scenario: 'marker-key-on-a-lan-host',
    cites: [claw(103)],
    needs: [incident(103)],
    control: 'literal-key-on-a-lan-host',
  },
  {
    scenario: 'cloud-fallback-against-local-only',
    cites: ['models, section 4'],
    needs: [found('fallback/locality', 'cloud-fallback-forbidden')],
    control: 'cloud-fallback-allowed',
  },

  // Sandboxes and the Ollama proxy.
  {
    scenario: 'proxy-backend-down',
    cites: ['nemoclaw, 502 is the backend'],
    needs: [found('proxy/backend')],
    control: 'proxy-right',
  },
  {
    scenario: 'proxy-token-file-gone',
    cites: ['nemoclaw, token file'],
    needs: [found('proxy/files', 'token-absent')],
    companions: [claw(101)],
    control: 'proxy-right',
  },
  {
    scenario: 'proxy-not-running',
    cites: ['nemoclaw, proxy process'],
    needs: [found('proxy/process', 'nothing-listens')],
    companions: [claw(101)],
    control: 'proxy-right',
  },
  {
    scenario: 'two-sandboxes-one-port',
    cites: ['nemoclaw, registry'],
    needs: [found('sandbox/registry', 'port-shared')],
    companions: ['CLAW-125'],
    control: 'two-sandboxes-two-ports',
  },
  {
    scenario: 'registry-cut-off',
    cites: ['nemoclaw, registry'],
    needs: [found('sandbox/registry', 'registry-broken')],
    control: 'proxy-right',
  },
];

/** Controls, each once. */
export const controls: readonly string[] = [
  ...new Set([...expectations.map(({ control }) => control), healthy, 'healthy-2026.9']),
];
