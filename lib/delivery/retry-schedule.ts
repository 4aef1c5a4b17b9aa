import { randomUUID } from 'node:crypto';
import { toError } from '../errors';
import type { Store, Write } from '../store/contract';
import { countsAsTry, isParkable, nextDelay, type BackoffPolicy } from './backoff';
import { plainError, toPlain } from './plain';
import { RetryStore, type DueMark, type RetryEntry } from './retry-store';

export type { RetryEntry } from './retry-store';

/** What a retry node hands over. */
export interface FailedMessage {
  /** The same on every hand-over of the same message; with an id that waits already this is `again`. Default: a new one. */
  id?: string;
  message: unknown;
  error: unknown;
  /** Messages of one lane are released in the order they came, one at a time. */
  lane?: { source: string; key: string };
  /** Where the message came from, e.g. the id of its inbox entry. */
  source?: string;
  /** Writes to commit together, e.g. those that settle the inbox. */
  also?: Write[];
}

export type Verdict =
  | { kind: 'waiting'; id: string; due: number; tries: number; parked: boolean }
  /** Nothing was stored (after `add`) or the entry stays until `done` (after `again`): write the dead letter first. */
  | { kind: 'dead'; id: string; tries: number; firstAt: number; reason: 'permanent' | 'tries' | 'age' };

export interface RetryScheduleOptions {
  store: Store;
  /** Names the schedule in the store, e.g. the node's id. One live process per name. */
  name: string;
  policy: BackoffPolicy;
  /** Sends a message whose time has come. Must lead to `done` or `again`, whatever becomes of the message. */
  release: (entry: RetryEntry) => void | Promise<void>;
  /** Until when messages for a system are to be held (ms since 1970), e.g. its breaker's `until`. */
  holdUntil?: (system: string) => number | undefined;
  /** Messages released and not yet settled, at most. Default 16. */
  parallel?: number;
  onChange?: (status: RetryStatus) => void;
  onError: (error: Error) => void;
  now?: () => number;
  random?: () => number;
  timers?: Timers;
}

export interface RetryStatus {
  /** Messages kept, those under way included. */
  waiting: number;
  underWay: number;
  /** When the next message is due, ms since 1970. */
  nextDue?: number;
}

export interface Timers { set(callback: () => void, ms: number): unknown; clear(timer: unknown): void }

const systemTimers: Timers = {
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (timer) => { clearTimeout(timer as NodeJS.Timeout); },
};

/** Longest wait of a JavaScript timer. */
const maxTimerMs = 2 ** 31 - 1;
/** After a release or the store failed. */
const againMs = 1000;

/**
 * Messages that wait for their next try. An entry stays stored from `add` until `done`, also while its message is
 * under way; whatever was under way when the process ended is released again after `open`.
 */
export class RetrySchedule {
  readonly #entries: RetryStore;
  readonly #underWay = new Set<string>();
  readonly #now: () => number;
  readonly #timers: Timers;
  readonly #parallel: number;
  #timer: { handle: unknown; at: number } | undefined;
  #pumping: Promise<void> | undefined;
  #pumpAgain = false;
  #running = false;
  #waiting = 0;

  constructor(private readonly options: RetryScheduleOptions) {
    this.#entries = new RetryStore(options.store, options.name);
    this.#now = options.now ?? Date.now;
    this.#timers = options.timers ?? systemTimers;
    this.#parallel = options.parallel ?? 16;
  }

