import assert from 'node:assert/strict';
import type { Order } from '../../lib/documents/types';
import { openShop, webhookOf, type Shop } from '../contract/shopify/support';
import { Desk, origin, refusalOf } from './desk';

type Party = Order['buyerParty'];

describe('the customer of an order', () => {
  let desk: Desk;
  let shop: Shop;
  before(async () => {
    desk = await Desk.open({ customers: 40, materials: 120 });
    shop = await openShop();
    await shop.connection.ready?.();
  });
  after(async () => {
    await desk.close();
    await shop[Symbol.asyncDispose]();
  });

  const bare = (number: string | undefined): string => (number ?? '').replace(/^0+/, '');
  const order = (number: string, buyerParty?: Party, change: Partial<Order> = {}): Order => ({ ...desk.system.order(number), ...(buyerParty ? { buyerParty } : {}), ...change });
  /** Orders as a shop sends them: without an account, from the till, and from the till without anything. */
  const shopOrders = {
    'a guest\'s order': () => shop.connection.toCanonical('order', { ...webhookOf(shop, shop.sandbox.placeOrder({ channel: 'web', lines: 1, currency: 'EUR' })), customer: null, email: 'guest@customer.example' }),
    'an order at the till': () => shop.connection.toCanonical('order', webhookOf(shop, shop.sandbox.placeOrder({ channel: 'pos', customerId: null, lines: 1, currency: 'EUR' }))),
    'an order without any address': () => shop.connection.toCanonical('order', {
      ...webhookOf(shop, shop.sandbox.placeOrder({ channel: 'pos', customerId: null, lines: 1, currency: 'EUR' })), billing_address: null, shipping_address: null, email: null, phone: null,
    }),
  };

  describe('C39 without a customer number', () => {
    for (const [what, make] of Object.entries(shopOrders)) {
      it(`${what}, policy refuse: a DataError naming order and customer, and nothing is written`, async () => {
        const document = make();
        const before = desk.system.sandbox.orders().length;
        const { name, code, message, cause } = await refusalOf(desk.create(document));
        assert.deepEqual([name, code, cause['record']], ['DataError', 'DATA_UNKNOWN_CUSTOMER', `order ${String(document['orderNumber'])}`]);
        assert.match(message, new RegExp(`order ${String(document['orderNumber'])} \\(a guest\\)`));
        assert.equal(desk.system.sandbox.orders().length, before);
      });
      it(`${what}, policy default: goes to the default customer`, async () => {
        const document = make();
        await desk.create(document, { onMissingCustomer: 'default', defaultCustomer: '100002' });
        assert.equal(desk.only(String(document['orderNumber']))['SoldToParty'], '100002');
      });
      it(`${what}, policy create: goes to a new customer`, async () => {
        const document = make();
        const before = desk.writes('created A_BusinessPartner');
        await desk.create(document, { onMissingCustomer: 'create' });
        const sold = String(desk.only(String(document['orderNumber']))['SoldToParty']);
        assert.ok(Number(sold) > 200_000, sold);
        assert.equal(desk.writes('created A_BusinessPartner'), before + 1);
      });
    }
    it('a number nobody knows is refused by name, or follows the policy', async () => {
      const { code, message } = await refusalOf(desk.create(order('C39-1', { customerNumber: '0000999999' })));
      assert.equal(code, 'DATA_UNKNOWN_CUSTOMER');
      assert.match(message, /order C39-1 \(0000999999\)/);
      await desk.create(order('C39-2', { customerNumber: '0000999999' }), { onMissingCustomer: 'default', defaultCustomer: '100003' });
      assert.equal(desk.only('C39-2')['SoldToParty'], '100003');
    });
    it('a number nobody knows does not hide a customer that the e-mail address finds', async () => {
      const company = desk.system.sandbox.world.companies[3];
      await desk.create(order('C39-3', { customerNumber: '0000999999', contact: { email: company?.contact.email ?? '' } }), { onMissingCustomer: 'create' });
      assert.equal(desk.only('C39-3')['SoldToParty'], bare(company?.customerNumber));
    });
    it('a customer that may not order in the sales area is not created a second time', async () => {
      const made = await desk.erp.create('customer', { ...desk.erp.fromCanonical('customer', { id: 'x', customerType: 'company', legalName: 'No area' }), to_Customer: {} });
      const before = desk.writes('created A_BusinessPartner');
      const { code, message } = await refusalOf(desk.create(order('C39-4', { customerNumber: made.externalId.id }), { onMissingCustomer: 'create' }));
      assert.equal(code, 'DATA_UNKNOWN_CUSTOMER');
      assert.match(message, /sales area/);
      assert.equal(desk.writes('created A_BusinessPartner'), before);
    });
  });

  describe('C40 by e-mail and phone', () => {
    it('an e-mail address matches whatever its case and the space around it', async () => {
      const company = desk.system.sandbox.world.companies[5];
      await desk.create(order('C40-1', { contact: { email: ` ${(company?.contact.email ?? '').toUpperCase()} ` } }));
      assert.equal(desk.only('C40-1')['SoldToParty'], bare(company?.customerNumber));
    });
    for (const spelling of [(p: string): string => p.replace(/ /g, ''), (p: string): string => p.replace('+49 89', '0049 (0)89'), (p: string): string => p.replace(/ /g, '-')]) {
      it(`a phone number matches however it is written: ${spelling('+49 89 123456')}`, async () => {
        const company = desk.system.sandbox.world.companies[6];
        const reference = `C40-${spelling('+49 89 1')}`.replace(/\W/g, '');
        await desk.create(order(reference, { contact: { telephone: spelling(company?.contact.phone ?? '') } }));
        assert.equal(desk.only(reference)['SoldToParty'], bare(company?.customerNumber));
      });
    }
    it('two customers with one address: refused with both numbers, none is picked, not even by policy create', async () => {
      const twin = (name: string): Promise<unknown> => desk.erp.create('customer', desk.erp.fromCanonical('customer', { id: name, customerType: 'company', legalName: name, email: 'Twin@customer.example' }));
      await twin('One');
      await twin('Two');
      const { name, code, message } = await refusalOf(desk.create(order('C40-4', { contact: { email: 'twin@customer.example' } }), { onMissingCustomer: 'create' }));
      assert.deepEqual([name, code], ['DataError', 'DATA_AMBIGUOUS_CUSTOMER']);
      assert.match(message, /order C40-4 .* by email: 2\d+, 2\d+/);
      assert.deepEqual(desk.system.sandbox.ordersByReference('C40-4'), []);
    });
    it('what was matched is linked: the next order of this buyer asks nothing', async () => {
      const company = desk.system.sandbox.world.companies[7];
      const buyer: Party = { externalIds: [{ system: origin, type: 'Customer', id: 'gid://shopify/Customer/77' }], contact: { email: company?.contact.email ?? '' } };
      await desk.create(order('C40-5', buyer));
      const reads = (): number => desk.system.sandbox.requests.filter(({ method, url }) => method === 'GET' && url.includes('A_AddressEmailAddress')).length;
      const before = reads();
      await desk.create(order('C40-6', buyer));
      assert.equal(desk.only('C40-6')['SoldToParty'], bare(company?.customerNumber));
      assert.equal(reads(), before);
    });
    it('the ways are tried in the order of the policy', async () => {
      const [, , mail, number] = desk.system.sandbox.world.companies;
      await desk.create(order('C40-7', { customerNumber: number?.customerNumber ?? '', contact: { email: mail?.contact.email ?? '' } }), { matchCustomersBy: ['number', 'email'] });
      assert.equal(desk.only('C40-7')['SoldToParty'], bare(number?.customerNumber));
    });
  });

  describe('C39 orders of one new buyer at the same instant make one customer', () => {
    const buyers: Record<string, Party> = {
      'with an account': { externalIds: [{ system: origin, type: 'Customer', id: 'gid://shopify/Customer/4711' }], contact: { name: 'Ann Nye', email: 'ann@customer.example' } },
      'without one, by e-mail address': { contact: { name: 'Bob Nye', email: 'bob@customer.example' } },
    };
    for (const [what, buyer] of Object.entries(buyers)) {
      it(what, async () => {
        const before = desk.writes('created A_BusinessPartner');
        const numbers = Array.from({ length: 5 }, (_, i) => `NEW-${what.length}-${i}`);
        await Promise.all(numbers.map((number) => desk.create(order(number, buyer), { onMissingCustomer: 'create' })));
        assert.equal(desk.writes('created A_BusinessPartner'), before + 1);
        assert.equal(new Set(numbers.map((number) => desk.only(number)['SoldToParty'])).size, 1);
      });
    }
    it('guests without e-mail or phone are customers of their own', async () => {
      const before = desk.writes('created A_BusinessPartner');
      await Promise.all(['TILL-1', 'TILL-2'].map((number) => desk.create(order(number, { contact: { name: 'Guest' } }), { onMissingCustomer: 'create' })));
      assert.equal(desk.writes('created A_BusinessPartner'), before + 2);
    });
    it('nothing personal gets into the keys of the store', async () => {
      const keys: string[] = [];
      for await (const { key } of desk.store.range({ from: '', to: '~' })) keys.push(key);
      assert.ok(keys.some((key) => key.startsWith('link/')));
      assert.deepEqual(keys.filter((key) => /customer\.example|Nye/i.test(key)), []);
    });
  });
});
