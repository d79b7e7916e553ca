import { duplicatesOf, hooksShareToken } from '../../src/domain/openclaw/duplicates.js';
import { winners } from '../../src/domain/openclaw/precedence.js';
import { linesToJudge, versionsOf } from '../../src/domain/openclaw/versions.js';
import { defineCheck } from '../../src/model/check.js';
import { readerNames } from '../../src/model/readers.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { withoutConfig } from '../without-config.js';

export default defineCheck({
  id: 'config/duplicates',
  stage: 'doctor',
  per: 'gateway',
  title: 'no two references lead to the secret of the gateway, and hooks have a token of their own',
  about:
    'Two references to different places for one secret (gateway.auth and gateway.remote, a file and a variable) make some calls succeed and others fail, depending on who calls. Only references that readers of this version really follow count: one that is shadowed for every reader is harmless. A hooks.token that equals the token of the gateway stops 2026.5 and is a security warning of 2026.9.',
  falsePositives:
    'gateway.remote for another gateway may well hold another secret: it is compared only where its URL is the address of this one.',
  needs: ['gateway.config', 'gateway.credentials'],
  uses: ['gateway.state', 'host.install'],
  answeredBy: ['probe/credentials'],
  blockedBy: withoutConfig,
  codes: {
    'another-host': anotherHost,
    'one-place': { outcome: 'pass', text: 'no two references are followed for one secret' },
    'places-agree': {
      outcome: 'pass',
      text: 'the {firstReader} follows {first} and the {secondReader} follows {second}: the same value',
    },
    'places-differ': {
      outcome: 'fail',
      text: 'the {firstReader} follows {first} and the {secondReader} follows {second}, and their values differ: who calls decides whether a call succeeds',
      next: ['one-reference'],
    },
    'place-unreadable': {
      outcome: 'fail',
      text: 'the {firstReader} follows {first}, and the {secondReader} follows {second}, which gives it nothing{why}: who calls decides whether a call succeeds',
      next: ['one-reference'],
    },
    'hooks-token-stops': {
      outcome: 'fail',
      text: 'hooks.token is the same as the token of the gateway, and {lines} refuses to start with that (exit 1, measured on 2026.5.18)',
      next: ['separate-hooks-token'],
    },
    'hooks-token-equal': {
      outcome: 'warn',
      text: 'hooks.token is the same as the secret of the gateway: whoever may send a webhook may do everything',
      next: ['separate-hooks-token'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const found = duplicatesOf(at.facts, at.subject).map((duplicate) => {
      const [first, second] = duplicate.places;
      const [firstReader, secondReader] = duplicate.readers;
      const params = {
        first,
        second,
        firstReader: readerNames[firstReader],
        secondReader: readerNames[secondReader],
        places: [first, second],
        why: duplicate.reason === '' ? '' : ` (${duplicate.reason})`,
      };
      const more = { subject: `${at.subject.id}#${secondReader}` };
      if (duplicate.how === 'equal') return at.found('places-agree', params, more);
      const code = duplicate.how === 'differ' ? 'places-differ' : 'place-unreadable';
      return at.found(code, params, more);
    });
    if (hooksShareToken(at.facts, at.subject)) {
      const lines = linesToJudge(versionsOf(at.facts, at.subject).server);
      const token = winners('server', at.facts, at.subject).all.every((w) => w.slot === 'token');
      const stops = token && lines.every((line) => line !== '2026.9');
      found.push(
        stops
          ? at.found('hooks-token-stops', { lines: [...lines] })
          : at.found('hooks-token-equal'),
      );
    }
    return found.length > 0 ? found : [at.found('one-place')];
  },
});
