import assert from 'node:assert/strict';
import type { Native } from '../../../lib/connectors/contract';
import { allOrders, apiOf, gidOf, openShop } from './support';

const hour = 3_600_000;
const start = Date.UTC(2026, 10, 1);

function ids(orders: Native[]): unknown[] { return orders.map((order) => order['id']); }

describe('Shopify order lists', () => {
  const count = 12;
  for (const pageSize of [1, 4, count - 1, count, count + 1]) {
    it(`C13 bring every order once, oldest change first, at ${String(pageSize)} a page`, async () => {
      await using shop = await openShop();
      const placed = Array.from({ length: count }, (_, i) => shop.sandbox.placeOrder({ lines: 1, createdAt: start + i * hour }));
      const { pages, orders } = await allOrders(shop.connection, pageSize);
      assert.deepEqual(ids(orders), placed.map(gidOf));
      assert.equal(pages, Math.ceil(count / pageSize));
    });
  }

  it('go on from the cursor of an earlier page', async () => {
    await using shop = await openShop();
    for (let i = 0; i < 5; i++) shop.sandbox.placeOrder({ lines: 1, createdAt: start + i * hour });
    const all = ids((await allOrders(shop.connection)).orders);
    for await (const { records, cursor } of shop.connection.list('order', { pageSize: 2 })) {
      assert.deepEqual(ids(records), all.slice(0, 2));
      const rest: unknown[] = [];
      for await (const page of shop.connection.list('order', { pageSize: 2, ...(cursor ? { cursor } : {}) })) rest.push(...ids(page.records));
      assert.deepEqual(rest, all.slice(2));
      break;
    }
  });

  it('lose no order that changes while they are read: it comes again at the end', async () => {
    await using shop = await openShop();
    const placed = Array.from({ length: 6 }, (_, i) => shop.sandbox.placeOrder({ lines: 1, createdAt: start + i * hour }));
    const seen: unknown[] = [];
    let changed = false;
    for await (const page of shop.connection.list('order', { pageSize: 2 })) {
      seen.push(...ids(page.records));
      if (!changed) for (const at of [0, 3]) shop.sandbox.updateOrder(gidOf(placed[at] ?? assert.fail()), { note: 'changed' });
      changed = true;
    }
    assert.deepEqual(new Set(seen), new Set(placed.map(gidOf)));
    assert.equal(seen.length, 7);
  });

  it('C46 bring an old order again when it changed', async () => {
    await using shop = await openShop();
    const old = shop.sandbox.placeOrder({ lines: 1, createdAt: start });
    shop.sandbox.placeOrder({ lines: 1, createdAt: start + hour });
    const since = new Date(Date.now() - 5000).toISOString();
    assert.deepEqual((await allOrders(shop.connection, 10, since)).orders, []);
    shop.sandbox.updateOrder(gidOf(old), { note: 'changed' });
    assert.deepEqual(ids((await allOrders(shop.connection, 10, since)).orders), [gidOf(old)]);
  });

  it('C50 take the same orders in whatever time zone shop and machine are', async () => {
    const dstEnd = Date.UTC(2026, 9, 25, 1); // the hour that Berlin has twice
    for (const timeZone of ['UTC', 'Europe/Berlin', 'America/Los_Angeles', 'Asia/Tokyo', 'Pacific/Auckland']) {
      await using shop = await openShop({ timeZone });
      const placed = [-1, 0, 1].map((seconds) => shop.sandbox.placeOrder({ lines: 1, createdAt: dstEnd + seconds * 1000 }));
      const { orders } = await allOrders(shop.connection, 10, new Date(dstEnd).toISOString());
      assert.deepEqual(ids(orders), placed.slice(1).map(gidOf), timeZone);
    }
  });

  it('C31 bring archived and cancelled orders as well', async () => {
    await using shop = await openShop();
    const archived = shop.sandbox.placeOrder({ lines: 1 });
    const cancelled = shop.sandbox.placeOrder({ lines: 1 });
    shop.sandbox.updateOrder(gidOf(archived), { closed: true });
    shop.sandbox.cancelOrder(gidOf(cancelled), 'customer');
    const { orders } = await allOrders(shop.connection);
    assert.deepEqual(orders.map((order) => shop.connection.toCanonical('order', order)['orderStatus']).sort(), ['cancelled', 'closed']);
  });

  it('bring long orders whole, line by line in their order', async () => {
    await using shop = await openShop();
    const sizes = [1, 10, 11, 250];
    const placed = sizes.map((lines, i) => shop.sandbox.placeOrder({ lines, createdAt: start + i * hour }));
    const { orders } = await allOrders(shop.connection);
    const lines = orders.map((order) => (order['lineItems'] as { nodes: Native[] }).nodes.map((line) => line['id']));
    assert.deepEqual(lines, placed.map((order) => order.lines.map((line) => `gid://shopify/LineItem/${line.id}`)));
    const longest = placed.at(-1) ?? assert.fail();
    assert.equal(((await apiOf(shop, longest))['lineItems'] as { nodes: Native[] }).nodes.length, 250);
  });

  it('read a long order again that changes between two pages of its lines', async () => {
    await using shop = await openShop();
    const order = shop.sandbox.placeOrder({ lines: 250, createdAt: start });
    let once = true;
    shop.sandbox.fault({ kind: 'slow', ms: 0, times: Infinity, match: (_request, body) => {
      if (once && body.includes('query OrderLines')) { once = false; shop.sandbox.updateOrder(gidOf(order), { note: 'changed meanwhile' }); }
      return false;
    } });
    const native = await apiOf(shop, order);
    assert.equal(native['note'], 'changed meanwhile');
    assert.equal((native['lineItems'] as { nodes: Native[] }).nodes.length, 250);
  });

  it('stop when they are told to', async () => {
    await using shop = await openShop();
    for (let i = 0; i < 3; i++) shop.sandbox.placeOrder({ lines: 1 });
    const stop = new AbortController();
    await assert.rejects(async () => {
      for await (const page of shop.connection.list('order', { pageSize: 1, signal: stop.signal })) if (page.cursor) stop.abort();
    }, { code: 'TRANSIENT_ABORTED' });
  });
});

