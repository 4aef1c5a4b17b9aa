import assert from 'node:assert/strict';
import { BothSides } from './both-sides';

describe('C30 what is taken off an order in the ERP reaches the shop', () => {
  let sides: BothSides;
  before(async () => { sides = await BothSides.open(); });
  after(() => sides.close());

  const commits = (): number => sides.shop.sandbox.counters.mutations['orderEditCommit'] ?? 0;
  async function placed(taxed = true): Promise<ReturnType<BothSides['place']>> {
    const order = sides.place(taxed ? {} : { taxExempt: true, lines: [{ sku: sides.sku(0), quantity: 5, price: '10.00', taxes: [] }, { sku: sides.sku(1), quantity: 2, price: '1.00', taxes: [] }] });
    await sides.toErp(order);
    return order;
  }

  it('a lowered quantity and a rejected item; the edit that comes back brings the tax, and then there is peace', async () => {
    const order = await placed();
    await sides.inSap(order, 0, { RequestedQuantity: '3' });
    await sides.inSap(order, 2, { SalesDocumentRjcnReason: '50' });
    assert.equal((await sides.toShop(order)).result.outcome, 'updated');
    await sides.toErp(order);
    sides.assertEqual(order);
    const [writes, edits] = [sides.writes, commits()];
    assert.equal((await sides.toShop(order)).result.outcome, 'unchanged');
    assert.equal((await sides.toErp(order)).result.outcome, 'unchanged');
    assert.deepEqual([sides.writes, commits()], [writes, edits]);
  });

  it('without tax of the shop\'s own the edit that comes back changes nothing in the ERP at all', async () => {
    const order = await placed(false);
    await sides.inSap(order, 0, { RequestedQuantity: '3' });
    const writes = sides.writes;
    await sides.toShop(order);
    assert.equal((await sides.toErp(order)).result.outcome, 'unchanged');
    assert.equal(sides.writes, writes);
    sides.assertEqual(order);
  });

  it('lowered again before the first edit came back: both reach the shop', async () => {
    const order = await placed();
    for (const quantity of ['4', '2']) {
      await sides.inSap(order, 0, { RequestedQuantity: quantity });
      assert.equal((await sides.toShop(order)).result.outcome, 'updated');
    }
    await sides.toErp(order);
    sides.assertEqual(order);
  });

  it('an edit of the shop that is on its way is not undone by what the ERP says meanwhile', async () => {
    const order = await placed();
    sides.shop.sandbox.editOrder(order.id, [{ line: 0, quantity: 8 }]);
    assert.equal((await sides.toShop(order)).result.outcome, 'unchanged');
    await sides.toErp(order);
    sides.assertEqual(order);
    assert.equal(sides.now(order).lines[0]?.currentQuantity, 8);
  });

  it('one line changed there and another here, in either order: both changes end on both sides', async () => {
    for (const first of ['toShop', 'toErp'] as const) {
      const order = await placed();
      await sides.inSap(order, 0, { RequestedQuantity: '3' });
      sides.shop.sandbox.editOrder(order.id, [{ line: 2, quantity: 1 }]);
      for (const step of [first, first === 'toErp' ? 'toShop' : 'toErp', 'toErp', 'toShop'] as const) await sides[step](order);
      sides.assertEqual(order);
      assert.deepEqual(sides.now(order).lines.map(({ currentQuantity }) => currentQuantity), [3, 2, 1, 1]);
    }
  });

  it('an older state of the ERP changes nothing after a newer one', async () => {
    const order = await placed();
    await sides.inSap(order, 0, { RequestedQuantity: '4' });
    const older = await sides.erpDocument(order);
    await sides.inSap(order, 1, { SalesDocumentRjcnReason: '50' });
    await sides.toShop(order);
    assert.equal((await sides.fromErp(older)).result.outcome, 'stale');
  });

  it('an order rejected as a whole is cancelled, once, and comes back as nothing new', async () => {
    const order = await placed();
    for (const line of [0, 1, 2, 3]) await sides.inSap(order, line, { SalesDocumentRjcnReason: '50' });
    assert.equal((await sides.toShop(order)).result.outcome, 'cancelled');
    assert.ok(sides.now(order).cancelledAt);
    const writes = sides.writes;
    assert.equal((await sides.toErp(order)).result.outcome, 'unchanged');
    assert.equal((await sides.toShop(order)).result.outcome, 'unchanged');
    assert.equal(sides.writes, writes);
  });

  it('an order cancelled in the shop is rejected in the ERP, and comes back as nothing new', async () => {
    const order = await placed();
    sides.shop.sandbox.cancelOrder(order.id);
    assert.equal((await sides.toErp(order, 'cancel')).result.outcome, 'cancelled');
    assert.equal((await sides.toShop(order)).result.outcome, 'unchanged');
  });
});
