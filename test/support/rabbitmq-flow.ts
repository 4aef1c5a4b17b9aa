import { EventEmitter, once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeInitializer } from 'node-red';
import helper, { type TestFlows } from 'node-red-node-test-helper';
import registerBroker from '../../nodes/b2b-rabbitmq-broker/b2b-rabbitmq-broker';
import registerIn from '../../nodes/b2b-rabbitmq-in/b2b-rabbitmq-in';
import registerOut from '../../nodes/b2b-rabbitmq-out/b2b-rabbitmq-out';
import { brokerOptions } from './rabbitmq';

process.env['B2B_DATA_DIR'] ??= mkdtempSync(join(tmpdir(), 'b2b-rabbitmq-'));
helper.init(require.resolve('node-red'));

type Flow = Record<string, unknown>;

const { username, password, vhost, hosts: [host] } = brokerOptions();
const credentials = { broker: { user: username, password } };

const registerComplete = createRequire(require.resolve('node-red'))('@node-red/nodes/core/common/24-complete.js') as NodeInitializer;

/** Runs a flow of this palette's RabbitMQ nodes and a Complete node. */
export async function load(flow: Flow[], changed: typeof credentials = credentials): Promise<void> {
  await helper.load([registerBroker, registerIn, registerOut, registerComplete], flow as unknown as TestFlows, changed);
}

/** A tab with a broker; `port` leads through a proxy. */
export function tabWithBroker(port = host?.port ?? 5672): Flow[] {
  return [
    { id: 'tab', type: 'tab', label: 'test' },
    { id: 'broker', type: 'b2b-rabbitmq-broker', name: '', hosts: `${port === host?.port ? host.host : '127.0.0.1'}:${port}`, vhost: vhost ?? '/', useTls: false, tls: '', heartbeat: 30 },
  ];
}

/** A node as the form saves it, with quick retries. */
export function inNode(queue: string, changes: Flow = {}): Flow {
  return {
    id: 'in', z: 'tab', type: 'b2b-rabbitmq-in', name: '', broker: 'broker', queue, declare: false, queueType: 'classic', exchange: '', exchangeType: 'topic', routingKeys: '#',
    deliveryLimit: '20', messageTtl: '', maxLength: '', overflow: 'reject-publish', singleActive: false, maxAge: '', offset: 'first', prefetch: 10, ack: 'flow', timeLimit: 300,
    onFailure: 'requeue', maxTries: 3, firstDelay: 0.05, maxDelay: 0.2, deadLetter: 'store', deadLetterQueue: '', deadLetterExchange: '', deadLetterRoutingKey: '', wires: [['sink']], ...changes,
  };
}

export function outNode(changes: Flow): Flow {
  return {
    id: 'out', z: 'tab', type: 'b2b-rabbitmq-out', name: '', broker: 'broker', target: 'queue', queue: '', queueType: 'classic', exchange: '', exchangeType: 'topic', declare: false,
    routingKey: 'topic', routingKeyType: 'msg', persistent: true, mandatory: true, expiry: '', priority: '', headers: '', headersType: 'json', window: 256, waitingLimit: 1000,
    confirmTimeout: 30, wires: [], ...changes,
  };
}

export interface Arrived { payload?: unknown; topic?: string; event?: Record<string, unknown> & { id: string }; [key: string]: unknown }

/** Takes what reaches the helper node, and ends each message as `answer` says: done, or failed with the error it returns. */
export class Sink {
  readonly all: Arrived[] = [];
  readonly #events = new EventEmitter();
  constructor(answer: (message: Arrived, nth: number) => Error | undefined | Promise<Error | undefined> = () => undefined, id = 'sink') {
    helper.getNode(id).on('input', (msg, _send, done) => {
      this.all.push(msg as Arrived);
      this.#events.emit('message');
      void Promise.resolve(answer(msg as Arrived, this.all.length)).then((error) => { done(error); });
    });
  }
  async count(n: number): Promise<Arrived[]> {
    while (this.all.length < n) await once(this.#events, 'message');
    return this.all;
  }
  async nth(n: number): Promise<Arrived> {
    const message = (await this.count(n))[n - 1];
    if (!message) throw new Error('no message');
    return message;
  }
}

export { failure, showsStatus } from './node-events';
