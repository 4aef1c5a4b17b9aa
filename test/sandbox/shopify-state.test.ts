import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execute, parse } from 'graphql';
import { startShopifySandbox, type ShopifySandbox } from '../../sandbox/shopify';
import { Idempotency, idempotencyKey } from '../../sandbox/shopify/idempotency';
import { adminSchema } from '../../sandbox/shopify/schema';
import { Receiver, ShopifyClient } from './shopify-client';

describe('sandbox shopify: state', () => {
  let dataDir: string;
  beforeEach(() => { dataDir = mkdtempSync(join(tmpdir(), 'shopify-')); });
  afterEach(() => { rmSync(dataDir, { recursive: true }); });

  it('is there again after a restart, and numbers go on', async () => {
    let shop = await startShopifySandbox({ dataDir });
    const first = shop.placeOrder();
    const second = shop.placeOrder();
    shop.updateOrder(second.id, { note: 'kept' });
    shop.updateCompany(2, { externalId: 'C-2' });
    shop.subscribe('ORDERS_CREATE', 'http://127.0.0.1:9/hook');
    const set = 'mutation ($id: ID!) { metafieldsSet(metafields: [{ ownerId: $id, namespace: "b2b_sync", key: "erp_number", type: "single_line_text_field", value: "4711" }]) { metafields { id } userErrors { message } } }';
    const owner = `gid://shopify/Order/${first.id}`;
    await new ShopifyClient(shop).data(set, { id: owner });
    const before = shop.orders();
    await shop.close();

    shop = await startShopifySandbox({ dataDir });
    try {
      assert.deepEqual(shop.orders(), before);
      assert.deepEqual(shop.metafields(owner).map(({ key, value }) => [key, value]), [['erp_number', '4711']]);
      assert.deepEqual(shop.subscriptions().map(({ topic }) => topic), ['ORDERS_CREATE']);
      const { companies } = await new ShopifyClient(shop).data<{ companies: { nodes: object[] } }>('{ companies(first: 1, query: "external_id:C-2") { nodes { externalId } } }');
      assert.deepEqual(companies.nodes, [{ externalId: 'C-2' }]);
      const third = shop.placeOrder();
      assert.equal(third.name, '#1003');
      assert.notDeepEqual(third.lines, first.lines, 'the same draw again');
      assert.notEqual(shop.subscribe('ORDERS_PAID', 'http://127.0.0.1:9/hook').id, shop.subscriptions()[0]?.id);
    } finally { await shop.close(); }
  });

  it('keeps issued tokens', async () => {
    let shop: ShopifySandbox = await startShopifySandbox({ dataDir });
    const fields = { grant_type: 'client_credentials', client_id: 'sandbox-client', client_secret: shop.secrets['clientSecret'] ?? '' };
    const response = await new ShopifyClient(shop).post('/admin/oauth/access_token', JSON.stringify(fields));
    const { access_token: token } = await response.json() as { access_token: string };
    await shop.close();
    shop = await startShopifySandbox({ dataDir });
    const answer = await new ShopifyClient(shop).post(
      '/admin/api/2026-10/graphql.json', '{"query":"{ shop { name } }"}', { 'x-shopify-access-token': token },
    );
    await answer.text();
    await shop.close();
    assert.equal(answer.status, 200);
  });

  it('places orders by itself until told to stop', async () => {
    const shop = await startShopifySandbox();
    const stop = shop.autoPlace(1, { lines: 1 });
    await once(shop.events, 'placed');
    await once(shop.events, 'placed');
    stop();
    const { length } = shop.orders();
    assert.equal(shop.counters.placed, length);
    await shop.close();
  });

  it('takes what was authorized and gives a piece of some back by itself, which is carried out a minute later', async () => {
    let now = Date.UTC(2026, 10, 25, 9);
    const shop = await startShopifySandbox({ now: () => now });
    const [authorized, ...paid] = (['authorized', 'paid', 'paid', 'paid', 'paid'] as const).map((payment) => shop.placeOrder({ channel: 'web', lines: 1, payment }));
    const statuses = (): string[] => [authorized, ...paid].map((one) => shop.order(one?.id ?? '')?.financialStatus ?? '');
    const refund = (): string | undefined => shop.order(paid[3]?.id ?? '')?.transactions[1]?.status;
    const stop = shop.autoPlace(1, { channel: 'b2b', lines: 1, payment: 'pending' });
    const attended = async (): Promise<void> => { for (let n = 0; n < 2; n++) await once(shop.events, 'placed'); };
    await attended();
    assert.deepEqual([statuses()[0], refund()], ['authorized', undefined]);
    now += 10_001;
    await attended();
    assert.deepEqual([statuses(), refund()], [['paid', 'paid', 'paid', 'paid', 'paid'], 'pending']);
    now += 60_001;
    await attended();
    assert.equal(refund(), 'success');
    stop();
    assert.equal(shop.orders().flatMap(({ transactions }) => transactions).length, 7);
    await shop.close();
  });
});

