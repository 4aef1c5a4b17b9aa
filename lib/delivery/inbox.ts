import type { EventAttributes } from '../documents/event';
import { errorClass, errorDetails, isRetryable, toError, TransientError } from '../errors';
import { prefixEnd, timeKey, type Store, type Write } from '../store/contract';
import { sweep } from '../store/sweep';
import { nextDelay, type BackoffPolicy } from './backoff';
import type { DeadLetters } from './dead-letters';
import type { Outcome } from './flow-completion';
import { recordWrites, type RecordState } from './records';
import type { Source, SourceMessage } from './source';

/** Something that arrived and must not be lost. */
export interface Arrival {
  /** The same on every repeated delivery of the same thing; repeated ones are dropped. */
  key: string;
  /** Order is kept among arrivals of one lane. */
  laneKey?: string | undefined;
  /** Goes behind all that is not in the background, also after a restart. */
  background?: true;
  /** Plain data the preparation needs beside the body: topic, headers … */
  head: object;
  /** The body as it came, card numbers masked. */
  body: string;
}

export interface InboxEntry extends Arrival {
  seq: string;
  receivedAt: number;
  tries: number;
}

/** What preparation makes of an entry when its turn comes. */
export type Prepared = Sendable
  | { skip: string; event: Pick<EventAttributes, 'id' | 'source' | 'subject'> } & Settled;

interface Sendable extends Settled { message: SourceMessage & { event: EventAttributes } }

/** What is noted when the entry has ended. */
interface Settled {
  number?: string;
  latest?: Latest;
  also?: Write[];
}

/** The newest version of a subject that left this inbox. */
export interface Latest { subject: string; updatedAt: number; hash: string; status: string }

export interface InboxOptions {
  store: Store;
  /** The node's id. */
  id: string;
  source: Source;
  deadLetters: DeadLetters;
  prepare: (entry: InboxEntry) => Promise<Prepared>;
  /** For flows without a retry node. */
  backoff: BackoffPolicy;
  /** Hears of errors that are none of ours: bugs. */
  onBug?: (error: Error) => void;
  /** Hears how each entry ended, and its business number where it has one. */
  onSettled?: (state: RecordState, reason?: string, number?: string, head?: object) => void;
  /** What else is noted in the very commit that ends an entry. */
  settleWrites?: (entry: InboxEntry, state: RecordState) => Write[];
  now?: () => number;
}

/** Entries kept in memory at most; the rest waits in the store. */
const liveEntries = 256;

/** Forgets deliveries and versions from before a time (ms since 1970). Returns how many. */
export async function pruneArrivals(store: Store, before: number): Promise<number> {
  const seen = await sweep<number>(store, 'seen/', ({ key, value }) => value < before ? [key] : undefined);
  return seen + await sweep<Latest>(store, 'latest/', ({ key, value }) => value.updatedAt < before ? [key] : undefined);
}

/** When the oldest matching entry of each inbox came, ms since 1970. */
export async function oldestArrivals(store: Store, matches: (entry: InboxEntry) => boolean): Promise<number[]> {
  const times: number[] = [];
  for (let from = 'inbox/'; ;) {
    let node: string | undefined;
    for await (const { key } of store.range({ from, to: prefixEnd('inbox/'), limit: 1 })) node = key.split('/')[1];
    if (node === undefined) return times;
    const prefix = `inbox/${node}/`;
    for await (const { value } of store.range<InboxEntry>({ from: prefix, to: prefixEnd(prefix) })) {
      if (!matches(value)) continue;
      times.push(value.receivedAt);
      break;
    }
    from = prefixEnd(prefix);
  }
}

/** Messages that were answered "received": on disk until a flow has finished with them. */
export class Inbox {
  readonly #prefix: string;
  readonly #live = new Map<string, InboxEntry>();
  readonly #now: () => number;
  #lastSeq = 0;
  #pending = 0;
  #onRoom: (() => void)[] = [];

