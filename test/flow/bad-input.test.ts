import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { DeadLetter } from '../../lib/delivery/dead-letters';
import type { Order } from '../../sandbox/shopify';
import { OrderFlow } from '../support/order-flow';
import { until } from '../support/sandboxes';

type Body = Record<string, unknown> & { name: string };
interface MoneyBag { shop_money: object; presentment_money: object }

const previous = 'the secret before the last rotation';

describe('bad input to a flow', function () {
  this.timeout(60_000);
  let flow: OrderFlow;
  let sample: Order;
  let letters = 0;
  before(async () => {
    flow = await OrderFlow.start({ secrets: { previousWebhookSecret: previous } });
    sample = flow.shop.placeOrder({ channel: 'b2b', lines: 2 });
    await flow.synced([sample]);
  });
  after(async () => { await flow.stop(); });
  beforeEach(async () => { letters = (await flow.deadLetters()).length; });
  /** Whatever came in: what the shop does not have is not in the ERP either, and the next good order goes through. */
  afterEach(async () => {
    const known = new Set(flow.shop.orders().map(({ name }) => name));
    assert.deepEqual(flow.erp.orders().map((order) => String(order['PurchaseOrderByCustomer'])).filter((name) => !known.has(name)), []);
    await flow.nextGoes();
  });

  let made = 0;
  /** The webhook of an order that the shop does not have: only the test can bring it. */
  function foreign(change: (body: Body) => void = () => undefined): Body {
    const id = 99_000_000 + made++;
    const body: Body = { ...flow.body(sample), id, admin_graphql_api_id: `gid://shopify/Order/${String(id)}`, name: `#F${String(id)}`, order_number: id };
    change(body);
    return body;
  }
  const of = (name: string) => (letter: DeadLetter): boolean => letter.numbers.includes(name.replace('#', '').toLowerCase());
  const keptNothing = async (): Promise<void> => { assert.equal((await flow.deadLetters()).length, letters); };

  describe('signatures', () => {
    for (const [what, hook] of [
      ['wrong', { secret: 'another secret' }], ['missing', { signature: null }], ['not base64', { signature: '?' }], ['empty', { signature: '' }],
    ] as const) {
      it(`${what}: refused, and nothing is kept`, async () => {
        const { status, text } = await flow.post(foreign(), hook);
        assert.equal(status, 401);
        assert.match(text, /signature/);
        await keptNothing();
      });
    }

    it('over other bytes: refused, though the JSON says the same', async () => {
      const body = foreign();
      const signature = createHmac('sha256', flow.shop.secrets['webhookSecret'] ?? '').update(JSON.stringify(body)).digest('base64');
      assert.equal((await flow.post(JSON.stringify(body, null, 1), { signature })).status, 401);
    });

    it('made with the previous secret: taken', async () => {
      flow.shop.signWith(previous);
      await flow.nextGoes().finally(() => { flow.shop.signWith(flow.shop.secrets['webhookSecret'] ?? ''); });
    });
  });

  it('a body of 10 MB is taken, and the order refused for what is too long in it', async () => {
    const body = foreign((b) => { b['note'] = 'x'.repeat(10 * 2 ** 20); });
    assert.equal((await flow.post(body)).status, 200);
    const { error } = await flow.deadLetter(of(body.name));
    assert.deepEqual(error.details.issues?.map(({ path, rule }) => [path, rule]), [['customerNote', 'maxLength']]);
  });

  it('a body of 10 MB whose order is good goes through', async () => {
    const order = flow.shop.placeOrder({ channel: 'b2b', lines: 1 });
    const { status } = await flow.post({ ...flow.body(order), something_new: 'x'.repeat(10 * 2 ** 20) });
    assert.equal(status, 200);
    await flow.synced([order]);
  });

  for (const [what, size] of [['a little', 17], ['far', 60]] as const) {
    it(`a body ${what} above 16 MB is refused with 413 and the limit`, async () => {
      const { status, text } = await flow.post(`{"note":"${'x'.repeat(size * 2 ** 20)}"}`);
      assert.equal(status, 413);
      assert.match(text, /16777216 bytes/);
      await keptNothing();
    });
  }

  it('JSON that was cut off is answered 2xx and becomes a dead letter that says so', async () => {
    const text = JSON.stringify(foreign()).slice(0, 1000);
    assert.equal((await flow.post(text)).status, 200);
    const { error, message } = await flow.deadLetter((letter) => letter.error.code === 'DATA_NOT_JSON');
    assert.match(error.message, /orders\/create.*not a complete JSON object \(1000 characters\)/);
    assert.equal((message as { payload: unknown }).payload, text);
  });

  it('JSON that is no object, or names no order, becomes a dead letter', async () => {
    for (const body of ['null', '[]', '"text"', '{"note":"who am I?"}']) {
      assert.equal((await flow.post(body)).status, 200, body);
      const { error } = await flow.deadLetter(({ message }) => (message as { payload: unknown }).payload === body);
      assert.match(error.code, /^DATA_/, body);
    }
  });

  it('a topic nobody asked for is answered 2xx and dropped, so that the shop keeps the subscription', async () => {
    const { status, text } = await flow.post(foreign(), { topic: 'themes/publish' });
    assert.equal(status, 200);
    assert.match(text, /topic/);
    await keptNothing();
  });

  it('C21 a document that does not add up becomes a dead letter that names the rule', async () => {
    const body = foreign((b) => {
      for (const field of ['total_price', 'current_total_price']) {
        const { shop_money: shop, presentment_money: buyer } = b[`${field}_set`] as MoneyBag;
        b[field] = '1.00';
        b[`${field}_set`] = { shop_money: { ...shop, amount: '1.00' }, presentment_money: { ...buyer, amount: '1.00' } };
      }
    });
    assert.equal((await flow.post(body)).status, 200);
    const { error } = await flow.deadLetter(of(body.name));
    assert.equal(error.code, 'DATA_INVALID_ORDER');
    assert.deepEqual(error.details.issues?.map(({ path, rule }) => [path, rule]), [['monetaryTotal.payableAmount', 'SHOP-TOTAL']]);
    assert.match(error.message, new RegExp(`order ${body.name} .*the shop says 1.00`));
    await until(async () => (await flow.records(body.name)).some(({ state }) => state === 'dead'), 10_000, 50);
  });

  it('C22 a document with mixed currencies becomes a dead letter that names the amount', async () => {
    const body = foreign((b) => {
      const [line, ...others] = b['line_items'] as { price_set: MoneyBag }[];
      const bag = line?.price_set ?? assert.fail();
      b['line_items'] = [{ ...line, price_set: { ...bag, presentment_money: { ...bag.presentment_money, currency_code: 'NOK' } } }, ...others];
    });
    assert.equal((await flow.post(body)).status, 200);
    const { error } = await flow.deadLetter(of(body.name));
    assert.deepEqual(error.details.issues?.map(({ path, rule }) => [path, rule]), [['line_items[0].price_set.presentment_money', 'CUR-1']]);
  });

  it('C42 an order with an unknown SKU is refused by its name, and waits for the item', async () => {
    const body = (order: Order, sku: string): Body => {
      const [line, ...others] = flow.body(order)['line_items'] as object[];
      return { ...flow.body(order), name: order.name, line_items: [{ ...line, sku }, ...others] };
    };
    // The shop's own webhook does not come: what comes names an item that SAP has not.
    flow.shop.fault({ kind: 'drop-delivery' });
    const order = flow.shop.placeOrder({ channel: 'b2b', lines: 2 });
    assert.equal((await flow.post(body(order, 'NOT-THERE'))).status, 200);
    await until(async () => (await flow.records(order.name)).some(({ state }) => state === 'retrying'), 20_000, 50);
    const [{ reason } = assert.fail()] = await flow.records(order.name);
    assert.match(String(reason), /NOT-THERE/);
    assert.deepEqual(flow.erp.ordersByReference(order.name), []);
    await keptNothing();
  });

  it('an order of 10,000 lines goes through whole', async () => {
    const { sku } = flow.shop.world.products[0] ?? assert.fail();
    const order = flow.shop.placeOrder({ channel: 'b2b', company: 1, discounts: [], lines: Array.from({ length: 10_000 }, () => ({ sku, price: '1.00', quantity: 1 })) });
    await flow.synced([order], 50_000);
    assert.equal(flow.erp.ordersByReference(order.name)[0]?.to_Item.length, 10_000);
  });
});
