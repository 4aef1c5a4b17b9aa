import assert from 'node:assert/strict';
import { answerError, refusal, throttleWait } from '../../../lib/connectors/shopify/graphql-errors';
import { shopify } from '../../../lib/connectors/shopify';
import { readOptions, shopDomain } from '../../../lib/connectors/shopify/options';
import { settings } from '../../../lib/connectors/shopify/settings';
import type { CheckReport, CheckStep } from '../../../lib/check';
import { versionStep } from '../../../lib/connectors/shopify/versions';
import { ConfigError, type SyncError } from '../../../lib/errors';
import { defaultScopes } from '../../../sandbox/shopify/access';
import { allOrders, apiOf, gidOf, openShop } from './support';

const target = { system: 'shopify:acme.myshopify.com', shop: 'acme.myshopify.com', apiVersion: '2026-10' };

describe('Shopify settings', () => {
  const good = { shop: 'acme', clientId: 'id' };
  const secrets = { clientSecret: 'secret' };

  it('take the shop by its name, domain or address', () => {
    for (const shop of ['acme', ' Acme.myshopify.com ', 'https://acme.myshopify.com/', 'https://acme.myshopify.com/admin']) assert.equal(shopDomain(shop), 'acme.myshopify.com', shop);
    for (const shop of ['', 'www.acme.com', 'acme.myshopify.com.evil.example', 'a b']) assert.throws(() => shopDomain(shop), ConfigError, shop);
    assert.equal(shopify.connect({ settings: good, secrets }).system, 'shopify:acme.myshopify.com');
  });

  it('say which one is missing or wrong, and never show a secret', () => {
    const refused = (more: Record<string, string>, given: Record<string, string> = secrets): string => {
      try { readOptions({ settings: { ...good, ...more }, secrets: given }); } catch (error) { return (error as SyncError).code; }
      return 'accepted';
    };
    assert.equal(refused({}), 'accepted');
    assert.equal(refused({ shop: '' }), 'CONFIG_SHOP');
    assert.equal(refused({ clientId: ' ' }), 'CONFIG_CLIENT_ID');
    assert.equal(refused({}, {}), 'CONFIG_CLIENT_SECRET');
    assert.equal(refused({ auth: 'token' }), 'CONFIG_ACCESS_TOKEN');
    assert.equal(refused({ auth: 'token', clientId: '' }, { accessToken: 'shpat_x' }), 'accepted');
    assert.equal(refused({ apiVersion: 'unstable' }), 'CONFIG_API_VERSION');
    assert.equal(refused({ timeZone: 'Europe/Atlantis' }), 'CONFIG_TIME_ZONE');
  });

  it('have a default that is the newest version of the day this was written, and patterns that take their own examples', () => {
    const field = (name: string) => settings.find((one) => one.name === name) ?? assert.fail(name);
    assert.equal(field('apiVersion').default, field('apiVersion').options?.at(-1));
    for (const value of ['acme', 'acme.myshopify.com', 'https://acme.myshopify.com/']) assert.match(value, new RegExp(field('shop').pattern ?? ''));
    assert.doesNotMatch('www.acme.com', new RegExp(field('shop').pattern ?? ''));
    for (const value of ['', 'UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires']) assert.match(value, new RegExp(field('timeZone').pattern ?? ''));
  });
});

