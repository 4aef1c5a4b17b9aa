import assert from 'node:assert/strict';
import { startSapSandbox, type SapSandbox } from '../../sandbox/sap-s4hana';
import { order, SapClient } from './sap-client';

describe('SAP S/4HANA sandbox: warehouse', () => {
  let sandbox: SapSandbox;
  afterEach(() => sandbox.close());

  /** Resolves once something is so. */
  async function until(check: () => boolean): Promise<void> { while (!check()) await new Promise((resolve) => { setTimeout(resolve, 2); }); }

  it('takes goods in where there are not plenty, and stops when it is told', async () => {
    sandbox = await startSapSandbox({ materials: 3, customers: 2 });
    const all = (): number => sandbox.world.products.reduce((sum, { sku }) => sum + Number(sandbox.stock(sku)), 0);
    const before = all();
    const stop = sandbox.autoWork(1);
    await until(() => all() > before);
    stop();
    const after = all();
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    assert.equal(all(), after);
  });

  it('sends goods for an order that has waited for two minutes, not before', async () => {
    let now = Date.UTC(2026, 10, 25, 9);
    sandbox = await startSapSandbox({ materials: 12, customers: 8, now: () => now });
    const client = new SapClient(sandbox);
    await client.createOrder(order());
    const status = (): unknown => sandbox.orders()[0]?.['OverallDeliveryStatus'];
    const before = sandbox.world.products.map(({ sku }) => sandbox.stock(sku)).join();
    const stop = sandbox.autoWork(1);
    await until(() => sandbox.world.products.map(({ sku }) => sandbox.stock(sku)).join() !== before);
    assert.equal(status(), 'A');
    now += 120_001;
    await until(() => status() === 'C');
    stop();
  });

  it('keeps up with many orders, as patient as it is told to be: each is delivered, billed and paid', async () => {
    let now = Date.UTC(2026, 10, 25, 9);
    sandbox = await startSapSandbox({ materials: 12, customers: 8, now: () => now });
    const client = new SapClient(sandbox);
    for (let n = 0; n < 25; n++) await client.createOrder(order({ PurchaseOrderByCustomer: `WEB-${String(n)}` }));
    const stop = sandbox.autoWork(1, 5000);
    now += 5001;
    await until(() => sandbox.orders().every(({ OverallDeliveryStatus }) => OverallDeliveryStatus === 'C'));
    now += 5001;
    const invoices = (): string[] => sandbox.billingDocuments().filter(({ SDDocumentCategory }) => SDDocumentCategory === 'M').map(({ BillingDocument }) => String(BillingDocument));
    await until(() => invoices().every((number) => sandbox.openAmount(number) === '0'));
    stop();
    assert.equal(invoices().length, 25);
  });
});
