import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Native } from '../../../lib/connectors/contract';
import type { Order } from '../../../lib/documents/types';
import { checkDocument } from '../../../lib/documents/validate';
import type { ErrorDetails } from '../../../lib/errors';
import { goldenOrders, type Order as ShopOrder, type OrderEdit } from '../../../sandbox/shopify';
import { apiOf, gidOf, openShop, webhookOf, type Shop } from './support';

const taxes = [{ title: 'MwSt', rate: 19_000 }];

async function canonical(shop: Shop, order: ShopOrder): Promise<Order> {
  const api = shop.connection.toCanonical('order', await apiOf(shop, order));
  assert.deepEqual(shop.connection.toCanonical('order', webhookOf(shop, order)), api, 'the same by webhook and by API');
  assert.deepEqual(checkDocument('order', api), []);
  return api as unknown as Order;
}

function place(shop: Shop, shipping: string | null = '4.90'): ShopOrder {
  return shop.sandbox.placeOrder({
    channel: 'b2b', currency: 'EUR', taxesIncluded: false, discounts: [], shipping,
    lines: [{ sku: 'MAT-00001', quantity: 5, price: '10.00', taxes }, { sku: 'MAT-00001', quantity: 2, price: '9.50', taxes }, { sku: 'MAT-00002', quantity: 3, price: '3.33', taxes }],
  });
}

const shown = ({ lines }: Order): unknown[] => lines.map(({ quantity, cancelledQuantity, lineStatus }) => [quantity.value, cancelledQuantity, lineStatus]);

describe('Shopify orders that were edited', () => {
  it('C28 say what is left of each line, what was cancelled of it, and a revision that grows', async () => {
    await using shop = await openShop();
    const order = place(shop);
    const before = await canonical(shop, order);
    const revisions = [before.revision];
    const states: unknown[] = [];
    for (const edit of [[{ line: 0, quantity: 3 }], [{ line: 1, quantity: 0 }, { line: 2, quantity: 4 }], [{ sku: 'MAT-00003', quantity: 2, taxes }], [{ line: 1, quantity: 1 }]] satisfies OrderEdit[][]) {
      shop.sandbox.editOrder(order.id, edit);
      const after = await canonical(shop, order);
      revisions.push(after.revision);
      states.push(shown(after));
      assert.deepEqual(after.lines.slice(0, 3).map(({ id }) => id), before.lines.map(({ id }) => id));
    }
    assert.deepEqual(states[1], [['3', '2', 'changed'], ['0', '2', 'cancelled'], ['4', undefined, 'open']]);
    assert.deepEqual(states[3], [['3', '2', 'changed'], ['1', '2', 'changed'], ['4', undefined, 'open'], ['2', undefined, 'open']]);
    assert.ok(revisions.every((revision, at) => at === 0 || revision > (revisions[at - 1] ?? 0)), revisions.join(' '));
  });

  it('C27 the tax goes down with what is taken off', async () => {
    await using shop = await openShop();
    const order = place(shop, null);
    assert.equal((await canonical(shop, order)).taxTotals[0]?.taxAmount.value, '15.01'); // 19 % of 50.00, 19.00 and 9.99, each rounded
    shop.sandbox.editOrder(order.id, [{ line: 0, quantity: 2 }]);
    const { taxTotals, monetaryTotal } = await canonical(shop, order);
    assert.deepEqual([taxTotals[0]?.taxAmount.value, monetaryTotal.payableAmount.value], ['9.31', '58.30']);
  });

  it('C21 C27 add up after every revision, whatever is edited of whatever order', async () => {
    await using shop = await openShop({}, { settings: { customItemSku: 'SERVICE' } });
    const golden = goldenOrders().filter(({ lines, channel }) => lines.length < 12 && channel !== 'pos');
    for (const order of golden) shop.sandbox.addOrder(order);
    const step = fc.record({ line: fc.nat(11), quantity: fc.nat(300), percent: fc.integer({ min: 0, max: 40 }), product: fc.integer({ min: 0, max: 40 }) });
    await fc.assert(fc.asyncProperty(fc.constantFrom(...golden), fc.array(step, { minLength: 1, maxLength: 5 }), async ({ id }, steps) => {
      for (const { line, quantity, percent, product } of steps) {
        const order = shop.sandbox.order(id) ?? assert.fail();
        const at = line % order.lines.length;
        const { kind } = order.lines[at] ?? assert.fail();
        if (kind === 'tip' || order.cancelledAt !== null) return;
        shop.sandbox.editOrder(id, [
          { line: at, quantity }, ...(percent > 0 && quantity > 0 ? [{ line: at, discount: { percent } }] : []),
          ...(product > 0 ? [{ sku: shop.sandbox.world.products[product - 1]?.sku ?? '', quantity: product }] : []),
        ]);
        await canonical(shop, order);
      }
    }), { numRuns: 150 });
  }).timeout(120_000);
});

