import type { HttpResponse, Limit } from '../../contract';
import type { Budgets } from '../account';
import { combined } from '../combined';
import { concurrency } from '../concurrency';
import { costBucket, type CostReport } from '../cost-bucket';
import { pauseOf, requestBucket } from '../request-bucket';
import { AskingLine } from './asking-line';
import type { RedisLink } from './link';
import { acquire, keysOf, leave, release, renew, type Script } from './scripts';

/** How a process stands to Redis: `just` for one lease after a change. */
export type Standing = 'shared' | 'just lost' | 'alone' | 'just back';

export interface SharedAccountOptions {
  account: string;
  /** A name no other process has. */
  process: string;
  leaseMs: number;
  link: Pick<RedisLink, 'up' | 'tried' | 'run'>;
  standing: () => Standing;
}

/** Processes a process counts on that has not reached Redis yet. */
const unknownProcesses = 4;
/** So often who waits asks again, ms; one that has not asked for `turnMs` loses its turn. */
const pollMs = 500, turnMs = 2000;
/** So often calls look whether they may start after all while Redis is away, ms. */
const recheckMs = 100;
/** For Lua, which reads no Infinity. */
const unlimited = 1e300;

/**
 * The budget of an account that processes share, as this process sees it. Redis decides who starts; after it there is a
 * limit of the process's own, which holds it to its part while Redis is away, and until all have found back to it.
 */
