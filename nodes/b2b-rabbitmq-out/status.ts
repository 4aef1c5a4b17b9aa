import type { Node, NodeAPI } from 'node-red';
import type { BrokerConnection } from '../../lib/brokers/rabbitmq/connection';
import type { Publisher } from '../../lib/brokers/rabbitmq/publisher';
import { errorClass, toError } from '../../lib/errors';
import { StatusLine } from '../common/status';

/** What a RabbitMQ out node shows: messages sent and unconfirmed, back-pressure, or what is wrong. */
export class OutStatus {
  readonly #line: StatusLine;
  readonly #show = (): void => { this.show(); };
  #sent = 0;
  #trouble: string | undefined;

  constructor(private readonly RED: NodeAPI, node: Node, private readonly connection: BrokerConnection, private readonly publisher: Publisher) {
    this.#line = new StatusLine(node);
    connection.on('state', this.#show);
    publisher.on('change', this.#show);
    this.show();
  }

  sent(): void {
    this.#sent++;
    this.#trouble = undefined;
    this.show();
  }

  trouble(reason: unknown): void {
    // Too many waiting messages show as back-pressure already.
    if (errorClass(reason) !== 'THROTTLED') this.#trouble = toError(reason).message;
    this.show();
  }

  show(): void {
    const { state, lastError } = this.connection;
    const { unconfirmed, waiting, pressure } = this.publisher;
    const text = (key: string, counts?: Record<string, number>): string => this.RED._(`b2b-rabbitmq-out.status.${key}`, counts);
    if (state === 'waiting') {
      this.#line.show({ fill: 'red', shape: 'ring', text: errorClass(lastError) === 'TRANSIENT' ? text('lost', { waiting: waiting + unconfirmed }) : lastError?.message ?? '' });
    } else if (state === 'blocked') this.#line.show({ fill: 'yellow', shape: 'ring', text: text('blocked', { waiting }) });
    else if (state !== 'connected') this.#line.show({ fill: 'yellow', shape: 'ring', text: text('connecting') });
    else if (this.#trouble !== undefined) this.#line.show({ fill: 'red', shape: 'ring', text: this.#trouble });
    else if (pressure) this.#line.show({ fill: 'yellow', shape: 'dot', text: text('pressure', { waiting }) });
    else this.#line.show({ fill: 'green', shape: unconfirmed > 0 ? 'dot' : 'ring', text: text('sent', { sent: this.#sent, unconfirmed }) });
  }

  close(): void {
    this.connection.off('state', this.#show);
    this.#line.close();
  }
}
