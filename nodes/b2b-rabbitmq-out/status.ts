import type { Node, NodeAPI, NodeStatus } from 'node-red';
import type { BrokerConnection } from '../../lib/brokers/rabbitmq/connection';
import type { Publisher } from '../../lib/brokers/rabbitmq/publisher';
import { errorClass, toError } from '../../lib/errors';
import { countsText, StatusLine } from '../common/status';

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

  show(): void { this.#line.show(() => this.#status()); }

  close(): void {
    this.connection.off('state', this.#show);
    this.#line.close();
  }

  #status(): NodeStatus {
    const { state, lastError } = this.connection;
    const { unconfirmed, waiting, pressure } = this.publisher;
    const text = (key: string, counts?: Record<string, number>): string => this.RED._(`b2b-rabbitmq-out.status.${key}`, counts);
    if (state === 'waiting') return { fill: 'red', shape: 'ring', text: lastError && errorClass(lastError) !== 'TRANSIENT' ? lastError.message : text('lost', { waiting: waiting + unconfirmed }) };
    if (state === 'blocked') return { fill: 'yellow', shape: 'ring', text: text('blocked', { waiting }) };
    if (state !== 'connected') return { fill: 'yellow', shape: 'ring', text: text('connecting') };
    if (this.#trouble !== undefined) return { fill: 'red', shape: 'ring', text: this.#trouble };
    if (pressure) return { fill: 'yellow', shape: 'dot', text: text('pressure', { waiting }) };
    return { fill: 'green', shape: unconfirmed > 0 ? 'dot' : 'ring', text: countsText(this.RED, { sent: this.#sent, unconfirmed }) };
  }
}