  constructor(private readonly options: InboxOptions) {
    this.#prefix = `inbox/${options.id}/`;
    this.#now = options.now ?? Date.now;
  }

  get store(): Store { return this.options.store; }

  /** Entries accepted and not settled. */
  get pending(): number { return this.#pending; }

  /** Takes up what an earlier run left behind. Call before the first accept(). */
  async open(): Promise<void> {
    for await (const { value } of this.options.store.range<InboxEntry>({ from: this.#prefix, to: prefixEnd(this.#prefix) })) {
      this.#enqueue(value);
    }
  }

  /**
   * Resolves to true once the arrival is on disk, to false if it was here before. `urgent`: somebody waits for the answer,
   * so it goes before the work on others. `also`: written with it.
   */
  async accept(arrival: Arrival, { urgent = false, also = [] }: { urgent?: boolean; also?: Write[] } = {}): Promise<boolean> {
    const seen = `seen/${this.options.id}/${arrival.key}`;
    const entry: InboxEntry = { ...arrival, seq: this.#nextSeq(), receivedAt: this.#now(), tries: 0 };
    const keep = (): Promise<boolean> => this.options.store.commit(
      [{ put: this.#prefix + entry.seq, value: entry }, { put: seen, value: entry.receivedAt }, ...also],
      [{ key: seen, version: null }],
    );
    if (!await (urgent ? this.options.source.urgent(keep) : keep())) return false;
    if (this.#live.size < liveEntries) this.#live.set(entry.seq, entry);
    this.#enqueue(entry);
    return true;
  }

  /** Resolves once fewer than `most` entries are pending, or it is no longer waited for: who reads a whole catalogue goes no faster than it is worked off. */
  async room(most: number, signal?: AbortSignal): Promise<void> {
    const stop = (): void => { for (const resolve of this.#onRoom.splice(0)) resolve(); };
    signal?.addEventListener('abort', stop);
    while (this.#pending >= most && !signal?.aborted) await new Promise<void>((resolve) => { this.#onRoom.push(resolve); });
    signal?.removeEventListener('abort', stop);
  }

  /** Has something newer of the same lane come since? */
  hasNewer({ laneKey }: InboxEntry): boolean { return laneKey !== undefined && this.options.source.behind(laneKey) > 0; }

  /** The newest version of a subject that went out, if any did. */
  async latest(subject: string): Promise<Latest | undefined> {
    return (await this.options.store.get<Latest>(`latest/${this.options.id}/${subject}`))?.value;
  }

  /** How many entries that have not ended match. Reads them all. */
  async count(matches: (entry: InboxEntry) => boolean): Promise<number> {
    let count = 0;
    for await (const { value } of this.options.store.range<InboxEntry>({ from: this.#prefix, to: prefixEnd(this.#prefix) })) if (matches(value)) count++;
    return count;
  }

  /** The newest versions of all subjects that begin so. */
  async* latestOf(prefix: string): AsyncIterable<Latest> {
    const from = `latest/${this.options.id}/${prefix}`;
    for await (const { value } of this.options.store.range<Latest>({ from, to: prefixEnd(from) })) yield value;
  }

  /** Time order, unique in this process; a process has its own inbox. */
  #nextSeq(): string {
    this.#lastSeq = Math.max(this.#now() * 1000, this.#lastSeq + 1);
    return timeKey(this.#lastSeq).padStart(18, '0');
  }

  #enqueue({ seq, laneKey, background }: Pick<InboxEntry, 'seq' | 'laneKey' | 'background'>): void {
    this.#pending++;
    let entry: InboxEntry | undefined;
    let prepared: Prepared | undefined;
    this.options.source.deliver({
      laneKey, ...(background ? { background } : {}),
      message: async () => {
        entry ??= this.#live.get(seq) ?? (await this.options.store.get<InboxEntry>(this.#prefix + seq))?.value;
        this.#live.delete(seq);
        if (!entry) return undefined;
        try {
          prepared = await this.options.prepare(entry);
        } catch (reason) {
          // The shop does not answer: that says nothing about the document.
          if (isRetryable(reason)) throw reason;
          await this.#unprepared(entry, toError(reason));
          return undefined;
        }
        if ('message' in prepared) return prepared.message;
        await this.#settle(entry, prepared, 'skipped', prepared.skip);
        return undefined;
      },
      settle: async (outcome) => {
        if (entry && prepared && 'message' in prepared) return this.#ended(entry, prepared, outcome);
      },
    });
  }

  /** Returns ms to wait before the entry is delivered again, or nothing once it is settled. */
  async #ended(entry: InboxEntry, prepared: Sendable, outcome: Outcome): Promise<number | undefined> {
    if (outcome.state === 'done' || outcome.state === 'retrying') {
      await this.#settle(entry, prepared, outcome.state);
      return undefined;
    }
    if (outcome.state === 'skipped') {
      await this.#settle(entry, prepared, 'skipped', outcome.reason);
      return undefined;
    }
    const { error } = outcome;
    if (outcome.state === 'dead') {
      await this.#settle(entry, prepared, 'dead', error.message);
      return undefined;
    }
    const delay = isRetryable(error) ? nextDelay(this.options.backoff, { tries: entry.tries + 1, firstAt: entry.receivedAt, error, now: this.#now() }) : undefined;
    if (delay === undefined) {
      await this.#bury(entry, prepared.message, error, prepared);
      return undefined;
    }
    entry.tries++;
    await this.options.store.commit([
      { put: this.#prefix + entry.seq, value: entry },
      ...recordWrites(prepared.message.event, this.#record('retrying', prepared, error.message)),
    ]);
    return delay;
  }

  /** The document could not be made: nothing a flow could mend. */
  async #unprepared(entry: InboxEntry, error: Error): Promise<void> {
    const event = { id: `${this.options.id}:${entry.key}`, source: this.options.id, subject: entry.laneKey ?? entry.key };
    const number = errorDetails(error).record?.split(' ').at(-1);
    await this.#bury(entry, { payload: entry.body, event: { ...event, ...entry.head } }, error, { skip: '', event, ...(number ? { number } : {}) });
  }

  async #bury(entry: InboxEntry, message: SourceMessage, error: Error, prepared: Prepared): Promise<void> {
    if (errorClass(error) === undefined) this.options.onBug?.(error);
    // The entry's own id: killed before the next line, the second burial replaces the first.
    await this.options.deadLetters.put({ id: `${this.options.id}:${entry.seq}`, node: this.options.id, message, error, tries: entry.tries + 1, firstTriedAt: entry.receivedAt });
    await this.#settle(entry, prepared, 'dead', error.message);
  }

  async #settle(entry: InboxEntry, prepared: Prepared, state: RecordState, reason?: string): Promise<void> {
    const event = 'message' in prepared ? prepared.message.event : prepared.event;
    const writes: Write[] = [{ delete: this.#prefix + entry.seq }];
    // The retry node has noted why, and may have come to an end with it already.
    if (state !== 'retrying') writes.push(...recordWrites(event, this.#record(state, prepared, reason)));
    writes.push(...prepared.also ?? [], ...this.options.settleWrites?.(entry, state) ?? []);
    if (prepared.latest) writes.push({ put: `latest/${this.options.id}/${prepared.latest.subject}`, value: prepared.latest });
    if (!await this.options.store.commit(writes)) throw new TransientError('TRANSIENT_STORE', 'The store refused to settle a message.');
    this.#pending--;
    for (const resolve of this.#onRoom.splice(0)) resolve();
    this.options.onSettled?.(state, reason, prepared.number, entry.head);
  }

  #record(state: RecordState, prepared: Prepared, reason: string | undefined): { state: RecordState; at: number; reason?: string; number?: string } {
    return { state, at: this.#now(), ...(reason ? { reason } : {}), ...(prepared.number ? { number: prepared.number } : {}) };
  }
}
