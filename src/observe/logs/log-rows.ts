import type { LogEvent } from '../../domain/openclaw/log-event.js';
import type { LogFacts, LogRefusal } from '../../model/facts-logs.js';
import { byCodeUnit } from '../../model/json.js';
import { Newest } from './newest.js';

type Refused = Extract<LogEvent, { kind: 'refusal' | 'accepted' }>;
type Accepted = LogFacts['accepted'][number];
type Life = Extract<LogEvent, { kind: 'life' }>;
type Rows = Omit<LogFacts, 'files' | 'sinceMs' | 'lines'>;

/** A hostile log may name a thousand clients: the rest is counted under one name. */
const mostRows = 500;
/** The second half comes within milliseconds of the first; strings that wait cost memory. */
const mostWaiting = 64;
/** A start of 2026.5 names its port within this time. */
const startMs = 60_000;

/** Collects what the lines of all gateways say, in any order, in memory of a fixed size. */
export class LogRows {
  readonly #refusals = new Map<string, LogRefusal & { times: Newest<number> }>();
  readonly #accepted = new Map<string, Accepted & { times: Newest<number> }>();
  readonly #headers = new Map<string, LogFacts['headers'][number]>();
  readonly #lives = new Newest<Life>(400, (a) => a.atMs);
  readonly #ownPorts = new Newest<{ atMs: number; port: number }>(400, (a) => a.atMs);
  readonly #reloads = new Newest<LogFacts['reloads'][number]>(200, (a) => a.atMs);
  readonly #upgrades = new Newest<LogFacts['upgrades'][number]>(100, (a) => a.atMs);
  readonly #approvals = new Newest<LogFacts['approvals'][number]>(50, (a) => a.atMs);
  readonly #ports = new Set<number>();
  /** First halves of refusals, by connection, until their second comes. */
  readonly #waiting = new Map<string, Refused>();
  readonly #closed = new Set<string>();
  /** Clients of upgrades, by connection. */
  readonly #names = new Map<string, string>();

  add(event: LogEvent): void {
    switch (event.kind) {
      case 'refusal':
        this.#refusal(event);
        break;
      case 'accepted':
        this.#acceptance(event);
        break;
      case 'life':
        if (event.port !== undefined) this.#port(event.port);
        this.#lives.add(event);
        break;
      case 'own-port':
        this.#port(event.port);
        this.#ownPorts.add(event);
        break;
      case 'reload':
        this.#reloads.add({ event: event.event, atMs: event.atMs, paths: event.paths });
        break;
      case 'upgrade': {
        const { kind: _, conn, ...row } = event;
        if (row.client !== undefined) this.#name(conn, row.client);
        this.#upgrades.add(row);
        break;
      }
      case 'approval':
        this.#approvals.add({ atMs: event.atMs, device: event.device, silent: event.silent });
        break;
      case 'header': {
        const row = this.#headers.get(event.header);
        const seen = row ?? { kind: event.header, count: 0, lastMs: 0 };
        seen.count += 1;
        seen.lastMs = Math.max(seen.lastMs, event.atMs);
        this.#headers.set(event.header, seen);
      }
    }
  }

