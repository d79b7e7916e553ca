import type { FactSet } from '../model/fact-set.js';
import type { HeadersProbe, ReachRow } from '../model/facts-wire.js';
import type { AttemptRow } from '../model/report.js';
import type { Target } from '../model/target.js';

const headerTexts: Record<HeadersProbe['outcome'], string> = {
  accepted: 'accepted',
  'attribution-required': 'refused (403 proxy_attribution_required)',
  refused: 'refused',
  locked: 'locked (429)',
  other: 'another answer',
  'not-tried': 'not sent',
};

/** The requests after loopback, in their order: forced headers, then LAN, tailnet, external. */
export function wireRows(
  facts: FactSet,
  gateway: Target,
  letter: (valueClass: number | undefined) => string,
): AttemptRow[] {
  const target = gateway.id;
  const rows: AttemptRow[] = [];
  const headers = facts.data('probe.headers', target);
  if (headers && headers.outcome !== 'not-tried') {
    const why = `as a proxy in front sends it${headers.host === undefined ? '' : `, for ${headers.host}`}`;
    const { endpoint } = headers;
    const credential = letter(headers.class);
    rows.push({ target, endpoint, credential, why, outcome: headerTexts[headers.outcome] });
  }
  // The first row is the loopback endpoint, whose answer is listed already.
  const reach = facts.data('probe.reachable', target)?.rows ?? [];
  const own = facts.data('probe.anonymous', target)?.endpoint;
  for (const row of reach) {
    const endpoint = `POST ${originText(row)}/tools/invoke`;
    if (endpoint === own) continue;
    const why = `${row.place}: ${row.sources.join(', ')}`;
    rows.push({ target, endpoint, credential: 'none', why, outcome: outcomeText(row) });
  }
  return rows;
}

function originText({ url }: ReachRow): string {
  const secure = url.scheme === 'wss' || url.scheme === 'https';
  const host = url.host.includes(':') ? `[${url.host}]` : url.host;
  return `${secure ? 'https' : 'http'}://${host}:${url.port}`;
}

function outcomeText({ state, answer, tls }: ReachRow): string {
  if (state === 'not-asked') return 'not asked (--external)';
  if (state === 'forbidden') return 'never contacted';
  const faults = tls && tls.faults.length > 0 ? `certificate: ${tls.faults.join(', ')}` : '';
  return [answer?.kind, faults].filter((part) => part).join('; ') || 'no answer';
}
