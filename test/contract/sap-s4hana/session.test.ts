import assert from 'node:assert/strict';
import type { Connection, Native } from '../../../lib/connectors/contract';
import { sapS4hana } from '../../../lib/connectors/sap-s4hana';
import type { SapSandboxOptions } from '../../../sandbox/sap-s4hana';
import { fromOrder, outcome, System } from './system';

describe('SAP S/4HANA session', () => {
  let system: System;
  let erp: Connection;
  const begin = async (options: SapSandboxOptions = {}): Promise<void> => { system = await System.start(options); erp = system.connect(); };
  afterEach(() => system.stop());

  const create = (number: string, by = erp): Promise<string> => outcome(by.create('order', fromOrder(by, system.order(number))));
  const burst = (prefix: string): Promise<string[]> => Promise.all(Array.from({ length: 20 }, (_, i) => create(`${prefix}-${String(i)}`)));
  const allOk = Array<string>(20).fill('ok');
  /** Requests for a service's start document: that is where tokens come from. */
  const tokens = (): number => system.sandbox.requests.filter(({ method, url }) => method === 'GET' && /_SRV\/?(\?|$)/.test(url)).length;

  it('20 writes at once fetch one token', async () => {
    await begin();
    assert.deepEqual(await burst('A'), allOk);
    assert.equal(tokens(), 1);
  });
  it('C57 an ended session under 20 writes costs one more token, and no write fails or is done twice', async () => {
    await begin();
    await create('first');
    system.sandbox.fault({ kind: 'expire-session' });
    assert.deepEqual(await burst('B'), allOk);
    assert.equal(tokens(), 2);
    assert.equal(system.sandbox.orders().length, 21);
  });
  it('a session that idled out is renewed without anybody noticing', async () => {
    let now = Date.UTC(2026, 10, 23);
    await begin({ now: () => now });
    await create('C-1');
    now += 31 * 60_000;
    assert.equal(await create('C-2'), 'ok');
  });
  it('stays on its server when there are several that do not share sessions', async () => {
    await begin({ secondNode: true });
    assert.deepEqual(await burst('D'), allOk);
    assert.equal(tokens(), 1);
  });
  it('does without a token on HEAD', async () => {
    await begin({ tokenOnHead: false });
    assert.equal(await create('E'), 'ok');
  });
  it('reads and writes share one session', async () => {
    await begin();
    for (let i = 0; i < 3; i++) await erp.findByReference('order', 'none');
    await create('F');
    await erp.findByReference('order', 'F');
    assert.deepEqual(await burst('G'), allOk);
  });
  it('a 403 without the CSRF mark is a missing permission: no second try', async () => {
    await begin({ forbidden: ['API_SALES_ORDER_SRV'] });
    assert.equal(await create('H'), 'AUTH_FORBIDDEN');
    assert.equal(system.sandbox.requests.filter(({ method }) => method === 'POST').length, 0);
  });
  it('a wrong password is an AuthError', async () => {
    await begin();
    assert.equal(await create('I', system.connect({}, { secrets: { ...system.sandbox.secrets, password: 'wrong' } })), 'AUTH_REFUSED');
  });
  it('C57 OAuth: 20 writes fetch one access token, and an ended one is renewed once', async () => {
    await begin();
    const oauth = system.connect({ auth: 'oauth' });
    const tokenCalls = (): number => system.sandbox.requests.filter(({ url }) => url.includes('/oauth2/token')).length;
    assert.equal(await create('J', oauth), 'ok');
    system.sandbox.fault({ kind: 'expire-token' });
    assert.deepEqual(await Promise.all(Array.from({ length: 20 }, (_, i) => create(`J-${String(i)}`, oauth))), allOk);
    assert.equal(tokenCalls(), 2);
  });
  it('sends client and language with every request', async () => {
    await begin();
    await system.connect({ language: 'de' }).findByReference('order', 'x');
    assert.match(system.sandbox.requests.at(-1)?.url ?? '', /sap-client=100&sap-language=DE/);
  });

  describe('check', () => {
    const failing = async (by: Connection): Promise<string> => {
      const { ok, steps } = await by.check();
      const failed = steps.find((step) => !step.ok);
      return `${String(ok)} ${failed?.name ?? ''}: ${failed?.code ?? ''} ${JSON.stringify(failed?.values ?? {})} ${failed?.detail ?? ''}`;
    };
    it('says what it found step by step', async () => {
      await begin();
      const { ok, steps } = await erp.check();
      assert.equal(ok, true, JSON.stringify(steps));
      assert.deepEqual(steps.map(({ name }) => name), ['connect', 'API_SALES_ORDER_SRV', 'API_BUSINESS_PARTNER', 'API_PRODUCT_SRV', 'API_SLSPRICINGCONDITIONRECORD_SRV',
        'API_MATERIAL_STOCK_SRV', 'API_OUTBOUND_DELIVERY_SRV', 'API_BILLING_DOCUMENT_SRV', 'API_GLACCOUNTLINEITEM', 'salesArea']);
    });
    it('names a service the user may not use, and goes on with the others', async () => {
      await begin({ forbidden: ['API_BUSINESS_PARTNER'] });
      assert.match(await failing(erp), /^false API_BUSINESS_PARTNER: closed .*"403"/);
      assert.equal((await erp.check()).steps.find(({ name }) => name === 'API_PRODUCT_SRV')?.ok, true);
    });
    it('names the closed service of prices, which is a failure where the settings have price lists', async () => {
      await begin({ forbidden: ['API_SLSPRICINGCONDITIONRECORD_SRV'] });
      const { ok, steps } = await erp.check();
      assert.equal(ok, true);
      const { warn, code } = steps.find(({ name }) => name === 'API_SLSPRICINGCONDITIONRECORD_SRV') ?? assert.fail();
      assert.deepEqual([warn, code], [true, 'closedOptional']);
      assert.match(await failing(system.connect({ priceLists: [{ list: 'all' }] })), /^false API_SLSPRICINGCONDITIONRECORD_SRV: closed /);
    });
    it('names refused credentials', async () => {
      await begin();
      assert.match(await failing(system.connect({}, { secrets: { ...system.sandbox.secrets, password: 'x' } })), /^false connect: AUTH_REFUSED .*refused the credentials/);
    });
    it('names an address where nothing listens', async () => {
      await begin();
      assert.match(await failing(system.connect({}, { baseUrl: 'http://127.0.0.1:9' })), /^false connect: TRANSIENT_CONNECTION_REFUSED .*nothing listens at 127\.0\.0\.1:9/);
    });
    it('names a sales area no customer has', async () => {
      await begin();
      assert.match(await failing(system.connect({ salesOrganization: '9999' })), /^false salesArea: noCustomer .*9999/);
    });
  });

  it('settings that are missing or cannot be are named at once', async () => {
    await begin();
    const settings = { ...system.sandbox.settings, baseUrl: system.sandbox.url };
    const connect = (change: Native, secrets = system.sandbox.secrets) => () => sapS4hana.connect({ settings: { ...settings, ...change }, secrets });
    assert.throws(connect({ salesOrganization: '' }), { code: 'CONFIG_SALES_ORGANIZATION' });
    assert.throws(connect({ client: '1' }), { code: 'CONFIG_CLIENT' });
    assert.throws(connect({ baseUrl: 'sap.example' }), { code: 'CONFIG_BASE_URL' });
    assert.throws(connect({ conditionTypes: 'prize=PMP0' }), { code: 'CONFIG_CONDITION_TYPES' });
    assert.throws(connect({ timeZone: 'Europe/Nowhere' }), { code: 'CONFIG_TIME_ZONE' });
    assert.throws(connect({ auth: 'certificate' }), { code: 'CONFIG_AUTH' });
    assert.throws(connect({}, {}), { code: 'CONFIG_PASSWORD' });
  });
});
