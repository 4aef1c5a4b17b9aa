import type { Node, NodeAPI, NodeStatus } from 'node-red';
import type { BrokerConnection } from '../../lib/brokers/rabbitmq/connection';
import type { Consumer } from '../../lib/brokers/rabbitmq/consumer';
import { queueDepth } from '../../lib/brokers/rabbitmq/topology';
import { errorClass, toError } from '../../lib/errors';
import { countsText, StatusLine } from '../common/status';

const depthEveryMs = 5000;

/** What a RabbitMQ in node shows: backlog, messages under way and dead letters, or what is wrong. */
export class InStatus {
  readonly #line: StatusLine;
  readonly #timer: NodeJS.Timeout;
  readonly #onState = (): void => { this.#show(); };
  #backlog: number | undefined;
  #dead = 0;
  #trouble: string | undefined;

  constructor(private readonly RED: NodeAPI, node: Node, private readonly connection: BrokerConnection, private readonly consumer: Consumer) {
    this.#line = new StatusLine(node);
    consumer.on('state', (state) => { this.#show(); if (state === 'consuming') void this.#measure(); });
    connection.on('state', this.#onState);
    this.#timer = setInterval(() => void this.#measure(), depthEveryMs);
    this.#show();
  }

  settled(dead: boolean): void {
    this.#trouble = undefined;
    if (dead) this.#dead++;
    this.#show();
  }

  trouble(reason: unknown): void {
    this.#trouble = toError(reason).message;
    this.#show();
  }

  close(): void {
    clearInterval(this.#timer);
    this.connection.off('state', this.#onState);
    this.#line.close();
  }

  async #measure(): Promise<void> {
    if (this.consumer.state !== 'consuming' || this.connection.state !== 'connected') return;
    // A queue that is gone shows by the consumer's own state.
    this.#backlog = await queueDepth(this.connection, this.consumer.options.queue).then(({ messages }) => messages, () => undefined);
    this.#show();
  }

  #show(): void {
    const { state } = this.consumer;
    if (state !== 'stopping' && state !== 'stopped') this.#line.show(() => this.#status());
  }

  #status(): NodeStatus {
    const { state, lastError, unsettled } = this.consumer;
    const text = (key: string): string => this.RED._(`b2b-rabbitmq-in.status.${key}`);
    if (state !== 'consuming') {
      const error = lastError ?? this.connection.lastError;
      if (!error) return { fill: 'yellow', shape: 'ring', text: text('connecting') };
      return { fill: 'red', shape: 'ring', text: errorClass(error) === 'TRANSIENT' ? text('lost') : error.message };
    }
    if (this.#trouble !== undefined) return { fill: 'red', shape: 'ring', text: this.#trouble };
    return {
      fill: this.#dead > 0 ? 'red' : 'green', shape: unsettled > 0 ? 'dot' : 'ring',
      text: countsText(this.RED, { waiting: this.#backlog ?? 0, running: unsettled, dead: this.#dead }),
    };
  }
}
