import type { RemedyContext, RemedyMaker } from './remedy.js';
import { text, verifyWith } from './remedy.js';

/** A sandbox that goes through this proxy: `nemoclaw <name> connect` restarts the proxy for it. */
function sandboxOf(at: RemedyContext): string | undefined {
  return at.facts.data('proxy.files', at.target.id)?.sandboxes[0];
}

/** Steps about the Ollama auth proxy and what is behind it. */
export const proxyRemedies = {
  'restart-proxy-with-file-token': (at) => {
    const process = at.facts.data('proxy.process', at.target.id);
    const sandbox = sandboxOf(at);
    const pid = process?.pid === undefined ? 'the running proxy' : `the proxy (pid ${process.pid})`;
    return {
      title: 'Restart the Ollama auth proxy with the token of its file',
      actor: 'gateway host',
      effect: 'restarts-proxy',
      postcondition: `${pid} has ended, and one proxy owns its port that was started with the token in ${at.target.root ?? '~/.nemoclaw'}/ollama-proxy-token${sandbox ? `; \`nemoclaw ${sandbox} connect\` does that` : ''}`,
      why: at.finding.text,
      risk: 'inference calls in flight fail once; if the provider credential in OpenShell holds the old token too, run the provider step of onboarding again',
      undo: 'none needed: the old token is refused by every sandbox that reads the file',
      verify: verifyWith('proxy/credentials'),
    };
  },
  'start-ollama': (at) => ({
    title: 'Start Ollama',
    actor: 'gateway host',
    effect: 'none',
    postcondition: `Ollama answers on ${text(at.params, 'endpoint') || '127.0.0.1:11434'}`,
    why: `${at.finding.text}; the proxy's token is not the fault`,
    risk: 'none',
    undo: 'stop Ollama again',
    verify: verifyWith('proxy/backend'),
  }),
  'repair-proxy-files': (at) => ({
    title: 'Repair the proxy’s files',
    actor: 'gateway host',
    effect: 'edits-file',
    postcondition: `${at.target.root ?? '~/.nemoclaw'} holds one ollama-proxy-token (regular file, 0600) and an ollama-auth-proxy.pid with the pid of the proxy that runs`,
    why: at.finding.text,
    risk: 'a token that differs from the running proxy’s is refused',
    undo: 'put the former files back',
    verify: verifyWith(at.check),
  }),
  'repair-registry': (at) => ({
    title: 'Repair the sandbox registry',
    actor: 'gateway host',
    effect: 'edits-file',
    postcondition: `${text(at.params, 'path') || '~/.nemoclaw/sandboxes.json'} is valid JSON in which every key equals its row's name and no two sandboxes share a dashboard port`,
    why: at.finding.text,
    risk: 'NemoClaw refuses to work with a registry that it cannot read',
    undo: 'put the copy back',
    verify: verifyWith('sandbox/registry'),
  }),
} as const satisfies Record<string, RemedyMaker>;
