import assert from 'node:assert/strict';
import { BrokerConnection } from '../../../lib/brokers/rabbitmq/connection';
import { declare, queueArguments, queueDepth } from '../../../lib/brokers/rabbitmq/topology';
import { Bench, brokerOptions } from '../../support/rabbitmq';

describe('RabbitMQ queue arguments', () => {
  const everything = {
    name: 'orders', deliveryLimit: 5, deadLetterExchange: 'dlx', deadLetterRoutingKey: 'orders', messageTtlMs: 60_000, maxLength: 1000, maxBytes: 1e6,
    singleActiveConsumer: true, maxPriority: 5, maxAge: '7D', expiresMs: 90_000,
  };

  it('make a quorum queue by default', () => {
    assert.deepEqual(queueArguments({ name: 'orders' }), { 'x-queue-type': 'quorum' });
  });

  it('are those a quorum queue knows', () => {
    assert.deepEqual(queueArguments(everything), {
      'x-queue-type': 'quorum', 'x-delivery-limit': 5, 'x-dead-letter-exchange': 'dlx', 'x-dead-letter-routing-key': 'orders', 'x-message-ttl': 60_000,
      'x-max-length': 1000, 'x-max-length-bytes': 1e6, 'x-overflow': 'reject-publish', 'x-single-active-consumer': true, 'x-expires': 90_000,
    });
  });

  it('are those a classic queue knows', () => {
    const names = Object.keys(queueArguments({ ...everything, type: 'classic' }));
    assert.ok(names.includes('x-max-priority') && !names.includes('x-delivery-limit') && !names.includes('x-max-age'));
  });

  it('are those a stream knows', () => {
    assert.deepEqual(queueArguments({ ...everything, type: 'stream' }), { 'x-queue-type': 'stream', 'x-max-length-bytes': 1e6, 'x-max-age': '7D' });
  });

  it('leave out what means nothing alone', () => {
    assert.deepEqual(queueArguments({ name: 'orders', deadLetterRoutingKey: 'dead', overflow: 'drop-head', singleActiveConsumer: false }), { 'x-queue-type': 'quorum' });
  });
});

describe('RabbitMQ topology', () => {
  let bench: Bench;
  let connection: BrokerConnection;
  let release: (() => Promise<void>) | undefined;
  before(async function () {
    bench = await Bench.open(this);
    connection = new BrokerConnection(brokerOptions());
    release = connection.use();
  });
  after(async () => {
    await release?.();
    await (bench as Bench | undefined)?.close();
  });

  it('is declared as one: exchange, queue, binding; and again without complaint', async () => {
    const exchange = bench.name('exchange'), queue = bench.name('bound');
    const topology = { exchanges: [{ name: exchange, type: 'topic' as const }], queues: [{ name: queue, deliveryLimit: 3, singleActiveConsumer: true }], bindings: [{ queue, exchange, routingKey: 'order.*' }] };
    await declare(connection, topology);
    await declare(connection, topology);
    bench.channel.publish(exchange, 'order.created', Buffer.from('x'));
    bench.channel.publish(exchange, 'product.created', Buffer.from('y'));
    await bench.channel.waitForConfirms();
    assert.deepEqual(await queueDepth(connection, queue), { messages: 1, consumers: 0 });
  });

  for (const [what, existing, wanted, argument, values] of [
    ['another type', { type: 'classic' }, {}, 'x-queue-type', 'quorum in the form and classic at the broker'],
    ['another TTL', { messageTtlMs: 1000 }, { messageTtlMs: 5000 }, 'x-message-ttl', '5000 in the form and 1000 at the broker'],
    ['no dead-letter exchange', {}, { deadLetterExchange: 'dlx' }, 'x-dead-letter-exchange', 'dlx in the form and not set at the broker'],
    ['a delivery limit', { deliveryLimit: 5 }, {}, 'x-delivery-limit', 'not set in the form and 5 at the broker'],
  ] as const) {
    it(`names the difference if the queue exists with ${what}`, async () => {
      const name = bench.name('mismatch');
      await declare(connection, { queues: [{ name, ...existing }] });
      await assert.rejects(declare(connection, { queues: [{ name, ...wanted }] }), (error: Error & { code: string }) => {
        assert.equal(error.code, 'CONFIG_MISMATCH');
        assert.ok(error.message.includes(`"${name}" exists with other settings: ${argument} is ${values}`), error.message);
        return true;
      });
    });
  }

  it('names the exchange that a binding lacks', async () => {
    const queue = await bench.queue('unbound');
    await assert.rejects(declare(connection, { bindings: [{ queue, exchange: 'b2b-test.none', routingKey: '#' }] }), { code: 'CONFIG_NOT_FOUND', message: /no exchange 'b2b-test.none'/ });
  });
});
