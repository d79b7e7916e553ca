import check from '../../checks/probes/probe-headers.js';
import type { HeadersProbe } from '../../src/model/facts-wire.js';
import { describeCheck } from './check-table.js';
import { type Change, gateway, nowMs, url } from './facts-builder.js';

function probe(change: Partial<HeadersProbe>): Change {
  return (s) => {
    const endpoint = 'POST http://127.0.0.1:18789/tools/invoke (forwarded headers)';
    s.data['probe.headers'] = { endpoint, class: 1, outcome: 'accepted', ...change };
  };
}

function notTried(why: NonNullable<HeadersProbe['notTried']>): Change {
  return probe({ outcome: 'not-tried', notTried: why, class: -1 });
}

const trusting: Change = (s) => {
  s.data['gateway.config'].trustedProxies = ['127.0.0.0/8'];
};

function logged(lastMs: number, forcedMs?: number): Change {
  return (s) => {
    s.data['gateway.logs'] = {
      files: [],
      sinceMs: 0,
      lines: { total: 9, matched: 1, broken: 0 },
      refusals: [],
      lifecycle: [],
      reloads: [],
      upgrades: [],
      headers: [{ kind: 'untrusted-forwarded', count: 2, lastMs }],
      accepted: [],
    };
    const forced = forcedMs === undefined ? {} : { forced: [{ endpoint: 'x', atMs: forcedMs }] };
    s.data['probe.refusals'] = { refused: [], locked: [], ...forced };
  };
}

function all(...changes: Change[]): Change {
  return (s) => {
    for (const change of changes) change(s);
  };
}

function ports(...named: number[]): Change {
  return (s) => {
    s.data['gateway.logs'].ports = named;
  };
}

const through403: Change = (s) => {
  s.data['probe.reachable'].rows.push({
    url: url('https://gw.example.com'),
    sources: ['gateway.publicOrigin'],
    place: 'external',
    state: 'asked',
    answer: { kind: 'gateway-403', status: 403 },
  });
};

describeCheck(check, [
  ['no proxy', '2026.5', notTried('no-proxy'), ['no-proxy']],
  ['tailscale', '2026.9', notTried('tailscale'), ['tailscale']],
  ['a proxy on another host', '2026.9', notTried('proxy-elsewhere'), ['proxy-elsewhere']],
  ['trusted-proxy mode', '2026.9', notTried('identity'), ['identity']],
  ['another host', '2026.9', notTried('another-host'), ['another-host']],
  ['a trusted proxy', '2026.9', all(trusting, probe({})), ['attributed']],
  ['a trusted proxy', '2026.5', all(trusting, probe({})), ['attributed']],
  ['an untrusted one that nobody has used', '2026.5', probe({}), ['would-lose-locality']],
  [
    'an untrusted one that nobody has used',
    '2026.9',
    probe({ outcome: 'attribution-required' }),
    ['would-be-refused'],
  ],
  [
    'trusted on disk, not in the process',
    '2026.9',
    all(trusting, probe({ outcome: 'attribution-required' })),
    ['not-taken-up'],
  ],
  [
    'headers in the log, since the start',
    '2026.9',
    all(notTried('no-proxy'), logged(nowMs - 60_000)),
    ['headers-refused'],
  ],
  [
    'headers in the log, since the start',
    '2026.5',
    all(notTried('no-proxy'), logged(nowMs - 60_000)),
    ['locality-lost'],
  ],
  [
    'headers in the log, before the start',
    '2026.5',
    all(notTried('no-proxy'), logged(nowMs - 7_300_000)),
    ['no-proxy'],
  ],
  [
    'headers in the log that were our own',
    '2026.9',
    all(probe({ outcome: 'attribution-required' }), logged(nowMs - 60_000, nowMs - 60_500)),
    ['would-be-refused'],
  ],
  [
    'our own, answered late by a loaded gateway',
    '2026.9',
    all(probe({ outcome: 'attribution-required' }), logged(nowMs - 60_000, nowMs - 69_000)),
    ['would-be-refused'],
  ],
  [
    'somebody else’s on the line that logs no HTTP request',
    '2026.5',
    all(probe({}), logged(nowMs - 60_000, nowMs - 60_500)),
    ['locality-lost'],
  ],
  [
    'headers that came just before our own',
    '2026.9',
    all(probe({ outcome: 'attribution-required' }), logged(nowMs - 60_000, nowMs - 59_000)),
    ['headers-refused'],
  ],
  [
    'headers in a log that a gateway of another port writes to',
    '2026.9',
    all(notTried('no-proxy'), logged(nowMs - 60_000), ports(18789, 24000)),
    ['no-proxy'],
  ],
  [
    'headers in a log that names this gateway alone',
    '2026.9',
    all(notTried('no-proxy'), logged(nowMs - 60_000), ports(18789)),
    ['headers-refused'],
  ],
  [
    'headers in a log that two gateways share',
    '2026.5',
    all(notTried('no-proxy'), logged(nowMs - 60_000), (s) => {
      const other = { ...gateway, id: 'gateway:19000', port: 19000, primary: false };
      s.targets = [...s.targets, other];
      s.more.push({ id: 'probe.headers', target: other.id, data: s.data['probe.headers'] });
    }),
    ['no-proxy', 'no-proxy'],
  ],
  ['a name that answers 403', '2026.9', all(notTried('no-proxy'), through403), ['headers-refused']],
  [
    'the credential refused behind headers',
    '2026.9',
    all(trusting, probe({ outcome: 'refused', answer: { kind: 'gateway-401', status: 401 } })),
    ['credential-refused'],
  ],
  ['no live credential', '2026.9', notTried('no-live-credential'), ['not-determined']],
  [
    'every known value refused',
    '2026.9',
    all(notTried('no-live-credential'), (s) => {
      s.data['probe.credentials'].attempts = [
        { class: 1, slot: 'token', sources: ['config'], why: 'x', outcome: 'refused' },
      ];
    }),
    ['no-live-credential'],
  ],
  [
    'a state directory of ours that is full',
    '2026.9',
    notTried('cannot-remember'),
    ['not-determined'],
  ],
  ['no answer', '2026.9', probe({ outcome: 'other' }), ['not-determined']],
  [
    'an observer that failed',
    '2026.9',
    (s) => {
      s.failed['probe.headers'] = { state: 'timeout', reason: 'no time' };
    },
    ['not-determined'],
  ],
]);
