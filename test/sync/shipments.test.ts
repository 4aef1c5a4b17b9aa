import assert from 'node:assert/strict';
import type { Shipment } from '../../lib/documents/types';
import { withOrderIds } from '../../lib/sync/order-refs';
import { write, type WriteRequest, type Written } from '../../lib/sync/operation';
import { preview } from '../../lib/sync/preview';
import type { Order } from '../../sandbox/shopify';
import { policies, refusalOf } from './desk';
import { TwoSystems } from './two-systems';

describe('shipments from an ERP to a shop', () => {
  let two: TwoSystems;
  beforeEach(async () => { two = await TwoSystems.open(); });
  afterEach(() => two[Symbol.asyncDispose]());

  /** An order of the shop, the same product on its first and last line, that the ERP has. */
  async function ordered(): Promise<{ order: Order; sales: string }> {
    const [one, other] = two.shopSandbox.world.products.filter(({ unit }) => unit === 'C62');
    const order = two.shopSandbox.placeOrder({
      channel: 'b2b', company: 1, currency: 'EUR', discounts: [], lines: [{ sku: one?.sku ?? '', quantity: 3, taxes: [] }, { sku: other?.sku ?? '', quantity: 2, taxes: [] }, { sku: one?.sku ?? '', quantity: 1, taxes: [] }],
    });
    const native = await two.shop.get('order', order.id);
    assert.ok(native);
    const { result } = await write({ operation: 'create', entity: 'order', document: two.shop.toCanonical('order', native), policies }, two.services(two.erp));
    return { order, sales: result.externalId.id };
  }
  async function read(delivery: string): Promise<Shipment> {
    const native = await two.erp.get('shipment', delivery);
    assert.ok(native);
    return two.erp.toCanonical('shipment', native) as unknown as Shipment;
  }
  const request = (document: Shipment): WriteRequest => ({ operation: 'upsert', entity: 'shipment', document, policies });
  const upsert = (document: Shipment): Promise<Written> => write(request(document), two.services(two.shop));
  const sent = ({ id }: Order): string[] => {
    const order = two.shopSandbox.order(id);
    return (order?.fulfillments ?? []).filter(({ status }) => status === 'success').map(({ lines, tracking }) => [...lines.map(({ line, quantity }) => `${String(order?.lines.findIndex((one) => one.id === line))}x${String(quantity)}`), ...tracking.numbers].join(' '));
  };

  it('C33 in parts, each line where it belongs, with the order\'s id in what is sent on', async () => {
    const { order, sales } = await ordered();
    const [first = ''] = two.erpSandbox.deliver(sales, { quantities: { 30: '1' }, packages: [{ trackingNumber: 'T1' }] });
    const { payload, result } = await upsert(await read(first));
    const [second = ''] = two.erpSandbox.deliver(sales);
    await upsert(await read(second));
    assert.deepEqual([result.outcome, sent(order), two.shopSandbox.order(order.id)?.fulfillmentStatus], ['created', ['2x1 T1', '0x3 1x2'], 'fulfilled']);
    const document = payload as unknown as Shipment;
    assert.deepEqual(document.externalIds.map(({ type }) => type), ['OutboundDelivery', 'Fulfillment']);
    assert.deepEqual(document.orderRefs[0]?.externalIds?.map(({ system, id }) => [system, id]), [[two.erp.system, sales], [two.shop.system, `gid://shopify/Order/${order.id}`]]);
  });

  it('by the link, whatever number the ERP has of the order; by that number where nobody has linked it', async () => {
    const { order, sales } = await ordered();
    const [delivery = ''] = two.erpSandbox.deliver(sales, { quantities: { 10: '1' } });
    const document = await read(delivery);
    const renamed = { ...document, orderRefs: document.orderRefs.map((ref) => ({ ...ref, number: 'PO 4711' })) };
    await upsert(renamed);
    assert.deepEqual(sent(order), ['0x1']);
    const [other = ''] = two.erpSandbox.deliver(sales, { quantities: { 10: '1' } });
    const { externalIds } = await read(other);
    const unlinked = { ...document, shipmentNumber: other, externalIds, orderRefs: [{ number: order.name }] };
    await upsert(unlinked);
    assert.equal(sent(order).length, 2);
    assert.equal((await refusalOf(upsert({ ...unlinked, shipmentNumber: '1', externalIds: [{ system: two.erp.system, type: 'OutboundDelivery', id: '1' }], orderRefs: [{ number: 'PO 4711' }] }))).code, 'DATA_UNKNOWN_ORDER');
  });

  it('C01 after a lost answer once, also when the ledger is gone', async () => {
    const { order, sales } = await ordered();
    const [delivery = ''] = two.erpSandbox.deliver(sales, { quantities: { 10: '2' } });
    const document = await read(delivery);
    two.shopSandbox.fault({ kind: 'lost-response', match: (_request, body) => body.includes('fulfillmentCreate') });
    assert.equal((await refusalOf(upsert(document))).name, 'TransientError');
    const { result } = await upsert(document);
    assert.deepEqual([result.outcome, sent(order)], ['unchanged', ['0x2']]);
    for await (const { key } of two.store.range({ from: 'l', to: 'm' })) if (/^(ledger|link)\//.test(key) && key.includes('shipment')) await two.store.delete(key);
    await upsert(document);
    assert.deepEqual(sent(order), ['0x2']);
  });

  it('a reversed goods issue takes the fulfilment back, a new one sends again', async () => {
    const { order, sales } = await ordered();
    const [delivery = ''] = two.erpSandbox.deliver(sales, { quantities: { 10: '2' } });
    await upsert(await read(delivery));
    two.erpSandbox.reverseIssue(delivery);
    assert.equal((await upsert(await read(delivery))).result.outcome, 'cancelled');
    assert.deepEqual(sent(order), []);
    two.erpSandbox.issueGoods(delivery);
    await upsert(await read(delivery));
    assert.deepEqual(sent(order), ['0x2']);
  });

  it('one that has not left yet is refused with nothing written; a dry run says the same', async () => {
    const { order, sales } = await ordered();
    const [delivery = ''] = two.erpSandbox.deliver(sales, { until: 'picked' });
    const waiting = await read(delivery);
    assert.equal((await refusalOf(upsert(waiting))).code, 'DATA_NOT_SHIPPED');
    two.erpSandbox.issueGoods(delivery);
    const before = two.writes().shop;
    const { outcome, changes } = await preview(request(await read(delivery)), two.services(two.shop));
    assert.deepEqual([outcome, changes.map(({ after }) => after)], ['created', [3, 2, 1]]);
    assert.deepEqual([two.writes().shop, sent(order)], [before, []]);
    await upsert(await read(delivery));
    assert.deepEqual(sent(order), ['0x3 1x2 2x1']);
  });

  it('references of documents get the ids of linked orders, wherever they stand; others stay as they are', async () => {
    const services = two.services(two.shop);
    const [mine, theirs] = [{ system: two.erp.system, type: 'SalesOrder', id: '1' }, { system: two.shop.system, type: 'Order', id: 'gid://shopify/Order/1' }];
    await services.links.link(mine, theirs);
    const [ref, full] = [{ number: '1', externalIds: [mine] }, { number: '1', externalIds: [mine, theirs] }];
    assert.deepEqual(await withOrderIds({ orderRef: ref, orderRefs: [ref, { number: '2' }], lines: [{ id: 'a', orderRef: ref }, { id: 'b' }] }, services), { orderRef: full, orderRefs: [full, { number: '2' }], lines: [{ id: 'a', orderRef: full }, { id: 'b' }] });
    const bare = { lines: [{ id: 'a' }] };
    assert.equal(await withOrderIds(bare, services), bare);
    await services.links.link(mine, { ...theirs, id: 'gid://shopify/Order/2' });
    assert.equal((await refusalOf(withOrderIds({ orderRef: ref }, services))).code, 'CONFLICT_AMBIGUOUS_LINK');
  });
});
