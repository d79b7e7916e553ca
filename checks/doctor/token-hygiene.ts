import { winners } from '../../src/domain/openclaw/precedence.js';
import { sourceText } from '../../src/domain/openclaw/precedence-rules.js';
import { defineCheck } from '../../src/model/check.js';
import type { CredentialSource } from '../../src/model/facts-gateway.js';
import type { Mark } from '../../src/model/mark.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { withoutConfig } from '../without-config.js';

export default defineCheck({
  id: 'token/hygiene',
  stage: 'doctor',
  per: 'gateway',
  title: 'every secret is written as it is meant: no quotes, prefix, blanks or example text',
  about:
    'Looks at how each source writes its value. OpenClaw cuts off outer blanks, line ends and a byte order mark, so only other clients stumble over those; quotes and `Bearer ` it keeps (measured on 2026.5.18 and 2026.9.6), so that the bare value is refused. Only how a value looks is told, never the value.',
  falsePositives:
    'A password that is weak by this count and long enough for you: the estimate only counts different characters and length.',
  needs: ['gateway.config', 'gateway.credentials'],
  uses: ['gateway.state', 'host.install'],
  blockedBy: withoutConfig,
  codes: {
    clean: {
      outcome: 'pass',
      text: 'nothing odd about how the secrets of this gateway are written',
    },
    'nothing-set': { outcome: 'pass', text: 'no source of this gateway holds a secret as text' },
    'another-host': anotherHost,
    'kept-inside': {
      outcome: 'fail',
      text: '{place} holds {oddity}, which OpenClaw keeps as part of the value: {reader} takes it, and {other} takes another value from {otherPlace}',
      next: ['clean-secret'],
    },
    'impossible-in-header': {
      outcome: 'fail',
      text: '{place} holds a line end or control character inside the value, which no HTTP client can send: every HTTP request is refused',
      next: ['clean-secret'],
    },
    'kept-by-all': {
      outcome: 'warn',
      text: '{place} holds {oddity}, which OpenClaw keeps as part of the value: a client that is given the bare value is refused',
      next: ['clean-secret'],
    },
    trimmed: {
      outcome: 'warn',
      text: '{place} holds {oddity}: OpenClaw cuts that off, and a client that takes the text as it stands is refused',
      next: ['clean-secret'],
    },
    'template-left': {
      outcome: 'warn',
      text: '{place} holds the text of a variable that was never replaced, and the text itself is the secret',
      next: ['set-variable', 'clean-secret'],
    },
    placeholder: {
      outcome: 'warn',
      text: '{place} holds a value that is published as an example, or the text of a missing value; a gateway that takes it refuses to start',
      next: ['write-plain-token'],
    },
    weak: {
      outcome: 'warn',
      text: '{place} holds a short or repetitive value, which can be guessed',
      next: ['choose-strong-secret'],
    },
    'not-read': {
      outcome: 'unknown',
      text: '{places} could not be read, so how it writes the secret is not known; run clawdoctor as the user who owns it',
      next: ['run-as-owner'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const { sources, resolved } = at.get('gateway.credentials');
    const server = winners('server', at.facts, at.subject).agreed;
    const client = winners('local-cli', at.facts, at.subject).agreed;
    const taken = { server: server?.class, client: client?.class };
    const differ =
      taken.server !== undefined && taken.client !== undefined && taken.server !== taken.client;
    const found = [];
    const told = new Set<string>();
    for (const { place, mark, trims, weighs } of placesOf(sources, resolved)) {
      if (mark.state !== 'set' || told.has(place)) continue;
      told.add(place);
      const flags = new Set(mark.flags);
      const more = { subject: `${at.subject.id}#${place}` };
      const kept = oddities(mark, keptTexts);
      if (kept !== '') {
        const mine = differ && (mark.class === taken.server || mark.class === taken.client);
        const isServer = mark.class === taken.server;
        const params = { place, oddity: kept };
        found.push(
          mine
            ? at.found(
                'kept-inside',
                {
                  ...params,
                  reader: isServer ? 'the server' : 'the CLI',
                  other: isServer ? 'the CLI' : 'the server',
                  otherPlace: (isServer ? client?.source : server?.source) ?? 'elsewhere',
                },
                more,
              )
            : at.found('kept-by-all', params, more),
        );
      }
      // Blanks within printable text are no fault: `other` is a control or a character beyond ASCII.
      const inner = mark.shape?.chars === 'other';
      const split = !flags.has('outer-blank') && (flags.has('newline') || flags.has('cr'));
      const breaks = inner && (split || flags.has('control'));
      if (breaks && mark.class === taken.server) {
        found.push(at.found('impossible-in-header', { place }, more));
      } else if (trims && kept === '') {
        const oddity = oddities(mark, trimmedTexts);
        if (oddity !== '') found.push(at.found('trimmed', { place, oddity }, more));
      }
      if (flags.has('template')) found.push(at.found('template-left', { place }, more));
      if (flags.has('placeholder') && server?.outcome !== 'refuses-to-start') {
        found.push(at.found('placeholder', { place }, more));
      } else if (weighs && flags.has('weak') && mark.class === taken.server) {
        found.push(at.found('weak', { place }, more));
      }
    }
    const places = sources.filter((s) => s.mark.state === 'unreadable').map((s) => sourceText(s));
    if (places.length > 0) found.push(at.found('not-read', { places }));
    if (found.length > 0) return found;
    return [at.found(told.size > 0 ? 'clean' : 'nothing-set')];
  },
});

interface Place {
  place: string;
  mark: Mark;
  /** Is the text itself what people copy? A secret file that ends with a line end is as it should be. */
  trims: boolean;
  weighs: boolean;
}

function placesOf(
  sources: readonly CredentialSource[],
  resolved: readonly { ref: { id: string; source: string }; mark: Mark }[],
): Place[] {
  return [
    // The last-good copy is OpenClaw's own and repeats what the config says.
    ...sources
      .filter((source) => source.id !== 'last-good')
      .map((source) => ({
        place: sourceText(source),
        mark: source.mark,
        trims: true,
        weighs: source.id !== 'hooks' && source.id !== 'remote',
      })),
    ...resolved.map(({ ref, mark }) => ({
      place: ref.source === 'env' ? ref.id : `the ${ref.source} of the reference`,
      mark,
      trims: ref.source === 'env',
      weighs: true,
    })),
  ];
}

const keptTexts: [Mark['flags'][number], string][] = [
  ['quoted', 'quotes around the value'],
  ['bearer-prefix', 'the word `Bearer` before the value'],
];
const trimmedTexts: [Mark['flags'][number], string][] = [
  ['bom', 'a byte order mark'],
  ['cr', 'a carriage return'],
  ['newline', 'a line end'],
  ['outer-blank', 'blanks around the value'],
];

/** A line end is an outer blank too: the more exact word is enough. */
function oddities(mark: Mark, texts: readonly [Mark['flags'][number], string][]): string {
  const said = texts.filter(([flag]) => mark.flags.includes(flag));
  const exact = said.filter(([flag]) => flag !== 'outer-blank');
  return (exact.length > 0 ? exact : said).map(([, text]) => text).join(' and ');
}
