import type { GatewayProcessFacts } from '../../model/facts-host.js';

type Kind = GatewayProcessFacts['kind'];

/** Programs that forward a port to somewhere else; names as in /proc/<pid>/comm. */
const tunnels: ReadonlySet<string> = new Set([
  'ssh',
  'autossh',
  'socat',
  'cloudflared',
  'ngrok',
  'tailscaled',
  'frpc',
  'chisel',
  'stunnel',
  'stunnel4',
  'kubectl',
  'bore',
  'rathole',
]);

/** Programs that publish a container's port: what stands behind them cannot be told from here. */
const publishers: ReadonlySet<string> = new Set([
  'docker-proxy',
  'rootlesskit',
  'rootlessport',
  'slirp4netns',
  'pasta',
  'pasta.avx2',
  'conmon',
  'gvproxy',
]);

/**
 * What kind of program owns a port. OpenClaw renames itself to `openclaw` (2026.5) or
 * `openclaw-gateway` (2026.9, cut to 15 characters); before that, or under another runtime, its
 * command line names the package.
 */
export function processKind(comm: string | undefined, argv: readonly string[]): Kind {
  if (comm === undefined || comm === '' || publishers.has(comm)) return 'unknown';
  if (comm.startsWith('openclaw')) return 'openclaw';
  if (tunnels.has(comm)) return 'tunnel';
  return isRuntime(comm, argv) && argv.some(namesOpenClaw) ? 'openclaw' : 'foreign';
}

/** Node 24 calls its main thread `MainThread`. */
function isRuntime(comm: string, argv: readonly string[]): boolean {
  const program = argv[0]?.split('/').at(-1) ?? '';
  return [comm, program].some((name) => /^(node\d*|nodejs|MainThread|bun|deno)$/.test(name));
}

function namesOpenClaw(argument: string): boolean {
  return argument
    .split('/')
    .some((part) => part === 'openclaw' || part === 'openclaw.mjs' || part === 'openclaw.js');
}
