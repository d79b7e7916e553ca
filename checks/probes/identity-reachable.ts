import { urlText } from '../../src/domain/openclaw/url.js';
import { defineCheck } from '../../src/model/check.js';
import type { ReachRow, TlsFault } from '../../src/model/facts-wire.js';

const faultTexts: Record<TlsFault, string> = {
  'no-tls': 'what listens there speaks no TLS',
  expired: 'its certificate has expired',
  'not-yet-valid': 'its certificate is not valid yet',
  'wrong-name': 'its certificate is for another name',
  'self-signed': 'its certificate is signed by itself',
  untrusted: 'no authority that this host trusts has signed its certificate',
};

export default defineCheck({
  id: 'identity/reachable',
  stage: 'probes',
  per: 'gateway',
  title: 'every name of this gateway leads to it, with a certificate for that name',
  about:
    'Asks loopback, the addresses of this host, tailnet and external names in that order, without a credential, and compares the answers: the same gateway refuses in the same way everywhere. A proxy, a tunnel or another machine behind one of the names answers differently, and its 401 has nothing to do with this token. Names of other hosts are asked only with --external.',
  falsePositives:
    'A firewall or a split DNS can keep this host from a name that clients do reach. The certificate that the gateway makes for itself is signed by nobody, and its clients pin it: on this host it passes.',
  needs: [],
  uses: ['probe.reachable', 'probe.anonymous', 'gateway.tls', 'gateway.config'],
  blockedBy: [
    {
      check: 'process/gateway',
      codes: [
        'nothing-listens',
        'listens-elsewhere',
        'port-not-known',
        'foreign-program',
        'tunnel',
        'other-config',
      ],
    },
    { check: 'probe/anonymous', codes: ['locked', 'not-a-gateway', 'nothing-answers'] },
  ],
  optional: true,
  codes: {
    'same-everywhere': { outcome: 'pass', text: '{asked} lead to this gateway' },
    'another-answer': {
      outcome: 'fail',
      text: '{source} names {url}, which answers {kind} ({status}) where this gateway answers {own}',
      next: ['align-client-url', 'stop-foreign-listener'],
    },
    'headers-refused': {
      outcome: 'fail',
      text: '{source} names {url}, and there the gateway answers 403: it does not trust the proxy in between',
      next: ['trust-proxy', 'rebuild-proxy-headers'],
    },
    'nothing-there': {
      outcome: 'fail',
      text: '{source} names {url}, which refuses the connection',
      next: ['align-client-url', 'bind-to-address'],
    },
    certificate: {
      outcome: 'fail',
      text: '{source} names {url}, and {faults}{dated}',
      next: ['renew-certificate', 'align-client-url'],
    },
    'not-resolved': {
      outcome: 'unknown',
      text: '{source} names {url}, and this host finds no address for that name, so nobody was asked; look from where the clients are',
      next: ['look-again'],
    },
    unreachable: {
      outcome: 'unknown',
      text: '{source} names {url}, and this host has no route to it, so nobody was asked; look from where the clients are',
      next: ['look-again'],
    },
    'no-answer': {
      outcome: 'unknown',
      text: '{url} ({source}) did not answer in time; look again from where the clients are',
      next: ['look-again'],
    },
    'identity-first': {
      outcome: 'unknown',
      text: '{url} ({source}) asks for an identity before it lets anybody through ({status}), so what stands behind it was not seen; look from a client that has one',
      next: ['look-again'],
    },
    'not-asked': {
      outcome: 'unknown',
      text: '{url} ({source}) is another host and was not asked; give --external to have it looked at',
      next: ['look-again'],
    },
    'not-determined': {
      outcome: 'unknown',
      text: 'the names of this gateway were not asked ({reason}); look again',
      next: ['look-again'],
    },
  },
  judge(at) {
    const seen = at.look('probe.reachable');
    if (seen?.state !== 'ok' || !seen.data) {
      return [at.found('not-determined', { reason: seen?.reason ?? 'it was not looked at' })];
    }
    const own = at.look('probe.anonymous')?.data?.answer;
    const found = [];
    const asked: string[] = [];
    for (const row of seen.data.rows) {
      const code = codeOf(row, own?.kind);
      const url = urlText(row.url);
      if (code === undefined) {
        asked.push(url);
        continue;
      }
      const faults = faultsOf(row);
      const params = {
        source: row.sources.join(', '),
        url,
        place: row.place,
        kind: row.answer?.kind ?? 'nothing',
        status: row.answer?.status ?? 0,
        own: own?.kind ?? 'nothing',
        faults: faults.map((fault) => faultTexts[fault]).join(', and '),
        fault: faults[0] ?? null,
        dated: datedText(row, faults),
      };
      found.push(at.found(code, params, { subject: `${at.subject.id}#${url}` }));
    }
    if (found.length > 0) return found;
    return [at.found('same-everywhere', { asked: asked.length > 0 ? asked : ['no name'] })];
  },
});

function codeOf(row: ReachRow, own: string | undefined) {
  const { state, answer } = row;
  const kind = answer?.kind;
  if (state === 'not-asked') return 'not-asked';
  // A metadata or link-local address: identity/external names it, nobody asks it.
  if (state === 'forbidden') return undefined;
  if (faultsOf(row).length > 0) return 'certificate';
  switch (kind) {
    case undefined:
    case 'timeout':
    case 'reset':
    case 'other':
      return 'no-answer';
    case 'refused':
      return 'nothing-there';
    case 'not-resolved':
    case 'unreachable':
      return kind;
    case 'gateway-403':
      return 'headers-refused';
    case 'gateway-401':
    case 'gateway-accepted':
    case 'gateway-429':
      break;
    default:
      // probe/anonymous judges what the gateway's own address says.
      if (row.place === 'loopback' && row.sources.includes('own address')) return undefined;
      return row.place === 'external' && asksFirst(answer?.status ?? 0)
        ? 'identity-first'
        : 'another-answer';
  }
  if (own === undefined || kind === 'gateway-429' || own === 'gateway-429') return undefined;
  return kind === own ? undefined : 'another-answer';
}

/** A login page, or a proxy with an identity of its own: what stands behind it cannot be told. */
function asksFirst(status: number): boolean {
  return (status >= 300 && status < 400) || status === 401 || status === 403;
}

/** On this host the gateway's own certificate needs no authority and no name: its clients pin it. */
function faultsOf({ tls, sources, place }: ReachRow): TlsFault[] {
  if (!tls) return [];
  const pinned = sources.includes('own address') || place === 'loopback' || tls.isOwnFile === true;
  const dates: readonly TlsFault[] = ['no-tls', 'expired', 'not-yet-valid'];
  return pinned ? tls.faults.filter((fault) => dates.includes(fault)) : tls.faults;
}

function datedText({ tls }: ReachRow, faults: readonly TlsFault[]): string {
  if (!faults.includes('expired') || tls?.notAfterMs === undefined) return '';
  return ` (on ${new Date(tls.notAfterMs).toISOString().slice(0, 10)})`;
}