describe('Shopify look-ups', () => {
  it('find an order by its number, with and without #, and by nothing like it', async () => {
    await using shop = await openShop();
    const [order] = [shop.sandbox.placeOrder({ lines: 1 }), shop.sandbox.placeOrder({ lines: 1 })];
    for (const reference of [order.name, order.name.slice(1)]) {
      const found = await shop.connection.findByReference('order', reference);
      assert.deepEqual(found.map(({ outcome, externalId }) => [outcome, externalId.id, externalId.number]), [['existing', gidOf(order), order.name]]);
    }
    assert.deepEqual(await shop.connection.findByReference('order', '#9'), []);
    assert.equal(await shop.connection.get('order', 'gid://shopify/Order/1'), undefined);
  });

  it('C40 find customers by number, e-mail and phone, however these are spelled', async () => {
    await using shop = await openShop();
    const company = shop.sandbox.world.companies[0] ?? assert.fail();
    const find = async (keys: Parameters<NonNullable<typeof shop.connection.findParty>>[0]) =>
      (await shop.connection.findParty?.(keys))?.map(({ externalId }) => `${externalId.type} ${externalId.number ?? ''}`);
    assert.deepEqual(await find({ number: company.customerNumber }), [`Company ${company.customerNumber}`]);
    assert.deepEqual(await find({ number: company.customerNumber.replace(/^0+/, '') }), [`Company ${company.customerNumber}`]);
    const location = company.locations[0]?.number ?? '';
    assert.deepEqual(await find({ number: location }), [`CompanyLocation ${location}`]);
    const person = `Customer ${company.contact.firstName} ${company.contact.lastName}`;
    assert.deepEqual(await find({ email: ` ${company.contact.email.toUpperCase()} ` }), [person]);
    const [found] = await shop.connection.findParty?.({ email: company.contact.email }) ?? [];
    shop.sandbox.updateCustomer(found?.externalId.id.split('/').at(-1) ?? '', { phone: '+4989211234' }); // the shop keeps E.164
    for (const phone of ['+49 89 211234', '0049 (0)89-211 234']) assert.deepEqual(await find({ phone }), [person], phone);
    assert.deepEqual(await find({ email: company.contact.email, customerType: 'company' }), [`Company ${company.customerNumber}`]);
    assert.deepEqual(await find({ name: company.name }), [`Company ${company.customerNumber}`]);
    assert.deepEqual(await find({ number: '0', email: 'nobody@customer.example', phone: '+49 1', name: 'Nobody' }), []);
  });

  it('find products by SKU, else by bar code', async () => {
    await using shop = await openShop();
    const { sku, gtin } = shop.sandbox.world.products[2] ?? assert.fail();
    for (const keys of [{ sku }, { gtin }, { sku: 'none', gtin }]) {
      assert.deepEqual((await shop.connection.findItem?.(keys))?.map(({ externalId }) => externalId.number), [sku]);
    }
    assert.deepEqual(await shop.connection.findItem?.({ sku: sku.slice(0, -1) }), []);
  });

  it('bring customers and products as valid canonical documents, page by page', async () => {
    await using shop = await openShop();
    for (const [entity, expected] of [['customer', 49], ['product', 120]] as const) {
      const seen = new Set<unknown>();
      for await (const page of shop.connection.list(entity, { pageSize: 7 })) for (const record of page.records) seen.add(shop.connection.toCanonical(entity, record)['id']);
      assert.equal(seen.size, expected, entity);
    }
  });
});

