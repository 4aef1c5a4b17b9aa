import assert from 'node:assert/strict';
import { businessNumbers, recordName } from '../../lib/delivery/business-numbers';

describe('business numbers', () => {
  const message = { payload: { orderNumber: '#1001', purchaseOrderNumber: 'PO 7', externalIds: [{ id: 'gid://shopify/Order/1' }, { id: '2', number: '42' }] }, event: { subject: 'order/gid://shopify/Order/1' } };

  it('of a message are all that a person may search it by, spelled alike', () => {
    assert.deepEqual(businessNumbers(message, 'order 0815'), ['1001', 'po 7', 'gid://shopify/order/1', '2', '42', '0815']);
    assert.deepEqual(businessNumbers(undefined), []);
  });

  it('name a record as people know it, or by what is known', () => {
    assert.equal(recordName(message), 'order #1001');
    assert.equal(recordName({ payload: { sku: 'A' } }), 'A');
    assert.equal(recordName({ payload: 'text', event: { subject: 'order/1' } }), 'order/1');
    assert.equal(recordName({}), undefined);
  });
});
