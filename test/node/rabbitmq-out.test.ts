import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import { Bench, target } from '../support/rabbitmq';
import { failure, inNode, load, outNode, showsStatus, Sink, tabWithBroker } from '../support/rabbitmq-flow';
import { type TcpProxy, tcpProxy } from '../support/tcp-proxy';

const event = {
  specversion: '1.0', id: 'e-1', source: 'shopify:main', type: 'b2b-sync.order.created.v1', time: '2026-01-01T00:00:00.000Z', subject: 'order/1',
  datacontenttype: 'application/json', dataschema: 'urn:b2b-sync:order:v1', partitionkey: 'order:1', idempotencykey: 'order:shopify:1:1', correlationid: 'c-1', hops: 1,
};

describe('b2b-rabbitmq-out', () => {
  let bench: Bench;
  let proxy: TcpProxy;
  before((done) => { helper.startServer(done); });
  before(async function () { bench = await Bench.open(this); });
  after((done) => { helper.stopServer(done); });
  after(() => (bench as Bench | undefined)?.close());
  beforeEach(async () => { proxy = await tcpProxy(target); });
  afterEach(async () => {
    proxy.resume();
    proxy.refuse(false);
    await helper.unload();
    await proxy.close();
  });

  async function open(changes: Record<string, unknown>, more: Record<string, unknown>[] = []): Promise<void> {
    await load([
      ...tabWithBroker(proxy.port), outNode(changes), ...more, { id: 'sink', z: 'tab', type: 'helper' },
      { id: 'confirmed', z: 'tab', type: 'complete', scope: ['out'], wires: [['sink']] },
    ]);
  }
  const send = (message: Record<string, unknown>): void => { helper.getNode('out').receive(message); };

  it('is done when the broker has the message, with the attributes of its event as headers', async () => {
    const queue = await bench.queue('out');
    await open({ queue, priority: 3, expiry: 60, headers: '{"x-shop":"main"}' });
    const done = new Sink();
    send({ payload: { orderNumber: '1001' }, event: { ...event, deliveryid: 'd-1' } });
    await done.nth(1);
    const message = await bench.channel.get(queue, { noAck: true });
    assert.ok(message);
    const { properties } = message;
    assert.deepEqual(JSON.parse(message.content.toString()), { orderNumber: '1001' });
    assert.deepEqual(
      [properties.deliveryMode, properties.priority, properties.expiration, properties.contentType, properties.messageId, properties.correlationId],
      [2, 3, '60000', 'application/json', 'e-1', 'c-1'],
    );
    assert.equal(properties.headers?.['x-shop'], 'main');
    assert.equal(properties.headers['cloudEvents:partitionkey'], 'order:1');
    assert.ok(!('cloudEvents:deliveryid' in properties.headers));
  });

  it('comes back through rabbitmq in with the same event', async () => {
    const queue = await bench.queue('loop');
    await open({ queue }, [inNode(queue)]);
    const sink = new Sink();
    send({ payload: { orderNumber: '1001' }, event });
    const arrived = (await sink.count(2)).find((message) => message.event?.['deliveryid'] !== undefined);
    const { deliveryid, ...attributes } = arrived?.event ?? { id: '' };
    assert.deepEqual(attributes, event);
    assert.deepEqual([arrived?.payload, arrived?.topic], [{ orderNumber: '1001' }, 'order.created']);
    assert.equal(typeof deliveryid, 'string');
  });

  it('routes each message by its own key', async () => {
    const exchange = bench.name('exchange'), orders = await bench.queue('orders'), products = await bench.queue('products');
    await open({ target: 'exchange', exchange, declare: true });
    const done = new Sink();
    const early = failure('out');
    send({ payload: 'nobody listens', topic: 'order.created' });
    assert.equal((await early).code, 'CONFIG_UNROUTABLE');
    await bench.channel.bindQueue(orders, exchange, 'order.*');
    await bench.channel.bindQueue(products, exchange, 'product.*');
    send({ payload: 'a', topic: 'order.created' });
    send({ payload: 'b', topic: 'product.updated' });
    await done.count(2);
    assert.deepEqual([await bench.depth(orders), await bench.depth(products)], [1, 1]);
  });

  for (const [what, message, code] of [
    ['a routing key that is no text', { payload: 'a', topic: 7 }, 'DATA_ROUTING_KEY'],
    ['a payload that cannot be JSON', { payload: undefined, topic: 'a' }, 'DATA_PAYLOAD'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await open({ target: 'exchange', exchange: 'amq.topic' });
      const failed = failure('out');
      send(message);
      assert.equal((await failed).code, code);
    });
  }

  it('fails with the reason if the exchange is missing', async () => {
    await open({ target: 'exchange', exchange: 'b2b-test.missing' });
    const failed = failure('out');
    send({ payload: 'a', topic: 'a' });
    assert.equal((await failed).code, 'CONFIG_NOT_FOUND');
  });

  it('fails every message with the reason if it has no broker', async () => {
    await open({ queue: 'any', broker: 'gone' });
    const failed = failure('out');
    send({ payload: 'a' });
    assert.equal((await failed).code, 'CONFIG_NO_BROKER');
  });

  it('shows back-pressure, refuses what is beyond its limit, and goes on when there is room', async () => {
    const queue = await bench.queue('pressure');
    await open({ queue, window: 2, waitingLimit: 3 });
    const done = new Sink();
    send({ payload: 0 });
    await done.nth(1);
    proxy.pause();
    const pressure = showsStatus('out', /pressure/), failed = failure('out');
    for (let i = 1; i <= 6; i++) send({ payload: i });
    assert.equal((await failed).code, 'THROTTLED_BACK_PRESSURE');
    await pressure;
    proxy.resume();
    await done.count(6);
    assert.equal(await bench.depth(queue), 6);
  });

  it('shows a lost connection and sends what waits when it is back', async () => {
    const queue = await bench.queue('lost');
    await open({ queue });
    const done = new Sink();
    send({ payload: 'a' });
    await done.nth(1);
    proxy.refuse(true);
    const lost = showsStatus('out', /lost/);
    proxy.cut();
    await lost;
    send({ payload: 'b' });
    proxy.refuse(false);
    await done.nth(2);
    assert.equal(await bench.depth(queue), 2);
  });

  it('waits for its confirms when it is stopped', async () => {
    const queue = await bench.queue('stop');
    await open({ queue, window: 1 });
    const done = new Sink();
    send({ payload: 'first' });
    await done.nth(1);
    for (let i = 0; i < 20; i++) send({ payload: i });
    await done.nth(5);
    await helper.unload();
    assert.equal(await bench.depth(queue), 21);
  });
});
