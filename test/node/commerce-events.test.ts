import assert from 'node:assert/strict';
import { once } from 'node:events';
import helper from 'node-red-node-test-helper';
import { checkDocument } from '../../lib/documents/validate';
import { Inlet, sink, SyncBench, type FlowNode } from '../support/sync-flow';

describe('b2b-commerce-events', () => {
  let bench: SyncBench;
  beforeEach(async () => { bench = await SyncBench.open(); });
  afterEach(() => bench.close());

  function node(changes: Record<string, unknown> = {}): FlowNode {
    return {
      id: 'events', type: 'b2b-commerce-events', name: '', system: 'shop', path: 'in', entities: { order: ['created', 'updated', 'cancelled'] }, format: 'canonical', webhooks: true, poll: 0,
      lookback: 1, parallel: 8, timeLimit: 60, wires: [['sink']], ...changes,
    };
  }
  async function open(changes: Record<string, unknown> = {}): Promise<Inlet> {
    await bench.load(node(changes), sink());
    return new Inlet();
  }
  async function subscribed(count = 1): Promise<void> {
    while (bench.shop.subscriptions().length < count) await new Promise((resolve) => { setImmediate(resolve); });
  }
  const place = (): ReturnType<SyncBench['shop']['placeOrder']> => bench.shop.placeOrder({ company: 1, currency: 'EUR', lines: 1 });

  it('registers for its topics, and sends a canonical document with its event and topic', async () => {
    const events = await open();
    await subscribed(3);
    const order = place();
    const { payload, topic, event } = await events.next();
    assert.deepEqual(checkDocument('order', payload), []);
    assert.deepEqual([topic, event?.['subject'], (payload as { orderNumber: string }).orderNumber], ['order.created', `order/gid://shopify/Order/${order.id}`, order.name]);
    for (const name of ['id', 'source', 'type', 'time', 'partitionkey', 'idempotencykey', 'originsystem']) assert.ok(event?.[name], name);
  });
  it('a delivery that comes twice is sent once', async () => {
    const events = await open();
    await subscribed(3);
    bench.shop.fault({ kind: 'duplicate-delivery', times: 1 });
    place();
    await events.next();
    await bench.shop.idle();
    const second = place();
    assert.equal(((await events.next()).payload as { orderNumber: string }).orderNumber, second.name);
    assert.equal(events.all.length, 2);
    assert.equal(bench.shop.counters.failed, 0);
  });
  it('C05 what no webhook brought is read by polling', async () => {
    const order = place();
    const events = await open({ webhooks: false, poll: 60 });
    assert.equal(((await events.next()).payload as { orderNumber: string }).orderNumber, order.name);
  });
  it('C06 an unsigned or wrongly signed delivery is refused, and nothing of it is kept', async () => {
    const events = await open();
    await subscribed(3);
    const { uri } = bench.shop.subscriptions()[0] ?? assert.fail();
    const headers = { 'content-type': 'application/json', 'x-shopify-topic': 'orders/create', 'x-shopify-webhook-id': 'x' };
    const answers = [await fetch(uri, { method: 'POST', body: '{}', headers }), await fetch(uri, { method: 'POST', body: '{}', headers: { ...headers, 'x-shopify-hmac-sha256': 'bm9wZQ==' } })];
    assert.deepEqual(answers.map(({ status }) => status), [401, 401]);
    place();
    await events.next();
    assert.equal(events.all.length, 1);
  });
  it('native: the shop\'s own document', async () => {
    const events = await open({ format: 'native' });
    await subscribed(3);
    const order = place();
    assert.equal((((await events.next()).payload) as { name: string }).name, order.name);
  });
  it('two nodes cannot listen at one path: the second says so', async () => {
    await bench.load(node(), node({ id: 'second', wires: [] }), sink());
    const [call] = await once(helper.getNode('second') as unknown as NodeJS.EventEmitter, 'call:error') as [{ firstArg: { code?: string } }];
    assert.equal(call.firstArg.code, 'CONFIG_PATH_TAKEN');
  });
  it('says so if settings.js leaves no way in', async () => {
    helper.settings({ httpNodeRoot: false });
    await bench.load(node(), sink());
    const [call] = await once(helper.getNode('events') as unknown as NodeJS.EventEmitter, 'call:error') as [{ firstArg: { code?: string } }];
    assert.equal(call.firstArg.code, 'CONFIG_HTTP_NODE_OFF');
  });
  for (const [title, removed, status] of [['while it is deployed anew, the shop is asked to send again', false, 503], ['taken out of the flow, it listens no more', true, 404]] as const) {
    it(title, async () => {
      await open();
      await subscribed(3);
      const { uri } = bench.shop.subscriptions()[0] ?? assert.fail();
      // As Node-RED stops a node: to start it again, or for good.
      await (helper.getNode('events') as unknown as { close(removed: boolean): Promise<void> }).close(removed);
      assert.equal((await fetch(uri, { method: 'POST', body: '{}' })).status, status);
    });
  }
});
