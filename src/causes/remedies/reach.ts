import type { RemedyMaker } from './remedy.js';
import { text, verifyWith } from './remedy.js';
import { restartStep } from './supervisor.js';

const edited = 'put the copy back that the snapshot step made';

/** Steps about the proxy in front, certificates, ports and the gateway's own environment. */
export const reachRemedies = {
  'trust-proxy': (at) => ({
    title: 'Name the proxy in gateway.trustedProxies',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `gateway.trustedProxies in ${at.configPath} holds the address from which the proxy connects and no other (127.0.0.1 and ::1 for one on this host), and the proxy overwrites X-Forwarded-For`,
    why: at.finding.text,
    risk: 'whoever can connect from a trusted address can claim any client address; name single addresses, not networks',
    undo: edited,
    verify: verifyWith('probe/headers'),
  }),
  'rebuild-proxy-headers': (at) => ({
    title: 'Have the proxy write the forwarded headers itself',
    actor: 'operator',
    effect: 'none',
    postcondition:
      'the proxy sets X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host anew for every request and drops what a client sent; clients behind it have a paired device',
    why: at.finding.text,
    risk: 'a reload of the proxy cuts open connections',
    undo: 'put the former proxy configuration back',
    verify: verifyWith('probe/headers'),
  }),
  'agree-on-port': (at) => ({
    title: 'Let the config and the running gateway name one port',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `gateway.port in ${at.configPath} is ${text(at.params, 'lockPort') || 'the port that the gateway really uses'}; or OPENCLAW_GATEWAY_PORT and --port are gone from where the gateway is started, and it listens on ${text(at.params, 'port') || 'the port of its config'}`,
    why: at.finding.text,
    risk: 'clients that already use the other port have to be told',
    undo: edited,
    verify: verifyWith('process/gateway'),
  }),
  'separate-ports': (at) => ({
    title: 'Give the gateways ports that are at least twenty apart',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `no other gateway or program uses port ${text(at.params, 'controlPort') || 'gateway.port + 2'}, which the browser control of ${at.gateway?.id ?? 'this gateway'} needs`,
    why: at.finding.text,
    risk: 'clients of the gateway that moves have to be told its new port',
    undo: edited,
    verify: verifyWith('bind/listeners'),
  }),
  'enable-openai-endpoint': (at) => ({
    title: 'Turn on the OpenAI endpoint, or send that client elsewhere',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `gateway.http.endpoints.chatCompletions.enabled (or responses.enabled) in ${at.configPath} is true, or ${text(at.params, 'source') || 'OPENAI_BASE_URL'} names another server`,
    why: at.finding.text,
    risk: 'whoever holds the token of the gateway can then use its models over HTTP',
    undo: edited,
    verify: verifyWith('identity/external'),
  }),
  'align-process-variable': (at) => ({
    title: 'Start the gateway without the stale variable',
    actor: 'gateway host',
    effect: 'restarts-gateway',
    ...startedWithout(at),
    why: at.finding.text,
    risk: 'open sessions are cut (close 1012) and clients reconnect; runs in progress are interrupted',
    undo: 'start it again with the variable that it had',
    verify: verifyWith('probe/self-call'),
  }),
  'renew-certificate': (at) => ({
    title: 'Serve a certificate that is valid for this name',
    actor: 'operator',
    effect: 'edits-file',
    postcondition: `${text(at.params, 'path') || text(at.params, 'url') || 'the gateway'} has a certificate that is valid today, names ${text(at.params, 'name') || 'the host that clients use'} and is signed by an authority that they trust, or whose new fingerprint they pin`,
    why: at.finding.text,
    risk: 'clients that pin the fingerprint of the former certificate (gateway.remote.tlsFingerprint) need the new one',
    undo: 'put the former certificate and key back',
    verify: verifyWith(at.check),
  }),
  'repair-tls-files': (at) => ({
    title: 'Give the gateway a certificate and its key',
    actor: 'operator',
    effect: 'edits-file',
    postcondition: `certificate and key of gateway.tls are two readable PEM files that belong together, or both are gone and gateway.tls.autoGenerate is not false`,
    why: at.finding.text,
    risk: 'a new pair has a new fingerprint, which clients may pin',
    undo: 'put the former files back',
    verify: verifyWith('bind/declared'),
  }),
} as const satisfies Record<string, RemedyMaker>;

/** Restarted as usual; what has to be gone is what the finding names. */
function startedWithout(at: Parameters<RemedyMaker>[0]) {
  const { command } = restartStep(at, false);
  const where =
    command === undefined ? 'the shell that starts it' : 'the unit and its environment files';
  return {
    // A restart alone reads the same environment again, so no command is offered for it.
    postcondition: `the gateway runs without OPENCLAW_GATEWAY_TOKEN, OPENCLAW_GATEWAY_PASSWORD and OPENCLAW_GATEWAY_URL in its environment (taken out of ${where} and of ${at.stateDir}/.env), or with the values of its config`,
  };
}
