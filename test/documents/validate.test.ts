import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { DataError, errorClass } from '../../lib/errors';
import { assertDocument, checkDocument, isDocumentKind, type DocumentKind } from '../../lib/documents/validate';
import { broken, changed, example } from './documents';

const order = example('order');

describe('documents', () => {
  for (const file of readdirSync('lib/documents/examples').filter((name) => !name.startsWith('envelope'))) {
    it(`the example ${file} is a good document`, () => {
      const document: unknown = JSON.parse(readFileSync(`lib/documents/examples/${file}`, 'utf8'));
      assert.deepEqual(checkDocument(file.split('.')[0] as DocumentKind, document), []);
    });
  }

  it('lists every violation with its path', () => {
    assert.deepEqual(broken('order', changed(order, { 'lines[2].item.sku': undefined, 'lines[0].quantity.value': '1,5', revision: -1, 'buyerParty.shoeSize': 46 })),
      ['minimum revision', 'additionalProperties buyerParty.shoeSize', 'pattern lines[0].quantity.value', 'required lines[2].item.sku']);
  });

  it('quotes names in paths that are no words', () => {
    assert.deepEqual(broken('order', changed(order, { 'attributes.cost-center': 4711, 'attributes.a/b': 1 })), ['type attributes.cost-center', 'type attributes["a/b"]']);
  });

  it('names the allowed values of a code', () => {
    assert.deepEqual(checkDocument('order', changed(order, { 'taxRounding.level': 'row' })), [{ path: 'taxRounding.level', rule: 'enum', message: 'must be one of unit, line, taxSubtotal, document' }]);
  });

  it('takes a note as long as a shop takes it', () => {
    assert.deepEqual(broken('order', changed(order, { customerNote: 'x'.repeat(5000) })), []);
  });

  it('asks for what a value makes necessary', () => {
    assert.deepEqual(broken('order', changed(order, { orderStatus: 'cancelled' })), ['required cancellation']);
  });

  it('lists a hundred issues and says how many more there are', () => {
    const lines = Array.from({ length: 250 }, () => ({ ...order.lines[0], id: 1 }));
    const issues = checkDocument('order', { ...order, lines });
    assert.equal(issues.length, 101);
    assert.deepEqual(issues.at(-1), { path: '', rule: 'more', message: 'and 150 more' });
  });

  it('throws DataError with a code of its kind, the record and all issues', () => {
    assert.throws(() => { assertDocument('inventory-level', { sku: 'A' }, 'stock of A'); }, (error: unknown) => {
      assert.ok(error instanceof DataError);
      assert.equal(error.code, 'DATA_INVALID_INVENTORY_LEVEL');
      assert.equal(errorClass(error), 'DATA');
      assert.match(error.message, /^stock of A is not a valid inventory-level document\. schemaVersion: is missing \(required\); .*; and 6 more\.$/);
      assert.equal(error.cause.record, 'stock of A');
      assert.equal(error.cause.issues?.length, 9);
      return true;
    });
    assert.doesNotThrow(() => { assertDocument('order', order); });
  });

  it('never says what people typed', () => {
    const secret = 'Petra geheim@';
    const texts = ['buyerParty.contact.email', 'requestedDeliveryDate', 'orderNumber', 'paymentStatus', 'lines[0].item.gtin', 'lines[0].id', 'buyerParty.legalName'];
    for (const path of texts) {
      const issues = checkDocument('order', changed(order, { [path]: secret.repeat(30) }));
      assert.ok(issues.length > 0, path);
      assert.ok(!JSON.stringify(issues).includes('geheim'), path);
    }
  });

  it('knows a deleted record by its tombstone', () => {
    const { data } = JSON.parse(readFileSync('lib/documents/examples/envelope.deleted.example.json', 'utf8')) as { data: object };
    assert.deepEqual(checkDocument('tombstone', data), []);
    assert.deepEqual(broken('tombstone', { ...data, deleted: false }), ['const deleted']);
  });

  it('tells kinds of documents from other words', () => {
    assert.ok(isDocumentKind('price-list'));
    assert.ok(!isDocumentKind('toString'));
  });
});

describe('rules of documents', () => {
  it('EXT-1 a system has one id of a type for a document', () => {
    const externalIds = [...order.externalIds, { system: 'sap-s4:prd-100', type: 'SalesOrder', id: '2' }];
    assert.deepEqual(broken('order', { ...order, externalIds }), ['EXT-1 externalIds[2]']);
  });

  it('LINE-2 lines have ids of their own', () => {
    assert.deepEqual(broken('order', changed(order, { 'lines[2].id': 'l1' })), ['LINE-2 lines[2].id']);
  });

  it('LINE-3 a parent line is a line of the document', () => {
    assert.deepEqual(broken('order', changed(order, { 'lines[1].parentLineId': 'l1', 'lines[2].parentLineId': 'l9' })), ['LINE-3 lines[2].parentLineId']);
  });

  it('SKU-1 each variant of a product has a SKU of its own', () => {
    const product = example('product');
    const [variant] = product.variants;
    assert.deepEqual(broken('product', { ...product, variants: [variant, { ...variant, id: 'other' }] }), ['SKU-1 variants[1].sku']);
  });

  it('GTIN-1 the check digit of a GTIN fits', () => {
    assert.deepEqual(broken('order', changed(order, { 'lines[0].item.gtin': '4012345000017' })), ['GTIN-1 lines[0].item.gtin']);
    assert.deepEqual(broken('inventory-level', { ...example('inventory-level'), gtin: '12345678' }), ['GTIN-1 gtin']);
  });

  it('TZ-1 the time zone exists', () => {
    assert.deepEqual(broken('order', changed(order, { timeZone: 'Europe/Augsburg' })), ['TZ-1 timeZone']);
  });

  it('C23 prices of a list stand in the currency of the list', () => {
    const list = example('price-list');
    assert.deepEqual(broken('price-list', changed(list, { 'entries[0].tiers[1].price.currency': 'USD' })), ['CUR-1 entries[0].tiers[1].price.currency']);
  });

  it('C24 a compare-at price is removed by null, left alone by its absence, and "0" is a price', () => {
    const list = example('price-list');
    for (const price of [null, undefined, { value: '0', currency: 'EUR' }]) {
      assert.deepEqual(broken('price-list', changed(list, { 'entries[0].compareAtPrice': price })), []);
    }
    assert.deepEqual(broken('price-list', changed(list, { 'entries[0].compareAtPrice': '0' })), ['anyOf entries[0].compareAtPrice']);
  });

  it('C22 a payment has its amount in one currency and its accounting amount in another', () => {
    const payment = example('payment');
    assert.deepEqual(broken('payment', changed(payment, { 'fees[0].amount.currency': 'EUR' })), []);
    assert.deepEqual(broken('payment', changed(payment, { 'fees[0].amount.currency': 'GBP' })), ['CUR-1 fees[0].amount.currency']);
    assert.deepEqual(broken('return', changed(example('return'), { 'lines[0].refundTaxAmount.currency': 'USD' })), ['CUR-1 lines[0].refundTaxAmount.currency']);
  });
});