export class SharedAccount {
  readonly limit: Limit = { acquire: (cost, signal) => this.#acquire(cost, signal) };
  readonly #keys: string[];
  readonly #line = new AskingLine(() => { void this.#tell(leave, ['0']); });
  readonly #own: Limit;
  /** Points drawn by each call in flight. */
  readonly #inFlight = new Map<string, number>();
  #tickets = 0;
  /** How many share the account, as Redis told last. */
  #processes: number | undefined;
  /** Calls that were in flight when Redis went away. */
  #heldThen = Infinity;
  /** This process's part of the bucket. */
  #part: Limit;
  /** What the server told last of its bucket. */
  #told: { maximum?: number; restoreRate?: number } = {};

  constructor(private readonly options: SharedAccountOptions, readonly budgets: Budgets) {
    this.#keys = keysOf(options.account);
    this.#part = this.#newPart();
    this.#own = combined(concurrency(() => this.#calls(), { recheckMs }), {
      acquire: (cost, signal) => this.#isShared ? Promise.resolve(() => undefined) : this.#part.acquire(cost, signal),
    });
  }

  /** It may be this process's turn. */
  wake(): void { this.#line.wake(); }

  /** Redis went away: who waits for it goes on with the process's own part. */
  lost(): void {
    this.#heldThen = this.#processes === undefined ? Infinity : this.#inFlight.size;
    this.#part = this.#newPart();
    this.#line.wake();
  }

  /** Says that the process is there, and which calls are in flight. Rejects if Redis does not answer. */
  async renew(): Promise<void> {
    if (!this.budgets.used && this.#inFlight.size === 0) return;
    this.#heard(Number(await this.#run(renew, [...this.#inFlight].flat())));
  }

  leave(): Promise<void> { return this.#tell(leave, ['1']); }

  get #isShared(): boolean { return this.options.standing() === 'shared'; }
  get #shares(): number { return this.#processes ?? unknownProcesses; }

  /** Calls at once. Just after the loss nobody starts more than it had: others have theirs still in flight. */
  #calls(): number {
    const { concurrency: all } = this.budgets;
    if (this.#isShared) return all;
    const part = Math.max(1, Math.floor(all / this.#shares));
    return this.options.standing() === 'just lost' && this.#shares > 1 ? Math.min(part, this.#heldThen) : part;
  }

  /** Empty after a loss: what the others have drawn is not known. */
  #newPart(): Limit {
    const { budgets } = this;
    const shares = this.#shares;
    const known = this.#processes !== undefined;
    const { points } = budgets;
    if (!points) return requestBucket({ rate: () => budgets.rate / shares, burst: Math.max(1, Math.floor(budgets.burst / shares)), ...(known && { tokens: 0 }) });
    const { maximum, restoreRate } = { ...points, ...this.#told };
    return costBucket({
      maximum: maximum / shares, restoreRate: restoreRate / shares, atMost: () => budgets.rate / shares, ...(known && { available: 0 }),
      report: (response) => partOf(points.report(response), shares),
    });
  }

  async #acquire(cost: number, signal?: AbortSignal): Promise<(response?: HttpResponse) => void> {
    const ticket = `${this.options.process}:${String(this.#tickets++)}`;
    await this.options.link.tried;
    await this.#line.enter(() => this.#ask(ticket, cost), () => { void this.#end(ticket); }, signal);
    let done: (response?: HttpResponse) => void;
    try {
      done = await this.#own.acquire(cost, signal);
    } catch (aborted) {
      void this.#end(ticket);
      throw aborted;
    }
    if (!this.#inFlight.has(ticket)) this.#inFlight.set(ticket, 0);
    return (response) => {
      if (!this.#inFlight.has(ticket)) return;
      done(response);
      void this.#end(ticket, response);
    };
  }

  /** How long to wait, ms; 0 also while Redis is away: the process's own part decides then. */
  async #ask(ticket: string, cost: number): Promise<number> {
    if (!this.options.link.up) return 0;
    try {
      const [wait, processes, drawn] = await this.#run(acquire, [...this.#bucket(), ticket, this.budgets.concurrency, cost, turnMs]) as [number, number, string];
      this.#heard(processes);
      if (wait === 0) this.#inFlight.set(ticket, Number(drawn));
      return wait < 0 ? pollMs : Math.min(wait, pollMs);
    } catch {
      return 0; // told as lost
    }
  }

  #end(ticket: string, response?: HttpResponse): Promise<void> {
    const drawn = this.#inFlight.get(ticket) ?? 0;
    this.#inFlight.delete(ticket);
    const report = response && this.budgets.points?.report(response);
    if (report) this.#learn(report);
    const { actual, maximumAvailable, currentlyAvailable, restoreRate } = report ?? {};
    const told = [actual === null ? 0 : actual, maximumAvailable, currentlyAvailable, restoreRate].map((figure) => figure ?? '');
    return this.#tell(release, [...this.#bucket(), ticket, drawn, pauseOf(response, Date.now()), report ? 1 : 0, ...told]);
  }

  #learn({ maximumAvailable: maximum, restoreRate }: CostReport): void {
    if (maximum) this.#told.maximum = maximum;
    if (restoreRate) this.#told.restoreRate = restoreRate;
  }

  /** How many there are. Until all have found back, those known before still count. */
  #heard(processes: number): void {
    this.#processes = this.#isShared ? processes : Math.max(processes, this.#processes ?? 0);
  }

  /** Kind, size, rate, rate at most, and is a bucket nobody knows of full? */
  #bucket(): (string | number)[] {
    const { points, rate, burst } = this.budgets;
    const full = this.#isShared ? 1 : 0;
    if (points) return ['points', points.maximum, points.restoreRate, Math.min(rate, unlimited), full];
    return rate === Infinity ? ['none', 0, 0, 0, full] : ['requests', burst, rate, rate, full];
  }

  async #tell(script: Script, args: (string | number)[]): Promise<void> {
    if (this.options.link.up) await this.#run(script, args).catch(() => undefined); // told as lost
  }

  #run(script: Script, args: (string | number)[]): Promise<unknown> {
    const { link, process, leaseMs, account } = this.options;
    return link.run(script, this.#keys, [process, leaseMs, account, ...args]);
  }
}

function partOf(report: CostReport | undefined, shares: number): CostReport | undefined {
  if (!report) return undefined;
  const part = (figure: number | undefined): number | undefined => figure === undefined ? undefined : figure / shares;
  const { actual, maximumAvailable, currentlyAvailable, restoreRate } = report;
  return { actual, maximumAvailable: part(maximumAvailable), currentlyAvailable: part(currentlyAvailable), restoreRate: part(restoreRate) };
}
