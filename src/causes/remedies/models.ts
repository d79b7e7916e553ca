import type { RemedyContext, RemedyMaker } from './remedy.js';
import { openclaw, text, verifyWith } from './remedy.js';

const provider = (at: RemedyContext): string => text(at.params, 'provider') || 'the provider';
const agentDir = (at: RemedyContext): string =>
  at.target.agentDir ?? `${at.stateDir}/agents/${text(at.params, 'agent') || 'main'}/agent`;

/** A provider id that can stand in a config path without quoting. */
function settable(at: RemedyContext): boolean {
  return at.hasCli && /^[a-z0-9_-]+$/i.test(text(at.params, 'provider'));
}

const workaround =
  'chmod 444 on auth-profiles.json does not hold (OpenClaw replaces the file) and blocks the rotation of every other key: undo it where it was done';

/** Steps about model credentials, credential stores and fallbacks. */
export const modelRemedies = {
  'use-literal-key': (at) => ({
    title: `Give ${provider(at)} a key that is not a marker`,
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    ...(settable(at)
      ? {
          command: openclaw(
            at,
            'config',
            'set',
            `models.providers.${text(at.params, 'provider')}.apiKey`,
            'no-key-needed',
          ),
        }
      : {}),
    postcondition: `models.providers.${provider(at)}.apiKey in ${at.configPath} is any text that is not a published marker (a keyless server ignores it)`,
    why: at.finding.text,
    risk: `the server at ${text(at.params, 'host') || 'that address'} gets that text as a bearer; ${workaround}`,
    undo: 'put the copy back that the snapshot step made',
    verify: verifyWith('profiles/markers'),
  }),
  'use-local-address': (at) => ({
    title: `Name ${provider(at)} by an address that this version takes for local`,
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `models.providers.${provider(at)}.baseUrl in ${at.configPath} names 127.0.0.1, localhost, an RFC 1918 address or a .local name`,
    why: at.finding.text,
    risk: 'none when the address reaches the same server',
    undo: 'put the former baseUrl back',
    verify: verifyWith('profiles/markers'),
  }),
  'turn-off-cloud-fallback': (at) => ({
    title: 'Turn the cloud fallback off for what must stay local',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `the fallbacks of ${text(at.params, 'path') || 'the model path'} in ${at.configPath} are [] (the portable form: a plain model string is not strict on 2026.3)`,
    why: at.finding.text,
    risk: 'when the local model does not answer, the run fails instead of going to the cloud',
    undo: 'put the former fallbacks back',
    verify: verifyWith('fallback/locality'),
  }),
  'repair-credential-store': (at) => ({
    title: 'Repair the credential store',
    actor: 'operator',
    effect: 'edits-file',
    postcondition: `the credential store under ${agentDir(at)} is well-formed: an object with \`profiles\`, each with type and provider; a copy of the broken file is kept`,
    why: at.finding.text,
    risk: 'credentials that only the broken file held have to be entered again',
    undo: 'put the copy back',
    verify: verifyWith('profiles/store'),
  }),
  'migrate-credential-store': (at) => ({
    title: 'Migrate the credential store',
    actor: 'operator',
    effect: 'edits-file',
    ...(at.hasCli ? { command: openclaw(at, 'doctor', '--fix') } : {}),
    postcondition: `no auth-profiles.json or auth.json lies beside openclaw-agent.sqlite under ${agentDir(at)}`,
    why: at.finding.text,
    risk: 'doctor --fix changes other files too: read what it lists first',
    undo: 'put the copy of the legacy file back',
    verify: verifyWith('profiles/store'),
  }),
  'add-credential': (at) => ({
    title: `Give the agent a credential for ${provider(at)}`,
    actor: 'operator',
    effect: 'edits-file',
    postcondition: `a credential for ${provider(at)} exists where agent ${text(at.params, 'agent') || 'main'} looks for it (\`openclaw models auth\`, or models.providers.${provider(at)}.apiKey)`,
    why: at.finding.text,
    risk: 'a credential for a cloud provider also opens the way to that cloud',
    undo: 'remove the profile again',
    verify: verifyWith('profiles/completeness'),
  }),
  'renew-credential': (at) => ({
    title: `Renew the credential for ${provider(at)}`,
    actor: 'operator',
    effect: 'edits-file',
    postcondition: `the profile ${text(at.params, 'profile') || `of ${provider(at)}`} is neither expired nor disabled (\`openclaw models auth login\`)`,
    why: at.finding.text,
    risk: 'none',
    undo: 'none needed',
    verify: verifyWith('profiles/completeness'),
  }),
  'include-profile-in-order': (at) => ({
    title: 'List the profile in the order that excludes it',
    actor: 'operator',
    effect: 'edits-file',
    postcondition: `auth.order.${provider(at)} lists the profile that should be used, or is gone`,
    why: at.finding.text,
    risk: 'the listed profile is used by every agent that reads this order',
    undo: 'put the former order back',
    verify: verifyWith('profiles/completeness'),
  }),
  'make-store-readable': (at) => ({
    title: 'Let the gateway’s user read its credential store',
    actor: 'gateway host',
    effect: 'edits-file',
    postcondition: `the files under ${agentDir(at)} belong to the gateway's user and have mode 0600, their folder 0700`,
    why: at.finding.text,
    risk: workaround,
    undo: 'put owner and mode back',
    verify: verifyWith('profiles/store'),
  }),
  'choose-local-embeddings': (at) => ({
    title: 'Keep embeddings local, or turn memory search off',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `memory search in ${at.configPath} names a local provider, or is off (unset means OpenAI on 2026.9)`,
    why: at.finding.text,
    risk: 'existing embeddings have to be made again',
    undo: 'put the former setting back',
    verify: verifyWith('fallback/locality'),
  }),
} as const satisfies Record<string, RemedyMaker>;
