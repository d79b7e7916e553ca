import { cleanText, member } from '../../domain/clean.js';
import { portText } from '../../domain/openclaw/port.js';
import type { CredentialSourceFacts, UrlParts } from '../../model/facts-gateway.js';
import type { Observer, ObserverContext } from '../../model/observer.js';
import { type LoadedConfig, loadConfig } from './config-source.js';
import {
  configSources,
  environmentSources,
  lastGoodPath,
  lastGoodSources,
} from './credential-sources.js';
import { type Environments, loadEnvironments } from './environments.js';
import { fileWitness, tilde } from './read-file.js';
import { safeUrl } from './safe-url.js';
import { secretRef } from './secret-field.js';
import { resolveSecretRef } from './secret-refs.js';
import { serviceFacts } from './service-facts.js';
import { unreadUnitFolders } from './service-unit.js';

type Resolution = CredentialSourceFacts['resolved'][number];

/** Every place on disk and in our own environment that can name the gateway's shared secret. */
export const credentialsObserver: Observer<'gateway.credentials'> = {
  id: 'gateway.credentials',
  stage: 'doctor',
  deadlineMs: 3000,
  async observe(context) {
    const [config, environments] = await Promise.all([
      loadConfig(context),
      loadEnvironments(context),
    ]);
    const [lastGood, resolved] = await Promise.all([
      lastGoodSources(config, context),
      resolutions(config, environments, context),
    ]);
    const { service } = environments;
    const unreadFolders = await unreadUnitFolders(context.target.home ?? context.host.home);
    const [own, after] = configSources(config, context.secrets);
    const data: CredentialSourceFacts = {
      sources: [...own, ...lastGood, ...environmentSources(environments, context), ...after],
      resolved,
      shell: shellFacts(environments),
      dotenv: {
        file: environments.dotenvFile,
        ...urlOf(environments.dotenv.get('OPENCLAW_GATEWAY_URL')),
      },
      ...(service ? { service: service.facts } : {}),
      ...(environments.services.length > 0
        ? { services: serviceFacts(environments, context.secrets) }
        : {}),
      ...(environments.compose ? { compose: environments.compose.facts } : {}),
      ...(unreadFolders.length > 0 ? { unreadFolders } : {}),
    };
    return { state: 'ok', source: sourceText(context), data };
  },
  async witness(context) {
    const [config, environments] = await Promise.all([
      loadConfig(context),
      loadEnvironments(context),
    ]);
    const secretFiles = providerPaths(config);
    return fileWitness([
      ...config.paths,
      lastGoodPath(config),
      ...environments.dotenvFiles.map((file) => file.path),
      ...environments.services.flatMap((service) => service.paths),
      ...(environments.compose?.paths ?? []),
      ...secretFiles,
    ]);
  },
};

function sourceText({ target, host }: ObserverContext): string {
  const home = target.home ?? host.home;
  return `${tilde(target.stateDir ?? `${home}/.openclaw`, home)} and this environment`;
}

/** Absolute paths of file providers; a relative or `~` one is seldom and left to the next run. */
function providerPaths(config: LoadedConfig): string[] {
  const providers = member(member(config.value, 'secrets'), 'providers');
  return Object.values(typeof providers === 'object' && providers !== null ? providers : {})
    .map((provider) => member(provider, 'path'))
    .filter((path): path is string => typeof path === 'string' && path.startsWith('/'))
    .slice(0, 32);
}

/**
 * The config's references, once for each environment that a reader could resolve them in. Only the
 * environment matters to a reference to a variable: all others are resolved once, for `any`.
 */
async function resolutions(
  config: LoadedConfig,
  environments: Environments,
  context: ObserverContext,
): Promise<Resolution[]> {
  const gateway = member(config.value, 'gateway');
  const auth = member(gateway, 'auth');
  const remote = member(gateway, 'remote');
  const hooks = member(config.value, 'hooks');
  const fields = [
    { slot: 'token', kind: 'token', value: member(auth, 'token') },
    { slot: 'password', kind: 'password', value: member(auth, 'password') },
    { slot: 'remote-token', kind: 'token', value: member(remote, 'token') },
    { slot: 'remote-password', kind: 'password', value: member(remote, 'password') },
    { slot: 'hooks-token', kind: 'hooks-token', value: member(hooks, 'token') },
  ] as const;
  const defaults = member(member(config.value, 'secrets'), 'defaults');
  const found: Resolution[] = [];
  for (const { slot, kind, value } of fields) {
    const ref = secretRef(value, defaults);
    if (ref === undefined) continue;
    const views = ref.source === 'env' ? (['shell', 'service'] as const) : (['any'] as const);
    for (const environment of views) {
      const lookup = environment === 'service' ? environments.server : environments.cli;
      const result = await resolveSecretRef(ref, config, lookup, context, kind);
      found.push({ slot, ref, environment, ...result });
    }
  }
  return found;
}

function shellFacts({ shell }: Environments): CredentialSourceFacts['shell'] {
  const filled = (name: string): boolean => (shell.get(name) ?? '').trim() !== '';
  const name = (key: string, variable: string) =>
    filled(variable) ? { [key]: cleanText(shell.get(variable)?.trim(), 100) } : {};
  const port = portText(shell.get('OPENCLAW_GATEWAY_PORT'));
  return {
    ...urlOf(shell.get('OPENCLAW_GATEWAY_URL')),
    ...(port === undefined ? {} : { port }),
    ...name('serviceKind', 'OPENCLAW_SERVICE_KIND'),
    ...name('profile', 'OPENCLAW_PROFILE'),
    ...name('container', 'OPENCLAW_CONTAINER'),
    home: filled('OPENCLAW_HOME'),
    stateDir: filled('OPENCLAW_STATE_DIR'),
    configPath: filled('OPENCLAW_CONFIG_PATH'),
  };
}

function urlOf(text: string | undefined): { url?: UrlParts; urlBroken?: true } {
  const url = safeUrl(text);
  if (url) return { url };
  return (text ?? '').trim() === '' ? {} : { urlBroken: true };
}