describe('Shopify orders follow an ERP', () => {
  const edit = (quantities: Record<string, string>, cancelled = false): Native => ({ quantities, cancelled, note: 'Changed in erp 4711' });
  const ids = ({ lines }: ShopOrder): string[] => lines.map(({ id }) => id);
  const left = (shop: Shop, order: ShopOrder): number[] => (shop.sandbox.order(order.id) ?? assert.fail()).lines.map(({ currentQuantity }) => currentQuantity);
  const refused = (promise: Promise<unknown>): Promise<{ code: string; message: string; cause: ErrorDetails }> => promise.then(() => assert.fail('must reject'), (reason: unknown) => reason as never);
  const commits = (shop: Shop): number => shop.sandbox.counters.mutations['orderEditCommit'] ?? 0;

  it('C30 what it lowered or rejected is taken off in one edit, and back in stock', async () => {
    await using shop = await openShop();
    const order = place(shop);
    const [first = '', second = '', third = ''] = ids(order);
    const stock = shop.sandbox.stock('MAT-00001').available;
    const { outcome, externalId } = await shop.connection.update('order', gidOf(order), edit({ [first]: '3', [second]: '0', [third]: '3.000' }));
    assert.deepEqual([outcome, externalId.number, left(shop, order), commits(shop)], ['updated', order.name, [3, 0, 3], 1]);
    assert.equal(shop.sandbox.stock('MAT-00001').available, stock + 4);
    assert.equal((await shop.connection.update('order', gidOf(order), edit({ [first]: '3', [second]: '0' }))).outcome, 'unchanged');
    assert.equal(commits(shop), 1);
  });

  it('nothing is ever put on an order, and what the shop does not know is none of its lines', async () => {
    await using shop = await openShop();
    const order = place(shop);
    const { outcome, warnings } = await shop.connection.update('order', gidOf(order), edit({ [ids(order)[0] ?? '']: '9', 10: '1' }));
    assert.equal(outcome, 'unchanged');
    assert.match(warnings?.[0] ?? '', /MAT-00001 stays at 5 in the shop where the ERP has 9/);
  });

  it('by what was written last it tells whose change is whose', async () => {
    await using shop = await openShop();
    const order = place(shop);
    const [first = '', second = '', third = ''] = ids(order);
    shop.sandbox.editOrder(order.id, [{ line: 0, quantity: 7 }, { line: 1, quantity: 1 }]);
    const before = { [first]: ['5'], [second]: ['2'], [third]: ['3'] };
    const { warnings } = await shop.connection.update('order', gidOf(order), edit({ [first]: '5', [second]: '0', [third]: '1' }), before);
    assert.deepEqual(left(shop, order), [7, 1, 1], 'the shop raised the first, both changed the second, the ERP lowered the third');
    assert.equal(warnings?.length, 1);
    assert.match(warnings[0] ?? '', /the shop changed it, too/);
  });

  it('a dry run tells the quantities, and edits nothing', async () => {
    await using shop = await openShop();
    const order = place(shop);
    const [first = '', second = ''] = ids(order);
    const changes = await shop.connection.preview?.('order', edit({ [first]: '3', [second]: '9' }), gidOf(order));
    assert.deepEqual(changes, [{ path: `lines[${first}].quantity`, before: 5, after: 3 }]);
    assert.deepEqual([left(shop, order), shop.sandbox.counters.mutations['orderEditBegin']], [[5, 2, 3], undefined]);
  });

  it('an order that the ERP cancelled is cancelled', async () => {
    await using shop = await openShop();
    const order = place(shop);
    const all = Object.fromEntries(ids(order).map((id) => [id, '0']));
    assert.equal((await shop.connection.update('order', gidOf(order), edit(all, true))).outcome, 'cancelled');
    assert.ok(shop.sandbox.order(order.id)?.cancelledAt);
    assert.equal((await shop.connection.update('order', gidOf(order), edit(all, true))).outcome, 'unchanged');
  });

  it('what has been sent is a conflict that holds both versions, and nothing is edited', async () => {
    await using shop = await openShop();
    const order = place(shop);
    shop.sandbox.fulfillOrder(order.id);
    const [first = '', second = ''] = ids(order);
    const { code, message, cause } = await refused(shop.connection.update('order', gidOf(order), edit({ [first]: '5', [second]: '1' })));
    assert.equal(code, 'CONFLICT_ORDER_CLOSED');
    assert.match(message, /2 of MAT-00001 have been sent where the ERP has 1/);
    assert.deepEqual(cause.lines?.map(({ line, ordered, delivered, wanted, closed }) => [line, ordered, delivered, wanted, closed]), [[first, '5', '5', '5', undefined], [second, '2', '2', '1', 'delivered']]);
    assert.deepEqual([left(shop, order), commits(shop)], [[5, 2, 3], 0]);
  });

  it('an order that changes between reading and commit is read again', async () => {
    await using shop = await openShop();
    const order = place(shop);
    const [first = '', second = ''] = ids(order);
    let once = true;
    shop.sandbox.fault({ kind: 'slow', ms: 0, times: Infinity, match: (_request, body) => {
      if (once && body.includes('mutation OrderEditCommit')) { once = false; shop.sandbox.editOrder(order.id, [{ line: 2, quantity: 1 }]); }
      return false;
    } });
    assert.equal((await shop.connection.update('order', gidOf(order), edit({ [first]: '1', [second]: '0' }))).outcome, 'updated');
    assert.deepEqual(left(shop, order), [1, 0, 1]);
  });

  it('a lost answer to the commit: the next try finds it done', async () => {
    await using shop = await openShop();
    const order = place(shop);
    const document = edit({ [ids(order)[0] ?? '']: '1' });
    shop.sandbox.fault({ kind: 'lost-response', match: (_request, body) => body.includes('mutation OrderEditCommit') });
    const { cause } = await refused(shop.connection.update('order', gidOf(order), document));
    assert.equal(cause.unknownOutcome, true);
    assert.equal((await shop.connection.update('order', gidOf(order), document)).outcome, 'unchanged');
    assert.deepEqual([left(shop, order), commits(shop)], [[1, 2, 3], 1]);
  });

  for (const count of [249, 250, 251]) {
    it(`finds the last of ${String(count)} lines`, async () => {
      await using shop = await openShop();
      const order = shop.sandbox.placeOrder({ lines: Array.from({ length: count }, () => ({ sku: 'MAT-00001', quantity: 2 })), channel: 'b2b' });
      await shop.connection.update('order', gidOf(order), edit({ [ids(order).at(-1) ?? '']: '1' }));
      assert.equal(left(shop, order).at(-1), 1);
    });
  }

  it('fractions of a piece and orders that are not there are DataErrors', async () => {
    await using shop = await openShop();
    const order = place(shop);
    assert.equal((await refused(shop.connection.update('order', gidOf(order), edit({ [ids(order)[0] ?? '']: '1.5' })))).code, 'DATA_NOT_WHOLE');
    assert.equal((await refused(shop.connection.update('order', 'gid://shopify/Order/1', edit({})))).code, 'DATA_NOT_FOUND');
  });
});
