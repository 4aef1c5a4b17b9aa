import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import type { Connection, Native, Page } from '../../../lib/connectors/contract';
import { errorDetails } from '../../../lib/errors';
import { checkDocument } from '../../../lib/documents/validate';
import { fromOrder, outcome, System } from './system';

const error = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => assert.fail('must reject'), (reason: unknown) => reason);

describe('SAP S/4HANA orders', () => {
  let system: System;
  let erp: Connection;
  before(async () => { system = await System.start(); });
  beforeEach(() => { erp = system.connect(); });
  afterEach(() => { system.sandbox.clearFaults(); });
  after(() => system.stop());

  const native = (number: string, change: Parameters<System['order']>[1] = {}): Native => fromOrder(erp, system.order(number, change));

  describe('create', () => {
    it('writes the whole order in one call and returns its number', async () => {
      const written = await erp.create('order', native('WEB-1'));
      const [order] = system.sandbox.ordersByReference('WEB-1');
      assert.equal(written.outcome, 'created');
      assert.deepEqual(written.externalId, { system: erp.system, type: 'SalesOrder', id: order?.['SalesOrder'], number: order?.['SalesOrder'] });
      assert.equal(written.warnings, undefined);
      assert.equal(order?.to_Item.length, 3);
      assert.equal(order['SalesOrganization'], '1010');
    });
    it('a note and an address without a customer number become header texts', async () => {
      await erp.create('order', native('WEB-2', {
        customerNote: 'Gate 3', deliveryParty: { legalName: 'Plant', address: { streetName: 'Road', buildingNumber: '1', cityName: 'Graz', postalZone: '8010', countryCode: 'AT' } },
      }));
      const texts = system.sandbox.ordersByReference('WEB-2')[0]?.to_Text.map((row) => [row['Language'], row['LongTextID'], row['LongText']]);
      assert.deepEqual(texts, [['EN', 'TX01', 'Gate 3'], ['EN', 'TX02', 'Plant\nRoad 1\n8010 Graz\nAT']]);
    });
    it('a ship-to of its own becomes a partner', async () => {
      const shipTo = system.sandbox.world.companies[1]?.customerNumber ?? '';
      await erp.create('order', native('WEB-3', { deliveryParty: { customerNumber: shipTo } }));
      const partner = system.sandbox.ordersByReference('WEB-3')[0]?.to_Partner.find((row) => row['PartnerFunction'] === 'SH');
      assert.equal(partner?.['Customer'], shipTo.replace(/^0+/, ''));
    });
    it('C51 the order date is the day in the business time zone', () => {
      const late = native('WEB-4', { issuedAt: '2026-11-22T23:30:00-08:00', timeZone: 'America/Los_Angeles', issueDate: undefined as never });
      assert.equal(late['SalesOrderDate'], `/Date(${String(Date.UTC(2026, 10, 22))})/`);
    });
    it('an order number SAP cannot hold is refused, not cut', () => {
      assert.throws(() => native('W'.repeat(36)), { code: 'DATA_MAPPING' });
    });
    it('a warning of the system comes with the result', async () => {
      const document = native('WEB-5');
      delete document['PurchaseOrderByCustomer'];
      const { warnings } = await erp.create('order', document);
      assert.match(warnings?.[0] ?? '', /customer reference is missing/);
    });
    it('a total that SAP works out differently is told', async () => {
      const document = native('WEB-6');
      document['to_PricingElement'] = [{ ConditionType: 'RB00', ConditionRateValue: '5.00', ConditionCurrency: 'EUR' }];
      const tenLess = system.connect({ conditionTypes: 'surcharge=RB00' });
      const { warnings } = await tenLess.create('order', document);
      assert.match(warnings?.[0] ?? '', /net total is 55, the document's is 65\.00/);
    });
    it('an unknown customer is a code of its own, naming it', async () => {
      const reason = await error(erp.create('order', native('WEB-7', { buyerParty: { customerNumber: '0000999999' } })));
      assert.equal((reason as { code: string }).code, 'DATA_UNKNOWN_CUSTOMER');
      assert.match((reason as Error).message, /order WEB-7.*999999/);
    });
    it('unknown materials are a code of its own, naming each with its path', async () => {
      const document = native('WEB-8');
      erp.setItems?.(document, new Map((document['to_Item'] as Native[]).slice(0, 2).map((item, i) => [String(item['Material']), `NOPE-${String(i)}`])));
      const reason = await error(erp.create('order', document));
      assert.equal((reason as { code: string }).code, 'DATA_UNKNOWN_ITEM');
      assert.match((reason as Error).message, /NOPE-0.*NOPE-1/);
      assert.deepEqual(errorDetails(reason).issues?.map(({ path }) => path), ['to_Item[0].Material', 'to_Item[1].Material']);
    });
    it('other refusals list every message with its path', async () => {
      const reason = await error(erp.create('order', { ...native('WEB-9'), CustomerPaymentTerms: 'XXXX', SalesOrderType: 'QQ' }));
      assert.equal((reason as { code: string }).code, 'DATA_REFUSED');
      assert.deepEqual(errorDetails(reason).issues?.map(({ path, rule }) => `${path} ${rule}`), ['SalesOrderType V1/304', 'CustomerPaymentTerms V1/378']);
    });
  });

  describe('when things go wrong on the way', () => {
    const isCreate = (request: IncomingMessage): boolean => request.method === 'POST' && request.url?.includes('/A_SalesOrder') === true;

    it('a lost response leaves the outcome open, and the order is found by its reference', async () => {
      const document = native('WEB-20');
      system.sandbox.fault({ kind: 'lost-response', match: isCreate });
      const reason = await error(erp.create('order', document));
      assert.equal(errorDetails(reason).unknownOutcome, true);
      const { reference = '', ...hints } = erp.referenceOf('order', document) ?? {};
      const found = await erp.findByReference('order', reference, hints);
      assert.deepEqual(found.map(({ outcome: how, externalId }) => [how, externalId.id]), [['existing', system.sandbox.ordersByReference('WEB-20')[0]?.['SalesOrder']]]);
    });
    it('a quote in the reference does not break the search', async () => {
      await erp.create('order', native("O'Neil & 1"));
      assert.equal((await erp.findByReference('order', "O'Neil & 1")).length, 1);
    });
    it('an HTML page of a proxy is transient and names its title', async () => {
      system.sandbox.fault({ kind: 'html-error', status: 502, match: isCreate });
      assert.equal(await outcome(erp.create('order', native('WEB-21'))), 'TRANSIENT_HTML_INSTEAD_OF_JSON');
    });
    it('a cut body is transient', async () => {
      system.sandbox.fault({ kind: 'cut-body', match: isCreate });
      assert.equal(await outcome(erp.create('order', native('WEB-22'))), 'TRANSIENT_CUT_BODY');
    });
    it('throttling says how long to wait', async () => {
      system.sandbox.fault({ kind: 'throttle', match: isCreate });
      const reason = await error(erp.create('order', native('WEB-23')));
      assert.equal((reason as { code: string }).code, 'THROTTLED_BY_SERVER');
      assert((errorDetails(reason).retryAfterMs ?? 0) > 0);
    });
  });

  describe('update', () => {
    const made = async (number: string): Promise<string> => (await erp.create('order', native(number))).externalId.id;

    it('changes header, quantity, price and freight to what the document says', async () => {
      const id = await made('WEB-30');
      const changed = system.order('WEB-30', { purchaseOrderNumber: 'PO-1', customerNote: 'new' });
      const eur = (value: string): { value: string; currency: string } => ({ value, currency: 'EUR' });
      const [first] = changed.lines;
      assert(first);
      Object.assign(first, { quantity: { value: '4', unitCode: 'C62' }, unitPrice: { priceAmount: eur('9.99') }, lineExtensionAmount: eur('39.96') });
      changed.shippingLines = [{ id: 's', amount: eur('5.00'), taxCategory: { code: 'O' } }];
      const total = { ...changed.monetaryTotal, lineExtensionAmount: eur('89.96'), chargeTotalAmount: eur('5.00') };
      changed.monetaryTotal = { ...total, taxExclusiveAmount: eur('94.96'), taxInclusiveAmount: eur('94.96'), payableAmount: eur('94.96') };
      const written = await erp.update('order', id, fromOrder(erp, changed));
      assert.deepEqual([written.outcome, written.warnings], ['updated', undefined]);
      const [order] = system.sandbox.ordersByReference('WEB-30');
      assert.equal(system.sandbox.payable(id), '94.96');
      assert.equal(order?.['PurchaseOrderByShipToParty'], 'PO-1');
      assert.equal(order.to_Text[0]?.['LongText'], 'new');
      assert.equal(order.to_Item[0]?.['RequestedQuantity'], '4.000');
    });
    it('a line that is gone is rejected, a new one added', async () => {
      const id = await made('WEB-31');
      const document = native('WEB-31');
      const items = document['to_Item'] as Native[];
      const [gone] = items.splice(0, 1);
      items.push({ ...gone, SalesOrderItem: '40', PurchaseOrderByShipToParty: 'l4' });
      await erp.update('order', id, document);
      const there = system.sandbox.ordersByReference('WEB-31')[0]?.to_Item.map((item) => [item['SalesOrderItem'], item['SalesDocumentRjcnReason']]);
      assert.deepEqual(there, [['10', '00'], ['20', ''], ['30', ''], ['40', '']]);
      assert.equal(system.sandbox.payable(id), '60.00');
    });
    it('the same document again writes nothing', async () => {
      const id = await made('WEB-32');
      const before = system.sandbox.requests.filter(({ method }) => method !== 'GET').length;
      assert.equal((await erp.update('order', id, native('WEB-32'))).outcome, 'unchanged');
      assert.equal(system.sandbox.requests.filter(({ method }) => method !== 'GET').length, before);
    });
    it('a stale etag is read anew and applied once more', async () => {
      const id = await made('WEB-33');
      system.sandbox.fault({ kind: 'stale-etag' });
      await erp.update('order', id, { ...native('WEB-33'), PurchaseOrderByShipToParty: 'PO-2' });
      assert.equal(system.sandbox.ordersByReference('WEB-33')[0]?.['PurchaseOrderByShipToParty'], 'PO-2');
    });
    it('… and stays a conflict if it is stale again', async () => {
      const id = await made('WEB-34');
      system.sandbox.fault({ kind: 'stale-etag', times: 2 });
      assert.equal(await outcome(erp.update('order', id, { ...native('WEB-34'), PurchaseOrderByShipToParty: 'PO-3' })), 'CONFLICT_STALE');
    });
    it('an order that is not there is a DataError', async () => {
      assert.equal(await outcome(erp.update('order', '999', native('WEB-35'))), 'DATA_NOT_FOUND');
      assert.equal(await erp.get('order', '999'), undefined);
    });
    it('cancel rejects all items; a second time nothing is left to do', async () => {
      const id = await made('WEB-36');
      assert.equal((await erp.cancel('order', id)).outcome, 'cancelled');
      assert.equal((await erp.cancel('order', id)).outcome, 'unchanged');
      const order = await erp.get('order', id);
      assert(order);
      const canonical = erp.toCanonical('order', order);
      assert.equal(canonical['orderStatus'], 'cancelled');
      assert.deepEqual(checkDocument('order', canonical), []);
    });
  });

  it('what was written reads back as a valid canonical order of the same total', async () => {
    const { externalId } = await erp.create('order', native('WEB-40', { issueDate: '2026-11-23' }));
    const order = await erp.get('order', externalId.id);
    assert(order);
    const canonical = system.connect({ timeZone: 'Pacific/Auckland' }).toCanonical('order', order);
    assert.deepEqual(checkDocument('order', canonical), []);
    assert.equal((canonical['monetaryTotal'] as { payableAmount: { value: string } }).payableAmount.value, '60.00');
    assert.equal(canonical['issueDate'], '2026-11-23');
    assert.equal((canonical['lines'] as { quantity: { unitCode: string } }[])[0]?.quantity.unitCode, 'C62');
  });

  describe('list', () => {
    /** An own system with n orders, a minute apart by its own clock. */
    async function withOrders(count: number, options: Parameters<typeof System.start>[0] = {}): Promise<{ own: System; numbers: string[]; from: number }> {
      const from = Date.UTC(2026, 10, 23, 8);
      let now = from;
      const own = await System.start({ now: () => now, ...options });
      const there = own.connect();
      const numbers: string[] = [];
      for (let i = 0; i < count; i++) {
        numbers.push((await there.create('order', fromOrder(there, own.order(`L-${String(i)}`)))).externalId.id);
        now += 60_000;
      }
      return { own, numbers, from };
    }
    const collect = async (pages: AsyncIterable<Page>): Promise<{ ids: string[]; pages: Page[] }> => {
      const all: Page[] = [];
      for await (const page of pages) all.push(page);
      return { ids: all.flatMap(({ records }) => records.map((row) => String(row['SalesOrder']))), pages: all };
    };

    it('gives every order once, oldest change first, whatever the page size', async () => {
      const { own, numbers } = await withOrders(6);
      for (const [pageSize, pages] of [[1, 6], [2, 3], [5, 2], [6, 1], [7, 1]] as const) {
        const listed = await collect(own.connect().list('order', { pageSize }));
        assert.deepEqual(listed.ids, numbers, `page size ${String(pageSize)}`);
        assert.equal(listed.pages.length, pages, `page size ${String(pageSize)}`);
      }
      await own.stop();
    });
    it('follows smaller pages of the server itself', async () => {
      const { own, numbers } = await withOrders(7, { pageSize: 2 });
      assert.deepEqual((await collect(own.connect().list('order', { pageSize: 100 }))).ids, numbers);
      await own.stop();
    });
    it('gives orders of one and the same millisecond each once, also over pages', async () => {
      const own = await System.start({ now: () => Date.UTC(2026, 10, 23), pageSize: 3 });
      const there = own.connect();
      const numbers: string[] = [];
      for (let i = 0; i < 8; i++) numbers.push((await there.create('order', fromOrder(there, own.order(`S-${String(i)}`)))).externalId.id);
      for (const pageSize of [1, 2, 3, 4, 8]) assert.deepEqual((await collect(there.list('order', { pageSize }))).ids.sort(), numbers, `page size ${String(pageSize)}`);
      await own.stop();
    });
    it('starts at a time, in UTC, and goes on from a cursor', async () => {
      const { own, numbers, from } = await withOrders(5);
      const there = own.connect();
      assert.deepEqual((await collect(there.list('order', { updatedSince: new Date(from + 120_000).toISOString() }))).ids, numbers.slice(2));
      assert.deepEqual((await collect(there.list('order', { updatedSince: '2026-11-23T09:02:00+01:00' }))).ids, numbers.slice(2));
      const first = await there.list('order', { pageSize: 2 })[Symbol.asyncIterator]().next() as { value: Page };
      assert(first.value.cursor);
      assert.deepEqual((await collect(there.list('order', { pageSize: 2, cursor: first.value.cursor }))).ids, numbers.slice(2));
      await own.stop();
    });
    it('loses no order when one changes while we page', async () => {
      const { own, numbers } = await withOrders(6);
      const there = own.connect();
      const seen: string[] = [];
      for await (const { records } of there.list('order', { pageSize: 2 })) {
        seen.push(...records.map((row) => String(row['SalesOrder'])));
        // The first order moves to the end: whoever skips by number misses the third.
        if (seen.length === 2) await there.update('order', numbers[0] ?? '', { PurchaseOrderByShipToParty: 'moved' });
      }
      assert.deepEqual(seen, [...numbers, numbers[0]]);
      await own.stop();
    });
    it('each listed order is a valid canonical order', async () => {
      const { own } = await withOrders(2);
      const there = own.connect();
      for await (const { records } of there.list('order')) for (const row of records) assert.deepEqual(checkDocument('order', there.toCanonical('order', row)), []);
      await own.stop();
    });
  });
});
