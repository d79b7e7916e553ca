/**
 * Every key that some version has at the root (path `''`) and under `gateway.`: the union of the
 * schemas of 2026.3.11, 2026.5.18 and 2026.9.6 (`openclaw config schema`), so that no valid key is
 * ever called unknown. `*` is any name.
 */
const keys: Readonly<Record<string, string>> = {
  '': '$schema accessGroups acp agents approvals attachments audio auth bindings broadcast browser canvasHost channels cli cloudWorkers commands commitments crestodian cron desktop diagnostics discovery env gateway hooks logging mcp media memory messages meta models nodeHost plugins proxy secrets security session skills surfaces talk telemetry tools transcripts tts ui update web wizard worktreeAcceleration worktreeRoot',
  gateway:
    'allowRealIpFallback auth bind channelHealthCheckMinutes channelMaxRestartsPerHour channelStaleEventThresholdMinutes cliAgents controlUi customBindHost handshakeTimeoutMs http mode nodes port portals publicOrigin push reload remote roles tailscale terminal tls tools trustedProxies webchat',
  'gateway.controlUi':
    'allowExternalEmbedUrls allowInsecureAuth allowedOrigins automaticallyFetchFavicons basePath chatMessageMaxWidth communityInvite dangerouslyAllowHostHeaderOriginFallback dangerouslyDisableDeviceAuth embedSandbox enabled environment experimental github root sessionObserver',
  'gateway.auth': 'allowTailscale identityScopes mode password rateLimit token trustedProxy',
  'gateway.auth.token': 'id provider source',
  'gateway.auth.password': 'id provider source',
  'gateway.auth.rateLimit': 'exemptLoopback lockoutMs maxAttempts windowMs',
  'gateway.auth.trustedProxy':
    'allowLoopback allowUsers cloudflareAccessOidc deviceAutoApprove requiredHeaders userHeader',
  'gateway.tools': 'allow deny',
  'gateway.webchat': 'chatHistoryMaxChars',
  'gateway.tailscale': 'mode preserveFunnel resetOnExit',
  'gateway.remote':
    'edgeAuth enabled password remotePort sshHostKeyPolicy sshIdentity sshTarget tlsFingerprint token transport url',
  'gateway.remote.token': 'id provider source',
  'gateway.remote.password': 'id provider source',
  'gateway.reload': 'debounceMs deferralTimeoutMs mode',
  'gateway.tls': 'autoGenerate caPath certPath enabled keyPath',
  'gateway.http': 'endpoints securityHeaders',
  'gateway.http.endpoints': 'chatCompletions responses',
  'gateway.http.endpoints.chatCompletions':
    'enabled images maxBodyBytes maxImageParts maxTotalImageBytes',
  'gateway.http.endpoints.chatCompletions.images':
    'allowUrl allowedMimes maxBytes maxRedirects timeoutMs urlAllowlist',
  'gateway.http.endpoints.responses': 'enabled files images maxBodyBytes maxUrlParts',
  'gateway.http.endpoints.responses.files':
    'allowUrl allowedMimes maxBytes maxChars maxRedirects pdf timeoutMs urlAllowlist',
  'gateway.http.endpoints.responses.files.pdf': 'maxPages maxPixels minTextChars',
  'gateway.http.endpoints.responses.images':
    'allowUrl allowedMimes maxBytes maxRedirects timeoutMs urlAllowlist',
  'gateway.http.securityHeaders': 'strictTransportSecurity',
  'gateway.push': 'apns',
  'gateway.push.apns': 'relay',
  'gateway.push.apns.relay': 'baseUrl timeoutMs',
  'gateway.nodes': 'allowCommands allowSkills browser commands denyCommands pairing pluginTools',
  'gateway.nodes.browser': 'mode node',
  'gateway.nodes.pairing': 'autoApproveCidrs autoApproveLocal sshVerify',
  'gateway.portals': 'ingress',
  'gateway.portals.ingress': 'domain port',
  'gateway.controlUi.experimental': 'customPlugins',
  'gateway.controlUi.environment': 'color label',
  'gateway.controlUi.github': 'token',
  'gateway.controlUi.github.token': 'id provider source',
  'gateway.cliAgents': 'enabled',
  'gateway.terminal': 'detachedSessionTimeoutSeconds enabled shell',
  'gateway.auth.identityScopes': '*',
  'gateway.auth.trustedProxy.cloudflareAccessOidc': 'githubAccountIdClaim issuer providerId',
  'gateway.auth.trustedProxy.deviceAutoApprove': 'enabled scopes',
  'gateway.roles': 'default definitions',
  'gateway.roles.definitions': '*',
  'gateway.roles.definitions.*': 'accessPolicyPlugin agents sandbox scopes sessions',
  'gateway.roles.definitions.*.sessions': 'others',
  'gateway.remote.edgeAuth': '*',
  'gateway.remote.edgeAuth.*': 'id provider source',
  'gateway.nodes.pairing.sshVerify': 'cidrs identity timeoutMs user',
  'gateway.nodes.pluginTools': 'enabled',
  'gateway.nodes.commands': 'allow deny',
};

