import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConfirmChannel, Options } from 'amqplib';
import { ConfigError, DataError, ThrottledError, TransientError, errorClass, toError } from '../../errors';
import { channelError } from './broker-errors';
import { type BrokerConnection, closeChannel } from './connection';
import { declare, type Topology } from './topology';

export interface OutgoingMessage {
  /** `` is the default exchange: straight to the queue named by the routing key. */
  exchange: string;
  routingKey: string;
  content: Buffer;
  /** `messageId` is made if missing; receivers recognise a repeated message by it. */
  properties?: Options.Publish;
}

export interface PublisherOptions {
  /** Messages that may be unconfirmed at once. Default 256. */
  window?: number | undefined;
  /** Messages that may wait for room in the window; more are refused. Default 1,000. */
  waitingLimit?: number | undefined;
  /** How long a message may wait for its confirm, reconnects included, ms. Default 30,000. */
  confirmTimeoutMs?: number | undefined;
  /** Declared before the first message and after each lost connection. */
  topology?: Topology | undefined;
}

interface Entry {
  message: OutgoingMessage;
  properties: Options.Publish;
  /** Time when it is given up. */
  deadline: number;
  /** True once it went out, even on a channel that was lost since: its outcome is unknown. */
  sent: boolean;
  returned?: string;
  resolve: () => void;
  reject: (error: Error) => void;
}

const sweepMs = 500;

/**
 * Publishes with confirms: a promise resolves when the broker has taken the message over, and not before.
 *
 * If the connection is lost, what was not confirmed is published again, in order, once it is back: a message may then be
 * at the broker twice, with the same message id; `rabbitmq in` and the ledger behind it make that harmless. What is
 * still not confirmed after `confirmTimeoutMs` is rejected. Emits `change` when `pressure` changes.
 */
export class Publisher extends EventEmitter<{ change: [] }> {
  readonly #window: number;
  readonly #waitingLimit: number;
  readonly #confirmTimeoutMs: number;
  #waiting: Entry[] = [];
  /** In the order they were published. */
  readonly #inFlight = new Set<Entry>();
  #channel: ConfirmChannel | undefined;
  #opening: Promise<void> | undefined;
  #full = false;
  #pressed = false;
  #closed = false;
  #sweeper: NodeJS.Timeout | undefined;
  #idle: (() => void) | undefined;
  readonly #onState = (): void => { this.#pump(); };

