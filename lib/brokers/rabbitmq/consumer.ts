import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Channel, ConsumeMessage } from 'amqplib';
import { type SyncError, TransientError } from '../../errors';
import { channelError } from './broker-errors';
import { type BrokerConnection, closeChannel } from './connection';
import { Delivery, type DeadLetterTarget, type Settler } from './consumer-delivery';
import { delayQueue } from './delay';
import { type OutgoingMessage, Publisher } from './publisher';
import type { StreamCursor } from './stream-cursor';
import { declare, declareQueue, type QueueType, type Topology } from './topology';

export type ConsumerState = 'stopped' | 'starting' | 'consuming' | 'waiting' | 'stopping';

export interface ConsumerOptions {
  queue: string;
  /** Decides what delay queues are made of, and how a stream is read. Default `quorum`. */
  queueType?: QueueType | undefined;
  /** Declared before each subscription; nothing if the queue must be there already. */
  topology?: Topology | undefined;
  /** Deliveries that may be unsettled at once. Default 100. */
  prefetch?: number | undefined;
  /** Where {@link Delivery.deadLetter} sends to; without it that method may not be used. */
  deadLetter?: DeadLetterTarget | undefined;
  /** No other consumer may read the queue. */
  exclusive?: boolean | undefined;
  /** Stream: where to begin if the cursor does not say it. Default `next`. */
  offset?: 'first' | 'last' | 'next' | undefined;
  /** Stream: remembers how far it was read, so that a new subscription goes on there. */
  cursor?: StreamCursor | undefined;
  onDelivery: (delivery: Delivery) => void;
  /** Wait before subscribing again after a failure, ms; doubles to a minute. Default 1,000. */
  retryDelayMs?: number | undefined;
}

const maxRetryDelayMs = 60_000;
const sleep = (ms: number): Promise<void> => delay(Math.max(0, ms), undefined, { ref: false });

/**
 * Consumes one queue and keeps at it: after a lost connection, a cancelled subscription (queue deleted) or a missing
 * queue it subscribes again, with backoff. Emits `state`; `lastError` says why it waits.
 */
export class Consumer extends EventEmitter<{ state: [ConsumerState] }> implements Settler {
  #state: ConsumerState = 'stopped';
  #lastError: SyncError | undefined;
  #channel: Channel | undefined;
  #tag: string | undefined;
  #publisher: Publisher | undefined;
  readonly #stop = new AbortController();
  readonly #open = new Set<Delivery>();
  readonly #declared = new Map<string, number>();
  #idle: (() => void) | undefined;

  constructor(private readonly connection: BrokerConnection, readonly options: ConsumerOptions) { super(); }

  get state(): ConsumerState { return this.#state; }
  get lastError(): SyncError | undefined { return this.#lastError; }
  /** Deliveries that are not settled. */
  get unsettled(): number { return this.#open.size; }

  start(): void {
    if (this.#state === 'stopped' && !this.#stop.signal.aborted) void this.#run();
  }

  /** Takes no more deliveries, waits up to `limitMs` for those under way, then closes. The rest goes back to the queue. */
  async stop(limitMs = 5000): Promise<void> {
    this.#enter('stopping');
    this.#stop.abort();
    const until = Date.now() + limitMs;
    const channel = this.#channel;
    if (channel && this.#tag !== undefined) await Promise.race([channel.cancel(this.#tag).catch(() => undefined), sleep(limitMs)]);
    if (this.#open.size > 0) await Promise.race([new Promise<void>((resolve) => { this.#idle = resolve; }), sleep(until - Date.now())]);
    await this.#publisher?.close(Math.max(0, until - Date.now()));
    if (channel) await closeChannel(channel);
    this.#enter('stopped');
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { retryDelayMs = 1000 } = this.options;
    let failures = 0;
    while (!signal.aborted) {
      this.#enter('starting');
      try {
        const { ended } = await this.#subscribe();
        failures = 0;
        this.#lastError = undefined;
        this.#enter('consuming');
        this.#lastError = channelError(await ended);
      } catch (reason) {
        this.#lastError = channelError(reason);
        failures++;
      }
      this.#tag = undefined;
      this.#enter('waiting');
      const wait = Math.min(maxRetryDelayMs, retryDelayMs * 2 ** Math.max(0, failures - 1)) * (0.5 + Math.random() / 2);
      if (failures > 0) await delay(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Resolves once subscribed; `ended` then resolves with the reason when the subscription ends. */
  async #subscribe(): Promise<{ ended: Promise<unknown> }> {
    const { queue, topology, prefetch = 100, exclusive = false, queueType } = this.options;
    if (topology) await declare(this.connection, topology);
    const channel = await this.connection.openChannel();
    let cancelled = (): void => undefined;
    const ended = new Promise<unknown>((resolve) => {
      channel.on('error', resolve);
      channel.on('close', () => {
        for (const delivery of this.#open) if (delivery.channel === channel) delivery.lose();
        resolve(new TransientError('TRANSIENT_BROKER', 'The connection to RabbitMQ was lost.'));
      });
      cancelled = () => {
        resolve(new TransientError('TRANSIENT_CANCELLED', `RabbitMQ ended the subscription to "${queue}". Was the queue deleted?`));
        void closeChannel(channel);
      };
    });
    this.#channel = channel;
    try {
      await channel.prefetch(prefetch);
      const { consumerTag } = await channel.consume(queue, (message) => { if (message) this.#deliver(channel, message); else cancelled(); },
        { exclusive, ...(queueType === 'stream' ? { arguments: { 'x-stream-offset': this.#streamOffset() } } : {}) });
      this.#tag = consumerTag;
    } catch (reason) {
      await closeChannel(channel);
      throw reason;
    }
    if (this.#stop.signal.aborted) await closeChannel(channel);
    return { ended };
  }

  #streamOffset(): string | number {
    const { cursor, offset = 'next' } = this.options;
    cursor?.rewind();
    return cursor?.committed === undefined ? offset : cursor.committed + 1;
  }

  #deliver(channel: Channel, message: ConsumeMessage): void {
    // It goes back to the queue when the channel closes.
    if (this.#state === 'stopping') return;
    const delivery = new Delivery(channel, message, this);
    this.#open.add(delivery);
    if (delivery.offset !== undefined) this.options.cursor?.delivered(delivery.offset);
    this.options.onDelivery(delivery);
  }

  acknowledged({ offset }: Delivery): void { if (offset !== undefined) this.options.cursor?.settled(offset); }

  settled(delivery: Delivery): void {
    this.#open.delete(delivery);
    if (this.#open.size === 0) this.#idle?.();
  }

  async publish(message: OutgoingMessage): Promise<void> {
    this.#publisher ??= new Publisher(this.connection);
    await this.#publisher.publish(message);
  }

  async delayQueueFor(delayMs: number): Promise<string> {
    const { queue, queueType = 'quorum' } = this.options;
    const { declareEveryMs, ...settings } = delayQueue(queue, queueType === 'stream' ? 'quorum' : queueType, delayMs);
    if (Date.now() - (this.#declared.get(settings.name) ?? 0) > declareEveryMs) {
      await this.connection.withChannel((channel) => declareQueue(channel, settings));
      this.#declared.set(settings.name, Date.now());
    }
    return settings.name;
  }

  #enter(state: ConsumerState): void {
    if (this.#state === state || (this.#stop.signal.aborted && state !== 'stopped')) return;
    this.#state = state;
    this.emit('state', state);
  }
}