describe('Shopify connection', () => {
  it('C18 reads all orders of a small plan without being throttled', async () => {
    await using shop = await openShop({ bucket: { size: 2000, restoreRate: 2000 } });
    for (let i = 0; i < 120; i++) shop.sandbox.placeOrder({ lines: 3 });
    const { orders } = await allOrders(shop.connection);
    await Promise.all(orders.map((order) => shop.connection.get('order', order['id'] as string)));
    assert.equal(orders.length, 120);
    assert.equal(shop.sandbox.counters.throttled, 0);
  });

  it('tells how long to wait when the shop throttles, and works where the answer has no bucket', async () => {
    await using shop = await openShop({ throttleStatus: false });
    const order = shop.sandbox.placeOrder({ lines: 1 });
    shop.sandbox.fault({ kind: 'throttle' });
    await assert.rejects(apiOf(shop, order), (error: SyncError) => {
      assert.deepEqual([error.name, error.code, error.cause.status], ['ThrottledError', 'THROTTLED_COST', 200]);
      return (error.cause.retryAfterMs ?? 0) > 0;
    });
    assert.equal((await apiOf(shop, order))['name'], order.name);
    const throttleStatus = { maximumAvailable: 2000, currentlyAvailable: 152, restoreRate: 100 };
    assert.equal(throttleWait({ requestedQueryCost: 752, throttleStatus }), 6000);
    assert.equal(throttleWait({ requestedQueryCost: 752 }), 1000);
  });

  it('C57 renews an expired token once for 20 calls at the same time, and none of them fails', async () => {
    await using shop = await openShop();
    const order = shop.sandbox.placeOrder({ lines: 1 });
    await apiOf(shop, order);
    assert.equal(shop.sandbox.counters.tokensIssued, 1);
    shop.sandbox.fault({ kind: 'expire-token' });
    const all = await Promise.all(Array.from({ length: 20 }, () => apiOf(shop, order)));
    assert.equal(all.length, 20);
    assert.equal(shop.sandbox.counters.tokensIssued, 2);
  });

  it('works with a fixed token, too, and says so if that is refused', async () => {
    await using shop = await openShop({}, { settings: { auth: 'token' } });
    assert.equal((await shop.connection.check()).ok, true);
    assert.equal(shop.sandbox.counters.tokensIssued, 0);
    await using wrong = await openShop({}, { settings: { auth: 'token' }, secrets: { accessToken: 'shpat_wrong' } });
    await assert.rejects(wrong.connection.get('order', 'gid://shopify/Order/1'), { name: 'AuthError' });
  });

  it('says that the outcome of a write is unknown when its answer is lost; writing again is safe', async () => {
    await using shop = await openShop();
    const order = shop.sandbox.placeOrder({ lines: 1 });
    const change = { metafields: [{ namespace: 'b2b_sync', key: 'erp_number', type: 'single_line_text_field', value: '4711' }] };
    shop.sandbox.fault({ kind: 'lost-response', match: (_request, body) => body.includes('mutation OrderUpdate') });
    await assert.rejects(shop.connection.update('order', gidOf(order), change), (error: SyncError) => error.name === 'TransientError' && error.cause.unknownOutcome === true);
    await shop.connection.update('order', gidOf(order), change);
    assert.deepEqual(shop.sandbox.metafields(gidOf(order)).map(({ value }) => value), ['4711']);
  });

  it('takes a proxy\'s HTML page, a cut answer and an outage for what may pass', async () => {
    await using shop = await openShop();
    const order = shop.sandbox.placeOrder({ lines: 1 });
    await apiOf(shop, order);
    for (const [kind, status] of [['html-error', 502], ['html-error', 503], ['cut-body', 200], ['outage', 0]] as const) {
      shop.sandbox.fault({ kind, status, match: (request) => request.url?.includes('graphql') === true });
      await assert.rejects(apiOf(shop, order), { name: 'TransientError' }, `${kind} ${String(status)}`);
    }
    assert.equal((await apiOf(shop, order))['name'], order.name);
  });

  it('tells an unknown shop or version, a query the version does not know, and a missing scope apart', async () => {
    await using shop = await openShop({ scopes: ['read_products'] }, { settings: { apiVersion: '2030-01' } });
    await assert.rejects(shop.connection.get('order', 'gid://shopify/Order/1'), { code: 'CONFIG_SHOP_UNKNOWN', message: /2030-01/ });
    await using poor = await openShop({ scopes: ['read_products'] });
    await assert.rejects(poor.connection.get('order', 'gid://shopify/Order/1'), { code: 'AUTH_ACCESS_DENIED' });
  });

  it('finds the error that hides behind HTTP 200', () => {
    const answer = (body: unknown, status = 200) => answerError({ status, headers: {}, body }, target, 'order 1', true) as SyncError | undefined;
    const code = (extensions: object): string | undefined => answer({ errors: [{ message: 'no', extensions }] })?.code;
    assert.equal(answer({ data: { order: null } }), undefined);
    assert.deepEqual(['THROTTLED', 'ACCESS_DENIED', 'MAX_COST_EXCEEDED', 'SHOP_INACTIVE', 'INTERNAL_SERVER_ERROR', 'undefinedField'].map((one) => code({ code: one })),
      ['THROTTLED_COST', 'AUTH_ACCESS_DENIED', 'CONFIG_MAX_COST_EXCEEDED', 'CONFIG_SHOP_INACTIVE', 'TRANSIENT_INTERNAL_SERVER_ERROR', 'CONFIG_QUERY_REFUSED']);
    assert.equal(answer({ data: { order: {} }, errors: [{ message: 'half', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] })?.cause.unknownOutcome, true);
    assert.equal(answer({ errors: 'Not Found' })?.code, 'CONFIG_QUERY_REFUSED');
    for (const nothing of [undefined, null, {}, { data: null }]) assert.equal(answer(nothing)?.code, 'TRANSIENT_EMPTY_ANSWER');
    assert.deepEqual([402, 404, 430].map((status) => answer({}, status)?.code), ['CONFIG_SHOP_FROZEN', 'CONFIG_SHOP_UNKNOWN', 'THROTTLED_BY_SERVER']);
    assert.equal(answer({}, 500), undefined);
  });

  it('reads user errors with and without a code, and lists their fields', () => {
    const code = (given: { message: string; code?: string }) => refusal([given], target, 'order 1')?.code;
    assert.equal(refusal([], target, 'order 1'), undefined);
    assert.equal(code({ message: 'Name is too long' }), 'DATA_REFUSED');
    assert.equal(code({ message: 'Order does not exist' }), 'DATA_NOT_FOUND');
    assert.equal(code({ message: 'x', code: 'NOT_FOUND' }), 'DATA_NOT_FOUND');
    assert.equal(code({ message: 'x', code: 'STALE_OBJECT' }), 'CONFLICT_STALE_OBJECT');
    assert.equal(code({ message: 'x', code: 'INTERNAL_ERROR' }), 'TRANSIENT_INTERNAL_ERROR');
    const error = refusal([{ field: ['input', 'email'], message: 'jon@example.com is invalid', code: 'INVALID' }], target, 'order 1');
    assert.deepEqual(error?.cause.issues?.map(({ path, rule }) => [path, rule]), [['input.email', 'INVALID']]);
    assert.doesNotMatch(JSON.stringify([error.message, error.cause]), /jon@example/);
  });
});

describe('Shopify check', () => {
  const step = (report: CheckReport, name: string): CheckStep => report.steps.find((one) => one.name === name) ?? assert.fail(name);

  it('is content with a shop that is set up well, and says which', async () => {
    await using shop = await openShop();
    const report = await shop.connection.check();
    assert.equal(report.ok, true);
    assert.match(step(report, 'connect').detail ?? '', /b2b-sandbox\.myshopify\.com.*EUR.*Europe\/Berlin/);
  });

  it('names each scope that is missing and what it is for', async () => {
    await using shop = await openShop({ scopes: ['read_orders', 'read_customers', 'write_products'] });
    const { steps } = await shop.connection.check();
    assert.deepEqual(steps.filter(({ name }) => name === 'scopes').map(({ ok, code, values }) => [ok, code, values?.['scopes']]), [
      [false, 'scopes.writeOrders', 'write_orders'], [false, 'scopes.blockVariants', 'write_publications'],
      [false, 'scopes.translate', 'read_locales, write_translations'], [false, 'scopes.add', undefined],
    ]);
    await using recent = await openShop({ scopes: defaultScopes.filter((scope) => scope !== 'read_all_orders') });
    const { ok, warn, code } = step(await recent.connection.check(), 'scopes');
    assert.deepEqual([ok, warn, code], [true, true, 'scopes.recentOrders']);
  });

  it('says what is wrong with credentials and webhooks, and never throws', async () => {
    await using shop = await openShop({}, { settings: { auth: 'token' }, secrets: { accessToken: 'shpat_wrong', webhookSecret: '' } });
    const report = await shop.connection.check();
    assert.deepEqual(report.steps.map(({ name, ok }) => [name, ok]), [['connect', false], ['version', true], ['webhooks', false]]);
    assert.doesNotMatch(JSON.stringify(report), /shpat_wrong/);
  });

  it('C58 warns in the last 90 days of the API version, and fails after it', () => {
    const at = (date: string): [boolean, true | undefined, string | undefined, string | undefined] => {
      const { ok, warn, code, values } = versionStep('2026-04', Date.parse(date));
      return [ok, warn, code, values?.['days']];
    };
    assert.deepEqual(at('2026-11-23T00:00:00Z'), [true, undefined, 'versionSupported', '129']);
    assert.deepEqual(at('2027-01-01T00:00:00Z'), [true, true, 'versionEnds', '90']);
    assert.deepEqual(at('2027-03-31T23:00:00Z'), [true, true, 'versionEnds', '1']);
    assert.deepEqual(at('2027-04-01T00:00:00Z'), [false, undefined, 'versionEnded', '0']);
    assert.equal(versionStep('2026-04', 0).values?.['until'], '2027-04-01');
  });
});
