import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LineState } from '../../lib/errors';
import type { Order, OrderEdit } from '../../sandbox/shopify';
import { BothSides } from './both-sides';
import { refusalOf } from './desk';

interface Case {
  name: string;
  /** What happened in the ERP before the edit. */
  there?: (sides: BothSides, order: Order) => unknown;
  /** One edit after the other; each reaches the ERP, unless `onlyLast`. */
  edits: OrderEdit[][] | ((sides: BothSides) => OrderEdit[][]);
  onlyLast?: true;
  /** Lines that a person must look at, by their place, with why. */
  conflict?: Record<number, LineState['closed']>;
}

const taxes = [{ title: 'MwSt', rate: 19_000 }];
const deliver = (n: number) => (sides: BothSides, order: Order): void => { sides.desk.system.sandbox.deliver(sides.number(order), sides.item(order, n)); };
const invoice = (n: number) => (sides: BothSides, order: Order): void => { sides.changeItem(order, n, { OrderRelatedBillingStatus: 'C' }); };
const inSap = (n: number, values: Record<string, string>) => (sides: BothSides, order: Order): Promise<void> => sides.inSap(order, n, values);

const cases: Case[] = [
  { name: 'C30 two of five units are cancelled', edits: [[{ line: 0, quantity: 3 }]] },
  { name: 'more units', edits: [[{ line: 2, quantity: 9 }]] },
  { name: 'a line is taken off', edits: [[{ line: 1, quantity: 0 }]] },
  { name: 'a line is taken off and comes back', edits: [[{ line: 1, quantity: 0 }], [{ line: 1, quantity: 2 }]] },
  { name: 'a further product', edits: (sides) => [[{ sku: sides.sku(3), quantity: 4, taxes }]] },
  { name: 'one more line of a product that is there twice', edits: (sides) => [[{ sku: sides.sku(0), quantity: 1, price: '8.00', taxes }]] },
  { name: 'the second line of one product, not the first', edits: [[{ line: 1, quantity: 1 }]] },
  { name: 'the first line is taken off: the others keep their items', edits: [[{ line: 0, quantity: 0 }], [{ line: 3, quantity: 2 }]] },
  { name: 'a discount in per cent', edits: [[{ line: 3, discount: { percent: 12.5 } }]] },
  { name: 'a fixed discount', edits: [[{ line: 0, discount: { fixed: '7.77' } }]] },
  { name: 'all at once', edits: (sides) => [[{ line: 0, quantity: 1 }, { line: 1, quantity: 4 }, { line: 2, quantity: 0 }, { line: 3, discount: { percent: 5 } }, { sku: sides.sku(4), quantity: 2, taxes }]] },
  { name: 'three edits, only the last of which is seen', onlyLast: true, edits: (sides) => [[{ line: 0, quantity: 2 }], [{ sku: sides.sku(3), quantity: 1, taxes }], [{ line: 0, quantity: 6 }, { line: 4, quantity: 3 }]] },
  { name: 'a line that came by an edit goes again', edits: (sides) => [[{ sku: sides.sku(3), quantity: 1, taxes }], [{ line: 4, quantity: 0 }]] },
  { name: 'C29 another line while one was shipped', there: deliver(0), edits: [[{ line: 2, quantity: 1 }, { line: 1, quantity: 0 }]] },
  { name: 'more of a line that was shipped', there: deliver(0), edits: [[{ line: 0, quantity: 8 }]] },
  { name: 'less than was shipped', there: deliver(0), edits: [[{ line: 0, quantity: 3 }, { line: 2, quantity: 1 }]], conflict: { 0: 'delivered' } },
  { name: 'a line that was shipped is taken off', there: deliver(3), edits: [[{ line: 3, quantity: 0 }]], conflict: { 3: 'delivered' } },
  { name: 'less of a line that is invoiced', there: invoice(2), edits: [[{ line: 2, quantity: 2 }]], conflict: { 2: 'invoiced' } },
  { name: 'a discount on a line that is invoiced', there: invoice(2), edits: [[{ line: 2, discount: { percent: 10 } }]], conflict: { 2: 'invoiced' } },
  { name: 'another quantity of a line that was rejected there', there: inSap(1, { SalesDocumentRjcnReason: '50' }), edits: [[{ line: 1, quantity: 1 }]], conflict: { 1: 'rejected' } },
  { name: 'a line that was lowered there, to another quantity', there: inSap(0, { RequestedQuantity: '4' }), edits: [[{ line: 0, quantity: 2 }]], conflict: { 0: 'changed' } },
  { name: 'the same as was done there', there: inSap(0, { RequestedQuantity: '4' }), edits: [[{ line: 0, quantity: 4 }]] },
];

