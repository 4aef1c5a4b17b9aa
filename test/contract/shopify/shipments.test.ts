import assert from 'node:assert/strict';
import type { Native, WriteResult } from '../../../lib/connectors/contract';
import { shopify } from '../../../lib/connectors/shopify';
import type { Shipment } from '../../../lib/documents/types';
import { checkDocument } from '../../../lib/documents/validate';
import type { DataError } from '../../../lib/errors';
import type { Order } from '../../../sandbox/shopify';
import { gidOf, openShop, type Shop } from './support';

interface Options extends Partial<Omit<Shipment, 'lines'>> { from?: string; byPosition?: boolean }

/** A delivery of an ERP: quantities by line (0 …) of the shop's order. */
function shipment(order: Order, number: string, lines: [line: number, quantity: number][], { from, byPosition, ...more }: Options = {}): Native {
  const document: Shipment = {
    schemaVersion: '1.0', id: `erp:OutboundDelivery:${number}`, externalIds: [{ system: 'erp', type: 'OutboundDelivery', id: number, number }], version: { sourceUpdatedAt: '2026-11-24T12:00:00Z' },
    shipmentNumber: number, status: 'shipped', orderRefs: [{ number: order.name, externalIds: [{ system: 'shopify:b2b-sandbox.myshopify.com', type: 'Order', id: gidOf(order) }] }],
    ...(from === undefined ? {} : { shipFrom: { code: from } }),
    lines: lines.map(([at, quantity], n) => ({
      id: String((n + 1) * 10), item: { sku: order.lines[at]?.sku ?? '' }, deliveredQuantity: { value: String(quantity), unitCode: 'C62' },
      ...(byPosition ? { orderLineId: String((at + 1) * 10), orderLinePosition: at + 1 } : { orderLineId: order.lines[at]?.id ?? '' }),
    })),
    ...more,
  };
  assert.deepEqual(checkDocument('shipment', document), []);
  return { ...document };
}

/** What has been sent: location, quantities by line (0 …) and tracking numbers, but for what was taken back. */
function sent({ sandbox }: Shop, order: Order): string[] {
  const now = sandbox.order(order.id);
  return (now?.fulfillments ?? []).filter(({ status }) => status === 'success').map(({ site, lines, tracking }) =>
    [sandbox.world.sites[site]?.name, lines.map(({ line, quantity }) => `${String(now?.lines.findIndex(({ id }) => id === line))}x${String(quantity)}`).join('+'), ...tracking.numbers].join(' '));
}

const place = ({ sandbox }: Shop, ...quantities: number[]): Order => sandbox.placeOrder({ channel: 'web', lines: quantities.map((quantity, at) => ({ sku: `MAT-${String(at % 9 + 1).padStart(5, '0')}`, quantity })) });
const create = ({ connection }: Shop, document: Native): Promise<WriteResult> => connection.create('shipment', connection.fromCanonical('shipment', document));
const update = ({ connection }: Shop, { externalId: { id } }: WriteResult, document: Native): Promise<WriteResult> => connection.update('shipment', id, connection.fromCanonical('shipment', document));
const lose = ({ sandbox }: Shop, mutation: string): void => { sandbox.fault({ kind: 'lost-response', match: (_request, body) => body.includes(mutation) }); };
const count = ({ sandbox }: Shop, mutation: string): number => sandbox.counters.mutations[mutation] ?? 0;
async function refusal(work: Promise<unknown>): Promise<{ name: string; code: string; message: string }> {
  const error = await work.then(() => undefined, (reason: unknown) => reason as DataError);
  assert.ok(error, 'was not refused');
  return { name: error.constructor.name, code: error.code, message: error.message };
}

