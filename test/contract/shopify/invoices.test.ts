import assert from 'node:assert/strict';
import type { Native } from '../../../lib/connectors/contract';
import credit from '../../../lib/documents/examples/invoice.creditnote.example.json';
import example from '../../../lib/documents/examples/invoice.example.json';
import type { Invoice } from '../../../lib/documents/types';
import { outcome } from '../sap-s4hana/system';
import { gidOf, openShop, type Shop } from './support';

describe('Shopify invoices', () => {
  let shop: Shop;
  let order: string;
  let name: string;
  beforeEach(async () => {
    shop = await openShop();
    const placed = shop.sandbox.placeOrder({ channel: 'b2b', company: 1, payment: 'pending' });
    [order, name] = [gidOf(placed), placed.name];
  });
  afterEach(() => shop[Symbol.asyncDispose]());

  const document = (change: Partial<Invoice> = {}): Record<string, unknown> => ({ ...example, orderRefs: [{ number: name }], ...change });
  const write = (change: Partial<Invoice> = {}) => shop.connection.upsert('invoice', shop.connection.fromCanonical('invoice', document(change)));
  const field = (key: string, owner = order): string | undefined => shop.sandbox.metafields(owner).find((one) => one.namespace === 'b2b_sync' && one.key === key)?.value;
  const entries = (owner = order): Native[] => JSON.parse(field('invoices', owner) ?? '[]') as Native[];
  const writes = (): number => shop.sandbox.counters.mutations['metafieldsSet'] ?? 0;

  it('stand on their order: number, date, totals, what is open, link', async () => {
    const { outcome: ended, externalId } = await write();
    assert.deepEqual([ended, externalId], ['created', { system: shop.connection.system, type: 'OrderInvoice', id: `${order}#90000012`, number: '90000012' }]);
    assert.deepEqual(entries(), [{
      number: '90000012', type: 'invoice', status: 'posted', date: '2026-11-25', dueDate: '2026-12-25', currency: 'EUR', net: '2600.32', tax: '494.06', total: '3094.38', open: '3094.38',
      url: 'https://files.acme.example/inv/90000012.pdf', system: 'sap-s4:prd-100', updatedAt: '2026-11-25T05:00:00Z',
    }]);
    assert.equal(field('invoice_number'), '90000012');
    assert.deepEqual(await shop.connection.get('invoice', externalId.id), { ...entries()[0], id: externalId.id });
  });

  it('C24 what is absent, and an amount of nothing, are told apart', async () => {
    const { openAmount, documents, dueDate, ...bare } = document() as unknown as Invoice;
    assert.ok(openAmount && documents && dueDate);
    await shop.connection.upsert('invoice', shop.connection.fromCanonical('invoice', { ...bare }));
    assert.deepEqual([entries()[0]?.['open'], 'open' in (entries()[0] ?? {}), 'url' in (entries()[0] ?? {})], [undefined, false, false]);
    await write({ openAmount: { value: '0.00', currency: 'EUR' }, invoiceStatus: 'paid' });
    assert.deepEqual([entries()[0]?.['open'], entries()[0]?.['status']], ['0.00', 'paid']);
  });

  it('several and credit notes stand side by side, the newest number beside them', async () => {
    await write();
    await shop.connection.upsert('invoice', shop.connection.fromCanonical('invoice', { ...credit, orderRefs: [{ number: name }] }));
    assert.deepEqual(entries().map(({ number, type, references }) => [number, type, references]), [['90000012', 'invoice', undefined], ['95000003', 'creditNote', ['90000012']]]);
    assert.equal(field('invoice_number'), '95000003');
    await write({ invoiceStatus: 'paid' });
    assert.equal(field('invoice_number'), '95000003');
  });

  it('again write nothing; a change of its payment state does, an older state does not', async () => {
    await write();
    assert.equal((await write()).outcome, 'unchanged');
    assert.equal((await write({ version: { sourceUpdatedAt: '2026-11-26T05:00:00Z' } })).outcome, 'unchanged');
    assert.equal(writes(), 1);
    assert.equal((await write({ openAmount: { value: '10.00', currency: 'EUR' }, invoiceStatus: 'partiallyPaid', version: { sourceUpdatedAt: '2026-11-27T05:00:00Z' } })).outcome, 'updated');
    assert.equal((await write({ invoiceStatus: 'sent' })).outcome, 'stale');
    assert.deepEqual([entries()[0]?.['status'], writes()], ['partiallyPaid', 2]);
  });

  it('four written to one order at once are all there', async () => {
    const numbers = Array.from({ length: 4 }, (_, n) => `9100000${String(n)}`);
    const ended = await Promise.all(numbers.map((invoiceNumber) => write({ invoiceNumber })));
    assert.deepEqual(ended.map((one) => one.outcome), numbers.map(() => 'created'));
    assert.deepEqual(entries().map(({ number }) => number).sort(), numbers);
  });

  it('C02 a lost answer leaves one entry', async () => {
    shop.sandbox.fault({ kind: 'lost-response', match: (_request, body) => body.includes('metafieldsSet') });
    assert.match(await outcome(write()), /^TRANSIENT_/);
    assert.equal((await write()).outcome, 'unchanged');
    assert.equal(entries().length, 1);
  });

  it('find their order by its id first, else by its number', async () => {
    const other = gidOf(shop.sandbox.placeOrder());
    await write({ orderRefs: [{ number: 'of another system', externalIds: [{ system: shop.connection.system, type: 'Order', id: other }] }] });
    assert.deepEqual([entries().length, entries(other).length], [0, 1]);
    await write({ orderRefs: [{ number: name }, { externalIds: [{ system: shop.connection.system, type: 'Order', id: other }] }] });
    assert.deepEqual([entries().length, entries(other).length], [1, 1]);
  });

  it('of an order the shop does not have, or of none, are refused and change nothing', async () => {
    assert.equal(await outcome(write({ orderRefs: [{ number: '#999999' }] })), 'DATA_UNKNOWN_ORDER');
    assert.equal(await outcome(write({ orderRefs: [{ number: name }, { number: '#999999' }] })), 'DATA_UNKNOWN_ORDER');
    assert.throws(() => shop.connection.fromCanonical('invoice', document({ orderRefs: [] })), { code: 'DATA_INVOICE' });
    assert.deepEqual([entries(), writes()], [[], 0]);
  });

  it('a look tells what would change, field by field, and writes nothing', async () => {
    const native = shop.connection.fromCanonical('invoice', document());
    const fresh = await shop.connection.preview?.('invoice', native);
    assert.ok(fresh?.some(({ path, before, after }) => path === `${name}.total` && before === undefined && after === '3094.38'));
    assert.equal(writes(), 0);
    await write();
    assert.deepEqual(await shop.connection.preview?.('invoice', native), []);
    const paid = shop.connection.fromCanonical('invoice', document({ openAmount: { value: '0.00', currency: 'EUR' }, invoiceStatus: 'paid' }));
    assert.deepEqual(await shop.connection.preview?.('invoice', paid), [{ path: `${name}.status`, before: 'posted', after: 'paid' }, { path: `${name}.open`, before: '3094.38', after: '0.00' }]);
  });

  it('a metafield that somebody else has filled with something else is not in the way', async () => {
    await write();
    for (const value of ['{"a":1}', '[1,null]', 'nonsense']) {
      const query = 'mutation ($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { userErrors { code } } }';
      const answer = await fetch(`${shop.sandbox.url}/admin/api/2026-10/graphql.json`, {
        method: 'POST', headers: { 'content-type': 'application/json', 'x-shopify-access-token': shop.sandbox.secrets['accessToken'] ?? '' },
        body: JSON.stringify({ query, variables: { m: [{ ownerId: order, namespace: 'b2b_sync', key: 'invoices', type: 'json', value }] } }),
      });
      assert.equal(answer.status, 200);
      assert.equal((await write()).outcome, 'created', value);
      assert.equal(entries().length, 1);
    }
  });
});