  constructor(private readonly connection: BrokerConnection, private readonly options: PublisherOptions = {}) {
    super();
    const { window = 256, waitingLimit = 1000, confirmTimeoutMs = 30_000 } = options;
    this.#window = window;
    this.#waitingLimit = waitingLimit;
    this.#confirmTimeoutMs = confirmTimeoutMs;
    connection.on('state', this.#onState);
  }

  get unconfirmed(): number { return this.#inFlight.size; }
  get waiting(): number { return this.#waiting.length; }
  /** Messages wait because the window or the socket is full, or the broker takes none. */
  get pressure(): boolean { return this.#waiting.length > 0; }

  /**
   * Resolves when the broker has confirmed the message. Rejects with
   * ThrottledError `THROTTLED_BACK_PRESSURE` (too many wait), ConfigError `CONFIG_UNROUTABLE` (mandatory, and no queue
   * takes it) or `CONFIG_NOT_FOUND` (no such exchange), TransientError `TRANSIENT_NACKED`, `TRANSIENT_UNCONFIRMED`
   * (outcome unknown; publish it again with the same message id) or `TRANSIENT_NOT_SENT`, DataError `DATA_MESSAGE`.
   */
  publish(message: OutgoingMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed) { reject(notSent('the node was stopped')); return; }
      if (this.#waiting.length >= this.#waitingLimit) {
        reject(new ThrottledError('THROTTLED_BACK_PRESSURE',
          `${this.#waiting.length} messages wait for RabbitMQ already (${this.connection.state}). Send more slowly, or try again later.`, { retryAfterMs: 1000 }));
        return;
      }
      const properties = { ...message.properties, messageId: message.properties?.messageId ?? randomUUID() };
      this.#waiting.push({ message, properties, deadline: Date.now() + this.#confirmTimeoutMs, sent: false, resolve, reject });
      this.#sweeper ??= setInterval(() => { this.#sweep(); }, Math.min(sweepMs, this.#confirmTimeoutMs));
      this.#pump();
    });
  }

  /**
   * Declares the topology and opens the channel, ahead of the first message. Waits for the connection. Rejects with the
   * ConfigError or AuthError of what the broker refuses; the next message tries again.
   */
  ready(): Promise<void> {
    if (this.#channel) return Promise.resolve();
    return this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
      if (this.#channel) this.#pump();
    });
  }

  /** Takes no more, waits for the confirms of what was sent, then closes the channel. */
  async close(limitMs = 5000): Promise<void> {
    this.#closed = true;
    if (this.#inFlight.size + this.#waiting.length > 0) {
      await Promise.race([new Promise<void>((resolve) => { this.#idle = resolve; }), delay(limitMs, undefined, { ref: false })]);
    }
    this.connection.off('state', this.#onState);
    const left = [...this.#inFlight, ...this.#waiting.splice(0)];
    this.#inFlight.clear();
    for (const entry of left) entry.reject(entry.sent ? unconfirmed() : notSent('the node was stopped'));
    this.#settled();
    const channel = this.#channel;
    this.#channel = undefined;
    if (channel) await closeChannel(channel);
  }

  #pump(): void {
    const { state } = this.connection;
    if (!this.#channel) {
      // A lost connection comes back by itself; anything else is told to those who wait.
      if (this.#waiting.length > 0) this.ready().catch((reason: unknown) => { if (errorClass(reason) !== 'TRANSIENT') this.#rejectAll(toError(reason)); });
    } else while (!this.#full && state !== 'blocked' && this.#inFlight.size < this.#window) {
      const entry = this.#waiting.shift();
      if (!entry) break;
      this.#send(this.#channel, entry);
    }
    if (this.#pressed !== this.pressure) {
      this.#pressed = this.pressure;
      this.emit('change');
    }
  }

  async #open(): Promise<void> {
    await declare(this.connection, this.options.topology ?? {});
    const channel = await this.connection.openConfirmChannel();
    if (this.#closed && this.#waiting.length === 0) await closeChannel(channel);
    else this.#use(channel);
  }

  #use(channel: ConfirmChannel): void {
    let failure: Error | undefined;
    channel.on('error', (error) => { failure = error; });
    channel.on('return', ({ fields, properties }) => {
      const [entry] = [...this.#inFlight].filter((e) => e.returned === undefined && e.properties.messageId === properties.messageId
        && e.message.exchange === fields.exchange && e.message.routingKey === fields.routingKey);
      if (entry) entry.returned = 'replyText' in fields ? String(fields.replyText) : 'NO_ROUTE';
    });
    channel.on('drain', () => { this.#full = false; this.#pump(); });
    channel.on('close', () => {
      if (this.#channel !== channel) return;
      this.#channel = undefined;
      this.#full = false;
      if (failure) this.#refused(failure);
      this.#waiting = [...this.#inFlight, ...this.#waiting];
      this.#inFlight.clear();
      this.#pump();
      this.#settled();
    });
    this.#channel = channel;
  }

  #send(channel: ConfirmChannel, entry: Entry): void {
    const { exchange, routingKey, content } = entry.message;
    this.#inFlight.add(entry);
    try {
      this.#full = !channel.publish(exchange, routingKey, content, entry.properties, (error: Error | null) => { this.#answered(entry, error); });
      entry.sent = true;
    } catch (reason) {
      this.#inFlight.delete(entry);
      const { name, message } = toError(reason);
      if (name === 'IllegalOperationError') this.#waiting.unshift(entry);
      else entry.reject(new DataError('DATA_MESSAGE', `The message cannot be written: ${message}. Check its headers and properties.`));
    }
  }

  #answered(entry: Entry, error: Error | null): void {
    // The close handler puts what was in flight back into the queue.
    if (error?.message === 'channel closed' || !this.#inFlight.delete(entry)) return;
    const { exchange, routingKey } = entry.message;
    if (entry.returned !== undefined) {
      entry.reject(new ConfigError('CONFIG_UNROUTABLE', exchange === ''
        ? `There is no queue "${routingKey}": the broker gave the message back. Create the queue, or let a node declare it.`
        : `No queue is bound to exchange "${exchange}" for routing key "${routingKey}": the broker gave the message back. Add a binding.`, { answer: entry.returned }));
    } else if (error) {
      entry.reject(new TransientError('TRANSIENT_NACKED', `RabbitMQ did not take the message for "${exchange || routingKey}" (is the queue full?).`));
    } else entry.resolve();
    this.#pump();
    this.#settled();
  }

  /** Nothing is under way any more: no timer is needed, and `close` may go on. */
  #settled(): void {
    if (this.#inFlight.size + this.#waiting.length > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
    this.#idle?.();
  }

  /** The broker ended the channel because of one message: that one is rejected, the others go out again. */
  #refused(failure: Error): void {
    const error = channelError(failure);
    const exchange = /exchange '([^']*)'/.exec(failure.message)?.[1];
    const size = /message size (\d+)/.exec(failure.message)?.[1];
    const all = [...this.#inFlight];
    const culprits = all.filter(({ message }) => message.exchange === exchange || message.content.length === Number(size));
    for (const entry of culprits.length > 0 ? culprits : all) {
      this.#inFlight.delete(entry);
      entry.reject(size === undefined ? error : new DataError('DATA_MESSAGE', `RabbitMQ takes no message of ${size} bytes.`));
    }
  }

  #sweep(): void {
    const now = Date.now();
    for (const entry of [...this.#inFlight, ...this.#waiting]) {
      if (entry.deadline > now) continue;
      this.#inFlight.delete(entry);
      const { state, lastError } = this.connection;
      entry.reject(entry.sent ? unconfirmed() : notSent(lastError?.message ?? state));
    }
    this.#waiting = this.#waiting.filter(({ deadline }) => deadline > now);
    this.#pump();
    this.#settled();
  }

  #rejectAll(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    this.#settled();
  }
}

function unconfirmed(): TransientError {
  return new TransientError('TRANSIENT_UNCONFIRMED', 'RabbitMQ did not confirm the message in time. It may have arrived or not: send it again with the same message id.');
}

function notSent(why: string): TransientError {
  return new TransientError('TRANSIENT_NOT_SENT', `The message was not sent to RabbitMQ: ${why}.`);
}
