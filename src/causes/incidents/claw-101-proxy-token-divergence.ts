import type { Target } from '../../model/target.js';
import { findingsOn, says, withOutcome } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';

/** NemoClaw #2553: the proxy was started with one token and the file holds another. */
export const proxyTokenDivergence: IncidentRule = {
  code: 'CLAW-101',
  name: 'proxy token divergence',
  title: 'The Ollama auth proxy runs with another token than its file holds',
  symptoms: [
    'HTTP 401: Unauthorized',
    '401 Unauthorized from inference.local',
    'ollama-auth-proxy 401',
    'every inference call is 401 after onboarding again',
  ],
  about:
    'Onboarding ran again and the proxy kept running with the token that it was started with, while the token file and every sandbox hold the new one. Each inference call is refused and NemoClaw’s own status says healthy.',
  notWhen: ['CLAW-102'],
  match: (input) =>
    input.facts.targetsOf('proxy').flatMap((proxy) => {
      const match = divergence(input, proxy);
      return match ? [match] : [];
    }),
};

function divergence(input: CauseInput, proxy: Target): IncidentMatch | undefined {
  const http = withOutcome(
    findingsOn(input, proxy.id, 'proxy/credentials', ['file-token-refused']),
    'fail',
  );
  const environ = withOutcome(
    findingsOn(input, proxy.id, 'proxy/process-env', ['differs']),
    'fail',
  );
  const explains = [...http, ...environ];
  const first = explains[0];
  if (!first) return undefined;
  const files = input.facts.data('proxy.files', proxy.id);
  const process = input.facts.data('proxy.process', proxy.id);
  const fileLetter = input.letter(files?.mark.class);
  const environLetter = process?.token.state === 'set' ? input.letter(process.token.class) : '?';
  const sandboxes = files?.sandboxes ?? [];
  const hidden = environ.length === 0;
  return {
    subject: proxy.id,
    confidence: http.length > 0 && !hidden ? 'sure' : 'likely',
    story: [
      `The token file holds ${fileLetter}; the running proxy${process?.pid ? ` (pid ${process.pid})` : ''} holds ${environLetter}${hidden ? ', because its environment cannot be read by this user' : ', and they differ'}.`,
      ...probedStory(input, proxy),
      sandboxes.length > 0
        ? `Affected: ${sandboxes.map((name) => `sandbox ${name}`).join(', ')}; each of them sends the file's token and is answered 401.`
        : 'No sandbox is registered for this proxy; whoever reads the token file is answered 401.',
    ],
    explains,
    for: says(explains),
    against: hidden
      ? [
          'proxy/process-env: the process’s own token was not seen; run as its owner or as root to be sure',
        ]
      : [],
    remedies: [{ id: 'restart-proxy-with-file-token', finding: first }],
  };
}

/** What the live proxy accepted and refused, by letter. */
function probedStory(input: CauseInput, proxy: Target): string[] {
  const probe = input.facts.data('proxy.probe', proxy.id);
  if (!probe || probe.attempts.length === 0) return [];
  const told = probe.attempts.map(
    (a) =>
      `${input.letter(a.class)} (from ${a.source === 'file' ? 'the file' : 'the process'}) is ${a.outcome}`,
  );
  return [`Asked on ${probe.endpoint}: ${told.join(', ')}.`];
}