  /** What concerns the gateway of that port, or cannot be told apart from it. */
  of(port: number | undefined): Rows {
    for (const event of this.#waiting.values()) this.#count(event);
    this.#waiting.clear();
    const here = (row: { port?: number | undefined }): boolean =>
      port === undefined || row.port === undefined || row.port === port;
    const refusals = [...this.#refusals.values()].filter(here).map(({ times, ...row }) => ({
      ...row,
      timesMs: times.ascending(),
    }));
    refusals.sort((a, b) => a.lastMs - b.lastMs || byCodeUnit(rowKey(a), rowKey(b)));
    const accepted = [...this.#accepted.values()].filter(here).map(({ times, ...row }) => ({
      ...row,
      timesMs: times.ascending(),
    }));
    accepted.sort((a, b) => a.lastMs - b.lastMs || byCodeUnit(a.client, b.client));
    return {
      refusals,
      accepted,
      lifecycle: this.#lifecycle().filter(here).slice(-200).map(lifeRow),
      reloads: this.#reloads.ascending(),
      upgrades: this.#upgrades.ascending(),
      headers: [...this.#headers.values()].sort((a, b) => byCodeUnit(a.kind, b.kind)),
      approvals: this.#approvals.ascending(),
      ports: [...this.#ports].sort((a, b) => a - b),
    };
  }

  #port(port: number): void {
    if (this.#ports.size < 100) this.#ports.add(port);
  }

  /** `unauthorized` and `closed before connect` of one connection are one refusal. */
  #refusal(event: Refused): void {
    if (event.part === 'unauthorized') {
      if (this.#closed.delete(event.conn)) return;
      const [oldest] = this.#waiting;
      if (oldest && this.#waiting.size >= mostWaiting) {
        this.#waiting.delete(oldest[0]);
        this.#count(oldest[1]);
      }
      this.#waiting.set(event.conn, event);
      return;
    }
    const first = this.#waiting.get(event.conn);
    if (first) this.#waiting.delete(event.conn);
    else this.#remember(event.conn);
    const reason = event.reason ?? first?.reason;
    const unknown = event.client === 'unknown';
    const name = unknown ? (first?.client ?? this.#names.get(event.conn)) : undefined;
    this.#count({
      ...event,
      ...(reason === undefined ? {} : { reason }),
      ...(name === undefined ? {} : { client: name }),
      ...(unknown && first ? { mode: first.mode } : {}),
      own: event.own || first?.own === true,
    });
  }

  /** The refusal that follows an upgrade names the device, but not the client. */
  #name(conn: string, client: string): void {
    const [oldest] = this.#names;
    if (oldest && this.#names.size >= mostWaiting) this.#names.delete(oldest[0]);
    this.#names.set(conn, client);
  }

  /** Where two parts of a file meet, the second half is read before the first. */
  #remember(conn: string): void {
    const [oldest] = this.#closed;
    if (oldest !== undefined && this.#closed.size >= mostWaiting) this.#closed.delete(oldest);
    this.#closed.add(conn);
  }

  #count(event: Refused): void {
    const { cause, reason, client, mode, port, device, remote, atMs } = event;
    if (port !== undefined) this.#port(port);
    const key = rowKey(event);
    const full = this.#refusals.size >= mostRows && !this.#refusals.has(key);
    const name = full ? 'others' : client;
    const at = full ? `others ${port ?? ''}` : key;
    const row = this.#refusals.get(at) ?? {
      cause: full ? 'other' : cause,
      ...(reason === undefined || full ? {} : { reason }),
      client: name,
      mode: full ? 'unknown' : mode,
      ...(port === undefined ? {} : { port }),
      ...(device === undefined || full ? {} : { device }),
      remote,
      own: !full && event.own,
      count: 0,
      firstMs: atMs,
      lastMs: atMs,
      timesMs: [],
      times: new Newest<number>(20, (time) => time),
    };
    row.count += 1;
    row.firstMs = Math.min(row.firstMs, atMs);
    row.lastMs = Math.max(row.lastMs, atMs);
    row.times.add(atMs);
    this.#refusals.set(at, row);
  }

  #acceptance(event: Refused): void {
    const { client, mode, port, atMs } = event;
    const key = JSON.stringify([client, mode, port]);
    if (this.#accepted.size >= mostRows && !this.#accepted.has(key)) return;
    const row = this.#accepted.get(key) ?? {
      client,
      mode,
      ...(port === undefined ? {} : { port }),
      count: 0,
      firstMs: atMs,
      lastMs: atMs,
      timesMs: [],
      times: new Newest<number>(20, (time) => time),
    };
    row.count += 1;
    row.firstMs = Math.min(row.firstMs, atMs);
    row.lastMs = Math.max(row.lastMs, atMs);
    row.times.add(atMs);
    this.#accepted.set(key, row);
  }

  /** Gives the events of a start the port that 2026.3 and 2026.5 name a little later. */
  #lifecycle(): Life[] {
    const events = this.#lives.ascending().map((event) => ({ ...event }));
    const starts = events.filter((e) => e.event === 'starting');
    for (const { atMs, port } of this.#ownPorts.ascending()) {
      const near = starts.filter((e) => e.atMs > atMs - startMs && e.atMs <= atMs);
      const [start, another] = near.filter((e) => e.port === undefined);
      // Two that start at once cannot be told apart.
      if (!start || another) continue;
      const next = starts.find((e) => e.atMs > start.atMs)?.atMs;
      for (const event of events) {
        const inside = event.atMs >= start.atMs && event.atMs < (next ?? Number.POSITIVE_INFINITY);
        if (inside && event.port === undefined) event.port = port;
      }
    }
    return events;
  }
}

function lifeRow({ event, atMs, port }: Life): LogFacts['lifecycle'][number] {
  return { event, atMs, ...(port === undefined ? {} : { port }) };
}

function rowKey(
  row: Pick<Refused, 'cause' | 'reason' | 'client' | 'mode' | 'port' | 'device' | 'remote' | 'own'>,
) {
  const { cause, reason = '', client, mode, port = 0, device = '', remote, own } = row;
  return `${cause}\n${reason}\n${client}\n${mode}\n${port}\n${device}\n${remote}\n${own}`;
}