const table: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(keys).map(([path, names]) => [path, names.split(' ')]),
);

/**
 * The keys of 2026.9.6 that the schema of 2026.5.18 does not have and its `config validate` refuses
 * (each one measured). The other way round nothing is refused for sure: 2026.9.6 takes some retired
 * keys out of the file when it starts (`gateway.channelHealthCheckMinutes`, measured).
 */
const newer: Readonly<Record<string, string>> = {
  '': 'attachments cloudWorkers desktop telemetry transcripts tts worktreeAcceleration worktreeRoot',
  gateway: 'cliAgents portals publicOrigin roles terminal',
  'gateway.auth': 'identityScopes',
  'gateway.auth.trustedProxy': 'cloudflareAccessOidc deviceAutoApprove',
  'gateway.controlUi':
    'automaticallyFetchFavicons communityInvite environment experimental github sessionObserver',
  'gateway.nodes': 'allowSkills commands pluginTools',
  'gateway.nodes.pairing': 'autoApproveLocal sshVerify',
  'gateway.remote': 'edgeAuth sshHostKeyPolicy',
};

/** The paths at which such keys stand. */
export const newerPlaces: readonly string[] = Object.keys(newer);

/** Does 2026.9 know this key, and 2026.5 refuse the config for it? */
export function isNewerKey(parent: string, key: string): boolean {
  return Object.hasOwn(newer, parent) && (newer[parent] ?? '').split(' ').includes(key);
}

/** The keys that may stand at the root or a path of `gateway`; undefined where nothing is known. */
export function knownKeys(path: string): readonly string[] | undefined {
  return table.get(path);
}

/** Is this version no newer than the newest schema that the table was made of? */
export function knowsEveryKey(version: string): boolean {
  const [year = 0, month = 0, patch = 0] = version.split(/[.-]/).map(Number);
  return year * 10_000 + month * 100 + patch <= 2026 * 10_000 + 9 * 100 + 6;
}

/**
 * The path that an unknown key was probably meant for: a sibling within two typing errors (a third
 * of its length at most), else the one place in the section that has a key of exactly that name.
 */
export function nearestKey(parent: string, key: string): string | undefined {
  let best: { name: string; distance: number } | undefined;
  for (const name of table.get(parent) ?? []) {
    const distance = editDistance(key.toLowerCase(), name.toLowerCase());
    if (distance > Math.min(2, Math.floor(name.length / 3) || 1)) continue;
    if (best === undefined || distance < best.distance) best = { name, distance };
  }
  if (best) return parent === '' ? best.name : `${parent}.${best.name}`;
  const elsewhere = [...table].filter(
    ([path, names]) => path !== parent && path !== '' && names.includes(key),
  );
  const [only] = elsewhere.filter(([path]) => path === 'gateway.auth' || elsewhere.length === 1);
  return only && !only[0].includes('*') ? `${only[0]}.${key}` : undefined;
}

/** Levenshtein distance with transpositions; keys longer than 64 are never near anything. */
export function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2 || a.length > 64) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(before, j - 2) + 1);
      }
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
