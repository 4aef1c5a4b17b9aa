import assert from 'node:assert/strict';
import { startShopifySandbox, type ShopifySandbox, type ShopifySandboxOptions } from '../../sandbox/shopify';
import { ShopifyClient } from './shopify-client';

interface Page { nodes: { id: string; name: string; updatedAt: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
type Refusal = { field: string[] | null; message: string; code?: string }[];

const listing = `query ($first: Int!, $after: String, $query: String) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) { nodes { id name updatedAt } pageInfo { hasNextPage endCursor } } }`;

describe('sandbox shopify: Admin API', () => {
  let shop: ShopifySandbox;
  let client: ShopifyClient;
  let now: number;
  const start = async (options: ShopifySandboxOptions = {}): Promise<void> => {
    now = Date.UTC(2026, 2, 1);
    shop = await startShopifySandbox({ seed: 2, now: () => now, ...options });
    client = new ShopifyClient(shop);
  };
  afterEach(() => shop.close());
  const token = async (fields: Record<string, string>, json = false): Promise<{
    status: number; body: { access_token?: string; expires_in?: number; error?: string }
  }> => {
    const response = await client.post(
      '/admin/oauth/access_token', json ? JSON.stringify(fields) : new URLSearchParams(fields).toString(),
      { 'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded' },
    );
    return { status: response.status, body: await response.json() as { access_token?: string; expires_in?: number; error?: string } };
  };
  const statusWith = async (
    accessToken?: string, path = '/admin/api/2026-10/graphql.json', headers: Record<string, string> = {},
  ): Promise<number> => {
    const response = await client.post(
      path, '{"query":"{ shop { name } }"}',
      { ...(accessToken === undefined ? {} : { 'x-shopify-access-token': accessToken }), ...headers },
    );
    await response.text();
    return response.status;
  };

  describe('access', () => {
    it('issues tokens for 24 h by client credentials, in a form and in JSON', async () => {
      await start();
      for (const json of [false, true]) {
        const { status, body } = await token(
          { grant_type: 'client_credentials', client_id: 'sandbox-client', client_secret: shop.secrets['clientSecret'] ?? '' },
          json,
        );
        assert.deepEqual([status, body.expires_in], [200, 86_399]);
        assert.equal(await statusWith(body.access_token), 200);
        now += 86_400_000;
        assert.equal(await statusWith(body.access_token), 401);
      }
      assert.equal(shop.counters.tokensIssued, 2);
    });

    it('refuses wrong credentials and other grants', async () => {
      await start();
      assert.deepEqual(
        await token({
          grant_type: 'client_credentials', client_id: 'sandbox-client', client_secret: 'wrong',
        }).then(({ status, body }) => [status, body.error]),
        [400, 'application_cannot_be_found'],
      );
      assert.equal((await token({ grant_type: 'password' })).body.error, 'unsupported_grant_type');
      assert.equal((await client.post('/admin/oauth/access_token', '{')).status, 400);
    });

    it('answers 401 without a token and with a wrong one, 404 for an unknown version or shop', async () => {
      await start();
      const fixed = shop.secrets['accessToken'];
      assert.equal(await statusWith(), 401);
      assert.equal(await statusWith('shpat_wrong'), 401);
      for (const version of ['2026-04', '2026-07', '2026-10']) assert.equal(
        await statusWith(fixed, `/admin/api/${version}/graphql.json`), 200,
      );
      assert.equal(await statusWith(fixed, '/admin/api/2025-01/graphql.json'), 404);
      assert.equal(await statusWith(fixed, '/admin/api/2026-10/orders.json'), 404);
      assert.equal(await statusWith(fixed, undefined, { 'x-forwarded-host': 'other.myshopify.com' }), 404);
      assert.equal(await statusWith(fixed, undefined, { 'x-forwarded-host': shop.shop }), 200);
    });

    it('ends issued tokens when ordered to, until one is fetched anew', async () => {
      await start();
      const credentials = {
        grant_type: 'client_credentials', client_id: 'sandbox-client', client_secret: shop.secrets['clientSecret'] ?? '',
      };
      const first = (await token(credentials)).body.access_token;
      shop.fault({ kind: 'expire-token' });
      assert.deepEqual([await statusWith(first), await statusWith(first)], [401, 401]);
      assert.equal(await statusWith((await token(credentials)).body.access_token), 200);
    });

    it('denies a field whose scope is missing, and hides orders older than 60 days without read_all_orders', async () => {
      await start({ scopes: ['read_orders'] });
      const old = shop.placeOrder({ createdAt: now - 61 * 86_400_000 });
      const recent = shop.placeOrder({ createdAt: now - 59 * 86_400_000 });
      const { orders } = await client.data<{ orders: Page }>(listing, { first: 5 });
      assert.deepEqual(orders.nodes.map(({ name }) => name), [recent.name]);
      assert.notEqual(old.name, recent.name);
      const denied = await client.graphql('{ customers(first: 1) { nodes { id } } }');
      assert.equal(denied.errors?.[0]?.extensions?.['code'], 'ACCESS_DENIED');
      const refused = await client.graphql(
        'mutation ($id: ID!) { orderUpdate(input: { id: $id, note: "x" }) { order { id } } }',
        { id: `gid://shopify/Order/${recent.id}` },
      );
      assert.equal(refused.errors?.[0]?.extensions?.['code'], 'ACCESS_DENIED');
    });
  });

  describe('queries', () => {
    it('are refused as 200 with errors when they do not parse or validate, 400 when there is none', async () => {
      await start();
      assert.equal((await client.graphql('{ oops')).errors?.length, 1);
      const unknown = await client.graphql('{ shop { colour } }');
      assert.deepEqual(unknown.errors?.[0]?.message, "Field 'colour' doesn't exist on type 'Shop'");
      assert.equal(unknown.errors[0].extensions?.['code'], 'undefinedField');
      assert.equal(unknown.data, undefined);
      const none = await client.post(
        '/admin/api/2026-10/graphql.json', '{}', { 'x-shopify-access-token': shop.secrets['accessToken'] ?? '' },
      );
      assert.deepEqual([none.status, await none.json()], [400, { errors: { query: 'Required parameter missing or invalid' } }]);
    });

    it('C13 page through all orders with every page size', async () => {
      await start();
      for (let n = 0; n < 7; n++) { shop.placeOrder({ lines: 1 }); now += 1000; }
      for (const first of [1, 2, 6, 7, 8, 250]) {
        const seen: string[] = [];
        let after: string | null = null;
        do {
          const { orders }: { orders: Page } = await client.data(listing, { first, after });
          seen.push(...orders.nodes.map(({ name }) => name));
          after = orders.pageInfo.hasNextPage ? orders.pageInfo.endCursor : null;
        } while (after !== null);
        assert.deepEqual(seen, ['#1001', '#1002', '#1003', '#1004', '#1005', '#1006', '#1007'], `first: ${String(first)}`);
      }
    });

    it('keep every row when one moves to the end of an updated-sort between two pages', async () => {
      await start();
      const placed = Array.from({ length: 6 }, () => { now += 1000; return shop.placeOrder({ lines: 1 }); });
      const first = await client.data<{ orders: Page }>(listing, { first: 3 });
      now += 1000;
      shop.updateOrder('#1002', { note: 'changed while somebody reads' });
      const second = await client.data<{ orders: Page }>(listing, { first: 10, after: first.orders.pageInfo.endCursor });
      assert.deepEqual(
        [...first.orders.nodes, ...second.orders.nodes].map(({ name }) => name),
        ['#1001', '#1002', '#1003', '#1004', '#1005', '#1006', '#1002'],
      );
      assert.equal(placed.length, 6);
    });

    it('refuse a cursor of another query, more than 250 rows, and a connection without a size', async () => {
      await start();
      for (let n = 0; n < 3; n++) shop.placeOrder({ lines: 1 });
      const { orders } = await client.data<{ orders: Page }>(listing, { first: 1 });
      const foreign = await client.graphql(listing, { first: 1, after: orders.pageInfo.endCursor, query: 'test:false' });
      assert.equal(foreign.errors?.[0]?.message, 'Invalid cursor for current pagination sort.');
      assert.equal((await client.graphql(listing, { first: 1, after: 'made-up' })).errors?.length, 1);
      assert.match((await client.graphql(listing, { first: 251 })).errors?.[0]?.message ?? '', /250/);
      assert.equal((await client.graphql('{ orders { nodes { id } } }')).errors?.[0]?.message, 'you must provide one of first or last');
    });

    it('search by time, number, tag and status; an unknown field is ignored with a warning', async () => {
      await start();
      shop.placeOrder({ tags: ['vip'] });
      now += 10_000;
      const second = shop.placeOrder({ poNumber: 'PO-77' });
      shop.cancelOrder(second.id);
      const names = async (query: string): Promise<string[]> => (await client.data<{ orders: Page }>(listing, { first: 10, query })).orders.nodes.map(({ name }) => name);
      const at = new Date(now).toISOString();
      assert.deepEqual(await names(`updated_at:>='${at}'`), ['#1002']);
      assert.deepEqual(await names(`updated_at:<'${at}' status:any`), ['#1001']);
      assert.deepEqual(await names('name:#1002'), ['#1002']);
      assert.deepEqual(await names('name:1001 OR po_number:PO-77'), ['#1001', '#1002']);
      assert.deepEqual(await names('tag:vip AND status:open'), ['#1001']);
      assert.deepEqual(await names('-status:cancelled'), ['#1001']);
      const typo = await client.graphql(listing, { first: 10, query: "updatedat:>'2030-01-01'" });
      assert.equal(typo.extensions?.search?.[0]?.warnings[0]?.field, 'updatedat');
      assert.equal((typo.data as unknown as { orders: Page }).orders.nodes.length, 2);
    });

    it('find a change only after the index lag', async () => {
      await start({ indexLagMs: 5000 });
      const order = shop.placeOrder();
      assert.equal((await client.data<{ orders: Page }>(listing, { first: 1 })).orders.nodes.length, 0);
      assert.ok((await client.data<{ order: object | null }>('query ($id: ID!) { order(id: $id) { id } }', { id: `gid://shopify/Order/${order.id}` })).order);
      now += 5000;
      assert.equal((await client.data<{ orders: Page }>(listing, { first: 1 })).orders.nodes.length, 1);
    });

    it('find variants by sku, customers by e-mail and companies by ERP number', async () => {
      await start();
      const [company] = shop.world.companies;
      const found = await client.data<Record<string, { nodes: Record<string, unknown>[] }>>(`{
        productVariants(first: 2, query: "sku:MAT-00007") { nodes { sku barcode } }
        customers(first: 2, query: "email:${company?.contact.email ?? ''}") { nodes { email } }
        companies(first: 2, query: "external_id:${company?.customerNumber ?? ''}") { nodes { name externalId } } }`);
      assert.deepEqual(found['productVariants']?.nodes, [{ sku: 'MAT-00007', barcode: shop.world.products[6]?.gtin }]);
      assert.deepEqual(found['customers']?.nodes, [{ email: company?.contact.email }]);
      assert.deepEqual(found['companies']?.nodes, [{ name: company?.name, externalId: company?.customerNumber }]);
    });

    it('tell who bought for which company, on which terms', async () => {
      await start();
      const order = shop.placeOrder({ company: 3 });
      const { order: node } = await client.data<{
        order: {
          purchasingEntity: { company: { externalId: string } }; paymentTerms: { dueInDays: number | null } | null;
          shippingAddress: { countryCodeV2: string }
        },
      }>(
        `query ($id: ID!) { order(id: $id) { shippingAddress { countryCodeV2 } paymentTerms { dueInDays }
          purchasingEntity { ... on PurchasingCompany { company { externalId } } ... on Customer { id } } } }`, { id: `gid://shopify/Order/${order.id}` });
      const company = shop.world.companies[2];
      assert.equal(node.purchasingEntity.company.externalId, company?.customerNumber);
      assert.equal(node.paymentTerms?.dueInDays ?? 0, company?.terms.netDays);
      assert.equal(node.shippingAddress.countryCodeV2, company?.country);
    });
  });

  describe('cost', () => {
    it('counts as the vendor was measured to: 25 points for 250 variants with their items, 1 when there is no product', async () => {
      await start();
      const { extensions } = await client.graphql('{ product(id: "gid://shopify/Product/1") { variants(first: 250) { nodes { inventoryItem { id tracked } } } } }');
      assert.deepEqual([extensions?.cost.requestedQueryCost, extensions?.cost.actualQueryCost], [25, 1]);
    });

    it('counts objects 1, scalars 0, mutations 10 and of fragments the dearest', async () => {
      await start();
      const { id } = shop.placeOrder({ company: 1 });
      const cost = async (query: string): Promise<number | undefined> => (await client.graphql(query)).extensions?.cost.requestedQueryCost;
      assert.equal(await cost('{ shop { name plan { shopifyPlus } } }'), 2);
      assert.equal(
        await cost(`mutation { orderUpdate(input: { id: "gid://shopify/Order/${id}", note: "n" }) { order { lineItems(first: 250) { nodes { id } } } } }`),
        10,
      );
      const order = (buyer: string): string => `{ order(id: "gid://shopify/Order/${id}") { purchasingEntity { ${buyer} } } }`;
      assert.equal(await cost(order('... on Customer { id } ... on PurchasingCompany { company { id } location { id } }')), 4);
    });

    it('gives back what a query did not use, and restores by the plan', async () => {
      await start({ plan: 'standard' });
      const spend = async (): Promise<number> => (await client.graphql('{ orders(first: 250) { nodes { customer { id } } } }')).extensions?.cost.throttleStatus?.currentlyAvailable ?? NaN;
      assert.equal(await spend(), 1998, '24 asked for, 2 used');
      now += 10;
      assert.equal(await spend(), 1997);
      now += 60_000;
      assert.equal(await spend(), 1998);
    });

    it('C18 throttles as 200 without data once the bucket is empty, until enough is restored', async () => {
      await start({ bucket: { size: 30, restoreRate: 10 } });
      const mutation = 'mutation { tagsAdd(id: "gid://shopify/Order/1", tags: ["a"]) { userErrors { message } } }';
      for (let n = 0; n < 3; n++) assert.equal((await client.graphql(mutation)).errors, undefined);
      const throttled = await client.graphql(mutation);
      assert.equal(throttled.data, undefined);
      assert.deepEqual(throttled.errors?.map(({ message, extensions }) => [message, extensions?.['code']]), [['Throttled', 'THROTTLED']]);
      assert.deepEqual(
        throttled.extensions?.cost,
        { requestedQueryCost: 10, actualQueryCost: null, throttleStatus: { maximumAvailable: 30, currentlyAvailable: 0, restoreRate: 10 } },
      );
      now += 999;
      assert.equal((await client.graphql(mutation)).errors?.length, 1);
      now += 1;
      assert.equal((await client.graphql(mutation)).errors, undefined);
      assert.equal(shop.counters.throttled, 2);
    });

    it('throttles when ordered to, and hides its bucket if told so', async () => {
      await start({ throttleStatus: false });
      shop.fault({ kind: 'throttle' });
      const { errors, extensions } = await client.graphql('{ shop { name } }');
      assert.equal(errors?.[0]?.extensions?.['code'], 'THROTTLED');
      assert.deepEqual(extensions?.cost, { requestedQueryCost: 1, actualQueryCost: null });
    });

    it('refuses a query above 1,000 points whatever the bucket holds', async () => {
      await start({ plan: 'enterprise' });
      const lines = 'lineItems(first: 250) { nodes { variant { id product { id variants(first: 250) { nodes { product { id } } } } } } }';
      const { errors, data } = await client.graphql(`{ orders(first: 250) { nodes { ${lines} } } }`);
      assert.equal(errors?.[0]?.extensions?.['code'], 'MAX_COST_EXCEEDED');
      assert.equal(data, undefined);
    });
  });

  describe('writes', () => {
    const set = `mutation ($metafields: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $metafields) { metafields { namespace key value } userErrors { field message code } } }`;
    const number = (ownerId: string, more: object = {}): object => ({
      ownerId, namespace: 'b2b_sync', key: 'erp_number', type: 'single_line_text_field', value: '4711', ...more,
    });

    it('keep metafields and touch the order', async () => {
      await start();
      const order = shop.placeOrder();
      const gid = `gid://shopify/Order/${order.id}`;
      now += 5000;
      const { metafieldsSet } = await client.data<{ metafieldsSet: { userErrors: Refusal } }>(set, { metafields: [number(gid)] });
      assert.deepEqual(metafieldsSet.userErrors, []);
      const read = await client.data<{
        order: { updatedAt: string; metafield: { value: string }; metafields: { nodes: { key: string }[] } };
        orderByIdentifier: { name: string }
      }>(
        `query ($id: ID!) { order(id: $id) { updatedAt metafield(namespace: "b2b_sync", key: "erp_number") { value } metafields(first: 5, namespace: "b2b_sync") { nodes { key } } }
          orderByIdentifier(identifier: { customId: { namespace: "b2b_sync", key: "erp_number", value: "4711" } }) { name } }`, { id: gid });
      assert.deepEqual(
        read.order,
        {
          updatedAt: new Date(now).toISOString().replace('.000', ''), metafield: { value: '4711' },
          metafields: { nodes: [{ key: 'erp_number' }] },
        },
      );
      assert.equal(read.orderByIdentifier.name, order.name);
    });

    it('refuse metafields of nobody, without value, stale, and more than 25, all or none', async () => {
      await start();
      const gid = `gid://shopify/Order/${shop.placeOrder().id}`;
      const codes = async (metafields: object[]): Promise<(string | undefined)[]> => (await client.data<{ metafieldsSet: { userErrors: Refusal } }>(set, { metafields })).metafieldsSet.userErrors.map(({ code }) => code);
      assert.deepEqual(await codes([number(gid), number('gid://shopify/Order/99')]), ['INVALID']);
      assert.deepEqual(await codes([number(gid, { value: '' })]), ['BLANK']);
      assert.deepEqual(await codes([number(gid, { compareDigest: 'old' })]), ['STALE_OBJECT']);
      assert.deepEqual(
        await codes(Array.from({ length: 26 }, (_, at) => number(gid, { key: `key${String(at)}` }))), ['LESS_THAN_OR_EQUAL_TO'],
      );
      assert.deepEqual(shop.metafields(gid), []);
    });

    it('update an order with its metafields, tags and PO number, and say what does not exist', async () => {
      await start();
      const order = shop.placeOrder({ tags: ['b2b'] });
      const update = `mutation ($input: OrderInput!) { orderUpdate(input: $input) { order { note poNumber tags } userErrors { field message } } }`;
      const input = {
        id: `gid://shopify/Order/${order.id}`, note: 'n', poNumber: 'PO-1', tags: ['a', 'b'],
        metafields: [{ namespace: 'b2b_sync', key: 'erp_number', value: '1', type: 'single_line_text_field' }],
      };
      assert.deepEqual(
        await client.data(update, { input }),
        { orderUpdate: { order: { note: 'n', poNumber: 'PO-1', tags: ['a', 'b'] }, userErrors: [] } },
      );
      assert.equal(shop.metafields(input.id)[0]?.value, '1');
      assert.deepEqual(
        await client.data(update, { input: { id: 'gid://shopify/Order/1' } }),
        { orderUpdate: { order: null, userErrors: [{ field: ['id'], message: 'Order does not exist' }] } },
      );
      const tooMany = await client.graphql(
        update, { input: { id: input.id, tags: Array.from({ length: 251 }, (_, at) => `t${String(at)}`) } },
      );
      assert.match(tooMany.errors?.[0]?.message ?? '', /maximum allowed of 250/);
    });

    it('cancel once, not after fulfilment, and refund what was paid', async () => {
      await start();
      const cancel = `mutation ($id: ID!) { orderCancel(orderId: $id, reason: INVENTORY, restock: true) { job { done } orderCancelUserErrors { code } } }`;
      const codes = async (id: string): Promise<(string | undefined)[]> => (await client.data<{ orderCancel: { orderCancelUserErrors: Refusal } }>(cancel, { id: `gid://shopify/Order/${id}` })).orderCancel.orderCancelUserErrors.map(({ code }) => code);
      const paid = shop.placeOrder({ payment: 'paid' });
      assert.deepEqual(await codes(paid.id), []);
      assert.deepEqual([shop.order(paid.id)?.financialStatus, shop.order(paid.id)?.cancelReason], ['refunded', 'inventory']);
      assert.deepEqual(await codes(paid.id), ['INVALID']);
      assert.deepEqual(await codes('1'), ['NOT_FOUND']);
      assert.deepEqual(await codes(shop.fulfillOrder(shop.placeOrder().id).id), ['INVALID']);
      const open = shop.placeOrder({ payment: 'pending' });
      assert.deepEqual(await codes(open.id), []);
      assert.equal(shop.order(open.id)?.financialStatus, 'voided');
    });

    it('mark a pending order as paid, but not a paid one', async () => {
      await start();
      const { id } = shop.placeOrder({ payment: 'pending' });
      const pay = (): Promise<{ orderMarkAsPaid: { order: object | null; userErrors: Refusal } }> => client.data(
        `mutation ($id: ID!) { orderMarkAsPaid(input: { id: $id }) { order { displayFinancialStatus } userErrors { message } } }`,
        { id: `gid://shopify/Order/${id}` },
      );
      assert.deepEqual((await pay()).orderMarkAsPaid.order, { displayFinancialStatus: 'PAID' });
      assert.equal((await pay()).orderMarkAsPaid.userErrors.length, 1);
    });

    it('happen although the response is lost', async () => {
      await start();
      const { id } = shop.placeOrder();
      shop.fault({ kind: 'lost-response' });
      await assert.rejects(client.graphql('mutation ($id: ID!) { tagsAdd(id: $id, tags: ["seen"]) { userErrors { message } } }', { id: `gid://shopify/Order/${id}` }));
      assert.ok(shop.order(id)?.tags.includes('seen'));
    });
  });
});
