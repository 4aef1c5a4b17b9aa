import assert from 'node:assert/strict';
import Big from 'big.js';
import { startSapSandbox, type SapBilling, type SapSandbox } from '../../sandbox/sap-s4hana';
import { item, order, SapClient } from './sap-client';

describe('SAP S/4HANA sandbox: billing', () => {
  let sandbox: SapSandbox;
  let client: SapClient;
  beforeEach(async () => {
    sandbox = await startSapSandbox({ materials: 12, customers: 8 });
    client = new SapClient(sandbox);
  });
  afterEach(() => sandbox.close());

  const rowsOf = async (path: string, service = 'API_BILLING_DOCUMENT_SRV'): Promise<Record<string, unknown>[]> => {
    const answer = await new SapClient(sandbox, service).get(path);
    assert.equal(answer.status, 200, answer.text);
    return answer.json().d.results;
  };
  const receivables = (filter = "Ledger eq '0L' and FinancialAccountType eq 'D'"): Promise<Record<string, unknown>[]> => rowsOf(`GLAccountLineItem?$filter=${encodeURIComponent(filter)}`, 'API_GLACCOUNTLINEITEM');
  const only = (documents: SapBilling[]): SapBilling => {
    assert.equal(documents.length, 1);
    return documents[0] ?? assert.fail();
  };
  /** An order with charges and a tax that do not part evenly: 3 x 3.33, 7 x 1.01, freight 4.90, tax 4.13, rounding -0.02. */
  const uneven = (): Record<string, unknown> => order({
    to_Item: [item('MAT-00001', '3', '3.33'), item('MAT-00002', '7', '1.01')],
    to_PricingElement: [
      { ConditionType: 'HD00', ConditionRateValue: '4.90', ConditionCurrency: 'EUR' }, { ConditionType: 'MWST', ConditionRateValue: '4.13', ConditionCurrency: 'EUR' },
      { ConditionType: 'ZRND', ConditionRateValue: '-0.02', ConditionCurrency: 'EUR' },
    ],
  });
  const create = async (body: unknown = uneven()): Promise<string> => String((await client.createOrder(body)).SalesOrder);

  it('goods issue makes an invoice of the order, to the cent', async () => {
    const number = await create();
    sandbox.deliver(number);
    const invoice = only(sandbox.billingDocuments());
    assert.deepEqual([invoice.BillingDocumentType, invoice.SDDocumentCategory, invoice.PurchaseOrderByCustomer, invoice.SoldToParty], ['F2', 'M', 'WEB-1001', '100001']);
    assert.equal(invoice.TotalGrossAmount, sandbox.payable(number));
    assert.deepEqual(invoice.to_Item.map(({ SalesDocument, SalesDocumentItem, BillingQuantity }) => [SalesDocument, SalesDocumentItem, BillingQuantity]), [[number, '10', '3.000'], [number, '20', '7.000']]);
    assert.equal(sandbox.orders()[0]?.OverallOrdReltdBillgStatus, 'C');
    sandbox.deliver(number);
    only(sandbox.billingDocuments());
    assert.throws(() => sandbox.invoice(number), RangeError);
  });

  it('parts of an order add up to the order, with the rounding difference in the last', async () => {
    const number = await create();
    sandbox.deliver(number, '20');
    const [first] = sandbox.billingDocuments();
    assert.equal(sandbox.orders()[0]?.OverallOrdReltdBillgStatus, 'B');
    sandbox.invoice(number);
    const all = sandbox.billingDocuments();
    const total = all.reduce((sum, { TotalGrossAmount }) => sum.plus(String(TotalGrossAmount)), new Big(0));
    assert.deepEqual([all.length, total.toFixed(2)], [2, sandbox.payable(number)]);
    assert.equal(new Big(String(first?.TotalNetAmount)).plus(String(first?.TaxAmount)).toFixed(2), first?.TotalGrossAmount);
  });

  it('credit notes of parts come to the invoice, and no further', async () => {
    const number = await create();
    const invoice = sandbox.invoice(number);
    const before = sandbox.openAmount(invoice);
    for (const quantity of ['1', '1', '1']) sandbox.creditNote(invoice, { 10: quantity });
    assert.throws(() => sandbox.creditNote(invoice, { 10: '1' }), /0 left to credit/);
    sandbox.creditNote(invoice);
    assert.throws(() => sandbox.creditNote(invoice), RangeError);
    const credits = sandbox.billingDocuments().filter(({ SDDocumentCategory }) => SDDocumentCategory === 'O');
    assert.equal(credits.reduce((sum, { TotalGrossAmount }) => sum.plus(String(TotalGrossAmount)), new Big(0)).toFixed(2), new Big(before).toFixed(2));
    assert.deepEqual([...new Set(credits.flatMap(({ to_Item }) => to_Item.map(({ ReferenceSDDocument, ReferenceSDDocumentCategory }) => `${String(ReferenceSDDocument)} ${String(ReferenceSDDocumentCategory)}`)))], [`${invoice} M`]);
  });

  it('every journal entry balances in every ledger', async () => {
    const invoice = sandbox.invoice(await create());
    sandbox.creditNote(invoice, { 10: '1' });
    sandbox.payInvoice(invoice, '5.00');
    sandbox.payInvoice(invoice);
    const sums = new Map<string, Big>();
    for (const row of await receivables("CompanyCode eq '1010'")) {
      const key = `${String(row.Ledger)} ${String(row.AccountingDocument)}`;
      sums.set(key, (sums.get(key) ?? new Big(0)).plus(String(row.AmountInTransactionCurrency)));
    }
    assert.equal(sums.size, 8);
    assert.deepEqual([...sums.values()].map((sum) => sum.toFixed(2)), Array<string>(8).fill('0.00'));
  });

  it('a payment in parts stays open until the last clears invoice and parts', async () => {
    const invoice = sandbox.invoice(await create());
    const total = new Big(sandbox.openAmount(invoice));
    sandbox.payInvoice(invoice, '10.00');
    assert.equal(sandbox.openAmount(invoice), total.minus(10).toFixed());
    const [, partial] = await receivables();
    assert.deepEqual([partial?.AccountingDocumentType, partial?.AmountInTransactionCurrency, partial?.InvoiceReference, partial?.ClearingAccountingDocument], ['DZ', '-10.000', '1400000001', '']);
    assert.throws(() => sandbox.payInvoice(invoice, total.toFixed()), RangeError);
    const last = sandbox.payInvoice(invoice);
    assert.deepEqual((await receivables()).map(({ ClearingAccountingDocument }) => ClearingAccountingDocument), [last, last, last]);
    assert.throws(() => sandbox.payInvoice(invoice), RangeError);
  });

  it('one transfer pays several invoices less a credit note, of one customer only', async () => {
    const [one, two] = [sandbox.invoice(await create()), sandbox.invoice(await create())];
    const credit = sandbox.creditNote(two, { 20: '2' });
    const due = [one, two, credit].reduce((sum, number) => sum.plus(sandbox.openAmount(number)), new Big(0));
    const entry = sandbox.payInvoice([one, two, credit]);
    const paid = (await receivables()).find(({ AccountingDocument }) => AccountingDocument === entry);
    assert.equal(new Big(String(paid?.AmountInTransactionCurrency)).toFixed(2), due.neg().toFixed(2));
    const other = sandbox.invoice(await create(order({ SoldToParty: '100002' })));
    const third = sandbox.invoice(await create());
    assert.throws(() => sandbox.payInvoice([third, other]), /one customer/);
    assert.throws(() => sandbox.payInvoice([third, third], '1.00'), RangeError);
  });

  it('a cancelled invoice is marked and cleared, and its order can be billed again; a paid one cannot be cancelled', async () => {
    const number = await create();
    const invoice = sandbox.invoice(number);
    const changed = sandbox.billingDocuments()[0]?.LastChangeDateTime;
    const cancellation = sandbox.cancelBilling(invoice);
    const [original, reversal] = sandbox.billingDocuments();
    assert.deepEqual([original?.BillingDocumentIsCancelled, original?.OverallBillingStatus, reversal?.BillingDocument, reversal?.CancelledBillingDocument, reversal?.SDDocumentCategory], [true, 'C', cancellation, invoice, 'N']);
    assert.notEqual(original?.LastChangeDateTime, changed);
    assert.ok((await receivables()).every(({ ClearingAccountingDocument }) => ClearingAccountingDocument !== ''));
    assert.throws(() => sandbox.cancelBilling(invoice), RangeError);
    const again = sandbox.invoice(number);
    sandbox.payInvoice(again);
    assert.throws(() => sandbox.cancelBilling(again), /cleared/);
  });

  it('can only be read, and line items are refused where the vendor does not filter or sort by them', async () => {
    const invoice = sandbox.invoice(await create());
    const billing = new SapClient(sandbox, 'API_BILLING_DOCUMENT_SRV');
    await billing.fetchToken();
    assert.equal((await billing.send('POST', 'A_BillingDocument', {})).status, 405);
    assert.equal((await billing.send('PATCH', `A_BillingDocument('${invoice}')`, {}, { 'if-match': '*' })).status, 405);
    const read = (await billing.get(`A_BillingDocument('${invoice}')?$expand=to_Item`)).json().d;
    assert.match((read.__metadata as { etag: string }).etag, /^W\/"datetimeoffset'/);
    const journal = new SapClient(sandbox, 'API_GLACCOUNTLINEITEM');
    for (const query of ["$filter=ID eq 'x'", '$orderby=ID', '$filter=AmountInTransactionCurrency gt 1']) {
      assert.equal((await journal.get(`GLAccountLineItem?${query.replace(/ /g, '%20')}`)).status, 400, query);
    }
  });

  it('can be cancelled through the service, with a CSRF token, once', async () => {
    const invoice = sandbox.invoice(await create());
    const billing = new SapClient(sandbox, 'API_BILLING_DOCUMENT_SRV');
    const cancel = () => billing.send('POST', `Cancel?BillingDocument='00${invoice}'`);
    assert.equal((await cancel()).status, 403);
    await billing.fetchToken();
    const [result] = (await cancel()).json().d.results;
    assert.deepEqual([result?.BillingDocument, result?.CancellationBillingDocument], [invoice, sandbox.billingDocuments()[1]?.BillingDocument]);
    const again = await cancel();
    assert.deepEqual([again.status, /is cancelled/.test(again.text)], [400, true]);
    assert.equal((await billing.get(`Cancel?BillingDocument='${invoice}'`)).status, 405);
  });

  it('invoices that are old enough are paid while the sandbox works by itself', async () => {
    let now = Date.UTC(2026, 10, 25, 9);
    const live = await startSapSandbox({ materials: 12, customers: 8, now: () => now });
    try {
      const number = String((await new SapClient(live).createOrder(uneven())).SalesOrder);
      const invoice = live.invoice(number);
      now += 3_600_001;
      const stop = live.autoWork(1);
      while (Number(live.openAmount(invoice)) > 0) await new Promise((resolve) => { setTimeout(resolve, 2); });
      stop();
      assert.equal(live.openAmount(invoice), '0');
    } finally { await live.close(); }
  });
});
