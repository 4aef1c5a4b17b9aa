import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type ChannelModel, connect } from 'amqplib';
import { startNodeRed, type NodeRed } from '../test/support/node-red';
import { type BenchRow, inTurns, median, rates } from './bench';
import { makeOrder } from './order';

const url = process.env['AMQP_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672';
const messages = 10_000, rounds = 3, prefetch = 100;
const body = Buffer.from(JSON.stringify(makeOrder(9)));

/** Moves all messages of one queue to another; returns the way to stop it. */
type Mover = (from: string, to: string) => Promise<() => Promise<void>>;

/**
 * 8 KB orders from one queue to another through `rabbitmq in -> rabbitmq out`, against amqplib alone doing the same, and
 * against the fastest RabbitMQ palette, which neither acknowledges nor confirms: what is on its way when it ends is lost.
 */
export async function run(): Promise<BenchRow[]> {
  const [nodeRed, other] = [await startNodeRed(), await startOther()];
  const model = await connect(url, { noDelay: true });
  const queues: string[] = [];
  try {
    const through = (red: NodeRed, make: typeof flow): Mover => async (from, to) => {
      await red.deploy(make(from, to));
      return () => red.deploy([]);
    };
    const movers = [through(nodeRed, flow), raw, ...(other ? [through(other, otherFlow)] : [])];
    const [mine = 0, alone = 0, palette] = (await inTurns(rounds, ...movers.map((mover) => () => measure(model, mover, queues)))).map(median);
    return [
      rates('RabbitMQ in -> out, 8 KB orders', mine, ['amqplib', alone], 0.6),
      ...(palette === undefined ? [] : [rates('RabbitMQ in -> out, 8 KB orders', mine, [`${otherPalette}, no acknowledgements`, palette], 1)]),
    ];
  } finally {
    await Promise.all([nodeRed.stop(), other?.stop()]);
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

const otherPalette = 'node-red-contrib-amqp';

/** It is installed for the benchmark only: beside our own dependencies every Node-RED of the tests would load it. */
async function startOther(): Promise<NodeRed | undefined> {
  const prefix = join(__dirname, '.yardstick'), directory = join(prefix, 'node_modules', otherPalette);
  try {
    if (!existsSync(directory)) execFileSync('npm', ['install', '--prefix', prefix, '--ignore-scripts', '--no-audit', '--no-fund', '--silent', `${otherPalette}@0.4.5`]);
    return await startNodeRed({ palettes: { [otherPalette]: directory } });
  } catch (reason) {
    process.stderr.write(`Without ${otherPalette}: ${reason instanceof Error ? reason.message : String(reason)}\n`);
    return undefined;
  }
}

function otherFlow(from: string, to: string): Record<string, unknown>[] {
  const { hostname, port, username, password, pathname } = new URL(url);
  const node = { z: 'tab', server: 'server', iotype: '4' };
  return [
    { id: 'tab', type: 'tab', label: 'bench' },
    { id: 'server', type: 'amqp-server', host: hostname, port: port || '5672', vhost: pathname.slice(1), keepalive: 30, usetls: false, usetopology: false, credentials: { user: username, password } },
    { ...node, id: 'in', type: 'amqp in', topic: '', ioname: from, wires: [['out']] },
    { ...node, id: 'out', type: 'amqp out', routingkey: '', ioname: to, wires: [] },
  ];
}
