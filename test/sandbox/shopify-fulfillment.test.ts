import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startShopifySandbox, type Order, type ShopifySandbox, type ShopifySandboxOptions } from '../../sandbox/shopify';
import { Receiver, ShopifyClient } from './shopify-client';

interface OrderLine { id: string; remainingQuantity: number; totalQuantity: number; lineItem: { id: string } }
interface FulfillmentOrder { id: string; status: string; assignedLocation: { location: { name: string } }; lineItems: { nodes: OrderLine[] } }
interface Fulfillment {
  id: string; name: string; status: string; location: { name: string }; trackingInfo: { company: string | null; number: string | null; url: string | null }[];
  fulfillmentLineItems: { nodes: { quantity: number; lineItem: { id: string } }[] };
}
interface Sent { displayFulfillmentStatus: string; fulfillable: boolean; fulfillments: Fulfillment[]; fulfillmentOrders: { nodes: FulfillmentOrder[] }; lineItems: { nodes: { id: string; unfulfilledQuantity: number }[] } }
interface Outcome { fulfillment: Fulfillment | null; userErrors: { field: string[] | null; message: string }[] }

const fields = 'id name status location { name } trackingInfo { company number url } fulfillmentLineItems(first: 50) { nodes { id quantity lineItem { id } } }';
const orderQuery = `query ($id: ID!) { order(id: $id) { displayFulfillmentStatus fulfillable fulfillments(first: 20) { ${fields} } lineItems(first: 50) { nodes { id unfulfilledQuantity } }
  fulfillmentOrders(first: 10) { nodes { id status assignedLocation { location { name } } lineItems(first: 50) { nodes { id remainingQuantity totalQuantity lineItem { id } } } } } } }`;