describe('Shopify shipments', () => {
  describe('are written', () => {
    it('as fulfilments with every parcel, and read back as valid documents', async () => {
      await using shop = await openShop();
      const order = place(shop, 3, 2);
      const result = await create(shop, shipment(order, '80000001', [[0, 3], [1, 2]], {
        from: 'Augsburg', carrier: { code: 'DHL', name: 'DHL' },
        packages: [{ trackingNumber: 'A1', trackingUrl: 'https://track.example/A1' }, { trackingNumber: 'B2', trackingUrl: 'https://track.example/B2' }],
      }));
      assert.deepEqual([result.outcome, result.externalId.type, result.externalId.number, result.warnings], ['created', 'Fulfillment', `${order.name}.1`, undefined]);
      assert.deepEqual(sent(shop, order), ['Augsburg 0x3+1x2 A1 B2']);
      const native = await shop.connection.get('shipment', result.externalId.id);
      assert.ok(native);
      const document = shop.connection.toCanonical('shipment', native) as unknown as Shipment;
      assert.deepEqual(document.lines.map(({ orderLineId, deliveredQuantity: { value } }) => [orderLineId, value]), order.lines.map(({ id, quantity }) => [id, String(quantity)]));
      assert.deepEqual([document.status, document.shipFrom?.code, document.carrier?.name, document.packages?.map(({ trackingNumber }) => trackingNumber)], ['shipped', 'Augsburg', 'DHL', ['A1', 'B2']]);
      assert.equal(shop.sandbox.stock('MAT-00001', 'Augsburg').onHand, 497);
    });

    it('in parts, three times, until the order is fulfilled', async () => {
      await using shop = await openShop();
      const order = place(shop, 3, 2);
      for (const [n, lines] of ([[[0, 1]], [[0, 1], [1, 1]], [[0, 1], [1, 1]]] as [number, number][][]).entries()) await create(shop, shipment(order, `8${String(n)}`, lines, { from: 'Augsburg' }));
      assert.deepEqual(sent(shop, order), ['Augsburg 0x1', 'Augsburg 0x1+1x1', 'Augsburg 0x1+1x1']);
      assert.equal(shop.sandbox.order(order.id)?.fulfillmentStatus, 'fulfilled');
    });

    it('C33 by the id of the line, and by its position where the ERP knows no ids, never by SKU: the same product on two lines, one of them free', async () => {
      await using shop = await openShop();
      const sku = 'MAT-00001';
      const buyXGetY = (): Order => shop.sandbox.placeOrder({
        channel: 'web', lines: [{ sku, quantity: 3 }, { sku: 'MAT-00002', quantity: 1 }, { sku, quantity: 1 }],
        discounts: [{ kind: 'automatic', title: 'Buy 3 get 1', target: 'line_item', selection: 'explicit', line: 2, value: { percent: 100 } }],
      });
      for (const byPosition of [false, true]) {
        const order = buyXGetY();
        await create(shop, shipment(order, '81', [[2, 1]], { byPosition }));
        assert.deepEqual(sent(shop, order), ['Augsburg 2x1']);
        await create(shop, shipment(order, '82', [[0, 3], [1, 1]], { byPosition }));
        assert.deepEqual(sent(shop, order), ['Augsburg 2x1', 'Augsburg 0x3+1x1']);
      }
    });

    it('C34 a line split over two locations: each takes its part off its own', async () => {
      await using shop = await openShop({}, { settings: { locations: [{ code: '1010', location: 'Augsburg' }, { code: '1020', location: 'Dresden' }] } });
      const order = place(shop, 5);
      shop.sandbox.reassign(order.id, 0, 2, 'Dresden');
      await create(shop, shipment(order, '81', [[0, 2]], { from: '1020' }));
      await create(shop, shipment(order, '82', [[0, 3]], { from: '1010' }));
      assert.deepEqual(sent(shop, order), ['Dresden 0x2', 'Augsburg 0x3']);
      assert.deepEqual(['Augsburg', 'Dresden'].map((name) => shop.sandbox.stock('MAT-00001', name).onHand), [497, 498]);
    });

    it('C34 from another location than the shop thought: by quantity, a fulfilment for each, parcels where their lines are, and a warning', async () => {
      await using shop = await openShop();
      const order = place(shop, 5, 1);
      shop.sandbox.reassign(order.id, 0, 2, 'Dresden');
      const document = shipment(order, '81', [[0, 5], [1, 1]], { from: 'Augsburg', packages: [{ trackingNumber: 'A', lineIds: ['10'] }, { trackingNumber: 'B', lineIds: ['20'] }] });
      const result = await create(shop, document);
      assert.deepEqual(sent(shop, order), ['Augsburg 0x3+1x1 A B', 'Dresden 0x2 A']);
      assert.match(result.warnings?.join() ?? '', /2 pieces were to be sent from Dresden, not from Augsburg/);
      assert.equal((await update(shop, result, document)).outcome, 'unchanged');
      assert.equal((await shop.connection.cancel('shipment', result.externalId.id)).outcome, 'cancelled');
      assert.deepEqual(sent(shop, order), [], 'both are taken back');
    });

    it('of several orders at once: each line with its order', async () => {
      await using shop = await openShop();
      const [first, second] = [place(shop, 1), place(shop, 2)];
      const [a, b] = [shipment(first, '81', [[0, 1]]), shipment(second, '81', [[0, 2]])] as unknown as Shipment[];
      assert.ok(a && b);
      const lines = [a, b].flatMap(({ lines: own, orderRefs: [orderRef] }, n) => own.map((line) => ({ ...line, id: String(n), ...(orderRef && { orderRef }) })));
      const document = { ...a, orderRefs: [...a.orderRefs, ...b.orderRefs], lines };
      const { externalId: { id } } = await create(shop, document);
      assert.deepEqual([first, second].map((order) => sent(shop, order)), [['Augsburg 0x1'], ['Augsburg 0x2']]);
      await shop.connection.cancel('shipment', id);
      assert.deepEqual([first, second].map((order) => sent(shop, order)), [[], []]);
      const bare = { ...document, lines: document.lines.map(({ orderRef: _, ...line }) => line) };
      assert.equal((await refusal((async () => create(shop, bare))())).code, 'DATA_SHIPMENT');
    });

    it('whatever the size: 130 lines over two locations', async () => {
      await using shop = await openShop({ maxQueryCost: 1000 });
      const order = place(shop, ...Array.from({ length: 130 }, () => 2));
      for (let at = 0; at < 60; at++) shop.sandbox.reassign(order.id, at, 1, 'Dresden');
      const lines = order.lines.map((_, at): [number, number] => [at, 2]);
      const result = await create(shop, shipment(order, '81', lines, { from: 'Augsburg', byPosition: true }));
      assert.equal(shop.sandbox.order(order.id)?.fulfillmentStatus, 'fulfilled');
      const native = await shop.connection.get('shipment', result.externalId.id);
      assert.equal((native?.['fulfillmentLineItems'] as { nodes: unknown[] }).nodes.length, 130);
      assert.equal((await update(shop, result, shipment(order, '81', lines, { from: 'Augsburg', byPosition: true }))).outcome, 'unchanged');
    });

    it('with four calls: one to read, a note before and after, and the fulfilment', async () => {
      await using shop = await openShop();
      const order = place(shop, 3);
      const before = JSON.stringify(shop.sandbox.counters.queries);
      await create(shop, shipment(order, '81', [[0, 3]]));
      const { queries, mutations } = shop.sandbox.counters;
      assert.deepEqual([before, queries['order'], mutations['metafieldsSet'], mutations['fulfillmentCreate']], ['{}', 1, 2, 1]);
    });
  });

  describe('once', () => {
    it('C02 twice at once, and again later', async () => {
      await using shop = await openShop();
      const order = place(shop, 4);
      const document = shipment(order, '81', [[0, 2]], { from: 'Augsburg' });
      const results = [...await Promise.all([create(shop, document), create(shop, document)]), await create(shop, document)];
      assert.deepEqual(results.map(({ outcome }) => outcome), ['created', 'existing', 'existing']);
      assert.equal(new Set(results.map(({ externalId: { id } }) => id)).size, 1);
      assert.deepEqual(sent(shop, order), ['Augsburg 0x2']);
    });

    it('C01 after a lost answer it is found again', async () => {
      await using shop = await openShop();
      const order = place(shop, 4);
      const document = shipment(order, '81', [[0, 2]], { from: 'Augsburg' });
      lose(shop, 'fulfillmentCreate');
      assert.equal((await refusal(create(shop, document))).name, 'TransientError');
      const again = await create(shop, document);
      assert.deepEqual([again.outcome, sent(shop, order), count(shop, 'fulfillmentCreate')], ['existing', ['Augsburg 0x2'], 1]);
    });

    it('C01 two partial shipments of the same goods without any number, both answers lost, each finds its own', async () => {
      await using shop = await openShop();
      const order = place(shop, 6);
      const documents = ['81', '82'].map((number) => shipment(order, number, [[0, 2]], { from: 'Augsburg' }));
      for (const document of documents) {
        lose(shop, 'fulfillmentCreate');
        await refusal(create(shop, document));
      }
      const found = [...await Promise.all(documents.map((document) => create(shop, document))), ...await Promise.all(documents.map((document) => create(shop, document)))];
      assert.deepEqual(found.map(({ outcome }) => outcome), ['existing', 'existing', 'existing', 'existing']);
      assert.deepEqual(found.map(({ externalId: { number } }) => number), [`${order.name}.1`, `${order.name}.2`, `${order.name}.1`, `${order.name}.2`]);
      assert.deepEqual(sent(shop, order), ['Augsburg 0x2', 'Augsburg 0x2']);
      await create(shop, shipment(order, '83', [[0, 2]], { from: 'Augsburg' }));
      assert.equal(sent(shop, order).length, 3);
    });

    it('one whose call never arrived is not taken for another\'s of the same goods', async () => {
      await using shop = await openShop();
      const order = place(shop, 6);
      const [first, second] = ['81', '82'].map((number) => shipment(order, number, [[0, 2]]));
      assert.ok(first && second);
      shop.sandbox.fault({ kind: 'internal-error', match: (_request, body) => body.includes('fulfillmentCreate') });
      assert.equal((await refusal(create(shop, first))).name, 'TransientError');
      assert.equal((await create(shop, second)).outcome, 'created');
      assert.equal((await create(shop, first)).outcome, 'created');
      assert.equal(sent(shop, order).length, 2);
    });

    it('C01 cut off between two locations, a repeated try makes what is missing', async () => {
      await using shop = await openShop();
      const order = place(shop, 5);
      shop.sandbox.reassign(order.id, 0, 2, 'Dresden');
      const document = shipment(order, '81', [[0, 5]], { from: 'Augsburg' });
      let calls = 0;
      shop.sandbox.fault({ kind: 'internal-error', match: (_request, body) => body.includes('fulfillmentCreate') && ++calls === 2 });
      await refusal(create(shop, document));
      assert.deepEqual(sent(shop, order), ['Augsburg 0x3']);
      await create(shop, document);
      assert.deepEqual(sent(shop, order), ['Augsburg 0x3', 'Dresden 0x2']);
    });

    it('also when only our note of it was lost', async () => {
      await using shop = await openShop();
      const order = place(shop, 4);
      const document = shipment(order, '81', [[0, 2]]);
      let notes = 0;
      shop.sandbox.fault({ kind: 'internal-error', match: (_request, body) => body.includes('metafieldsSet') && ++notes === 2 });
      assert.equal((await refusal(create(shop, document))).name, 'TransientError');
      assert.equal((await create(shop, document)).outcome, 'existing');
      assert.equal(sent(shop, order).length, 1);
    });

    it('C02 two processes write different shipments of one order at once', async () => {
      await using shop = await openShop();
      const order = place(shop, 8);
      const second = shopify.connect({ baseUrl: shop.sandbox.url, settings: shop.sandbox.settings, secrets: shop.sandbox.secrets });
      try {
        const write = (connection: typeof second, number: string): Promise<WriteResult> => connection.create('shipment', connection.fromCanonical('shipment', shipment(order, number, [[0, 2]])));
        const results = await Promise.all([write(shop.connection, '81'), write(second, '82'), write(shop.connection, '83'), write(second, '84')]);
        assert.deepEqual(results.map(({ outcome }) => outcome), ['created', 'created', 'created', 'created']);
        assert.equal(new Set(results.map(({ externalId: { id } }) => id)).size, 4);
        assert.equal(shop.sandbox.order(order.id)?.fulfillmentStatus, 'fulfilled');
      } finally {
        await second.close();
      }
    });
  });

  describe('change', () => {
    it('get their tracking numbers later; what the shop has stays where the ERP says nothing', async () => {
      await using shop = await openShop();
      const order = place(shop, 2);
      const result = await create(shop, shipment(order, '81', [[0, 2]]));
      const tracked = shipment(order, '81', [[0, 2]], { carrier: { name: 'DPD' }, packages: [{ trackingNumber: 'T1' }] });
      assert.equal((await update(shop, result, tracked)).outcome, 'updated');
      assert.equal((await update(shop, result, tracked)).outcome, 'unchanged');
      assert.equal((await update(shop, result, shipment(order, '81', [[0, 2]]))).outcome, 'unchanged');
      assert.deepEqual(sent(shop, order), ['Augsburg 0x2 T1']);
    });

    it('are taken back with the goods issue, once, and sent again', async () => {
      await using shop = await openShop();
      const order = place(shop, 2);
      const result = await create(shop, shipment(order, '81', [[0, 2]]));
      const reversed = shipment(order, '81', [[0, 2]], { status: 'cancelled' });
      assert.deepEqual([(await update(shop, result, reversed)).outcome, (await update(shop, result, reversed)).outcome, sent(shop, order)], ['cancelled', 'unchanged', []]);
      assert.equal(shop.sandbox.stock('MAT-00001', 'Augsburg').committed, 2);
      const again = await update(shop, result, shipment(order, '81', [[0, 2]]));
      assert.deepEqual([again.outcome, again.externalId.number, sent(shop, order)], ['updated', `${order.name}.2`, ['Augsburg 0x2']]);
    });

    it('with other quantities are made anew; with more, the difference is added', async () => {
      await using shop = await openShop();
      const order = place(shop, 5);
      const result = await create(shop, shipment(order, '81', [[0, 4]]));
      await update(shop, result, shipment(order, '81', [[0, 2]]));
      assert.deepEqual(sent(shop, order), ['Augsburg 0x2']);
      await update(shop, result, shipment(order, '81', [[0, 5]]));
      assert.deepEqual(sent(shop, order), ['Augsburg 0x2', 'Augsburg 0x3']);
    });

    it('cancel is done once, and knows what is not there', async () => {
      await using shop = await openShop();
      const order = place(shop, 2);
      const { externalId: { id } } = await create(shop, shipment(order, '81', [[0, 2]]));
      lose(shop, 'fulfillmentCancel');
      await refusal(shop.connection.cancel('shipment', id));
      assert.equal((await shop.connection.cancel('shipment', id)).outcome, 'unchanged');
      assert.deepEqual(sent(shop, order), []);
      assert.equal((await refusal(shop.connection.cancel('shipment', 'gid://shopify/Fulfillment/1'))).code, 'DATA_NOT_FOUND');
    });

    it('a preview tells what would change, and changes nothing', async () => {
      await using shop = await openShop();
      const order = place(shop, 3);
      const preview = (document: Native, id?: string): Promise<unknown> => shop.connection.preview?.('shipment', shop.connection.fromCanonical('shipment', document), id) ?? Promise.resolve();
      const [line] = order.lines;
      assert.deepEqual(await preview(shipment(order, '81', [[0, 2]], { packages: [{ trackingNumber: 'A' }] })), [{ path: `lines[${line?.id ?? ''}].quantity`, after: 2 }, { path: 'trackingInfo', after: { numbers: ['A'] } }]);
      assert.equal((await refusal(preview(shipment(order, '81', [[0, 4]])))).code, 'DATA_OVER_FULFILLED');
      const mutations = JSON.stringify(shop.sandbox.counters.mutations);
      assert.equal(mutations, '{}');
      const { externalId: { id } } = await create(shop, shipment(order, '81', [[0, 2]]));
      assert.deepEqual(await preview(shipment(order, '81', [[0, 2]]), id), []);
      assert.deepEqual(await preview(shipment(order, '81', [[0, 2]], { status: 'cancelled' }), id), [{ path: `fulfillments[${order.name}.1].status`, before: 'SUCCESS', after: 'CANCELLED' }]);
    });
  });

  describe('are refused, with nothing written,', () => {
    it('for more than is open, what is fulfilled, unknown lines and orders, a cancelled order, parts of pieces, an unknown location', async () => {
      await using shop = await openShop();
      const [order, done, gone] = [place(shop, 3, 1), place(shop, 1), place(shop, 1)];
      shop.sandbox.fulfillOrder(done.id);
      shop.sandbox.cancelOrder(gone.id);
      const good = shipment(order, '81', [[0, 3]]) as unknown as Shipment;
      const unlinked = { ...good, orderRefs: [{ number: '4711' }] } as unknown as Native;
      const nowhere = { ...good, orderRefs: [{ externalIds: [{ system: shop.connection.system, type: 'Order', id: 'gid://shopify/Order/1' }] }] } as unknown as Native;
      const half = { ...good, lines: good.lines.map((line) => ({ ...line, deliveredQuantity: { value: '1.5', unitCode: 'KGM' } })) } as unknown as Native;
      const stranger = { ...good, lines: [...good.lines, { ...good.lines[0], id: '20', orderLineId: '4711' }] } as unknown as Native;
      const beyond = { ...good, lines: [{ ...good.lines[0], orderLineId: '90', orderLinePosition: 9 }] } as unknown as Native;
      const cases: [Native, string, RegExp][] = [
        [shipment(order, '81', [[0, 4], [1, 1]]), 'DATA_OVER_FULFILLED', /4 of MAT-00001, but 3 open/], [shipment(done, '81', [[0, 1]]), 'DATA_ALREADY_FULFILLED', /by hand/],
        [shipment(gone, '81', [[0, 1]]), 'DATA_ORDER_CANCELLED', /is cancelled/], [unlinked, 'DATA_UNKNOWN_ORDER', /no order 4711/], [nowhere, 'DATA_UNKNOWN_ORDER', /no order 1 /],
        [stranger, 'DATA_UNKNOWN_LINE', /line 4711 of MAT-00001/], [beyond, 'DATA_UNKNOWN_LINE', /position 9/], [half, 'DATA_SHIPMENT', /1.5 of MAT-00001/],
        [shipment(order, '81', [[0, 1]], { from: 'Ulm' }), 'DATA_UNKNOWN_LOCATION', /Ulm/], [shipment(order, '81', [[0, 1]], { status: 'picked' }), 'DATA_NOT_SHIPPED', /have not left/],
      ];
      for (const [document, code, text] of cases) {
        const refused = await refusal((async () => create(shop, document))());
        assert.deepEqual([refused.name, refused.code], ['DataError', code]);
        assert.match(refused.message, text);
      }
      assert.deepEqual([shop.sandbox.counters.mutations, sent(shop, order)], [{}, []]);
    });

    it('when staff fulfils the order just before: read again, then refused; our try is not taken for theirs later', async () => {
      await using shop = await openShop();
      const order = place(shop, 3);
      let first = true;
      shop.sandbox.fault({ kind: 'slow', ms: 1, match: (_request, body) => {
        if (first && body.includes('fulfillmentCreate')) { first = false; shop.sandbox.fulfillOrder(order.id); }
        return false;
      } });
      assert.equal((await refusal(create(shop, shipment(order, '81', [[0, 2]])))).code, 'DATA_ALREADY_FULFILLED');
      assert.equal((await refusal(create(shop, shipment(order, '81', [[0, 2]])))).code, 'DATA_ALREADY_FULFILLED');
      assert.deepEqual(sent(shop, order), ['Augsburg 0x3']);
    });
  });

  it('C13 are listed completely, whatever the page size, by what changed', async () => {
    let now = Date.UTC(2026, 10, 24, 9);
    await using shop = await openShop({ now: () => now });
    const all: string[] = [];
    const orders = Array.from({ length: 7 }, () => place(shop, 2));
    for (const order of orders) {
      now += 60_000;
      all.push((await create(shop, shipment(order, `8${order.name}`, [[0, 1]]))).externalId.id, (await create(shop, shipment(order, `9${order.name}`, [[0, 1]]))).externalId.id);
    }
    const list = async (options: { pageSize?: number; updatedSince?: string }): Promise<string[]> => {
      const found: string[] = [];
      for await (const { records } of shop.connection.list('shipment', options)) found.push(...records.map((record) => shop.connection.identify('shipment', record).id));
      return found;
    };
    for (const pageSize of [1, 3, 6, 7, 8]) assert.deepEqual(await list({ pageSize }), all, `page size ${String(pageSize)}`);
    assert.deepEqual(await list({ updatedSince: new Date(now - 60_000).toISOString() }), all.slice(-4));
  });
});
