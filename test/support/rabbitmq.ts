import { randomUUID } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { Context } from 'mocha';
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import type { BrokerOptions } from '../../lib/brokers/rabbitmq/options';

const url = new URL(process.env['AMQP_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672');

/** The broker under test. */
export const target = { host: url.hostname, port: Number(url.port || 5672) };

export function brokerOptions(changes: Partial<BrokerOptions> = {}): BrokerOptions {
  return {
    hosts: [target], username: decodeURIComponent(url.username || 'guest'), password: decodeURIComponent(url.password || 'guest'),
    vhost: decodeURIComponent(url.pathname.slice(1)) || '/', retry: { initialDelayMs: 20, maxDelayMs: 100 }, ...changes,
  };
}

/** A plain amqplib connection beside the code under test, with queues of its own that it removes at the end. */
export class Bench {
  readonly #queues = new Set<string>();
  private constructor(readonly model: ChannelModel, readonly channel: ConfirmChannel) {}

  /** Skips the suite if RabbitMQ is not there. For `before` hooks. */
  static async open(context: Context): Promise<Bench> {
    try {
      const model = await connect(url.href, { noDelay: true, timeout: 3000 });
      model.on('error', () => undefined);
      const channel = await model.createConfirmChannel();
      channel.on('error', () => undefined);
      return new Bench(model, channel);
    } catch {
      console.log(`      RabbitMQ is not at ${target.host}:${target.port}. Start it: docker run -d -p 5672:5672 rabbitmq:4`);
      context.skip();
    }
  }

  /** A name that nobody else uses; the queue (or exchange) of this name is deleted at the end. */
  name(hint: string): string {
    const name = `b2b-test.${hint}.${randomUUID().slice(0, 8)}`;
    this.#queues.add(name);
    return name;
  }

  /** Declares a classic queue for tests that do not care about the type: quicker than a quorum queue. */
  async queue(hint: string, args: Record<string, unknown> = {}): Promise<string> {
    const name = this.name(hint);
    await this.channel.assertQueue(name, { durable: true, arguments: { 'x-queue-type': 'classic', ...args } });
    return name;
  }

  async send(queue: string, body: unknown, properties: Parameters<ConfirmChannel['publish']>[3] = {}): Promise<void> {
    this.channel.sendToQueue(queue, Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)), { contentType: 'application/json', ...properties });
    await this.channel.waitForConfirms();
  }

  async depth(queue: string): Promise<number> { return (await this.channel.checkQueue(queue)).messageCount; }

  /** Deletes also what was derived from the names: delay and dead-letter queues. */
  async close(derived: string[] = []): Promise<void> {
    const channel = await this.model.createChannel();
    channel.on('error', () => undefined);
    for (const name of [...this.#queues, ...derived]) {
      await channel.deleteQueue(name);
      await channel.deleteExchange(name);
    }
    await this.model.close();
  }
}

/** Resolves when the state is this one, also if it is already; states that last no longer than a tick count too. */
export function reaches<S extends string>(subject: EventEmitter & { readonly state: S }, state: S): Promise<void> {
  return new Promise((resolve) => {
    const look = (current: S): void => {
      if (current !== state) return;
      subject.off('state', look);
      resolve();
    };
    subject.on('state', look);
    look(subject.state);
  });
}
