import assert from 'node:assert/strict';
import { once } from 'node:events';
import { BrokerConnection } from '../../../lib/brokers/rabbitmq/connection';
import { Publisher, type PublisherOptions } from '../../../lib/brokers/rabbitmq/publisher';
import { Bench, brokerOptions, reaches, target } from '../../support/rabbitmq';
import { type TcpProxy, tcpProxy } from '../../support/tcp-proxy';

const content = Buffer.from('{"orderNumber":"1001"}');

describe('RabbitMQ publisher', () => {
  let bench: Bench;
  let proxy: TcpProxy;
  let connection: BrokerConnection;
  let release: () => Promise<void>;
  const publishers: Publisher[] = [];

  before(async function () { bench = await Bench.open(this); });
  after(() => (bench as Bench | undefined)?.close());
  beforeEach(async () => {
    proxy = await tcpProxy(target);
    connection = new BrokerConnection(brokerOptions({ hosts: [{ host: '127.0.0.1', port: proxy.port }] }));
    release = connection.use();
    await reaches(connection, 'connected');
  });
  afterEach(async () => {
    proxy.resume();
    await Promise.all(publishers.splice(0).map((publisher) => publisher.close(0)));
    await release();
    await proxy.close();
  });

  function publisher(options: PublisherOptions = {}): Publisher {
    const made = new Publisher(connection, options);
    publishers.push(made);
    return made;
  }

  async function bodies(queue: string): Promise<string[]> {
    const all: string[] = [];
    for (let message = await bench.channel.get(queue, { noAck: true }); message; message = await bench.channel.get(queue, { noAck: true })) {
      all.push(message.content.toString());
    }
    return all;
  }

  it('resolves when the broker has the message', async () => {
    const queue = await bench.queue('confirm');
    await publisher().publish({ exchange: '', routingKey: queue, content, properties: { persistent: true, priority: 3 } });
    const message = await bench.channel.get(queue, { noAck: true });
    assert.ok(message);
    assert.equal(message.content.toString(), content.toString());
    assert.equal(message.properties.deliveryMode, 2);
    assert.match(String(message.properties.messageId), /^[0-9a-f-]{36}$/);
  });

  it('rejects a mandatory message that no queue takes, and only that one', async () => {
    const queue = await bench.queue('mandatory');
    const out = publisher();
    const send = (routingKey: string): Promise<void> => out.publish({ exchange: '', routingKey, content, properties: { mandatory: true, messageId: 'same' } });
    const results = await Promise.allSettled([send(queue), send(`${queue}.missing`), send(queue)]);
    assert.deepEqual(results.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled']);
    const [, refused] = results;
    assert.equal(refused.status === 'rejected' && (refused.reason as { code: string }).code, 'CONFIG_UNROUTABLE');
    assert.match(refused.status === 'rejected' ? String(refused.reason) : '', /no queue ".*missing"/);
  });

  it('rejects what a full queue refuses', async () => {
    const queue = await bench.queue('full', { 'x-max-length': 1, 'x-overflow': 'reject-publish' });
    const out = publisher();
    await out.publish({ exchange: '', routingKey: queue, content });
    await assert.rejects(out.publish({ exchange: '', routingKey: queue, content }), { code: 'TRANSIENT_NACKED' });
  });

  it('rejects a message for a missing exchange and sends the others all the same', async () => {
    const queue = await bench.queue('poison');
    const out = publisher();
    const sent = ['a', 'b', 'c'].map((text) => out.publish({ exchange: '', routingKey: queue, content: Buffer.from(text) }));
    const poison = out.publish({ exchange: 'b2b-test.no-such-exchange', routingKey: '', content });
    const more = out.publish({ exchange: '', routingKey: queue, content: Buffer.from('d') });
    await assert.rejects(poison, { code: 'CONFIG_NOT_FOUND', message: /no exchange 'b2b-test.no-such-exchange'/ });
    await Promise.all([...sent, more]);
    assert.deepEqual([...new Set(await bodies(queue))], ['a', 'b', 'c', 'd']);
  });

  it('rejects properties that cannot be written, and goes on', async () => {
    const queue = await bench.queue('properties');
    const out = publisher();
    await assert.rejects(out.publish({ exchange: '', routingKey: queue, content, properties: { headers: { big: 'x'.repeat(70_000) } } }), { code: 'DATA_MESSAGE' });
    await out.publish({ exchange: '', routingKey: queue, content });
    assert.equal(await bench.depth(queue), 1);
  });

  it('never has more than its window unconfirmed, and refuses what cannot even wait', async () => {
    const queue = await bench.queue('window');
    const out = publisher({ window: 4, waitingLimit: 6 });
    await out.publish({ exchange: '', routingKey: queue, content });
    proxy.pause();
    const sent = Array.from({ length: 10 }, () => out.publish({ exchange: '', routingKey: queue, content }));
    assert.deepEqual([out.unconfirmed, out.waiting, out.pressure], [4, 6, true]);
    await assert.rejects(out.publish({ exchange: '', routingKey: queue, content }), { code: 'THROTTLED_BACK_PRESSURE' });
    proxy.resume();
    await Promise.all(sent);
    assert.equal(out.pressure, false);
    assert.equal(await bench.depth(queue), 11);
  });

  it('stops writing while the socket is full', async () => {
    const queue = await bench.queue('socket');
    const out = publisher({ window: 10_000, waitingLimit: 10_000 });
    await out.publish({ exchange: '', routingKey: queue, content });
    proxy.pause();
    const body = Buffer.alloc(16_384);
    const sent = Array.from({ length: 3000 }, () => out.publish({ exchange: '', routingKey: queue, content: body }));
    assert.ok(out.waiting > 1000, `only ${out.waiting} wait`);
    proxy.resume();
    await Promise.all(sent);
    assert.equal(await bench.depth(queue), 3001);
  });

  it('publishes again, in order and with the same message id, what a lost connection left unconfirmed', async () => {
    const queue = await bench.queue('lost');
    const out = publisher({ window: 50 });
    await out.publish({ exchange: '', routingKey: queue, content: Buffer.from('first') });
    proxy.pause();
    const texts = Array.from({ length: 200 }, (_, i) => String(i));
    const sent = texts.map((text) => out.publish({ exchange: '', routingKey: queue, content: Buffer.from(text) }));
    proxy.cut();
    await once(connection, 'state');
    proxy.resume();
    await Promise.all(sent);
    assert.deepEqual([...new Set(await bodies(queue))], ['first', ...texts]);
  });

  it('loses nothing when it is cut again and again under load', async () => {
    const queue = await bench.queue('cuts');
    const out = publisher();
    const sent: Promise<void>[] = [];
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 200; i++) sent.push(out.publish({ exchange: '', routingKey: queue, content: Buffer.from(`${round}/${i}`) }));
      await sent[sent.length - 150];
      const lost = reaches(connection, 'waiting');
      proxy.cut();
      await lost;
    }
    await Promise.all(sent);
    assert.equal(new Set(await bodies(queue)).size, 1000);
  });

  it('says that the outcome is unknown if no confirm comes in time', async () => {
    const queue = await bench.queue('unknown');
    const out = publisher({ confirmTimeoutMs: 100 });
    await out.publish({ exchange: '', routingKey: queue, content });
    proxy.pause();
    await assert.rejects(out.publish({ exchange: '', routingKey: queue, content }), { code: 'TRANSIENT_UNCONFIRMED' });
  });

  it('says that a message was not sent if there is no connection in time', async () => {
    proxy.refuse(true);
    proxy.cut();
    await reaches(connection, 'waiting');
    await assert.rejects(publisher({ confirmTimeoutMs: 100 }).publish({ exchange: '', routingKey: 'any', content }), { code: 'TRANSIENT_NOT_SENT' });
    proxy.refuse(false);
  });

  it('waits for its confirms when it is closed, and takes no more', async () => {
    const queue = await bench.queue('close');
    const out = publisher({ window: 2 });
    const sent = Array.from({ length: 20 }, () => out.publish({ exchange: '', routingKey: queue, content }));
    const closing = out.close();
    await assert.rejects(out.publish({ exchange: '', routingKey: queue, content }), { code: 'TRANSIENT_NOT_SENT' });
    await closing;
    await Promise.all(sent);
    assert.equal(await bench.depth(queue), 20);
  });
});
