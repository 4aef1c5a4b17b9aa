import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import { DeadLetters } from '../../lib/delivery/dead-letters';
import { DataError, TransientError } from '../../lib/errors';
import { services } from '../../nodes/common/services';
import { Bench, target } from '../support/rabbitmq';
import { failure, inNode, load, showsStatus, Sink, tabWithBroker } from '../support/rabbitmq-flow';
import { tcpProxy } from '../support/tcp-proxy';

const cloudEvent = {
  'cloudEvents:specversion': '1.0', 'cloudEvents:id': 'e-1', 'cloudEvents:source': 'shopify:main', 'cloudEvents:type': 'b2b-sync.order.created.v1',
  'cloudEvents:partitionkey': 'order:1', 'cloudEvents:idempotencykey': 'order:shopify:1:1',
};

/** A flow that finishes when it is told to. */
function unfinished(): { finished: Promise<undefined>; finish: () => void } {
  let finish = (): void => undefined;
  const finished = new Promise<undefined>((resolve) => { finish = () => { resolve(undefined); }; });
  return { finished, finish };
}

describe('b2b-rabbitmq-in', () => {
  let bench: Bench;
  const derived: string[] = [];
  before((done) => { helper.startServer(done); });
  before(async function () { bench = await Bench.open(this); });
  after((done) => { helper.stopServer(done); });
  after(() => (bench as Bench | undefined)?.close(derived));
  afterEach(async () => { await helper.unload(); });

  async function open(queue: string, changes: Record<string, unknown> = {}, port?: number): Promise<void> {
    await load([
      ...tabWithBroker(port), inNode(queue, changes), { id: 'sink', z: 'tab', type: 'helper' },
      { id: 'after', z: 'tab', type: 'complete', scope: ['in'], wires: [['told']] }, { id: 'told', z: 'tab', type: 'helper' },
    ]);
  }

  /** Sends a message to the node's input and waits until it has taken it. */
  async function tell(message: Record<string, unknown>): Promise<void> {
    const told = new Sink(() => undefined, 'told').nth(1);
    helper.getNode('in').receive(message);
    await told;
  }

  /** Stops the flow; what is not settled goes back to the queue. */
  async function settled(queue: string, messages: number): Promise<void> {
    await helper.unload();
    assert.equal(await bench.depth(queue), messages);
  }

  async function deadLetters(): Promise<DeadLetters> {
    return (await services({ settings: {}, log: { error: () => undefined } } as never)).deadLetters;
  }

  it('brings payload, topic and event, and acknowledges when the flow has finished', async () => {
    const queue = await bench.queue('flow');
    await bench.send(queue, { orderNumber: '1001' }, { headers: cloudEvent });
    const { finished, finish } = unfinished();
    await open(queue);
    const sink = new Sink(() => finished);
    const message = await sink.nth(1);
    assert.deepEqual(message.payload, { orderNumber: '1001' });
    assert.equal(message.topic, 'order.created');
    assert.equal(message.event?.['idempotencykey'], 'order:shopify:1:1');
    assert.equal(await bench.depth(queue), 0);
    finish();
    await settled(queue, 0);
  });

  it('leaves at the broker what the flow had not finished when it was stopped', async () => {
    const queue = await bench.queue('unfinished');
    await bench.send(queue, 'order');
    const { finished, finish } = unfinished();
    await open(queue);
    await new Sink(() => finished).nth(1);
    await settled(queue, 1);
    finish();
  });

  it('delivers messages of one partition key one at a time, others meanwhile', async () => {
    const queue = await bench.queue('lanes');
    const send = (id: string, key: string): Promise<void> => bench.send(queue, id, { headers: { ...cloudEvent, 'cloudEvents:id': id, 'cloudEvents:partitionkey': key } });
    await send('a1', 'a');
    await send('a2', 'a');
    await send('b1', 'b');
    await open(queue);
    const { finished, finish } = unfinished();
    const sink = new Sink(({ payload }) => payload === 'a1' ? finished : undefined);
    await sink.count(2);
    assert.deepEqual(sink.all.map(({ payload }) => payload), ['a1', 'b1']);
    finish();
    assert.equal((await sink.nth(3)).payload, 'a2');
  });

  it('tries a failed message again later, then makes a dead letter of it', async () => {
    const queue = await bench.queue('retried'), dead = await bench.queue('retried-dead');
    derived.push(`${queue}.delay.50ms`, `${queue}.delay.100ms`);
    await bench.send(queue, { orderNumber: '1001' });
    await open(queue, { deadLetter: 'queue', deadLetterQueue: dead });
    const sink = new Sink(() => new TransientError('TRANSIENT_TIMEOUT', 'The ERP did not answer.'));
    await sink.count(3);
    await showsStatus('in', /dead/);
    const letter = await bench.channel.get(dead, { noAck: true });
    assert.ok(letter);
    assert.equal(letter.properties.headers?.['b2b-error-code'], 'TRANSIENT_TIMEOUT');
    assert.equal(letter.properties.headers['x-b2b-tries'], 3);
    await settled(queue, 0);
  });

  it('keeps the order of a key if it is told to, while other keys go on', async () => {
    const queue = await bench.queue('wait');
    for (const [id, key] of [['a1', 'a'], ['a2', 'a'], ['b1', 'b']]) {
      await bench.send(queue, id, { headers: { ...cloudEvent, 'cloudEvents:id': id, 'cloudEvents:partitionkey': key } });
    }
    await open(queue, { onFailure: 'wait' });
    const sink = new Sink((_message, nth) => nth === 1 ? new TransientError('TRANSIENT_TIMEOUT', 'no answer') : undefined);
    await sink.count(4);
    assert.deepEqual(sink.all.map(({ payload }) => payload), ['a1', 'b1', 'a1', 'a2']);
    await settled(queue, 0);
  });

  it('keeps a permanent failure in the store if the queue has no place for dead letters', async () => {
    const queue = await bench.queue('stored');
    await bench.send(queue, { orderNumber: 'RMQ-4711' }, { messageId: `m-${queue}` });
    await open(queue);
    new Sink(() => new DataError('DATA_SCHEMA', 'Order #RMQ-4711 has no lines.'));
    await showsStatus('in', /dead/);
    const letter = await (await deadLetters()).get(`in-m-${queue}`);
    assert.equal(letter?.error.code, 'DATA_SCHEMA');
    assert.equal((letter.message as { payload: { orderNumber: string } }).payload.orderNumber, 'RMQ-4711');
    await settled(queue, 0);
  });

  it('makes a dead letter of poison JSON without running the flow, and goes on', async () => {
    const queue = await bench.queue('poison'), dead = await bench.queue('poison-dead');
    await bench.send(queue, Buffer.from('{"orderNumber":'), { contentType: 'application/json' });
    await bench.send(queue, 'good');
    await open(queue, { deadLetter: 'queue', deadLetterQueue: dead, prefetch: 1 });
    const sink = new Sink();
    assert.equal((await sink.nth(1)).payload, 'good');
    const letter = await bench.channel.get(dead, { noAck: true });
    assert.equal(letter && letter.properties.headers?.['b2b-error-code'], 'DATA_JSON');
    assert.equal(letter && letter.content.toString(), '{"orderNumber":');
    await settled(queue, 0);
  });

  it('acknowledges when the flow says so', async () => {
    const queue = await bench.queue('manual');
    await bench.send(queue, 'a');
    await bench.send(queue, 'b');
    await open(queue, { ack: 'manual', prefetch: 1 });
    const sink = new Sink();
    await tell({ event: (await sink.nth(1)).event });
    await tell({ event: (await sink.nth(2)).event });
    assert.deepEqual(sink.all.map(({ payload }) => payload), ['a', 'b']);
    await settled(queue, 0);
  });

  it('puts a message back if the flow says so', async () => {
    const queue = await bench.queue('manual-requeue');
    derived.push(`${queue}.delay.50ms`);
    await bench.send(queue, 'a');
    await open(queue, { ack: 'manual' });
    const sink = new Sink();
    await tell({ event: (await sink.nth(1)).event, settle: 'requeue' });
    await tell({ event: (await sink.nth(2)).event });
    await settled(queue, 0);
  });

  it('refuses to settle what it does not know, and to be told anything in automatic mode', async () => {
    const queue = await bench.queue('manual-unknown');
    await open(queue, { ack: 'manual' });
    const unknown = failure('in');
    helper.getNode('in').receive({ event: { deliveryid: 'nobody' } });
    assert.equal((await unknown).code, 'CONFIG_SETTLE');
    await helper.unload();
    await open(queue);
    const automatic = failure('in');
    helper.getNode('in').receive({ payload: 'x' });
    assert.match((await automatic).message, /acknowledges by itself/);
  });

  it('acknowledges on receipt, and keeps what failed then', async () => {
    const queue = await bench.queue('receipt');
    await bench.send(queue, 'a', { messageId: `r-${queue}` });
    await open(queue, { ack: 'receipt', deadLetter: 'queue', deadLetterQueue: `${queue}.dead` });
    new Sink(() => new TransientError('TRANSIENT_TIMEOUT', 'no answer'));
    await showsStatus('in', /dead/);
    assert.ok(await (await deadLetters()).get(`in-r-${queue}`));
    await settled(queue, 0);
  });

  it('declares queue, dead-letter queue and binding', async () => {
    const queue = bench.name('declared'), exchange = bench.name('exchange');
    derived.push(`${queue}.dead`);
    await open(queue, { declare: true, queueType: 'quorum', exchange, routingKeys: 'order.*, customer.*', deadLetter: 'queue', maxLength: 100 });
    await showsStatus('in', /ready/);
    const sink = new Sink();
    bench.channel.publish(exchange, 'customer.updated', Buffer.from('text'), { contentType: 'text/plain' });
    const message = await sink.nth(1);
    assert.deepEqual([message.payload, message.topic], ['text', 'customer.updated']);
    assert.equal(await bench.depth(`${queue}.dead`), 0);
  });

  it('C08 without a place for dead letters the broker may not drop what it has handed out often: RabbitMQ 4 would after 20 times', async () => {
    const queue = bench.name('endless');
    await open(queue, { declare: true, queueType: 'quorum', deadLetter: 'store' });
    await showsStatus('in', /ready/);
    await bench.channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000_000 } });
  });

  it('says which setting differs if the queue exists otherwise', async () => {
    const queue = await bench.queue('differs');
    await open(queue, { declare: true, queueType: 'quorum' });
    assert.match((await failure('in')).message, /x-queue-type is quorum in the form and classic at the broker/);
  });

  it('shows a lost connection, and gets the unsettled message again when it is back', async () => {
    const queue = await bench.queue('cut');
    await bench.send(queue, 'order');
    const proxy = await tcpProxy(target);
    await open(queue, {}, proxy.port);
    const { finished, finish } = unfinished();
    const sink = new Sink((_message, nth) => nth === 1 ? finished : undefined);
    await sink.nth(1);
    const lost = showsStatus('in', /lost/);
    proxy.refuse(true);
    proxy.cut();
    await lost;
    proxy.refuse(false);
    await showsStatus('in', /ready|waiting|running/);
    await settled(queue, 1);
    finish();
    await proxy.close();
  });

  it('goes on in a stream where it was', async () => {
    const queue = bench.name('stream');
    await bench.channel.assertQueue(queue, { arguments: { 'x-queue-type': 'stream' } });
    await bench.send(queue, 'one');
    await open(queue, { queueType: 'stream' });
    assert.equal((await new Sink().nth(1)).payload, 'one');
    await helper.unload();
    await bench.send(queue, 'two');
    await open(queue, { queueType: 'stream' });
    assert.equal((await new Sink().nth(1)).payload, 'two');
  });
});
