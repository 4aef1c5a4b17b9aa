/** One request that a sandbox has had. */
export interface LoggedRequest {
  method: string;
  /** Path and query as they came. */
  url: string;
  /** 0 while in work and when no whole answer was given. */
  status: number;
  /** Arrival, ms since 1970 by the sandbox's clock. */
  at: number;
  /** Who asked, where the simulator tells its users apart. */
  user?: string;
}

export interface Counters {
  requests: number;
  inFlight: number;
  /** Most requests ever in work at once. */
  peak: number;
  /** The same by who asked. */
  peakOf: Record<string, number>;
  /** Answers by status; 0 counts requests left without a whole answer. */
  byStatus: Record<number, number>;
}

/** The last requests and running totals. Bounded: a benchmark of a million requests stays flat. */
export class RequestLog {
  readonly counters: Counters = { requests: 0, inFlight: 0, peak: 0, peakOf: {}, byStatus: {} };
  readonly #ring: LoggedRequest[] = [];
  readonly #inFlightOf: Record<string, number> = {};
  readonly #size = 2000;
  readonly #now: () => number;

  constructor(now: () => number) { this.#now = now; }

  begin(method: string, url: string, user?: string): LoggedRequest {
    const { counters } = this;
    const entry: LoggedRequest = { method, url, status: 0, at: this.#now(), ...(user === undefined ? {} : { user }) };
    this.#ring[counters.requests++ % this.#size] = entry;
    if (++counters.inFlight > counters.peak) counters.peak = counters.inFlight;
    if (user !== undefined) {
      const count = this.#inFlightOf[user] = this.inFlightOf(user) + 1;
      counters.peakOf[user] = Math.max(counters.peakOf[user] ?? 0, count);
    }
    return entry;
  }

  /** Requests of a user in work now. */
  inFlightOf(user: string): number { return this.#inFlightOf[user] ?? 0; }

  end(entry: LoggedRequest, status: number): void {
    entry.status = status;
    this.counters.inFlight--;
    if (entry.user !== undefined) this.#inFlightOf[entry.user] = this.inFlightOf(entry.user) - 1;
    this.counters.byStatus[status] = (this.counters.byStatus[status] ?? 0) + 1;
  }

  /** The last 2,000 requests, oldest first. */
  get requests(): LoggedRequest[] {
    const start = this.counters.requests % this.#size;
    return this.#ring.length < this.#size ? [...this.#ring] : [...this.#ring.slice(start), ...this.#ring.slice(0, start)];
  }
}
