import type { Node, NodeAPI, NodeMessage, NodeMessageInFlow } from 'node-red';
import { Consumer } from '../../lib/brokers/rabbitmq/consumer';
import { StreamCursor } from '../../lib/brokers/rabbitmq/stream-cursor';
import { ConfigError, errorClass, toError } from '../../lib/errors';
import type { Store } from '../../lib/store/contract';
import { onClose, onInput, start } from '../common/on-input';
import { services } from '../common/services';
import { brokerOf } from '../b2b-rabbitmq-broker/broker';
import { consumerOptions, failurePolicy, type RabbitInDef, timeLimitMs } from './config';
import { Receiver } from './receiver';
import { InStatus } from './status';

type Incoming = NodeMessageInFlow & { event?: { deliveryid?: string }; settle?: unknown };

/** How long flows may take to finish when the node stops; the rest is delivered again. ms */
const stopLimitMs = 5000;
const cursorEveryMs = 1000;

export default function register(RED: NodeAPI): void {
  function RabbitInNode(this: Node, config: RabbitInDef): void {
    RED.nodes.createNode(this, config);
    const closing: (() => Promise<void> | void)[] = [];
    let receiver: Receiver | undefined;
    const opening = open(RED, this, config, closing).then((opened) => { receiver = opened; });
    start(this, () => opening);
    onInput(this, (msg: Incoming) => {
      if (config.ack !== 'manual') throw new ConfigError('CONFIG_SETTLE', 'This node acknowledges by itself. Set "acknowledge" to "when the flow says so" to use its input.');
      receiver?.manual.settle(msg.event?.deliveryid, msg.settle);
      return Promise.resolve();
    });
    onClose(this, async () => {
      await opening.catch(() => undefined);
      for (const close of closing.reverse()) await close();
    });
  }
  RED.nodes.registerType('b2b-rabbitmq-in', RabbitInNode);
}

async function open(RED: NodeAPI, node: Node, config: RabbitInDef, closing: (() => Promise<void> | void)[]): Promise<Receiver> {
  const options = consumerOptions(config);
  const connection = brokerOf(RED, config.broker);
  const runtime = await services(RED);
  const cursor = config.queueType === 'stream' ? await openCursor(node, runtime.store, options.queue, closing) : undefined;
  const limit = timeLimitMs(config);
  const source = runtime.openSource({
    id: node.id, parallel: options.prefetch ?? 1, timeLimitMs: limit,
    send: (message) => {
      if (config.ack === 'manual') receiver.manual.open(message.event?.deliveryid ?? '');
      node.send(message as NodeMessage);
    },
  });
  const consumer = new Consumer(connection, { ...options, cursor, onDelivery: (delivery) => { receiver.receive(delivery); } });
  const status = new InStatus(RED, node, connection, consumer);
  const policy = failurePolicy(config);
  const receiver = new Receiver({
    nodeId: node.id, queue: options.queue, ack: config.ack, timeLimitMs: limit, source, deadLetters: runtime.deadLetters,
    // What was acknowledged on receipt cannot go back to the queue.
    policy: config.ack === 'receipt' ? { ...policy, onFailure: 'dead-letter' } : policy,
    hasDeadLetterQueue: options.deadLetter !== undefined,
    onSettled: (act) => { status.settled(act === 'dead-letter'); },
    onTrouble: (reason) => { status.trouble(reason); },
  });
  let told: string | undefined;
  consumer.on('state', () => {
    const { lastError } = consumer;
    // A lost connection is logged by the broker node; what is set up wrongly is told once.
    if (lastError && errorClass(lastError) !== 'TRANSIENT' && lastError.message !== told) node.error(lastError);
    told = lastError?.message;
  });
  const release = connection.use();
  closing.push(release, () => { source.close(); receiver.close(); }, async () => {
    const stopped = consumer.stop(stopLimitMs);
    receiver.drain();
    await stopped;
  }, () => { status.close(); });
  consumer.start();
  return receiver;
}

/** Remembers in the store how far a stream was read; what was settled in the last second may be read again after a crash. */
async function openCursor(node: Node, store: Store, queue: string, closing: (() => Promise<void> | void)[]): Promise<StreamCursor> {
  const key = `rabbitmq/stream/${node.id}/${queue}`;
  const saved = await store.get<number>(key);
  let written = saved?.value;
  const cursor = new StreamCursor(written);
  const save = async (): Promise<void> => {
    const { committed } = cursor;
    if (committed === undefined || committed === written) return;
    await store.put(key, committed);
    written = committed;
  };
  const timer = setInterval(() => { save().catch((reason: unknown) => { node.warn(toError(reason).message); }); }, cursorEveryMs);
  closing.push(async () => {
    clearInterval(timer);
    await save();
  });
  return cursor;
}
