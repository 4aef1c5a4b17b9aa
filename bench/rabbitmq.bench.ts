import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type ChannelModel, connect } from 'amqplib';
import { startNodeRed } from '../test/support/node-red';
import { type BenchRow, inTurns, median, rates } from './bench';
import { makeOrder } from './order';

const url = process.env['AMQP_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672';
const messages = 10_000, rounds = 3, prefetch = 100;
const body = Buffer.from(JSON.stringify(makeOrder(9)));

/** Moves all messages of one queue to another; returns the way to stop it. */
type Mover = (from: string, to: string) => Promise<() => Promise<void>>;

/** 8 KB orders from one queue to another through `rabbitmq in -> rabbitmq out`, against amqplib alone doing the same. */
export async function run(): Promise<BenchRow[]> {
  const nodeRed = await startNodeRed();
  const model = await connect(url, { noDelay: true });
  const queues: string[] = [];
  try {
    const ours: Mover = async (from, to) => {
      await nodeRed.deploy(flow(from, to));
      return () => nodeRed.deploy([]);
    };
    const [mine = [], others = []] = await inTurns(rounds, () => measure(model, ours, queues), () => measure(model, raw, queues));
    return [rates('RabbitMQ in -> out, 8 KB orders', median(mine), ['amqplib', median(others)], 0.6)];
  } finally {
    await nodeRed.stop();
    const channel = await model.createChannel();
    for (const queue of queues) await channel.deleteQueue(queue);
    await model.close();
  }
}

/** Messages a second between the first and the last tenth arriving, so that the start does not count. */
async function measure(model: ChannelModel, mover: Mover, queues: string[]): Promise<number> {
  const [from, to] = [`b2b-bench.${randomUUID()}`, `b2b-bench.${randomUUID()}`] as const;
  queues.push(from, to);
  const channel = await model.createConfirmChannel();
  for (const queue of [from, to]) await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'classic' } });
  for (let i = 0; i < messages; i++) {
    channel.sendToQueue(from, body, { persistent: true, contentType: 'application/json', messageId: String(i) });
    if (i % 500 === 0) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();
  const arrived = async (count: number): Promise<number> => {
    for (;;) {
      const { messageCount } = await channel.checkQueue(to);
      if (messageCount >= count) return messageCount;
      await setTimeout(20);
    }
  };
  const stop = await mover(from, to);
  const first = await arrived(messages / 10);
  const begin = performance.now();
  await arrived(messages);
  const rate = (messages - first) / (performance.now() - begin) * 1000;
  await stop();
  for (const queue of [from, to]) await channel.deleteQueue(queue);
  await channel.close();
  return rate;
}

/** The same by hand: read as JSON, write as JSON, acknowledge at the confirm. */
async function raw(from: string, to: string): Promise<() => Promise<void>> {
  const model = await connect(url, { noDelay: true });
  const channel = await model.createConfirmChannel();
  await channel.prefetch(prefetch);
  await channel.consume(from, (message) => {
    if (!message) return;
    const order = JSON.parse(message.content.toString()) as unknown;
    channel.publish('', to, Buffer.from(JSON.stringify(order)), { persistent: true, contentType: 'application/json', mandatory: true, messageId: String(message.properties.messageId) },
      (error: unknown) => { if (!error) channel.ack(message); });
  });
  return () => model.close();
}

function flow(from: string, to: string): Record<string, unknown>[] {
  const { hostname, port, username, password, pathname } = new URL(url);
  return [
    { id: 'tab', type: 'tab', label: 'bench' },
    {
      id: 'broker', type: 'b2b-rabbitmq-broker', hosts: `${hostname}:${port || '5672'}`, vhost: decodeURIComponent(pathname.slice(1)) || '/', useTls: false, heartbeat: 30,
      credentials: { user: username, password },
    },
    {
      id: 'in', z: 'tab', type: 'b2b-rabbitmq-in', broker: 'broker', queue: from, declare: false, queueType: 'classic', prefetch, ack: 'flow', timeLimit: 300,
      onFailure: 'requeue', maxTries: 10, firstDelay: 5, maxDelay: 300, deadLetter: 'store', wires: [['out']],
    },
    { id: 'out', z: 'tab', type: 'b2b-rabbitmq-out', broker: 'broker', target: 'queue', queue: to, declare: false, persistent: true, mandatory: true, wires: [] },
  ];
}