describe('sandbox shopify: @idempotent', () => {
  const refuse = (code: string): string => code;

  it('gives the first result again for the same key and variables', async () => {
    const idempotency = new Idempotency();
    let runs = 0;
    const run = (): Promise<string> => idempotency.run('inventorySetQuantities', 'k', { a: 1 }, () => `result ${String(++runs)}`, refuse);
    assert.deepEqual([await run(), await run(), runs], ['result 1', 'result 1', 1]);
    assert.equal(await idempotency.run('refundCreate', 'k', { a: 1 }, () => 'other field', refuse), 'other field');
  });

  it('refuses other variables, and a second try while the first is at work', async () => {
    const idempotency = new Idempotency();
    let finish: (value: string) => void = () => undefined;
    const first = idempotency.run('f', 'k', { a: 1 }, () => new Promise<string>((resolve) => { finish = resolve; }), refuse);
    await Promise.resolve();
    assert.equal(await idempotency.run('f', 'k', { a: 1 }, () => 'second', refuse), 'IDEMPOTENCY_CONCURRENT_REQUEST');
    assert.equal(await idempotency.run('f', 'k', { a: 2 }, () => 'second', refuse), 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH');
    finish('first');
    assert.equal(await first, 'first');
  });

  it('reads its key from the query, and is asked for where it must be', async () => {
    const keyIn = async (mutation: string, required: boolean): Promise<unknown> => {
      const result = await execute({
        schema: adminSchema(), document: parse(mutation), variableValues: { key: 'from a variable' },
        fieldResolver: (_source, _args, _context, info) => info.fieldName === 'tagsAdd' ? { key: idempotencyKey(info, required) } : [],
        typeResolver: () => undefined,
      });
      return result.errors?.[0]?.message ?? 'accepted';
    };
    const tags = (directive: string): string => `mutation ($key: String!) { tagsAdd(id: "1", tags: ["a"]) ${directive} { userErrors { message } } }`;
    assert.equal(await keyIn(tags('@idempotent(key: $key)'), true), 'accepted');
    assert.match(String(await keyIn(tags(''), true)), /@idempotent directive is required/);
    assert.equal(await keyIn(tags(''), false), 'accepted');
  });

  it('leaves the key free when the work failed', async () => {
    const idempotency = new Idempotency();
    await assert.rejects(idempotency.run('f', 'k', {}, () => { throw new Error('no'); }, refuse), /no/);
    assert.equal(await idempotency.run('f', 'k', {}, () => 'again', refuse), 'again');
  });
});

describe('sandbox shopify: process of its own', () => {
  let child: ChildProcess;
  afterEach(async () => { if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit'); });

  it('prints its address, places orders at a rate and shows what it has', async () => {
    child = spawn(
      process.execPath,
      ['--import', 'tsx', join(__dirname, '../../sandbox/shopify/main.ts'), '--seed', '3', '--points', '1000000000'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    assert.ok(child.stdout);
    const [line] = await once(createInterface(child.stdout), 'line') as [string];
    const { url, settings } = JSON.parse(line) as { url: string; settings: { shop: string } };
    assert.equal(settings.shop, 'b2b-sandbox.myshopify.com');
    const control = async (name: string, order?: object): Promise<unknown> => {
      const response = await fetch(`${url}/__sandbox/${name}`, order ? { method: 'POST', body: JSON.stringify(order) } : {});
      return response.status === 204 ? undefined : await response.json();
    };
    const receiver = new Receiver();
    let arrived: () => void = () => undefined;
    const all = new Promise<void>((resolve) => { arrived = resolve; });
    receiver.answer = ({ at }) => { if (at === 19) arrived(); return 200; };
    await control('subscribe', { topic: 'ORDERS_CREATE', uri: await receiver.start() });
    await control('place', { count: 5 });
    await control('place', { count: 15, perSecond: 200, overrides: { lines: 1 } });
    await all;
    const orders = await control('orders') as { name: string; metafields: object[] }[];
    assert.deepEqual([orders.length, orders[19]?.name, orders[19]?.metafields], [20, '#1020', []]);
    assert.equal((await control('shop') as { placed: number }).placed, 20);
    await receiver.stop();
  });
});
