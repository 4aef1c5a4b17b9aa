import type { EventAttributes } from '../documents/event';
import { ConfigError, errorDetails, toError, type ErrorDetails } from '../errors';
import { prefixEnd, type Store, type Write } from '../store/contract';
import type { BackoffPolicy } from './backoff';
import type { Breaker } from './breaker';
import type { DeadLetters } from './dead-letters';
import type { FlowCompletion, FlowMessage, Outcome } from './flow-completion';
import type { Holds, LaneName } from './lanes';
import { fromPlain } from './plain';
import { recordWrites, type RecordState } from './records';
import { RetrySchedule, type RetryEntry, type RetryStatus, type Verdict } from './retry-schedule';
import { RetryStore, scheduleNames } from './retry-store';
import type { Source, SourceMessage } from './source';

export type FailedMessage = FlowMessage & Record<string, unknown>;

export interface RetryOptions {
  store: Store;
  /** The node's id. */
  id: string;
  /** Sends what is due; must tell {@link Retry.sending} of each message. */
  source: Source;
  completion: FlowCompletion;
  holds: Holds;
  deadLetters: DeadLetters;
  policy: BackoffPolicy;
  /** A dead letter keeps its lane shut until it is replayed or removed. */
  keepLaneShut: boolean;
  breaker: (system: string) => Breaker;
  /** Hears of each message that was given up, after it was stored. */
  onDead: (message: FailedMessage) => void;
  onChange: (status: RetryStatus) => void;
  onError: (error: unknown) => void;
}

/** A lane that a dead letter keeps shut. */
interface Shut { lane: LaneName; letter: string }

/** Shuts the lanes of everything that waits, before any source begins to deliver. */
export async function shutLanes(store: Store, holds: Holds): Promise<void> {
  for await (const name of scheduleNames(store)) {
    for (const { source, key } of await new RetryStore(store, name).lanes()) holds.hold({ source, key }, name);
  }
  for await (const { key, value } of store.range<Shut>({ from: 'shut/', to: prefixEnd('shut/') })) holds.hold(value.lane, key);
}

/** Keeps failed messages, sends them into the flow again, and gives up into a dead letter. */
export class Retry {
  readonly #schedule: RetrySchedule;
  /** Delivery id -> entry, while a flow works on it. */
  readonly #deliveries = new Map<string, string>();
  readonly #entryOf = new WeakMap<object, string>();
  /** Entries whose flow handed the message back before it ended. */
  readonly #handedBack = new Set<string>();
  readonly #unwatch: () => void;

