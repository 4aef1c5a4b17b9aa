import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Connection, WriteResult } from '../../lib/connectors/contract';
import { sapS4hana } from '../../lib/connectors/sap-s4hana';
import { shopify } from '../../lib/connectors/shopify';
import { DeadLetters } from '../../lib/delivery/dead-letters';
import { RetryStore } from '../../lib/delivery/retry-store';
import { TransientError } from '../../lib/errors';
import type { Reconciliation } from '../../lib/sync/reconcile';
import type { Report } from '../../lib/sync/reconcile/report';
import type { Order } from '../../sandbox/shopify';
import { gidOf } from '../contract/shopify/support';
import { ReconcileBench } from '../support/reconcile-bench';
import { SandboxProcess } from '../support/sandboxes';

/** Runs begin two seconds from now: what a test has done is then not done during the run. */
const now = (): number => Date.now() + 2000;
const found = ({ counts }: Report): Record<string, number> => Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));

describe('reconciliation', function () {
  this.timeout(120_000);
  let bench: ReconcileBench;
  afterEach(() => bench.close());

  describe('of orders', () => {
    beforeEach(async () => { bench = await ReconcileBench.open(); });
    const place = (count: number): Order[] => Array.from({ length: count }, () => bench.shop.placeOrder({ channel: 'b2b', lines: 3 }));
    /** Somebody types an order into the ERP, under this number. */
    async function again(order: Order, orderNumber: string): Promise<WriteResult> {
      const native = bench.sap.fromCanonical('order', { ...bench.shopify.toCanonical('order', await bench.shopify.get('order', gidOf(order)) ?? {}), orderNumber });
      bench.sap.setParty?.(native, bench.erp.world.companies[0]?.customerNumber ?? '');
      return bench.sap.create('order', native);
    }
    const names = (): string[] => bench.taken.map(({ kind, number, told }) => `${kind} ${number} ${told?.verb ?? ''}`).sort();

    it('C05 finds those that are not in the ERP, and no other; a second run after the healing finds none', async () => {
      const orders = place(8);
      for (const order of orders.slice(0, 5)) await bench.bring(order);
      const report = await bench.reconciliation({ now }).run();
      assert.deepEqual(found(report), { equal: 5, missingThere: 3 });
      assert.deepEqual(names(), orders.slice(5).map(({ name }) => `missingThere ${name} created`));
      assert.deepEqual([report.sent, report.held, report.unconfirmed], [3, false, 0]);
      assert.deepEqual(bench.taken.map(({ told }) => told?.document['orderNumber']), orders.slice(5).map(({ name }) => name));
      for (const order of orders.slice(5)) await bench.bring(order);
      assert.deepEqual(found(await bench.reconciliation({ now }).run()), { equal: 8 });
      assert.equal(bench.taken.length, 3);
      assert.deepEqual(await bench.keys('reconcile/'), []);
    });

    it('C31 counts archived orders too, with the first and the last number, and lists the one that is missing', async () => {
      const [first, second, third] = place(3) as [Order, Order, Order];
      for (const order of [first, third]) await bench.bring(order);
      for (const { id } of [first, second]) bench.shop.updateOrder(id, { closed: true });
      const report = await bench.reconciliation({ now }).run();
      assert.deepEqual(found(report), { equal: 2, missingThere: 1 });
      assert.deepEqual(report.read, { here: { count: 3, first: first.name, last: third.name }, there: { count: 2, first: first.name, last: third.name } });
      assert.deepEqual(report.samples.missingThere, [{ key: second.name, here: gidOf(second) }]);
    });

    it('by every page size of the shop finds the same', async () => {
      const orders = place(7);
      for (const order of orders.slice(0, 6)) await bench.bring(order);
      for (const pageSize of [1, 2, 6, 7, 8]) {
        const { shopify: whole } = bench;
        const here = { ...whole, list: (...[entity, options]: Parameters<typeof whole.list>) => whole.list(entity, { ...options, pageSize }) };
        assert.deepEqual(found(await bench.reconciliation({ now, here, dry: true }).run()), { equal: 6, missingThere: 1 }, String(pageSize));
      }
    });

    it('knows an order by its number where the link is lost; sales orders without a link are not the shop\'s', async () => {
      const [order, other] = place(2) as [Order, Order];
      const number = await bench.bring(order);
      await bench.bring(other);
      await bench.links.unlink({ system: bench.shopify.system, type: 'Order', id: gidOf(order) }, { system: bench.sap.system, type: 'SalesOrder', id: number });
      assert.deepEqual(found(await bench.reconciliation({ now }).run()), { equal: 2 });
      const foreign = await again(order, 'PHONE-1');
      assert.equal(foreign.outcome, 'created');
      const report = await bench.reconciliation({ now }).run();
      assert.deepEqual(found(report), { equal: 2, skipped: 1 });
      assert.equal(report.samples.skipped?.[0]?.there, foreign.externalId.id);
    });

    it('tells of two sales orders that are one order of the shop', async () => {
      const [order] = place(1) as [Order];
      await bench.bring(order);
      await again(order, order.name);
      assert.deepEqual(found(await bench.reconciliation({ now }).run()), { equal: 1, duplicate: 1 });
    });

    it('names the fields that differ; a cancelled order is one to cancel, unless it never was in the ERP', async () => {
      const [edited, cancelled, never, same] = place(4) as [Order, Order, Order, Order];
      for (const order of [edited, cancelled, same]) await bench.bring(order);
      const [line] = edited.lines;
      bench.shop.updateOrder(edited.id, { quantities: { 0: (line?.quantity ?? 0) + 3 } });
      for (const { id } of [cancelled, never]) bench.shop.cancelOrder(id);
      const report = await bench.reconciliation({ now }).run();
      assert.deepEqual(found(report), { equal: 1, different: 2, skipped: 1 });
      assert.deepEqual(names(), [`different ${edited.name} updated`, `different ${cancelled.name} cancelled`].sort());
      const fields = bench.taken.find(({ number }) => number === edited.name)?.told?.fields.find(({ path }) => path === 'lines[0].quantity.value');
      assert.deepEqual(fields, { path: 'lines[0].quantity.value', here: String((line?.quantity ?? 0) + 3), there: String(line?.quantity) });
      assert.deepEqual(bench.taken.find(({ number }) => number === cancelled.name)?.told?.fields, [{ path: 'orderStatus', here: 'cancelled', there: 'open' }]);
    });

    it('compares the fields that the user names and no others', async () => {
      const [order] = place(1) as [Order];
      await bench.bring(order);
      bench.shop.updateOrder(order.id, { quantities: { 0: 1 } });
      assert.deepEqual(found(await bench.reconciliation({ now, fields: ['documentCurrencyCode', 'lines.item.sku'] }).run()), { equal: 1 });
      const report = await bench.reconciliation({ now, fields: ['channel'] }).run();
      assert.deepEqual(report.samples.different?.[0]?.fields, [{ path: 'channel', here: 'b2bPortal', there: 'other' }]);
    });

    it('what waits for its way into the ERP is under way, with the place where it waits', async () => {
      const [inInbox, inRetry, dead, missing] = place(4) as [Order, Order, Order, Order];
      const event = (order: Order): { event: object } => ({ event: { id: order.id, partitionkey: `order:${gidOf(order)}` } });
      await bench.store.put('inbox/events/1', { laneKey: `order:${gidOf(inInbox)}`, body: '{}' });
      await new RetryStore(bench.store, 'retry').insert({ id: 'r', due: 0, tries: 1, throttles: 0, firstAt: 0, message: event(inRetry), notes: [], error: { code: 'TRANSIENT_X', message: 'x', details: {} }, parked: false }, []);
      await new DeadLetters(bench.store).put({ node: 'n', message: event(dead), error: new TransientError('TRANSIENT_X', 'x'), tries: 1, firstTriedAt: 0 });
      const report = await bench.reconciliation({ now }).run();
      assert.deepEqual(found(report), { missingThere: 1, underWay: 3 });
      assert.deepEqual(report.samples.underWay?.map(({ key, reason }) => [key, reason]), [[inInbox.name, 'inbox'], [inRetry.name, 'retry'], [dead.name, 'dead letter']]);
      assert.deepEqual(names(), [`missingThere ${missing.name} created`]);
    });

    it('what comes during the run is under way; what the ERP got between both looks is no difference', async () => {
      let time = Date.now() - 10_000;
      await bench.close();
      bench = await ReconcileBench.open({ shop: { now: () => time } });
      const [brought, missing] = place(2) as [Order, Order];
      time = Date.now() + 2000;
      let late: Order | undefined;
      bench.shop.fault({ kind: 'slow', ms: 1, oneIn: 1, match: (_, body) => { if (body.includes('query Orders(')) late ??= bench.shop.placeOrder(); return false; } });
      const { shopify: whole } = bench;
      let bringing: Promise<string> | undefined;
      const here: typeof whole = { ...whole, get: async (...asked) => { await (bringing ??= bench.bring(brought)); return whole.get(...asked); } };
      const report = await bench.reconciliation({ here }).run();
      assert.deepEqual(found(report), { equal: 1, missingThere: 1, underWay: 1 });
      assert.deepEqual([report.samples.missingThere?.[0]?.key, report.samples.underWay?.[0]?.key, report.samples.underWay?.[0]?.reason], [missing.name, late?.name, 'changed meanwhile']);
    });

    it('looks at the orders of the window only, and at all if asked; none from before the synchronisation began is missing', async () => {
      const day = 86_400_000;
      let time = Date.now() - 20 * day;
      await bench.close();
      bench = await ReconcileBench.open({ shop: { now: () => time } });
      const [old] = place(1) as [Order];
      time = Date.now() - 3 * day;
      const [before] = place(1) as [Order];
      time = Date.now() - 60_000;
      const [fresh] = place(1) as [Order];
      const missing = async (days: number): Promise<unknown> => (await bench.reconciliation({ now, days, dry: true }).run()).samples.missingThere?.map(({ key }) => key);
      assert.deepEqual(await missing(7), [before.name, fresh.name]);
      assert.deepEqual(await missing(1), [fresh.name]);
      assert.deepEqual(await missing(0), [old.name, before.name, fresh.name]);
      await bench.store.put(`start/events/${encodeURIComponent(bench.shopify.system)}`, Date.now() - day);
      assert.deepEqual(await missing(7), [fresh.name]);
    });

    it('finds again an order that the ERP has from before the window', async () => {
      const [order] = place(1) as [Order];
      const number = await bench.bring(order);
      bench.erp.changeRow('A_SalesOrder', number, { LastChangeDateTime: '/Date(1700000000000+0000)/' });
      const report = await bench.reconciliation({ now, days: 1 }).run();
      assert.deepEqual([report.read.there.count, found(report)], [0, { equal: 1 }]);
    });

    it('an order that somebody took out of the ERP is missing there, and it is told that it was there', async () => {
      const [order] = place(1) as [Order];
      await bench.links.link({ system: bench.shopify.system, type: 'Order', id: gidOf(order) }, { system: bench.sap.system, type: 'SalesOrder', id: '4999999', number: '4999999' });
      await bench.reconciliation({ now }).run();
      assert.deepEqual(bench.taken.map(({ kind, told }) => [kind, told?.linked]), [['missingThere', '4999999']]);
    });

    it('a run that was killed leaves nothing behind once the node is started again, and is run anew', async () => {
      const orders = place(45);
      for (const order of orders.slice(0, 3)) await bench.bring(order);
      const stop = new AbortController();
      const killed = bench.reconciliation({ now, onProgress: ({ phase }) => { if (phase === 'there') stop.abort(); } });
      await assert.rejects(killed.run({ signal: stop.signal }), { name: 'AbortError' });
      assert.ok((await bench.keys('reconcile/')).length > 45);
      const reconciliation = bench.reconciliation({ now });
      await reconciliation.open();
      assert.deepEqual(await bench.keys('reconcile/'), []);
      assert.deepEqual(found(await reconciliation.run()), { equal: 3, missingThere: 42 });
    });

    it('a run that was killed while it sent sends again what it had not handed over', async () => {
      place(5);
      const stop = new AbortController();
      const sent: string[] = [];
      const killed = bench.reconciliation({ now, take: ({ number }) => { sent.push(number); if (sent.length === 2) stop.abort(); return Promise.resolve(); } });
      await assert.rejects(killed.run({ signal: stop.signal }), { name: 'AbortError' });
      const reconciliation = bench.reconciliation({ now });
      await reconciliation.open();
      assert.equal((await reconciliation.run()).sent, 5);
      assert.deepEqual([...new Set([...sent, ...bench.taken.map(({ number }) => number)])].length, 5);
    });

    it('joins the run that is under way', async () => {
      place(2);
      const reconciliation = bench.reconciliation({ now });
      const [one, other] = await Promise.all([reconciliation.run(), reconciliation.run()]);
      assert.equal(one, other);
      assert.equal(bench.taken.length, 2);
    });

    it('an outage ends the run with its error, and the next run is whole', async () => {
      place(2);
      bench.erp.fault({ kind: 'html-error', status: 503, times: Infinity });
      const reconciliation = bench.reconciliation({ now });
      await assert.rejects(reconciliation.run(), (error: { code: string }) => error.code.startsWith('TRANSIENT_'));
      bench.erp.clearFaults();
      assert.deepEqual(found(await reconciliation.run()), { missingThere: 2 });
    });
  });

  describe('of stock, products and customers, where the ERP is right', () => {
    const size = 12;
    beforeEach(async () => {
      bench = await ReconcileBench.open({ shop: { products: size }, erp: { materials: size } });
      for (const { sku } of bench.erp.world.products) for (const { name } of bench.erp.world.sites) bench.shop.setStock({ sku, location: name, available: inErp(sku, name) });
    });
    const sku = (at: number): string => bench.erp.world.products[at]?.sku ?? '';
    const inErp = (of: string, location: string): number => Math.floor(Number(bench.erp.stock(of, bench.erp.world.sites.find(({ name }) => name === location)?.plant)));
    const taken = (): unknown => bench.taken.splice(0).map(({ kind, number, told }) => [kind, number, told?.verb]);
    const confirmed = (reconciliation: Reconciliation): Promise<Report> => reconciliation.run({ confirm: true });

    it('finds the level that was changed behind our back, with both figures', async () => {
      assert.deepEqual(found(await bench.stock().run()), { equal: 2 * size });
      bench.shop.setStock({ sku: sku(3), location: 'Dresden', available: 1 });
      const report = await bench.stock().run();
      assert.deepEqual(found(report), { equal: 2 * size - 1, different: 1 });
      assert.deepEqual(report.samples.different?.[0]?.fields, [{ path: 'quantities.available', here: String(inErp(sku(3), 'Dresden')), there: '1' }]);
      assert.deepEqual(taken(), [['different', `${sku(3)}/Dresden`, 'updated']]);
    });

    it('a level that is set right between both looks is no difference', async () => {
      bench.shop.setStock({ sku: sku(3), location: 'Dresden', available: 1 });
      bench.shop.fault({ kind: 'slow', ms: 1, oneIn: 1, match: (_, body) => {
        if (body.includes('query InventoryLevel')) bench.shop.setStock({ sku: sku(3), location: 'Dresden', available: inErp(sku(3), 'Dresden') });
        return false;
      } });
      assert.deepEqual(found(await bench.stock().run()), { equal: 2 * size });
      assert.deepEqual(taken(), []);
    });

    it('a level missing at one location of the shop is told; an item it has nothing of is not its business', async () => {
      bench.shop.unstock(sku(0), 'Dresden');
      for (const { name } of bench.erp.world.sites) bench.shop.unstock(sku(1), name);
      const report = await bench.stock().run();
      assert.deepEqual(found(report), { equal: 2 * size - 3, missingThere: 1, skipped: 2 });
      assert.deepEqual(taken(), [['missingThere', `${sku(0)}/Dresden`, 'created']]);
    });

    it('C49 C44 a material that was archived is found in the shop; its deletion goes only if somebody confirms it', async () => {
      bench.erp.dropMaterial(sku(5));
      const products = bench.reconciliation({ entity: 'product', here: bench.sap, there: bench.shopify });
      const report = await products.run();
      assert.deepEqual(found(report), { equal: size - 1, missingHere: 1 });
      assert.deepEqual([report.held, report.sent, report.unconfirmed], [false, 0, 1]);
      assert.deepEqual(taken(), []);
      const after = await confirmed(products);
      assert.deepEqual([after.sent, after.unconfirmed], [1, 0]);
      const [deletion] = bench.taken;
      assert.deepEqual([deletion?.kind, deletion?.number], ['missingHere', sku(5)]);
      const { told } = await products.again(deletion ?? assert.fail()) ?? assert.fail();
      assert.equal(told?.verb, 'deleted');
      assert.deepEqual((told.document['externalIds'] as { system: string }[]).map(({ system }) => system), [bench.shopify.system]);
    });

    it('C44 more differences than the limit are held, over a restart too, until somebody confirms; each is looked at again', async () => {
      for (let at = 0; at < 6; at++) bench.shop.setStock({ sku: sku(at), location: 'Augsburg', available: 1 });
      const guard = { most: 5, percent: 5 };
      const report = await bench.stock({ guard }).run();
      assert.deepEqual([report.held, report.limit, report.counts.different, report.sent, report.unconfirmed], [true, 5, 6, 0, 6]);
      assert.deepEqual(taken(), []);
      bench.shop.setStock({ sku: sku(2), location: 'Augsburg', available: inErp(sku(2), 'Augsburg') });
      const later = bench.stock({ guard });
      await later.open();
      const released = await confirmed(later);
      assert.deepEqual([released.held, released.sent, released.unconfirmed], [false, 6, 0]);
      const again = await Promise.all(bench.taken.map((one) => later.again(one)));
      assert.deepEqual(again.map((one) => one?.number).sort(), [0, 1, undefined, 3, 4, 5].map((at) => at === undefined ? undefined : `${sku(at)}/Augsburg`).sort());
      assert.deepEqual(await bench.keys('reconcile/'), []);
    });

    it('the limit is a number or a share, whichever is greater; confirmed at once nothing is held', async () => {
      for (let at = 0; at < 6; at++) bench.shop.setStock({ sku: sku(at), location: 'Augsburg', available: 1 });
      assert.equal((await bench.stock({ guard: { most: 1, percent: 25 } }).run()).held, false);
      assert.equal((await bench.stock({ guard: { most: 1, percent: 24 } }).run()).held, true);
      assert.equal((await bench.stock({ guard: { most: 6, percent: 0 } }).run()).held, false);
      await bench.stock({ guard: { most: 6, percent: 0 } }).run();
      taken();
      const report = await confirmed(bench.stock({ id: 'other', guard: { most: 0, percent: 0 } }));
      assert.deepEqual([report.held, report.sent], [false, 6]);
    });

    it('a report-only run sends nothing and keeps nothing', async () => {
      bench.shop.setStock({ sku: sku(3), location: 'Dresden', available: 1 });
      const report = await bench.stock({ dry: true }).run();
      assert.deepEqual([report.counts.different, report.sent, report.unconfirmed], [1, 0, 0]);
      assert.deepEqual([taken(), await bench.keys('reconcile/')], [[], []]);
    });

    it('C53 a record that cannot be a document is counted with its reason, and neither missing nor in the way of others', async () => {
      bench.erp.changeRow('A_Product', sku(2), { BaseUnit: 'ZZ9' });
      const report = await bench.reconciliation({ entity: 'product', here: bench.sap, there: bench.shopify }).run();
      assert.deepEqual([report.counts.equal, report.counts.missingHere], [size - 1, 0]);
      assert.match(report.samples.unreadable?.[0]?.reason ?? '', /ZZ9/);
    });

    it('finds what differs of a product and of a customer', async () => {
      bench.erp.changeRow('A_Product', sku(4), { CountryOfOrigin: 'XX' });
      const { companies: [company] } = bench.erp.world;
      const number = String(Number(company?.customerNumber));
      bench.erp.changeRow('A_BusinessPartner', number, { OrganizationBPName1: 'Renamed' });
      const customers = await bench.reconciliation({ entity: 'customer', here: bench.sap, there: bench.shopify, fields: ['legalName'] }).run();
      assert.deepEqual(customers.samples.different?.filter(({ here }) => here === number)[0]?.fields?.[0], { path: 'legalName', here: 'Renamed', there: company?.name });
      const products = await bench.reconciliation({ entity: 'product', here: bench.sap, there: bench.shopify, fields: ['variants.countryOfOrigin'], dry: true }).run();
      assert.ok(products.samples.different?.some(({ key, fields }) => key === sku(4) && fields?.[0]?.here === 'XX'));
    });

    it('an entity that a system cannot list is a ConfigError', () => {
      assert.throws(() => bench.reconciliation({ entity: 'invoice' }), { code: 'CONFIG_NOT_SUPPORTED' });
    });
  });

  describe('of prices, where the ERP is right', () => {
    const size = 24;
    let erpPrices: typeof bench.sap;
    beforeEach(async () => {
      bench = await ReconcileBench.open({ shop: { products: size }, erp: { materials: size } });
      const compared = (bench.erp.settings['priceLists'] as Record<string, string>[]).map((row) => row['list'] === 'P1' ? { ...row, compareAt: 'ZCMP' } : row);
      erpPrices = sapS4hana.connect({ settings: { ...bench.erp.settings, priceLists: compared }, secrets: bench.erp.secrets, baseUrl: bench.erp.url });
    });
    afterEach(() => erpPrices.close());
    const sku = (at: number): string => bench.erp.world.products[at]?.sku ?? '';
    const prices = (): Reconciliation => bench.reconciliation({ entity: 'price', here: erpPrices, there: bench.shopify, guard: { most: 1000, percent: 100 }, samples: 1000 });
    /** Writes into the shop what was told, as a commerce node does. Returns what each was about. */
    async function heal(): Promise<unknown[]> {
      const reconciliation = prices();
      const told = await Promise.all(bench.taken.splice(0).map(async (one) => one.told ? one : await reconciliation.again(one) ?? assert.fail()));
      const documents = told.map((one) => bench.shopify.fromCanonical('price', one.told?.document ?? {}));
      for (const [at, outcome] of (await bench.shopify.upsertMany?.('price', documents) ?? []).entries()) assert.ok('result' in outcome, `${String(told[at]?.number)}: ${'error' in outcome ? outcome.error.message : ''}`);
      return told.map(({ kind, number, told: about }) => [kind, number, about?.verb, about?.fields]);
    }

    it('what differs or is missing is told and written, and after that all is equal: prices for a hundred, breaks, other currencies', async () => {
      const { counts: { equal, different, missingThere, missingHere, unreadable } } = await prices().run({ confirm: true });
      assert.ok(different > 0 && missingThere > 0 && missingHere > 0 && unreadable === 0);
      await heal();
      assert.deepEqual(found(await prices().run()), { equal: equal + different + missingThere });
    });

    it('C43 C45 what somebody changes in the shop is found: a price, a break, a compare-at price; what ends in the ERP goes, if somebody confirms', async () => {
      await prices().run({ confirm: true });
      await heal();
      const held = async (at: number): Promise<string> => (await bench.shopify.get('price', `P1/EUR/${sku(at)}`))?.['price'] as string;
      const priced = Array.from({ length: size }, (_, at) => at);
      const [one = 0, two = 0, three = 0, four = 0] = (await Promise.all(priced.map(async (at) => await bench.shopify.get('price', `P1/EUR/${sku(at)}`) ? [at] : []))).flat();
      const was = await held(one);
      bench.shop.setPrice({ list: 'Wholesale', sku: sku(one), price: '1.23' });
      bench.shop.setPrice({ list: 'Wholesale', sku: sku(two), price: await held(two), breaks: [{ minimum: 7, price: '0.50' }] });
      bench.shop.setPrice({ list: 'Wholesale', sku: sku(three), price: await held(three), compareAtPrice: '9999.00' });
      bench.shop.setPrice({ list: 'Wholesale', sku: sku(four), price: null });
      const report = await prices().run();
      assert.deepEqual([report.counts.different, report.counts.missingThere, report.counts.missingHere], [3, 1, 0]);
      const fields = new Map(report.samples.different?.map(({ key, fields: paths }) => [key, paths]));
      assert.deepEqual(fields.get(`P1/EUR/${sku(one)}`)?.find(({ path }) => path === 'entries[0].price.value'), { path: 'entries[0].price.value', here: was, there: '1.23' });
      assert.ok(fields.get(`P1/EUR/${sku(two)}`)?.some(({ path }) => path.startsWith('entries[0].tiers')));
      assert.deepEqual(fields.get(`P1/EUR/${sku(three)}`)?.find(({ path }) => path.includes('compareAt')), { path: 'entries[0].compareAtPrice.value', here: null, there: '9999' });
      await heal();
      assert.equal((await prices().run()).counts.different, 0);
      bench.erp.dropPrice({ sku: sku(one), priceGroup: 'P1' });
      const gone = prices();
      assert.deepEqual([(await gone.run()).counts.missingHere, bench.taken.length], [1, 0]);
      await gone.run({ confirm: true });
      assert.deepEqual((await heal()).map((about) => (about as unknown[]).slice(0, 3)), [['missingHere', `P1/EUR/${sku(one)}`, 'deleted']]);
      assert.equal(bench.shop.priceOf('Wholesale', sku(one)).fixed, false);
      assert.equal((await prices().run()).counts.missingHere, 0);
    });

    it('C53 a price that cannot be told is counted with its reason, and not taken for one that ended', async () => {
      await prices().run({ confirm: true });
      await heal();
      const [condition] = (await bench.sap.get('price', `list/EUR/${sku(3)}`))?.['conditions'] as { ConditionRecord: string }[];
      bench.erp.changeRow('A_SlsPrcgConditionRecord', condition?.ConditionRecord ?? '', { ConditionRateValue: '-1.000' });
      const report = await prices().run();
      assert.deepEqual([report.counts.missingHere, report.counts.different], [0, 0]);
      assert.match(JSON.stringify(report.samples.unreadable ?? []), new RegExp(`${sku(3)}.*negative`));
    });
  });

  describe('of many records', () => {
    beforeEach(async () => { bench = await ReconcileBench.open({ shop: { products: 1 }, erp: { materials: 1 } }); });
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const heap = (): number => { gc(); return process.memoryUsage().heapUsed / 2 ** 20; };

    /** As much of a list as so many products make. */
    function cut(whole: Connection, levels: number): Connection {
      return {
        ...whole,
        async* list(entity, options) {
          let left = levels;
          for await (const { records } of whole.list(entity, options)) {
            yield { records: records.slice(0, left) };
            left -= records.length;
            if (left <= 0) return;
          }
        },
      };
    }

    it('10,000 levels need no more memory than 1,000', async function () {
      this.timeout(300_000);
      const products = 5000;
      const [shop, erp] = await Promise.all([
        SandboxProcess.start('shopify', '--products', String(products), '--points', '1000000000'), SandboxProcess.start('sap-s4hana', '--materials', String(products)),
      ]);
      const [sap, shopifyShop] = [sapS4hana, shopify].map((connector, at) => {
        const { url, settings, secrets } = JSON.parse([erp, shop][at]?.line ?? '') as { url: string; settings: never; secrets: never };
        return connector.connect({ baseUrl: url, settings, secrets });
      }) as [Connection, Connection];
      /** The heap (MiB) that a run over so many levels needs at the end of each side, above what there was before. */
      async function needs(levels: number): Promise<number> {
        const before = heap();
        let most = 0;
        const report = await bench.stock({
          here: cut(sap, levels), there: cut(shopifyShop, levels), guard: { most: 20, percent: 0 },
          onProgress: ({ phase, done, of }) => { if (done === levels || (phase === 'checking' && done === of)) most = Math.max(most, heap() - before); },
        }).run();
        assert.deepEqual([report.read.here.count, report.read.there.count, report.held], [levels, levels, true]);
        assert.equal(report.counts.equal + report.counts.different, levels);
        return most;
      }
      try {
        await needs(1000); // what is compiled and opened once
        const few = await needs(1000);
        const many = await needs(2 * products);
        assert.ok(many < few + 3, `${few.toFixed(1)} MiB for 1,000, ${many.toFixed(1)} MiB for 10,000`);
      } finally {
        await Promise.all([sap.close(), shopifyShop.close(), shop.stop(), erp.stop()]);
      }
    });
  });
});