describe('C28 edits of an order in the shop, after it came into the ERP', () => {
  let sides: BothSides;
  before(async () => { sides = await BothSides.open(); });
  after(() => sides.close());

  for (const { name, there, edits, onlyLast, conflict } of cases) {
    it(`${name}: ${conflict ? 'a conflict that holds both versions' : 'the ERP order is the same'}`, async () => {
      const order = sides.place();
      await sides.toErp(order);
      sides.assertEqual(order);
      await there?.(sides, order);
      const rounds = typeof edits === 'function' ? edits(sides) : edits;
      const before = sides.inErp(order);
      for (const [round, edit] of rounds.entries()) {
        sides.shop.sandbox.editOrder(order.id, edit);
        if (onlyLast && round < rounds.length - 1) continue;
        if (!conflict) { await sides.toErp(order); continue; }
        const { code, message, cause } = await refusalOf(sides.toErp(order));
        assert.equal(code, 'CONFLICT_ORDER_CLOSED', message);
        const { lines } = sides.now(order);
        const told = new Map((cause['lines'] as LineState[]).map((line) => [line.line, line]));
        assert.deepEqual(lines.map(({ id }) => told.get(id)?.wanted), lines.map(({ currentQuantity }) => String(currentQuantity)), 'what is wanted');
        const ordered = (before as { lines: Record<string, string> }).lines;
        assert.deepEqual(lines.map(({ id }) => told.get(id)?.ordered), lines.map(({ id }) => ordered[id] ?? '0'), 'what is there');
        assert.deepEqual(Object.fromEntries(lines.flatMap(({ id }, at) => told.get(id)?.closed ? [[at, told.get(id)?.closed]] : [])), conflict);
        assert.equal((await refusalOf(sides.toErp(order))).code, code, 'a further try');
        assert.deepEqual(sides.inErp(order), before, 'nothing of the revision was written');
      }
      if (!conflict) sides.assertEqual(order);
      const writes = sides.writes;
      if (!conflict) assert.equal((await sides.toErp(order)).result.outcome, 'unchanged');
      assert.equal(sides.writes, writes, 'the same again writes nothing');
    });
  }

  it('C25 C27 what is refunded before it was sent is taken off, with its tax; money given back for nothing taken back changes nothing', async () => {
    const order = sides.place({ payment: 'paid' });
    await sides.toErp(order);
    sides.shop.sandbox.refundOrder(order.id, { lines: { 0: 2, 3: 1 } });
    assert.equal((await sides.toErp(order)).result.outcome, 'updated');
    sides.assertEqual(order);
    sides.shop.sandbox.refundOrder(order.id, { amount: '5.00' });
    const writes = sides.writes;
    assert.equal((await sides.toErp(order)).result.outcome, 'unchanged');
    assert.equal(sides.writes, writes);
    sides.assertEqual(order);
  });

  it('C28 C27 any sequence of edits ends with the same quantities and the same total to the cent on both sides', async () => {
    const edit = fc.oneof(
      { weight: 4, arbitrary: fc.record({ line: fc.nat(5), quantity: fc.nat(9) }) },
      { weight: 1, arbitrary: fc.record({ line: fc.nat(3), discount: fc.record({ percent: fc.integer({ min: 1, max: 30 }) }) }) },
      { weight: 1, arbitrary: fc.record({ product: fc.nat(5), quantity: fc.integer({ min: 1, max: 9 }) }) },
    );
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(edit, fc.boolean()), { minLength: 1, maxLength: 8 }), fc.boolean(), async (steps, gross) => {
      const order = sides.place(gross ? { taxesIncluded: true } : {});
      await sides.toErp(order);
      for (const [step, isSeen] of steps) {
        const { lines } = sides.now(order);
        const left = lines.filter(({ currentQuantity }) => currentQuantity > 0);
        if ('product' in step) sides.shop.sandbox.editOrder(order.id, [{ sku: sides.sku(step.product), quantity: step.quantity, taxes }]);
        else {
          const line = step.line % lines.length;
          // An order keeps one line at least, and nothing is taken off nothing.
          if ('quantity' in step && step.quantity === 0 && left.length === 1) continue;
          if ('discount' in step && lines[line]?.currentQuantity === 0) continue;
          sides.shop.sandbox.editOrder(order.id, [{ ...step, line }]);
        }
        if (isSeen) await sides.toErp(order);
      }
      await sides.toErp(order);
      sides.assertEqual(order);
    }), { numRuns: 60 });
  });
});
