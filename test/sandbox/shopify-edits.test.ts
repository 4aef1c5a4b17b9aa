import assert from 'node:assert/strict';
import { startShopifySandbox, type Order, type ShopifySandbox } from '../../sandbox/shopify';
import { gid, Ids } from '../../sandbox/shopify/ids';
import { Receiver, ShopifyClient } from './shopify-client';

interface Edit { calculatedOrder: { id: string; totalPriceSet: { presentmentMoney: { amount: string } } } | null; calculatedLineItem?: { id: string; quantity: number } | null; userErrors: { field: string[] | null; message: string }[] }

const shown = 'calculatedOrder { id totalPriceSet { presentmentMoney { amount } } }';
const mutations = {
  begin: `mutation($id: ID!) { answer: orderEditBegin(id: $id) { ${shown} userErrors { field message } } }`,
  set: `mutation($id: ID!, $line: ID!, $quantity: Int!) { answer: orderEditSetQuantity(id: $id, lineItemId: $line, quantity: $quantity, restock: true) { ${shown} calculatedLineItem { id quantity } userErrors { field message } } }`,
  variant: `mutation($id: ID!, $variant: ID!, $quantity: Int!) { answer: orderEditAddVariant(id: $id, variantId: $variant, quantity: $quantity) { ${shown} calculatedLineItem { id quantity } userErrors { field message } } }`,
  custom: `mutation($id: ID!, $price: MoneyInput!) { answer: orderEditAddCustomItem(id: $id, title: "Pallet", price: $price, quantity: 1) { ${shown} calculatedLineItem { id quantity } userErrors { field message } } }`,
  discount: `mutation($id: ID!, $line: ID!, $percent: Float!) { answer: orderEditAddLineItemDiscount(id: $id, lineItemId: $line, discount: { percentValue: $percent, description: "late" }) { ${shown} userErrors { field message } } }`,
  commit: 'mutation($id: ID!) { answer: orderEditCommit(id: $id) { order { id } userErrors { field message } } }',
};

/** The variant of the n-th product. */
const variant = (n: number): string => gid('ProductVariant', new Ids().of('ProductVariant', n));