  get status(): RetryStatus {
    return { waiting: this.#waiting, underWay: this.#underWay.size, ...(this.#timer ? { nextDue: this.#timer.at } : {}) };
  }

  /** Takes up what an earlier run left behind and starts releasing. Returns the lanes that are to be shut, with how many messages wait in each. */
  async open(): Promise<{ source: string; key: string; count: number }[]> {
    this.#waiting = await this.#entries.count();
    const lanes = await this.#entries.lanes();
    this.#running = true;
    this.#pump();
    return lanes;
  }

  /** Stops releasing; what waits stays in the store. Resolves when no write of this schedule is under way. */
  async close(): Promise<void> {
    this.#running = false;
    this.#disarm();
    await this.#pumping;
  }

  /** Stores a failed message until its next try, or says that there is to be none. */
  async add(failed: FailedMessage): Promise<Verdict> {
    const { id = randomUUID(), message, error, lane, source, also = [] } = failed;
    const now = this.#now();
    const entry: RetryEntry = {
      id, ...toMessage(message), error: plainError(error), tries: 0, throttles: 0, firstAt: now, due: now, parked: false,
      ...(lane ? { lane } : {}), ...(source === undefined ? {} : { source }),
    };
    const verdict = this.#judge(entry, error);
    if (verdict.kind === 'dead') return await this.again(id, error, message, also) ?? verdict;
    if (!await this.#entries.insert(this.#next(entry, error, verdict), also)) return await this.again(id, error, message, also) ?? verdict;
    this.#waiting++;
    this.#pump();
    return verdict;
  }

  /** A released message failed again. Undefined if the entry is not there (any more). */
  async again(id: string, error: unknown, message?: unknown, also: Write[] = []): Promise<Verdict | undefined> {
    for (;;) {
      const stored = await this.#entries.get(id);
      if (!stored) return undefined;
      const entry = message === undefined ? stored.value : { ...stored.value, ...toMessage(message) };
      const verdict = this.#judge(entry, error);
      if (verdict.kind === 'dead') return verdict;
      if (!await this.#entries.replace(stored, this.#next(entry, error, verdict), also)) continue;
      this.#underWay.delete(id);
      this.#pump();
      return verdict;
    }
  }

  /** The message came through, or became a dead letter: forgets it and lets the next of its lane follow. False if it was not there. */
  async done(id: string, also: Write[] = []): Promise<boolean> {
    const removed = await this.#entries.remove(id, also);
    this.#underWay.delete(id);
    if (removed) this.#waiting--;
    this.#pump();
    return removed;
  }

  /** Messages that wait in a lane. */
  waitingIn(lane: { source: string; key: string }): Promise<number> { return this.#entries.waitingIn(lane); }

  /** Makes what is parked due now, e.g. because a new item has arrived. Returns how many. */
  async wakeParked(): Promise<number> {
    let woken = 0;
    for await (const mark of this.#entries.marks()) {
      if (!mark.parked || this.#underWay.has(mark.id)) continue;
      const stored = await this.#entries.get(mark.id);
      if (stored && await this.#entries.replace(stored, { ...stored.value, due: this.#now() }, [])) woken++;
    }
    this.#pump();
    return woken;
  }

  #judge(entry: RetryEntry, error: unknown): Verdict {
    const { policy, random } = this.options;
    const { id, firstAt } = entry;
    const counts = countsAsTry(error);
    const tries = entry.tries + (counts ? 1 : 0);
    const now = this.#now();
    const delay = nextDelay(policy, { tries, throttles: entry.throttles + (counts ? 0 : 1), firstAt, error, now, ...(random ? { random } : {}) });
    if (delay !== undefined) return { kind: 'waiting', id, tries, due: now + delay, parked: isParkable(policy, error) };
    const forever = { ...policy, maxTries: Infinity, maxAgeMs: Infinity, ...(policy.park ? { park: { ...policy.park, maxAgeMs: Infinity } } : {}) };
    const reason = nextDelay(forever, { tries, firstAt, error, now }) === undefined ? 'permanent' : counts && tries >= policy.maxTries ? 'tries' : 'age';
    return { kind: 'dead', id, tries, firstAt, reason };
  }

  #next(entry: RetryEntry, error: unknown, { due, tries, parked }: Verdict & { kind: 'waiting' }): RetryEntry {
    return { ...entry, error: plainError(error), due, tries, parked, throttles: countsAsTry(error) ? 0 : entry.throttles + 1 };
  }

  /** Releases what is due and sets the timer for what comes next. One run at a time. */
  #pump(): void {
    if (!this.#running) return;
    if (this.#pumping) {
      this.#pumpAgain = true;
      return;
    }
    this.#pumping = this.#releaseDue().catch((reason: unknown) => {
      this.options.onError(toError(reason));
      this.#arm(this.#now() + againMs);
    }).finally(() => {
      this.#pumping = undefined;
      if (this.#pumpAgain) {
        this.#pumpAgain = false;
        this.#pump();
      } else this.options.onChange?.(this.status);
    });
  }

  async #releaseDue(): Promise<void> {
    this.#disarm();
    let wake = Infinity;
    for await (const mark of this.#entries.marks()) {
      if (!this.#running || this.#underWay.size >= this.#parallel) break;
      if (this.#underWay.has(mark.id)) continue;
      const now = this.#now();
      const held = mark.system === undefined ? undefined : this.options.holdUntil?.(mark.system);
      const from = Math.max(mark.due, held ?? 0);
      if (from > now) wake = Math.min(wake, from);
      else await this.#release(mark);
      // Marks come by due time: nothing after this one can be earlier than what the timer is for.
      if (mark.due > now && mark.due >= wake) break;
    }
    if (wake < Infinity && this.#running) this.#arm(wake);
  }

  async #release(mark: DueMark): Promise<void> {
    const stored = await this.#entries.get(mark.id);
    if (stored?.value.due !== mark.due || !this.#running) return;
    this.#underWay.add(mark.id);
    Promise.resolve(stored.value).then(this.options.release).catch((reason: unknown) => {
      this.#underWay.delete(mark.id);
      this.options.onError(toError(reason));
      this.#arm(this.#now() + againMs);
    });
  }

  #arm(at: number): void {
    if (this.#timer && this.#timer.at <= at) return;
    this.#disarm();
    if (!this.#running) return;
    const handle = this.#timers.set(() => { this.#timer = undefined; this.#pump(); }, Math.min(maxTimerMs, Math.max(0, at - this.#now())));
    this.#timer = { handle, at };
  }

  #disarm(): void {
    if (this.#timer) this.#timers.clear(this.#timer.handle);
    this.#timer = undefined;
  }
}

function toMessage(message: unknown): { message: unknown; notes: string[] } {
  const { value, notes } = toPlain(message);
  return { message: value, notes };
}
