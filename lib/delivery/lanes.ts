/** A piece of work that a lane runs; it must not reject. */
export type Job = () => Promise<void>;

/** `live`: how many of those that wait are no background work. */
interface Lane { waiting: { job: Job; background: boolean }[]; running: boolean; live: number }

/** A lane: the node where its messages enter, and their key. */
export interface LaneName { source: string; key: string }

/** Lanes that are shut, shared by all lanes of a process. A lane is open again when its last holder lets go. */
export class Holds {
  readonly #holders = new Map<string, Set<string>>();
  readonly #listeners = new Map<string, (key: string) => void>();

  /** Shuts a lane on behalf of `holder`; twice is once. */
  hold(lane: LaneName, holder: string): void {
    const name = nameOf(lane);
    const holders = this.#holders.get(name);
    if (holders) holders.add(holder);
    else this.#holders.set(name, new Set([holder]));
  }

  release(lane: LaneName, holder: string): void {
    const name = nameOf(lane);
    const holders = this.#holders.get(name);
    if (!holders?.delete(holder) || holders.size > 0) return;
    this.#holders.delete(name);
    this.#listeners.get(lane.source)?.(lane.key);
  }

  isHeld(lane: LaneName): boolean { return this.#holders.has(nameOf(lane)); }

  /** Calls `listener` with each key of `source` that was opened again; undefined stops it. */
  listen(source: string, listener: ((key: string) => void) | undefined): void {
    if (listener) this.#listeners.set(source, listener);
    else this.#listeners.delete(source);
  }
}

function nameOf({ source, key }: LaneName): string { return `${source}\n${key}`; }

/** So many urgent calls at once are a burst; it is over when there were fewer for so many ms. Jobs wait for its end, but not longer. */
const burst = 8, calmMs = 50, longestWaitMs = 10_000;

/**
 * Runs jobs one at a time per key and many keys in parallel, in the order they were added. A held key waits without
 * taking one of the parallel places. Background work goes behind all other and takes half of the places at most.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #ready: string[] = [];
  /** Lanes in which nothing but background work waits. */
  readonly #later = new Set<string>();
  #running = 0;
  #background = 0;
  #waiting = 0;
  #urgent = 0;
  #burst: { since: number; calm: NodeJS.Timeout } | undefined;
  #keyless = 0;
  #closed = false;

  constructor(readonly source: string, private readonly parallel: number, private readonly holds: Holds, private readonly now: () => number = Date.now) {
    holds.listen(source, (key) => { this.#offer(key); });
  }

  /** Jobs that have not started. */
  get waiting(): number { return this.#waiting; }
  get running(): number { return this.#running; }

  /** Jobs of a key that have not started. */
  behind(key: string): number { return this.#lanes.get(key)?.waiting.length ?? 0; }

  /** Without a key the job shares its lane with no other. `background`: it goes behind all that is not. */
  add(key: string | undefined, job: Job, background = false): void {
    if (this.#closed) return;
    const name = key ?? `\n${String(this.#keyless++)}`;
    let lane = this.#lanes.get(name);
    if (!lane) this.#lanes.set(name, lane = { waiting: [], running: false, live: 0 });
    lane.waiting.push({ job, background });
    if (!background) lane.live++;
    this.#waiting++;
    // Work that waits in the background of this key must be done first, and is now waited for.
    if (!background && this.#later.delete(name)) this.#ready.push(name);
    if (lane.waiting.length === 1) this.#offer(name);
    else this.#start();
  }

  /**
   * Does at once what somebody outside waits for, such as keeping a webhook. A burst of it is answered first and worked
   * off afterwards; one that will not end leaves room for one job at a time.
   */
  async urgent<T>(work: () => Promise<T>): Promise<T> {
    if (++this.#urgent >= burst && !this.#closed) {
      this.#burst ??= { since: this.now(), calm: setTimeout(() => {
        this.#burst = undefined;
        this.#start();
      }, calmMs) };
      this.#burst.calm.refresh();
      this.#start();
    }
    try {
      return await work();
    } finally {
      this.#urgent--;
    }
  }

  /** Jobs that may run at once now. */
  get #places(): number {
    if (!this.#burst) return this.parallel;
    return this.now() - this.#burst.since < longestWaitMs ? 0 : 1;
  }

  /** No job starts after this; those running are not interrupted. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#burst?.calm);
    this.holds.listen(this.source, undefined);
    this.#lanes.clear();
    this.#ready.length = 0;
    this.#later.clear();
    this.#waiting = 0;
  }

  #offer(name: string): void {
    const lane = this.#lanes.get(name);
    if (!lane || lane.running || lane.waiting.length === 0 || this.holds.isHeld({ source: this.source, key: name })) return;
    lane.running = true;
    if (lane.live > 0) this.#ready.push(name);
    else this.#later.add(name);
    this.#start();
  }

  #start(): void {
    while (this.#running < this.#places) {
      const name = this.#ready.shift() ?? this.#nextLater();
      if (name === undefined) return;
      const lane = this.#lanes.get(name);
      const next = lane?.waiting.shift();
      if (!lane || !next) continue;
      const { job, background } = next;
      this.#running++;
      this.#waiting--;
      if (background) this.#background++;
      else lane.live--;
      void job().finally(() => { this.#finished(name, lane, background); });
    }
  }

  #nextLater(): string | undefined {
    const [name] = this.#background < Math.max(1, Math.floor(this.parallel / 2)) ? this.#later : [];
    if (name !== undefined) this.#later.delete(name);
    return name;
  }

  #finished(name: string, lane: Lane, background: boolean): void {
    this.#running--;
    if (background) this.#background--;
    lane.running = false;
    if (lane.waiting.length === 0) this.#lanes.delete(name);
    else if (!this.#closed) this.#offer(name);
    this.#start();
  }
}
