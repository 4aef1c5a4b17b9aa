import assert from 'node:assert/strict';
import { Compared } from '../../lib/sync/reconcile/leaves';
import { reconcileRules, type ReconcileRule } from '../../lib/sync/reconcile/rules';

const plain: ReconcileRule = { key: ['sku'] };

describe('what a comparison of two documents finds', () => {
  const differing = (here: object, there: object, fields: string[] = [], rule = plain): unknown => {
    const compared = new Compared(rule, fields);
    const found = compared.differing({ ...here }, { ...there });
    // The short form of the documents must say the same.
    assert.equal(compared.agree(compared.printOf({ ...here }), compared.printOf({ ...there })), found.length === 0);
    return found.map(({ path, here: a, there: b }) => [path, a, b]);
  };

  it('compares what both speak of, and never ids, versions and times', () => {
    const facts = { id: 'a', version: { x: 1 }, externalIds: [{ id: '1' }], updatedAt: '2026-01-01', systemOfRecord: 'x', name: 'Pump', brand: 'Acme' };
    assert.deepEqual(differing(facts, { id: 'b', version: { x: 2 }, externalIds: [], updatedAt: '2027-01-01', systemOfRecord: 'y', name: 'Pump', group: 'P1' }), []);
    assert.deepEqual(differing(facts, { name: 'Pumpe' }), [['name', 'Pump', 'Pumpe']]);
  });

  it('compares numbers by their value', () => {
    assert.deepEqual(differing({ a: '1', b: '10.50', c: '-0.0', d: 100 }, { a: '1.0', b: '10.5', c: '0', d: '100' }), []);
    assert.deepEqual(differing({ a: '1', b: '100' }, { a: '1.01', b: '10' }), [['a', '1', '1.01'], ['b', '100', '10']]);
    assert.deepEqual(differing({ a: '007' }, { a: '7' }), [['a', '007', '7']]);
  });

  it('C24 null, "0" and absent are three things; what is absent counts where the user names the field', () => {
    assert.deepEqual(differing({ price: null }, { price: '0' }), [['price', null, '0']]);
    assert.deepEqual(differing({ price: null }, { price: 'null' }), [['price', null, 'null']]);
    assert.deepEqual(differing({ price: null, name: 'x' }, { name: 'x' }), []);
    assert.deepEqual(differing({ price: null, name: 'x' }, { name: 'x' }, ['price']), [['price', null, undefined]]);
    assert.deepEqual(differing({ name: 'x' }, { price: '0', name: 'y' }, ['price']), [['price', undefined, '0']]);
    assert.deepEqual(differing({ price: { value: '1' } }, { price: { value: '1.00', currency: 'EUR' } }, ['price.value']), []);
    assert.deepEqual(differing({ price: { value: '1' } }, { price: { value: '1.00', currency: 'EUR' } }, ['price']), [['price.currency', undefined, 'EUR']]);
  });

  it('tells how many a list has, and which of them differ', () => {
    const lines = (...quantities: string[]): object => ({ lines: quantities.map((value) => ({ lineKind: 'product', item: { sku: 'A' }, quantity: { value } })) });
    const { order } = reconcileRules;
    assert.deepEqual(differing(lines('1', '2'), lines('1.0', '3'), [], order), [['lines[1].quantity.value', '2', '3']]);
    assert.deepEqual(differing(lines('1', '2'), lines('1'), [], order), [['lines.length', 2, 1]]);
    assert.deepEqual(differing({ lines: [{ lineKind: 'tip' }] }, lines(), [], order), []);
    assert.deepEqual(differing(lines('1', '2'), lines('2', '2'), ['lines.quantity.value']), [['lines[0].quantity.value', '1', '2']]);
  });

  it('of an order that is cancelled compares nothing but that', () => {
    const { order } = reconcileRules;
    assert.deepEqual(differing({ orderStatus: 'cancelled', lines: [] }, { orderStatus: 'cancelled', lines: [{ lineKind: 'product' }] }, [], order), []);
    assert.deepEqual(differing({ orderStatus: 'cancelled', lines: [] }, { orderStatus: 'completed', lines: [{ lineKind: 'product' }] }, [], order), [['orderStatus', 'cancelled', 'open']]);
    assert.deepEqual(differing({ orderStatus: 'closed' }, { orderStatus: 'open' }, [], order), []);
  });

  it('counts stock in whole pieces, and C40 knows a phone number however it is spelled', () => {
    const level = (available: string): object => ({ quantities: { available, onHand: available } });
    assert.deepEqual(differing(level('12.75'), level('12'), [], reconcileRules.inventory), []);
    assert.deepEqual(differing(level('12.75'), level('13'), [], reconcileRules.inventory), [['quantities.available', '12', '13']]);
    assert.deepEqual(differing({ telephone: '+49 89 123456', email: 'A@b.example' }, { telephone: '+4989123456', email: 'a@B.example' }, [], reconcileRules.customer), []);
  });
});
