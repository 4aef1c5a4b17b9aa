import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { checkBroker } from '../../../lib/brokers/rabbitmq/check';
import { BrokerConnection, type BrokerState } from '../../../lib/brokers/rabbitmq/connection';
import { parseHosts } from '../../../lib/brokers/rabbitmq/options';
import { Bench, brokerOptions, reaches, target } from '../../support/rabbitmq';
import { tcpProxy } from '../../support/tcp-proxy';

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return (server.address() as AddressInfo).port;
}

/** A port where nothing listens. */
async function deadPort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('RabbitMQ hosts', () => {
  it('are read with and without ports, IPv6 too', () => {
    assert.deepEqual(parseHosts('rabbit-1, rabbit-2:5673;[::1]:5674', 5672), [
      { host: 'rabbit-1', port: 5672 }, { host: 'rabbit-2', port: 5673 }, { host: '::1', port: 5674 },
    ]);
  });

  for (const wrong of ['', 'amqp://rabbit', 'user:secret@rabbit', 'rabbit:99999']) {
    it(`are refused if written as "${wrong}"`, () => {
      assert.throws(() => parseHosts(wrong, 5672), { code: 'CONFIG_HOST' });
    });
  }
});

describe('RabbitMQ connection', () => {
  let bench: Bench;
  before(async function () { bench = await Bench.open(this); });
  after(() => (bench as Bench | undefined)?.close());

  it('is opened by its first user and closed by its last', async () => {
    const connection = new BrokerConnection(brokerOptions());
    const states: BrokerState[] = [];
    connection.on('state', (state) => states.push(state));
    const first = connection.use(), second = connection.use();
    await reaches(connection, 'connected');
    await first();
    await first();
    assert.equal(connection.state, 'connected');
    await second();
    assert.deepEqual(states, ['connecting', 'connected', 'closing', 'closed']);
  });

  it('opens again for a user who comes while it closes', async () => {
    const connection = new BrokerConnection(brokerOptions());
    const release = connection.use();
    await reaches(connection, 'connected');
    const closing = release();
    const again = connection.use();
    await closing;
    await reaches(connection, 'connected');
    await again();
    assert.equal(connection.state, 'closed');
  });

  it('tries the next host if the first is dead', async () => {
    const connection = new BrokerConnection(brokerOptions({ hosts: [{ host: '127.0.0.1', port: await deadPort() }, target] }));
    const release = connection.use();
    await reaches(connection, 'waiting');
    assert.match(connection.lastError?.message ?? '', /Nothing listens there/);
    await reaches(connection, 'connected');
    assert.equal(connection.lastError, undefined);
    await release();
  });

  it('recovers after it was cut and gives out channels again', async () => {
    const proxy = await tcpProxy(target);
    const connection = new BrokerConnection(brokerOptions({ hosts: [{ host: '127.0.0.1', port: proxy.port }] }));
    const release = connection.use();
    await reaches(connection, 'connected');
    proxy.refuse(true);
    proxy.cut();
    await reaches(connection, 'waiting');
    const channel = connection.openChannel();
    proxy.refuse(false);
    await (await channel).close();
    assert.equal(connection.state, 'connected');
    await release();
    await proxy.close();
  });

  it('can be closed while the broker cannot be reached', async () => {
    const connection = new BrokerConnection(brokerOptions({ hosts: [{ host: '127.0.0.1', port: await deadPort() }] }));
    const release = connection.use();
    await reaches(connection, 'waiting');
    const channel = connection.openChannel();
    await Promise.all([release(), assert.rejects(channel, { code: 'TRANSIENT_BROKER' })]);
    assert.equal(connection.state, 'closed');
  });
});

describe('RabbitMQ connection test', () => {
  let bench: Bench;
  before(async function () { bench = await Bench.open(this); });
  after(() => (bench as Bench | undefined)?.close());

  async function detail(changes: Parameters<typeof brokerOptions>[0]): Promise<string> {
    const { ok, steps: [step] } = await checkBroker(brokerOptions({ connectTimeoutMs: 300, ...changes }));
    assert.equal(ok, false);
    return step?.detail ?? '';
  }

  it('names product and version of a broker that works', async () => {
    const { ok, steps } = await checkBroker(brokerOptions());
    assert.equal(ok, true);
    assert.match(steps[0]?.detail ?? '', /^RabbitMQ \d/);
  });

  it('tells a refused log-in', async () => {
    const text = await detail({ password: 'not the password', connectTimeoutMs: 5000 });
    assert.match(text, /refused the log-in of user "guest"/);
    assert.doesNotMatch(text, /not the password/);
  });

  it('tells a missing virtual host', async () => {
    assert.match(await detail({ vhost: 'no such', connectTimeoutMs: 5000 }), /virtual host "no such": it does not exist/);
  });

  it('tells a port where nothing listens', async () => {
    assert.match(await detail({ hosts: [{ host: '127.0.0.1', port: await deadPort() }] }), /Nothing listens there/);
  });

  it('tells a name that does not exist', async () => {
    assert.match(await detail({ hosts: [{ host: 'rabbit.invalid', port: 5672 }], connectTimeoutMs: 5000 }), /cannot be reached\. The name/);
  });

  it('tells an HTTP port', async () => {
    const server = createHttpServer((_request, response) => { response.end(); });
    const text = await detail({ hosts: [{ host: '127.0.0.1', port: await listening(server) }] });
    server.close();
    assert.match(text, /does not speak AMQP.*HTTP port/);
  });

  it('tells that TLS is wanted where the broker has none', async () => {
    assert.match(await detail({ tls: {}, connectTimeoutMs: 5000 }), /does not speak TLS/);
  });

  it('tells a server that never answers', async () => {
    const server = createServer();
    const text = await detail({ hosts: [{ host: '127.0.0.1', port: await listening(server) }] });
    server.close();
    assert.match(text, /No answer in time/);
  });
});