  constructor(private readonly options: RetryOptions) {
    this.#schedule = new RetrySchedule({
      store: options.store, name: options.id, policy: options.policy, onChange: options.onChange, onError: options.onError,
      holdUntil: (system) => options.breaker(system).until, release: (entry) => { this.#deliver(entry); },
    });
    this.#unwatch = options.deadLetters.onChange(() => { this.#openShutLanes().catch(options.onError); });
  }

  /** Goes on with what an earlier run had stored. */
  async open(): Promise<void> {
    await this.#openShutLanes();
    await this.#schedule.open();
  }

  /** To be called with each message that `source` is about to send. */
  sending(message: FlowMessage): void {
    const id = this.#entryOf.get(message);
    if (id !== undefined && message.event?.deliveryid !== undefined) this.#deliveries.set(message.event.deliveryid, id);
  }

  /** Takes over a message that failed; resolves once it is stored, or was given up. */
  async take(received: FailedMessage): Promise<void> {
    const { completion, holds, id: node } = this.options;
    const delivery = completion.deliveryOf(received);
    const known = delivery && this.#deliveries.get(delivery.id);
    const { error: reported, ...rest } = received;
    const message = withoutDelivery(rest);
    const error = failureOf(reported);
    const lane = delivery?.lane ?? ownLane(node, message);
    const also = record(message, 'retrying', error.message);
    const verdict = (known === undefined ? undefined : await this.#schedule.again(known, error, message, also))
      ?? await this.#schedule.add({ message, error, also, ...(lane ? { lane } : {}) });
    if (verdict.kind === 'waiting') {
      if (known !== undefined) this.#handedBack.add(known);
      if (lane) holds.hold(lane, node);
      completion.handOver(received, { state: 'retrying' });
      return;
    }
    await this.#bury(verdict, message, error, lane);
    if (known !== undefined) this.#handedBack.add(known);
    completion.handOver(received, { state: 'dead', error });
    this.options.onDead(received);
  }

  /** What waits stays stored, but that of a deleted node: it becomes dead letters. */
  async close(removed: boolean): Promise<void> {
    this.#unwatch();
    this.options.source.close();
    await this.#schedule.close();
    if (!removed) return;
    const error = new ConfigError('CONFIG_RETRY_REMOVED', 'The retry node that kept this message was deleted. Replay it.');
    for await (const { id, lane, message, tries, firstAt } of new RetryStore(this.options.store, this.options.id).entries()) {
      await this.#bury({ kind: 'dead', id, tries, firstAt, reason: 'permanent' }, message as FailedMessage, error, lane, false);
    }
  }

  #deliver(entry: RetryEntry): void {
    const message = fromPlain(entry.message) as SourceMessage;
    this.#entryOf.set(message, entry.id);
    this.options.source.deliver({
      lane: entry.lane, message: () => message,
      settle: async (outcome) => { await this.#ended(entry, outcome); return undefined; },
    });
  }

  async #ended(entry: RetryEntry, outcome: Outcome): Promise<void> {
    for (const [delivery, id] of this.#deliveries) if (id === entry.id) this.#deliveries.delete(delivery);
    if (this.#handedBack.delete(entry.id)) return;
    const message = entry.message as FailedMessage;
    if (outcome.state !== 'failed' && outcome.state !== 'timeout') {
      // Taken over by another retry node, the message and its record are no longer ours.
      const ours = outcome.state === 'done' || outcome.state === 'skipped';
      await this.#forget(entry.id, entry.lane, ours ? record(message, outcome.state, outcome.state === 'skipped' ? outcome.reason : undefined) : []);
      return;
    }
    const verdict = await this.#schedule.again(entry.id, outcome.error, undefined, record(message, 'retrying', outcome.error.message));
    if (verdict?.kind !== 'dead') return;
    await this.#bury(verdict, message, outcome.error, entry.lane);
    this.options.onDead(Object.assign(fromPlain(message) as FailedMessage, { error: errorOf(outcome.error) }));
  }

  async #bury({ id, tries, firstAt }: Verdict & { kind: 'dead' }, message: FailedMessage, error: Error, lane: LaneName | undefined, keepShut = this.options.keepLaneShut): Promise<void> {
    const { deadLetters, holds, id: node } = this.options;
    // The entry's own id: killed before the next line, the second burial replaces the first.
    const letter = await deadLetters.put({ id: `${node}:${id}`, node, message, error, tries, firstTriedAt: firstAt, ...(lane ? { lane } : {}) });
    const also = record(message, 'dead', error.message);
    if (keepShut && lane) {
      const key = `shut/${letter.id}`;
      also.push({ put: key, value: { lane, letter: letter.id } satisfies Shut });
      holds.hold(lane, key);
    }
    await this.#forget(id, lane, also);
  }

  async #forget(id: string, lane: LaneName | undefined, also: Write[]): Promise<void> {
    if (!await this.#schedule.done(id, also) && also.length > 0) await this.options.store.commit(also);
    if (lane && await this.#schedule.waitingIn(lane) === 0) this.options.holds.release(lane, this.options.id);
  }

  async #openShutLanes(): Promise<void> {
    const { store, deadLetters, holds } = this.options;
    for await (const { key, value } of store.range<Shut>({ from: 'shut/', to: prefixEnd('shut/') })) {
      if (await deadLetters.get(value.letter)) continue;
      await store.delete(key);
      holds.release(value.lane, key);
    }
  }
}

function ownLane(node: string, message: FailedMessage): LaneName | undefined {
  const key = (message.event as Partial<EventAttributes> | undefined)?.partitionkey;
  return key === undefined ? undefined : { source: node, key };
}

function record(message: FailedMessage, state: RecordState, reason: string | undefined): Write[] {
  const { id, source, subject, foundby } = (message.event ?? {}) as Partial<EventAttributes>;
  if (id === undefined || source === undefined || subject === undefined) return [];
  const { orderNumber, customerNumber, name } = (message['payload'] ?? {}) as Record<string, unknown>;
  const number = orderNumber ?? customerNumber ?? name;
  return recordWrites({ id, source, subject, ...(foundby ? { foundby } : {}) }, { state, at: Date.now(), ...(reason ? { reason } : {}), ...(typeof number === 'string' ? { number } : {}) });
}

/** An error as Catch nodes hand it on, made whole again. */
function failureOf(error: unknown): Error {
  const { message, code, cause } = (error ?? {}) as { message?: unknown; code?: unknown; cause?: ErrorDetails };
  const text = typeof message === 'string' ? message : 'The message came to the retry node without an error. Wire it behind a Catch node.';
  return Object.assign(toError(new Error(text)), { code: typeof code === 'string' ? code : 'UNEXPECTED', cause: errorDetails({ cause }) });
}

/** An error as Catch nodes hand it on. */
function errorOf(error: Error): Record<string, unknown> {
  return { message: error.message, code: (error as { code?: unknown }).code, cause: errorDetails(error) };
}

/** The delivery ends here: the next try gets its own. */
function withoutDelivery(message: FailedMessage): FailedMessage {
  if (!message.event) return message;
  const { deliveryid: _, ...event } = message.event;
  return { ...message, event };
}