describe('sandbox shopify: fulfilment', () => {
  let shop: ShopifySandbox;
  let client: ShopifyClient;
  let now: number;
  const start = async (options: ShopifySandboxOptions = {}): Promise<void> => {
    now = Date.UTC(2026, 2, 1);
    shop = await startShopifySandbox({ seed: 2, now: () => now, ...options });
    client = new ShopifyClient(shop);
  };
  beforeEach(() => start());
  afterEach(() => shop.close());

  const gid = (order: Order): string => `gid://shopify/Order/${order.id}`;
  const place = (...quantities: number[]): Order => shop.placeOrder({ channel: 'web', lines: quantities.map((quantity, at) => ({ sku: `MAT-0000${String(at + 1)}`, quantity })) });
  const sent = async (order: Order): Promise<Sent> => (await client.data<{ order: Sent }>(orderQuery, { id: gid(order) })).order;
  const create = async (input: object): Promise<Outcome> => {
    return (await client.data<{ fulfillmentCreate: Outcome }>(
      `mutation ($input: FulfillmentInput!) { fulfillmentCreate(fulfillment: $input) { fulfillment { ${fields} } userErrors { field message } } }`, { input })).fulfillmentCreate;
  };
  const part = (one: FulfillmentOrder | undefined, ...quantities: number[]): object => ({
    fulfillmentOrderId: one?.id,
    ...(quantities.length === 0 ? {} : { fulfillmentOrderLineItems: quantities.map((quantity, at) => ({ id: one?.lineItems.nodes[at]?.id, quantity })).filter(({ quantity }) => quantity !== 0) }),
  });
  const send = async (order: Order, ...quantities: number[]): Promise<Outcome> => create({ lineItemsByFulfillmentOrder: [part((await sent(order)).fulfillmentOrders.nodes[0], ...quantities)] });
  const messages = ({ userErrors }: Outcome): string[] => userErrors.map(({ message }) => message);
  const cancel = async (id: string): Promise<Outcome> => (await client.data<{ fulfillmentCancel: Outcome }>(
    `mutation ($id: ID!) { fulfillmentCancel(id: $id) { fulfillment { ${fields} } userErrors { field message } } }`, { id })).fulfillmentCancel;

  it('sends parts of an order one after the other, until nothing is left', async () => {
    const order = place(3, 2);
    const states: unknown[] = [];
    for (const quantities of [[1], [1, 1], []]) {
      assert.deepEqual(messages(await send(order, ...quantities)), []);
      const { displayFulfillmentStatus, fulfillable, fulfillmentOrders: { nodes: [one] }, lineItems: { nodes } } = await sent(order);
      states.push([displayFulfillmentStatus, fulfillable, one?.status, one?.lineItems.nodes.map(({ remainingQuantity }) => remainingQuantity), nodes.map(({ unfulfilledQuantity }) => unfulfilledQuantity)]);
    }
    assert.deepEqual(states, [
      ['PARTIALLY_FULFILLED', true, 'IN_PROGRESS', [2, 2], [2, 2]], ['PARTIALLY_FULFILLED', true, 'IN_PROGRESS', [1, 1], [1, 1]], ['FULFILLED', false, 'CLOSED', [0, 0], [0, 0]],
    ]);
    const { fulfillments } = await sent(order);
    assert.deepEqual(fulfillments.map(({ name, status, fulfillmentLineItems: { nodes } }) => [name, status, nodes.map(({ quantity }) => quantity)]), [
      [`${order.name}.1`, 'SUCCESS', [1]], [`${order.name}.2`, 'SUCCESS', [1, 1]], [`${order.name}.3`, 'SUCCESS', [1, 1]],
    ]);
    const [first] = fulfillments;
    assert.deepEqual((await client.data<{ fulfillment: Fulfillment }>(`query ($id: ID!) { fulfillment(id: $id) { ${fields} } }`, { id: first?.id })).fulfillment, first);
  });

  it('takes what is sent off what lies there and is committed', async () => {
    const order = place(3);
    assert.deepEqual(shop.stock('MAT-00001', 'Augsburg'), { available: 497, committed: 3, onHand: 500 });
    const { fulfillment } = await send(order, 2);
    assert.deepEqual(shop.stock('MAT-00001', 'Augsburg'), { available: 497, committed: 1, onHand: 498 });
    await cancel(fulfillment?.id ?? '');
    assert.deepEqual(shop.stock('MAT-00001', 'Augsburg'), { available: 497, committed: 3, onHand: 500 });
    shop.fulfillOrder(order.id);
    assert.deepEqual(shop.stock('MAT-00001', 'Augsburg'), { available: 497, committed: 0, onHand: 497 });
  });

  it('refuses more than is left, lines of the order, and what is closed or not there', async () => {
    const order = place(3);
    const [one] = (await sent(order)).fulfillmentOrders.nodes;
    const line = one?.lineItems.nodes[0];
    const ask = async (id: string | undefined, quantity: number): Promise<string[]> => messages(await create({ lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: one?.id, fulfillmentOrderLineItems: [{ id, quantity }] }] }));
    assert.deepEqual(await ask(line?.id, 4), ['Invalid fulfillment order line item quantity requested.']);
    assert.deepEqual(await ask(line?.id, 0), ['Invalid fulfillment order line item quantity requested.']);
    await assert.rejects(ask(line?.lineItem.id, 1), /Invalid global id/);
    assert.deepEqual(await ask('gid://shopify/FulfillmentOrderLineItem/1', 1), ['Fulfillment order line item does not exist.']);
    assert.deepEqual(messages(await create({ lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: 'gid://shopify/FulfillmentOrder/1' }] })), ['Fulfillment order does not exist.']);
    assert.deepEqual(messages(await create({ lineItemsByFulfillmentOrder: [] })), ['Fulfillment order does not exist.']);
    assert.equal((await sent(order)).fulfillments.length, 0);
    await send(order);
    assert.match((await ask(line?.id, 1)).join(), /has an unfulfillable status= closed/);
    const gone = place(1);
    shop.cancelOrder(gone.id);
    assert.match(messages(await send(gone)).join(), /closed/);
  });

  it('C34 sends a line from two locations, each by a fulfilment of its own', async () => {
    const order = place(5, 1);
    shop.reassign(order.id, 0, 2, 'Dresden');
    const { fulfillmentOrders: { nodes } } = await sent(order);
    assert.deepEqual(nodes.map(({ assignedLocation: { location }, lineItems }) => [location.name, lineItems.nodes.map(({ totalQuantity }) => totalQuantity)]), [['Augsburg', [3, 1]], ['Dresden', [2]]]);
    assert.equal(nodes[0]?.lineItems.nodes[0]?.lineItem.id, nodes[1]?.lineItems.nodes[0]?.lineItem.id);
    assert.deepEqual([shop.stock('MAT-00001', 'Augsburg').committed, shop.stock('MAT-00001', 'Dresden')], [3, { available: 498, committed: 2, onHand: 500 }]);
    assert.deepEqual(messages(await create({ lineItemsByFulfillmentOrder: nodes.map((one) => part(one)) })), ['All fulfillment orders must be assigned to the same location.']);
    const { fulfillment } = await create({ lineItemsByFulfillmentOrder: [part(nodes[1])] });
    assert.equal(fulfillment?.location.name, 'Dresden');
    assert.deepEqual([shop.stock('MAT-00001', 'Dresden'), (await sent(order)).displayFulfillmentStatus], [{ available: 498, committed: 0, onHand: 498 }, 'PARTIALLY_FULFILLED']);
    await create({ lineItemsByFulfillmentOrder: [part(nodes[0])] });
    assert.equal((await sent(order)).displayFulfillmentStatus, 'FULFILLED');
    const [first, second] = [place(1), place(1)];
    const both = [(await sent(first)).fulfillmentOrders.nodes[0], (await sent(second)).fulfillmentOrders.nodes[0]];
    assert.deepEqual(messages(await create({ lineItemsByFulfillmentOrder: both.map((one) => part(one)) })), ['All fulfillment orders must belong to the same order.']);
  });

  it('says how parcels are followed, and other numbers afterwards', async () => {
    const order = place(2);
    const [one] = (await sent(order)).fulfillmentOrders.nodes;
    const { fulfillment } = await create({ lineItemsByFulfillmentOrder: [part(one)], trackingInfo: { company: 'DHL', numbers: ['A', 'B'], urls: ['https://track.example/A', 'https://track.example/B'] } });
    const made = fulfillment?.id ?? '';
    assert.deepEqual(fulfillment?.trackingInfo, [{ company: 'DHL', number: 'A', url: 'https://track.example/A' }, { company: 'DHL', number: 'B', url: 'https://track.example/B' }]);
    const update = async (id: string): Promise<Outcome> => (await client.data<{ fulfillmentTrackingInfoUpdate: Outcome }>(
      `mutation ($id: ID!) { fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: { company: "UPS", number: "C" }) { fulfillment { ${fields} } userErrors { field message } } }`, { id })).fulfillmentTrackingInfoUpdate;
    assert.deepEqual((await update(made)).fulfillment?.trackingInfo, [{ company: 'UPS', number: 'C', url: null }]);
    assert.deepEqual(messages(await update('gid://shopify/Fulfillment/1')), ['Fulfillment not found.']);
    await cancel(made);
    assert.deepEqual(messages(await update(made)), ['Fulfillment is cancelled.']);
  });

  it('after a cancellation what was sent is to be sent again, by another fulfilment order where it had been closed', async () => {
    const order = place(2);
    const before = (await sent(order)).fulfillmentOrders.nodes[0];
    const { fulfillment } = await send(order);
    assert.equal((await cancel(fulfillment?.id ?? '')).fulfillment?.status, 'CANCELLED');
    assert.deepEqual(messages(await cancel(fulfillment?.id ?? '')), ['Fulfillment is already cancelled.']);
    assert.deepEqual(messages(await cancel('gid://shopify/Fulfillment/1')), ['Fulfillment not found.']);
    const { displayFulfillmentStatus, fulfillmentOrders: { nodes: [after] } } = await sent(order);
    assert.deepEqual([displayFulfillmentStatus, after?.status, after?.lineItems.nodes[0]?.remainingQuantity], ['UNFULFILLED', 'OPEN', 2]);
    assert.notEqual(after?.id, before?.id);
    assert.deepEqual(messages(await create({ lineItemsByFulfillmentOrder: [part(before)] })), ['Fulfillment order does not exist.']);
    assert.deepEqual(messages(await send(order)), []);
  });

  it('tells of it: fulfilments, parts, and the whole order', async () => {
    const receiver = new Receiver();
    const uri = await receiver.start();
    try {
      for (const topic of ['FULFILLMENTS_CREATE', 'FULFILLMENTS_UPDATE', 'ORDERS_FULFILLED', 'ORDERS_PARTIALLY_FULFILLED', 'ORDERS_UPDATED']) shop.subscribe(topic, uri);
      const order = place(2);
      await send(order, 1);
      const { fulfillment } = await send(order);
      await cancel(fulfillment?.id ?? '');
      await shop.idle();
      const topics = receiver.received.map(({ headers }) => String(headers['x-shopify-topic']));
      const count = (topic: string): number => topics.filter((one) => one === topic).length;
      assert.deepEqual(['fulfillments/create', 'fulfillments/update', 'orders/partially_fulfilled', 'orders/fulfilled', 'orders/updated'].map(count), [2, 1, 1, 1, 3]);
      const whole = receiver.received.find(({ headers }) => headers['x-shopify-topic'] === 'orders/fulfilled')?.json;
      assert.deepEqual([whole?.['fulfillment_status'], (whole?.['fulfillments'] as { status: string }[]).map(({ status }) => status)], ['fulfilled', ['success', 'success']]);
    } finally {
      await receiver.stop();
    }
  });

  it('needs the scope, and keeps everything over a restart', async () => {
    await shop.close();
    const dataDir = mkdtempSync(join(tmpdir(), 'b2b-fulfillment-'));
    try {
      await start({ dataDir, scopes: ['read_orders', 'read_merchant_managed_fulfillment_orders'] });
      const order = place(2);
      await assert.rejects(send(order), /write_merchant_managed_fulfillment_orders/);
      shop.fulfillOrder(order.id);
      await shop.close();
      await start({ dataDir });
      assert.equal((await sent(order)).fulfillments.length, 1);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  it('metafields are set by compare-and-set: null for one that is not there yet, and by all of its value', async () => {
    const order = place(1);
    const set = async (value: string, compareDigest?: string | null): Promise<{ digest: string | undefined; code: string | undefined }> => {
      const { metafieldsSet: { metafields, userErrors } } = await client.data<{ metafieldsSet: { metafields: { compareDigest: string }[] | null; userErrors: { code: string }[] } }>(
        'mutation ($field: MetafieldsSetInput!) { metafieldsSet(metafields: [$field]) { metafields { compareDigest } userErrors { code } } }',
        { field: { ownerId: gid(order), namespace: 'test', key: 'notes', type: 'json', value, ...(compareDigest === undefined ? {} : { compareDigest }) } });
      return { digest: metafields?.[0]?.compareDigest, code: userErrors[0]?.code };
    };
    const long = JSON.stringify({ text: 'x'.repeat(200), n: 1 });
    const { digest } = await set(long, null);
    assert.equal((await set(long, null)).code, 'STALE_OBJECT');
    const second = await set(long.replace('1', '2'), digest);
    assert.equal(second.code, undefined);
    assert.equal((await set(long, digest)).code, 'STALE_OBJECT');
  });
});
