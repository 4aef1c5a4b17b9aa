import type { Channel, ConsumeMessage, Options } from 'amqplib';
import { TransientError } from '../../errors';
import { cut } from './cloud-events';
import type { OutgoingMessage } from './publisher';

/** Where dead letters go. */
export interface DeadLetterTarget { exchange: string; routingKey: string }

/** What a delivery needs of its consumer. */
export interface Settler {
  readonly options: { queue: string; deadLetter?: DeadLetterTarget | undefined };
  publish(message: OutgoingMessage): Promise<void>;
  /** Declares the queue where messages wait so long, and names it. */
  delayQueueFor(delayMs: number): Promise<string>;
  acknowledged(delivery: Delivery): void;
  settled(delivery: Delivery): void;
}

export const triesHeader = 'x-b2b-tries';
const maxErrorBytes = 1024;

/**
 * One message that was delivered and must be settled, once. Settling a delivery whose channel is gone does nothing: the
 * broker delivers the message again.
 */
export class Delivery {
  #settled = false;

  constructor(readonly channel: Channel, readonly message: ConsumeMessage, private readonly settler: Settler) {}

  get content(): Buffer { return this.message.content; }
  get headers(): Record<string, unknown> { return this.message.properties.headers ?? {}; }
  /** Position in a stream; undefined in a queue. */
  get offset(): number | undefined { return 'x-stream-offset' in this.headers ? Number(this.headers['x-stream-offset']) : undefined; }
  /** The broker handed the message out before and does not know what became of it. */
  get redelivered(): boolean { return this.message.fields.redelivered; }
  /** How many tries have failed before. */
  get tries(): number {
    const tries = this.headers[triesHeader];
    return typeof tries === 'number' && Number.isInteger(tries) && tries > 0 ? tries : 0;
  }

  /** False once it is settled, or its channel is gone and the broker will deliver it again. */
  get open(): boolean { return !this.#settled; }

  /** The message has been dealt with. */
  ack(): void {
    if (this.open) this.settler.acknowledged(this);
    this.#settle((channel) => { channel.ack(this.message); });
  }

  /** Gives the message back to the head of its queue, at once. */
  release(): void { this.#settle((channel) => { channel.nack(this.message, false, true); }); }

  /** The message comes back after `delayMs`, behind what waits then. Rejects, with nothing settled, if it cannot be put aside. */
  requeue(delayMs: number, tries: number): Promise<void> {
    return this.#move(async () => ({ exchange: '', routingKey: await this.settler.delayQueueFor(delayMs) }), { [triesHeader]: tries });
  }

  /** Sends the message to the dead-letter exchange with the reason in its headers. Rejects, with nothing settled, if nobody takes it. */
  deadLetter(error: Error & { code?: unknown }, tries: number): Promise<void> {
    const { queue, deadLetter } = this.settler.options;
    if (!deadLetter) throw new Error(`queue ${queue} has no dead-letter exchange`);
    return this.#move(() => Promise.resolve(deadLetter), {
      [triesHeader]: tries, 'b2b-error-code': typeof error.code === 'string' ? error.code : 'UNEXPECTED',
      'b2b-error': cutBytes(error.message, maxErrorBytes), 'b2b-queue': queue, 'b2b-dead-at': new Date().toISOString(),
    });
  }

  /** The channel is gone: from now on settling does nothing. */
  lose(): void { this.#settle(() => undefined); }

  /** The copy is confirmed before the original is acknowledged, so a crash in between doubles the message but never loses it. */
  async #move(target: () => Promise<DeadLetterTarget>, headers: Record<string, string | number>): Promise<void> {
    if (this.#settled) return;
    const { exchange, routingKey } = await target();
    await this.settler.publish({ exchange, routingKey, content: this.content, properties: { ...this.#properties(), headers: { ...this.#ownHeaders(), ...headers } } });
    this.ack();
  }

  /** What the sender had set; without an expiry of its own, which would end the wait or the dead letter early. */
  #properties(): Options.Publish {
    const set = Object.entries(this.message.properties as unknown as Record<string, unknown>)
      .filter(([name, value]) => value !== undefined && !['expiration', 'clusterId', 'userId', 'headers', 'deliveryMode'].includes(name));
    return { ...Object.fromEntries(set), persistent: true, mandatory: true };
  }

  /** The broker's own notes about earlier dead-lettering would make it see a cycle and drop the message. */
  #ownHeaders(): Record<string, unknown> {
    return Object.fromEntries(Object.entries(this.headers).filter(([name]) => !/^x-(death|first-death-.*|last-death-.*|delivery-count)$/.test(name)));
  }

  #settle(act: (channel: Channel) => void): void {
    if (this.#settled) return;
    this.#settled = true;
    try {
      act(this.channel);
    } catch (reason) {
      // Only "channel closed" is thrown here: the broker has the message back already.
      if (!(reason instanceof Error) || reason.name !== 'IllegalOperationError') throw new TransientError('TRANSIENT_BROKER', String(reason));
    } finally {
      this.settler.settled(this);
    }
  }
}

function cutBytes(text: string, bytes: number): string {
  let short = cut(text, bytes);
  while (Buffer.byteLength(short) > bytes) short = cut(short, short.length - Math.ceil((Buffer.byteLength(short) - bytes) / 3));
  return short;
}
