/** One request that a sandbox has had. */
export interface LoggedRequest {
  method: string;
  /** Path and query as they came. */
  url: string;
  /** 0 while in work and when no whole answer was given. */
  status: number;
  /** Arrival, ms since 1970 by the sandbox's clock. */
  at: number;
}

export interface Counters {
  requests: number;
  inFlight: number;
  /** Most requests ever in work at once. */
  peak: number;
  /** Answers by status; 0 counts requests left without a whole answer. */
  byStatus: Record<number, number>;
}

/** The last requests and running totals. Bounded: a benchmark of a million requests stays flat. */
export class RequestLog {
  readonly counters: Counters = { requests: 0, inFlight: 0, peak: 0, byStatus: {} };
  readonly #ring: LoggedRequest[] = [];
  readonly #size = 2000;
  readonly #now: () => number;

  constructor(now: () => number) { this.#now = now; }

  begin(method: string, url: string): LoggedRequest {
    const { counters } = this;
    const entry = { method, url, status: 0, at: this.#now() };
    this.#ring[counters.requests++ % this.#size] = entry;
    if (++counters.inFlight > counters.peak) counters.peak = counters.inFlight;
    return entry;
  }

  end(entry: LoggedRequest, status: number): void {
    entry.status = status;
    this.counters.inFlight--;
    this.counters.byStatus[status] = (this.counters.byStatus[status] ?? 0) + 1;
  }

  /** The last 2,000 requests, oldest first. */
  get requests(): LoggedRequest[] {
    const start = this.counters.requests % this.#size;
    return this.#ring.length < this.#size ? [...this.#ring] : [...this.#ring.slice(start), ...this.#ring.slice(0, start)];
  }
}