describe('Shopify sandbox: edits of orders', () => {
  let shop: ShopifySandbox;
  beforeEach(async () => { shop = await startShopifySandbox({ bucket: { size: 1e6, restoreRate: 1e6 } }); });
  afterEach(() => shop.close());

  const run = async (name: keyof typeof mutations, variables: object): Promise<Edit> =>
    (await new ShopifyClient(shop).data<{ answer: Edit }>(mutations[name], variables)).answer;
  const begin = async (order: Order): Promise<string> => (await run('begin', { id: gid('Order', order.id) })).calculatedOrder?.id ?? assert.fail();
  const calculated = (order: Order, at: number): string => gid('CalculatedLineItem', order.lines[at]?.id ?? '');
  const place = (): Order => shop.placeOrder({
    currency: 'EUR', taxesIncluded: false, shipping: null, discounts: [], channel: 'b2b', payment: 'paid',
    lines: [{ sku: 'MAT-00001', quantity: 5, price: '10.00', taxes: [{ title: 'MwSt', rate: 19_000 }] }, { sku: 'MAT-00002', quantity: 2, price: '3.33', taxes: [] }],
  });
  const now = (order: Order): Order => shop.order(order.id) ?? assert.fail();
  const quantities = (order: Order): number[][] => now(order).lines.map(({ quantity, currentQuantity }) => [quantity, currentQuantity]);
  const total = (order: Order): string => (JSON.parse(shop.payload(now(order))) as { current_total_price: string }).current_total_price;

  it('count for nothing until they are committed, and then all at once', async () => {
    const order = place();
    const session = await begin(order);
    const set = await run('set', { id: session, line: calculated(order, 0), quantity: 3 });
    assert.deepEqual([set.calculatedLineItem?.quantity, set.calculatedOrder?.totalPriceSet.presentmentMoney.amount], [3, '42.36']);
    assert.deepEqual(quantities(order), [[5, 5], [2, 2]]);
    await run('variant', { id: session, variant: variant(3), quantity: 4 });
    await run('custom', { id: session, price: { amount: '7.00', currencyCode: 'EUR' } });
    assert.deepEqual((await run('commit', { id: session })).userErrors, []);
    assert.deepEqual(quantities(order), [[5, 3], [2, 2], [4, 4], [1, 1]]);
    assert.deepEqual([now(order).edited, now(order).lines[3]?.title], [true, 'Pallet']);
    assert.deepEqual((await run('commit', { id: session })).userErrors[0]?.field, ['id'], 'a session is used up');
  });

  it('units that come back after others were taken off count on, as the vendor does it', () => {
    const order = place();
    shop.editOrder(order.id, [{ line: 0, quantity: 3 }]);
    shop.editOrder(order.id, [{ line: 0, quantity: 4 }]);
    assert.deepEqual(quantities(order), [[6, 4], [2, 2]]);
    assert.equal(total(order), '54.26'); // 40.00 + 19 % + 6.66
    shop.editOrder(order.id, [{ line: 1, quantity: 5 }, { line: 1, quantity: 2 }]);
    assert.deepEqual(quantities(order)[1], [2, 2], 'back to what it was is no change');
  });

  it('a discount on a line takes its tax along', async () => {
    const order = place();
    const session = await begin(order);
    await run('discount', { id: session, line: calculated(order, 0), percent: 10 });
    await run('commit', { id: session });
    assert.equal(total(order), '60.21'); // 45.00 + 8.55 + 6.66
    shop.editOrder(order.id, [{ line: 0, discount: { fixed: '5.00' } }]);
    assert.equal(total(order), '54.26');
  });

  it('what is paid no longer covers an order that has grown', () => {
    const order = place();
    assert.equal(shop.editOrder(order.id, [{ line: 0, quantity: 6 }]).financialStatus, 'partially_paid');
    assert.equal(shop.editOrder(order.id, [{ line: 0, quantity: 5 }]).financialStatus, 'paid');
  });

  it('stock follows: what comes is taken, what goes is back', () => {
    const order = place();
    const before = { one: shop.stock('MAT-00001').available, three: shop.stock('MAT-00003').available };
    shop.editOrder(order.id, [{ line: 0, quantity: 2 }, { sku: 'MAT-00003', quantity: 7 }]);
    assert.deepEqual([shop.stock('MAT-00001').available, shop.stock('MAT-00003').available], [before.one + 3, before.three - 7]);
    shop.editOrder(order.id, [{ line: 2, quantity: 0 }], false);
    assert.equal(shop.stock('MAT-00003').available, before.three - 7);
  });

  it('are refused where the vendor refuses: cancelled, sent, negative, unknown, twice the same, overtaken', async () => {
    const order = place();
    const session = await begin(order);
    const refusals: [keyof typeof mutations, object, string][] = [
      ['set', { id: session, line: calculated(order, 0), quantity: -1 }, 'quantity'], ['set', { id: session, line: gid('CalculatedLineItem', '1'), quantity: 1 }, 'lineItemId'],
      ['variant', { id: session, variant: variant(1), quantity: 1 }, 'variantId'], ['variant', { id: session, variant: gid('ProductVariant', '7'), quantity: 1 }, 'variantId'],
      ['custom', { id: session, price: { amount: '7.00', currencyCode: 'JPY' } }, 'price'], ['commit', { id: session }, 'id'], ['set', { id: 'gid://shopify/CalculatedOrder/1', line: calculated(order, 0), quantity: 1 }, 'id'],
    ];
    for (const [name, variables, field] of refusals) assert.deepEqual((await run(name, variables)).userErrors[0]?.field, [field], name);
    await run('set', { id: session, line: calculated(order, 0), quantity: 1 });
    shop.editOrder(order.id, [{ line: 1, quantity: 1 }]);
    assert.match((await run('commit', { id: session })).userErrors[0]?.message ?? '', /changed since/);
    shop.fulfillOrder(order.id);
    const late = await begin(order);
    assert.deepEqual((await run('set', { id: late, line: calculated(order, 0), quantity: 4 })).userErrors[0]?.field, ['quantity']);
    const other = place();
    shop.cancelOrder(other.id);
    assert.deepEqual((await run('begin', { id: gid('Order', other.id) })).userErrors[0]?.field, ['id']);
  });

  it('take off what has not been sent, down to what has; what comes makes the order open again', async () => {
    const order = place();
    shop.editOrder(order.id, [{ line: 0, quantity: 2 }, { line: 1, quantity: 0 }]);
    shop.fulfillOrder(order.id);
    assert.equal(shop.editOrder(order.id, [{ line: 0, quantity: 5 }, { sku: 'MAT-00003', quantity: 1 }]).fulfillmentStatus, 'partial');
    const session = await begin(order);
    assert.deepEqual((await run('set', { id: session, line: calculated(order, 0), quantity: 1 })).userErrors[0]?.field, ['quantity']);
    await run('set', { id: session, line: calculated(order, 0), quantity: 2 });
    await run('set', { id: session, line: calculated(now(order), 2), quantity: 0 });
    await run('commit', { id: session });
    assert.deepEqual([quantities(order), now(order).fulfillmentStatus], [[[8, 2], [2, 0], [1, 0]], 'fulfilled']);
  });

  it('need their scope', async () => {
    await shop.close();
    shop = await startShopifySandbox({ scopes: ['write_orders'] });
    const { errors } = await new ShopifyClient(shop).graphql(mutations.begin, { id: gid('Order', place().id) });
    assert.match(errors?.[0]?.message ?? '', /write_order_edits/);
  });

  it('are told by orders/edited with what changed, and by orders/updated with the new state', async () => {
    const receiver = new Receiver();
    const uri = await receiver.start();
    for (const topic of ['ORDERS_EDITED', 'ORDERS_UPDATED']) shop.subscribe(topic, uri);
    const order = place();
    shop.editOrder(order.id, [{ line: 0, quantity: 4 }, { sku: 'MAT-00003', quantity: 2 }]);
    await shop.idle();
    const bodies = new Map(receiver.received.map(({ headers, json }) => [headers['x-shopify-topic'], json]));
    const { line_items: items } = (bodies.get('orders/edited') as { order_edit: { line_items: { additions: { delta: number }[]; removals: { delta: number }[] } } }).order_edit;
    assert.deepEqual([items.additions.map(({ delta }) => delta), items.removals.map(({ delta }) => delta)], [[2], [1]]);
    assert.deepEqual((bodies.get('orders/updated') as { line_items: { current_quantity: number }[] }).line_items.map((line) => line.current_quantity), [4, 2, 2]);
    await receiver.stop();
  });
});