describe('Shopify order writes', () => {
  const erp = { system: 'sap-s4:prd-100', type: 'SalesOrder', id: '0000512340', number: '512340' };

  it('put the ERP\'s number, id and system on the order and change nothing of its content', async () => {
    await using shop = await openShop();
    const order = shop.sandbox.placeOrder({ lines: 2 });
    const { connection } = shop;
    const before = connection.toCanonical('order', await apiOf(shop, order));
    const change = connection.fromCanonical('order', { ...before, externalIds: [...before['externalIds'] as object[], erp] });
    const result = await connection.update('order', gidOf(order), { ...change, addTags: [] });
    assert.deepEqual([result.outcome, result.externalId.number], ['updated', order.name]);
    assert.deepEqual(shop.sandbox.metafields(gidOf(order)).map(({ namespace, key, value }) => `${namespace}.${key}=${value}`),
      ['b2b_sync.erp_number=512340', 'b2b_sync.erp_id=0000512340', 'b2b_sync.erp_system=sap-s4:prd-100']);
    const after = connection.toCanonical('order', await apiOf(shop, order));
    assert.deepEqual({ ...after, version: before['version'], updatedAt: before['updatedAt'] }, before);
  });

  it('take the number from the newest ERP document, and refuse an order that has none', async () => {
    await using shop = await openShop();
    const { connection } = shop;
    const values = (document: Record<string, unknown>) => (connection.fromCanonical('order', document)['metafields'] as { value: string }[]).map(({ value }) => value);
    assert.deepEqual(values({ erpDocuments: [{ number: '1' }, { number: '2', externalIds: [erp] }] }), ['2', '0000512340', 'sap-s4:prd-100']);
    assert.throws(() => connection.fromCanonical('order', { orderNumber: '#1', externalIds: [] }), { code: 'DATA_NOTHING_TO_WRITE_BACK', message: /#1/ });
  });

  it('add tags to those there', async () => {
    await using shop = await openShop();
    const order = shop.sandbox.placeOrder({ lines: 1, tags: ['vip'] });
    await shop.connection.update('order', gidOf(order), { addTags: ['in ERP'] });
    assert.deepEqual(new Set(shop.sandbox.order(gidOf(order))?.tags), new Set(['vip', 'in ERP']));
  });

  it('cancel once, with the reason as the shop knows it or as a note', async () => {
    await using shop = await openShop();
    const order = shop.sandbox.placeOrder({ lines: 1 });
    const outcomes = [await shop.connection.cancel('order', gidOf(order), 'Inventory'), await shop.connection.cancel('order', gidOf(order), 'no stock')];
    assert.deepEqual(outcomes.map(({ outcome }) => outcome), ['cancelled', 'unchanged']);
    assert.equal(shop.sandbox.order(gidOf(order))?.cancelReason, 'inventory');
  });

  it('that the shop refuses say why, and which order', async () => {
    await using shop = await openShop();
    const gone = 'gid://shopify/Order/1';
    await assert.rejects(shop.connection.update('order', gone, { note: 'x' }), { name: 'DataError', code: 'DATA_NOT_FOUND', message: /order 1\b/ });
    await assert.rejects(shop.connection.cancel('order', gone), { name: 'DataError', code: 'DATA_NOT_FOUND' });
    await assert.rejects(shop.connection.create('order', {}), { code: 'CONFIG_NOT_SUPPORTED' });
    await assert.rejects(shop.connection.update('return', gone, {}), { code: 'CONFIG_NOT_SUPPORTED' });
    await assert.rejects(async () => { for await (const page of shop.connection.list('return')) assert.fail(page.cursor ?? 'a page came'); }, { code: 'CONFIG_NOT_SUPPORTED' });
  });

  it('tells how many orders there are, also since a time', async () => {
    await using shop = await openShop();
    for (let n = 0; n < 3; n++) shop.sandbox.placeOrder();
    assert.equal(await shop.connection.count?.('order'), 3);
    assert.equal(await shop.connection.count?.('order', { updatedSince: '2999-01-01T00:00:00Z' }), 0);
  });
});
