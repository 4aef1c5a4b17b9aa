import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { BrokerConnection } from '../../../lib/brokers/rabbitmq/connection';
import { Consumer, type ConsumerOptions } from '../../../lib/brokers/rabbitmq/consumer';
import type { Delivery } from '../../../lib/brokers/rabbitmq/consumer-delivery';
import { StreamCursor } from '../../../lib/brokers/rabbitmq/stream-cursor';
import { DataError } from '../../../lib/errors';
import { Bench, brokerOptions, reaches, target } from '../../support/rabbitmq';
import { type TcpProxy, tcpProxy } from '../../support/tcp-proxy';

/** Deliveries in the order they came; `next` waits for one more. */
class Received {
  readonly all: Delivery[] = [];
  readonly #events = new EventEmitter();
  readonly add = (delivery: Delivery): void => { this.all.push(delivery); this.#events.emit('delivery'); };
  async count(n: number): Promise<Delivery[]> {
    while (this.all.length < n) await once(this.#events, 'delivery');
    return this.all;
  }
  async nth(n: number): Promise<Delivery> {
    const delivery = (await this.count(n))[n - 1];
    assert.ok(delivery);
    return delivery;
  }
}

describe('RabbitMQ consumer', () => {
  let bench: Bench;
  let proxy: TcpProxy;
  let connection: BrokerConnection;
  let release: () => Promise<void>;
  const consumers: Consumer[] = [];
  const derived: string[] = [];

  before(async function () { bench = await Bench.open(this); });
  after(() => (bench as Bench | undefined)?.close(derived));
  beforeEach(async () => {
    proxy = await tcpProxy(target);
    connection = new BrokerConnection(brokerOptions({ hosts: [{ host: '127.0.0.1', port: proxy.port }] }));
    release = connection.use();
  });
  afterEach(async () => {
    await Promise.all(consumers.splice(0).map((consumer) => consumer.stop(0)));
    await release();
    await proxy.close();
  });

  async function consume(queue: string, options: Partial<ConsumerOptions> = {}): Promise<{ consumer: Consumer; received: Received }> {
    const received = new Received();
    const consumer = new Consumer(connection, { queue, queueType: 'classic', retryDelayMs: 20, onDelivery: received.add, ...options });
    consumers.push(consumer);
    consumer.start();
    await reaches(consumer, 'consuming');
    return { consumer, received };
  }

  it('hands out no more than its prefetch until something is settled', async () => {
    const queue = await bench.queue('prefetch');
    for (let i = 0; i < 5; i++) await bench.send(queue, i);
    const { consumer, received } = await consume(queue, { prefetch: 2 });
    await received.count(2);
    assert.equal(await bench.depth(queue), 3);
    assert.equal(consumer.unsettled, 2);
    for (let i = 0; i < 5; i++) (await received.nth(i + 1)).ack();
    assert.deepEqual(received.all.map(({ content }) => content.toString()), ['0', '1', '2', '3', '4']);
    assert.equal(consumer.unsettled, 0);
  });

  it('gets what it had not settled again after the connection was lost, marked as redelivered', async () => {
    const queue = await bench.queue('redelivered');
    await bench.send(queue, 'order');
    const { consumer, received } = await consume(queue);
    const first = await received.nth(1);
    assert.equal(first.redelivered, false);
    const waiting = reaches(consumer, 'waiting').then(() => consumer.lastError?.message);
    proxy.cut();
    assert.match(await waiting ?? '', /connection to RabbitMQ was lost/);
    const second = await received.nth(2);
    assert.equal(second.redelivered, true);
    first.ack();
    await first.requeue(10, 1);
    assert.equal(first.open, false);
    second.ack();
    await consumer.stop();
    assert.equal(await bench.depth(queue), 0);
  });

  it('subscribes again when its queue is deleted and declared anew', async () => {
    const queue = await bench.queue('deleted');
    const { consumer, received } = await consume(queue);
    const waiting = reaches(consumer, 'waiting');
    await bench.channel.deleteQueue(queue);
    await waiting;
    await bench.channel.assertQueue(queue, { arguments: { 'x-queue-type': 'classic' } });
    await bench.send(queue, 'after');
    assert.equal((await received.nth(1)).content.toString(), '"after"');
  });

  it('declares its deleted queue itself if it has the settings', async () => {
    const queue = await bench.queue('declared');
    const { consumer, received } = await consume(queue, { topology: { queues: [{ name: queue, type: 'classic' }] } });
    const waiting = reaches(consumer, 'waiting');
    await bench.channel.deleteQueue(queue);
    await waiting;
    await reaches(consumer, 'consuming');
    await bench.send(queue, 'after');
    assert.equal((await received.nth(1)).content.toString(), '"after"');
  });

  it('says that its queue is missing and keeps trying', async () => {
    const queue = bench.name('missing');
    const consumer = new Consumer(connection, { queue, retryDelayMs: 20, onDelivery: () => undefined });
    consumers.push(consumer);
    consumer.start();
    await reaches(consumer, 'waiting');
    assert.equal(consumer.lastError?.code, 'CONFIG_NOT_FOUND');
    await bench.channel.assertQueue(queue, { arguments: { 'x-queue-type': 'classic' } });
    await reaches(consumer, 'consuming');
    assert.equal(consumer.lastError, undefined);
  });

  it('puts a message aside for a while and counts its tries', async () => {
    const queue = await bench.queue('delay');
    derived.push(`${queue}.delay.50ms`, `${queue}.delay.200ms`);
    await bench.send(queue, 'a', { messageId: 'm-1', headers: { own: 'header' }, expiration: '60000' });
    await bench.send(queue, 'b');
    const { received } = await consume(queue);
    const first = await received.nth(1);
    assert.equal(first.tries, 0);
    const started = Date.now();
    await first.requeue(200, 1);
    (await received.nth(2)).ack();
    const again = await received.nth(3);
    assert.ok(Date.now() - started >= 190, 'came back too early');
    assert.deepEqual([again.content.toString(), again.tries, again.headers['own'], again.message.properties.messageId], ['"a"', 1, 'header', 'm-1']);
    await again.requeue(50, 2);
    const third = await received.nth(4);
    assert.equal(third.tries, 2);
    third.ack();
  });

  it('brings messages with the same delay back in their order', async () => {
    const queue = await bench.queue('order');
    derived.push(`${queue}.delay.50ms`);
    for (let i = 0; i < 20; i++) await bench.send(queue, i);
    const { received } = await consume(queue);
    for (const delivery of [...await received.count(20)]) await delivery.requeue(50, 1);
    const back = (await received.count(40)).slice(20);
    assert.deepEqual(back.map(({ content }) => Number(content.toString())), Array.from({ length: 20 }, (_, i) => i));
    for (const delivery of back) delivery.ack();
  });

  it('puts messages of a quorum queue aside in a quorum queue', async () => {
    const queue = bench.name('quorum');
    derived.push(`${queue}.delay.50ms`);
    const { received } = await consume(queue, { queueType: 'quorum', topology: { queues: [{ name: queue }] } });
    await bench.send(queue, 'a');
    await (await received.nth(1)).requeue(50, 1);
    const again = await received.nth(2);
    assert.equal(again.tries, 1);
    again.ack();
  });

  it('sends a dead letter with the reason, cut to 1 KB', async () => {
    const queue = await bench.queue('source'), dead = await bench.queue('dead');
    await bench.send(queue, { orderNumber: '1001' }, { messageId: 'm-1' });
    const { received } = await consume(queue, { deadLetter: { exchange: '', routingKey: dead } });
    await (await received.nth(1)).deadLetter(new DataError('DATA_SCHEMA', `Order #1001: ${'ü'.repeat(1000)}`), 3);
    const letter = await bench.channel.get(dead, { noAck: true });
    assert.ok(letter);
    assert.equal(letter.content.toString(), '{"orderNumber":"1001"}');
    const headers = letter.properties.headers ?? {};
    assert.equal(headers['b2b-error-code'], 'DATA_SCHEMA');
    assert.equal(headers['x-b2b-tries'], 3);
    assert.equal(headers['b2b-queue'], queue);
    const reason = String(headers['b2b-error']);
    assert.ok(reason.startsWith('Order #1001: üü') && Buffer.byteLength(reason) <= 1024 && Buffer.byteLength(reason) > 1000);
    assert.equal(await bench.depth(queue), 0);
  });

  it('keeps a message whose dead letter nobody takes', async () => {
    const queue = await bench.queue('kept');
    await bench.send(queue, 'order');
    const { received } = await consume(queue, { deadLetter: { exchange: '', routingKey: `${queue}.no-such-queue` } });
    const delivery = await received.nth(1);
    await assert.rejects(delivery.deadLetter(new Error('broken'), 1), { code: 'CONFIG_UNROUTABLE' });
    assert.equal(delivery.open, true);
    delivery.release();
    const again = await received.nth(2);
    assert.equal(again.redelivered, true);
    again.ack();
  });

  it('waits for what is under way when it stops, and leaves the rest in the queue', async () => {
    const queue = await bench.queue('stop');
    for (let i = 0; i < 3; i++) await bench.send(queue, i);
    const { consumer, received } = await consume(queue, { prefetch: 2 });
    await received.count(2);
    const stopping = consumer.stop(5000);
    assert.equal(consumer.state, 'stopping');
    received.all.forEach((delivery) => { delivery.ack(); });
    await stopping;
    assert.equal(consumer.state, 'stopped');
    assert.equal(await bench.depth(queue), 1);
    assert.equal(received.all.length, 2);
  });

  it('gives back what is not settled within the limit', async () => {
    const queue = await bench.queue('limit');
    await bench.send(queue, 'slow');
    const { consumer, received } = await consume(queue);
    const delivery = await received.nth(1);
    await consumer.stop(20);
    delivery.ack();
    assert.equal(await bench.depth(queue), 1);
  });

  it('can be stopped while there is no connection', async () => {
    proxy.refuse(true);
    proxy.cut();
    const consumer = new Consumer(connection, { queue: 'any', onDelivery: () => undefined });
    consumer.start();
    await consumer.stop();
    assert.equal(consumer.state, 'stopped');
    proxy.refuse(false);
  });

  it('reads a stream from its beginning, and goes on where it was after the connection was lost', async () => {
    const queue = bench.name('stream');
    await bench.channel.assertQueue(queue, { arguments: { 'x-queue-type': 'stream' } });
    for (const text of ['one', 'two', 'three']) await bench.send(queue, text);
    const cursor = new StreamCursor();
    const { consumer, received } = await consume(queue, { queueType: 'stream', offset: 'first', cursor });
    await received.count(3);
    (await received.nth(1)).ack();
    (await received.nth(3)).ack();
    assert.equal(cursor.committed, 0);
    const waiting = reaches(consumer, 'waiting');
    proxy.cut();
    await waiting;
    const all = await received.count(5);
    assert.deepEqual(all.map(({ content }) => content.toString()), ['"one"', '"two"', '"three"', '"two"', '"three"']);
    all.slice(3).forEach((delivery) => { delivery.ack(); });
    assert.equal(cursor.committed, 2);
  });
});
