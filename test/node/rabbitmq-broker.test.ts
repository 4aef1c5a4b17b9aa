import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import { Bench, brokerOptions } from '../support/rabbitmq';
import { inNode, load, outNode, showsStatus, tabWithBroker } from '../support/rabbitmq-flow';

describe('b2b-rabbitmq-broker', () => {
  let bench: Bench;
  before((done) => { helper.startServer(done); });
  before(async function () { bench = await Bench.open(this); });
  after((done) => { helper.stopServer(done); });
  after(() => (bench as Bench | undefined)?.close());
  afterEach(async () => { await helper.unload(); });

  const { hosts: [host], username, password } = brokerOptions();
  const form = { id: 'broker', type: 'b2b-rabbitmq-broker', name: '', hosts: `${host?.host ?? ''}:${host?.port ?? 0}`, vhost: '/', useTls: false, tls: '', heartbeat: '30' };

  async function check(changes: Record<string, unknown>): Promise<{ ok: boolean; steps: { name: string; ok: boolean; detail: string }[] }> {
    const answer = await helper.request().post('/b2b/rabbitmq/test').send({ ...form, ...changes }).expect(200);
    return answer.body as Awaited<ReturnType<typeof check>>;
  }

  it('opens one connection for all its nodes and closes it with the last', async () => {
    const queue = await bench.queue('shared');
    await load([...tabWithBroker(), inNode(queue), { ...inNode(queue), id: 'in2' }, outNode({ queue }), { id: 'sink', z: 'tab', type: 'helper' }]);
    const { connection } = helper.getNode('broker') as unknown as { connection: () => { users: number; state: string } };
    await showsStatus('in', /ready/);
    assert.deepEqual([connection().users, connection().state], [3, 'connected']);
    const opened = connection();
    await helper.unload();
    assert.deepEqual([opened.users, opened.state], [0, 'closed']);
  });

  it('opens nothing as long as nobody uses it', async () => {
    await load(tabWithBroker());
    const { connection } = helper.getNode('broker') as unknown as { connection: () => { state: string } };
    assert.equal(connection().state, 'closed');
  });

  it('tests what the form holds, with credentials that were just entered', async () => {
    await load([]);
    const { ok, steps: [step] } = await check({ credentials: { user: username, password } });
    assert.equal(ok, true, step?.detail);
    assert.match(step?.detail ?? '', /^RabbitMQ \d/);
  });

  it('tests with the stored password if it was not changed', async () => {
    await load(tabWithBroker(), { broker: { user: username, password: 'stored, but wrong' } });
    const { ok, steps: [step] } = await check({ credentials: { user: username } });
    assert.equal(ok, false);
    assert.match(step?.detail ?? '', /refused the log-in/);
    assert.ok(!JSON.stringify(step).includes('stored, but wrong'));
  });

  it('fills in environment variables, whole and in part', async () => {
    process.env['B2B_TEST_HOST'] = host?.host;
    process.env['B2B_TEST_USER'] = username;
    await load([]);
    const { ok, steps: [step] } = await check({ hosts: `\${B2B_TEST_HOST}:${host?.port ?? 0}`, credentials: { user: '${B2B_TEST_USER}', password } });
    assert.equal(ok, true, step?.detail);
  });

  it('names what is not a host', async () => {
    await load([]);
    const { ok, steps: [step] } = await check({ hosts: 'amqp://rabbit' });
    assert.deepEqual([ok, step?.name], [false, 'settings']);
    assert.match(step?.detail ?? '', /"amqp:\/\/rabbit" is not a host/);
  });
});
