import assert from 'node:assert/strict';
import Big from 'big.js';
import type { Connection, ConnectOptions, Native } from '../../../lib/connectors/contract';
import { checkDocument } from '../../../lib/documents/validate';
import type { Amount, Invoice, Order, Payment } from '../../../lib/documents/types';
import { fromOrder, outcome, System } from './system';

describe('SAP S/4HANA invoices and payments', () => {
  let system: System;
  let erp: Connection;
  beforeEach(async () => {
    system = await System.start();
    erp = system.connect();
  });
  afterEach(() => system.stop());

  const eur = (value: string): Amount => ({ value, currency: 'EUR' });
  /** Three lines of 10, 20 and 30 EUR, freight, 19 % tax, and two cents that the shop rounded away. */
  const priced = (number: string): Partial<Order> & { orderNumber: string } => ({
    orderNumber: number,
    shippingLines: [{ id: 's1', amount: eur('4.90'), taxCategory: { code: 'S', percent: '19' }, taxes: [{ taxableAmount: eur('4.90'), taxAmount: eur('0.93'), category: { code: 'S', percent: '19' } }] }],
    taxTotals: [{ taxAmount: eur('12.33'), subtotals: [{ taxableAmount: eur('64.90'), taxAmount: eur('12.33'), category: { code: 'S', percent: '19' } }] }],
    monetaryTotal: {
      lineExtensionAmount: eur('60.00'), chargeTotalAmount: eur('4.90'), taxExclusiveAmount: eur('64.90'), taxInclusiveAmount: eur('77.23'),
      payableRoundingAmount: eur('-0.03'), payableAmount: eur('77.20'),
    },
  });
  async function ordered(number: string): Promise<string> {
    return (await erp.create('order', fromOrder(erp, system.order(number, priced(number))))).externalId.id;
  }
  async function all(options: { pageSize?: number; updatedSince?: string } = {}, connection = erp): Promise<Invoice[]> {
    const found: Native[] = [];
    for await (const { records } of connection.list('invoice', options)) found.push(...records);
    return found.map((record) => connection.toCanonical('invoice', record) as unknown as Invoice);
  }
  async function get(number: string, connection = erp): Promise<Invoice> {
    const found = await connection.get('invoice', number);
    assert.ok(found);
    return connection.toCanonical('invoice', found) as unknown as Invoice;
  }
  const connect = (settings: ConnectOptions['settings']): Connection => system.connect(settings);

  it('C21 are valid documents that come to what the order did', async () => {
    const order = await ordered('WEB-1');
    system.sandbox.deliver(order);
    const [invoice] = await all();
    assert.ok(invoice);
    assert.deepEqual(checkDocument('invoice', invoice), []);
    const { invoiceTypeCode, invoiceStatus, monetaryTotal, openAmount, lines, orderRefs } = invoice;
    assert.deepEqual([invoiceTypeCode, invoiceStatus, monetaryTotal.payableAmount, monetaryTotal.payableRoundingAmount, openAmount], ['380', 'posted', eur('77.20'), eur('-0.03'), eur('77.20')]);
    assert.deepEqual(lines.map(({ orderLineId, invoicedQuantity }) => [orderLineId, invoicedQuantity.value, invoicedQuantity.unitCode]), [['10', '1', 'C62'], ['20', '2', 'C62'], ['30', '3', 'C62']]);
    assert.deepEqual(orderRefs, [{ id: `${erp.system}:SalesOrder:${order}`, number: 'WEB-1', type: 'order', externalIds: [{ system: erp.system, type: 'SalesOrder', id: order, number: order }] }]);
  });

  it('C27 of parts, and credit notes of parts of those, obey BR-CO-15 and 16 and add up to the order', async () => {
    const order = await ordered('WEB-2');
    system.sandbox.deliver(order, '30');
    const [first] = system.sandbox.billingDocuments();
    const rest = system.sandbox.invoice(order);
    for (const [number, item] of [[String(first?.BillingDocument), '10'], [rest, '20']] as const) system.sandbox.creditNote(number, { [item]: '1' });
    for (const number of [String(first?.BillingDocument), rest]) system.sandbox.creditNote(number);
    const invoices = await all();
    assert.equal(invoices.length, 6);
    assert.deepEqual(invoices.flatMap((one) => checkDocument('invoice', one)), []);
    const sum = (code: string): string => invoices.filter(({ invoiceTypeCode }) => invoiceTypeCode === code).reduce((total, { monetaryTotal }) => total.plus(monetaryTotal.payableAmount.value), new Big(0)).toFixed(2);
    assert.deepEqual([sum('380'), sum('381')], ['77.20', '77.20']);
  });

  it('a credit note names the invoice it is about', async () => {
    const invoice = system.sandbox.invoice(await ordered('WEB-3'));
    const credit = await get(system.sandbox.creditNote(invoice, { 20: '1' }));
    assert.deepEqual([credit.invoiceTypeCode, credit.billingReferences?.map(({ number }) => number), credit.orderRefs?.map(({ number }) => number)], ['381', [invoice], ['WEB-3']]);
    assert.equal(credit.openAmount?.value, credit.monetaryTotal.payableAmount.value);
  });

  it('tell how much of them is open', async () => {
    const number = system.sandbox.invoice(await ordered('WEB-4'));
    system.sandbox.payInvoice(number, '50.00');
    const partly = await get(number);
    assert.deepEqual([partly.invoiceStatus, partly.openAmount], ['partiallyPaid', eur('27.20')]);
    system.sandbox.payInvoice(number);
    const paid = await get(number);
    assert.deepEqual([paid.invoiceStatus, paid.openAmount], ['paid', eur('0.00')]);
    assert.deepEqual((await all()).map(({ invoiceStatus }) => invoiceStatus), ['paid']);
    const silent = await get(number, connect({ invoicePayments: 'ignore' }));
    assert.deepEqual([silent.invoiceStatus, silent.openAmount], ['posted', undefined]);
  });

  it('a cancelled one says so; the cancellation is no document of its own', async () => {
    const number = system.sandbox.invoice(await ordered('WEB-5'));
    const since = new Date(Date.now() + 1).toISOString();
    await new Promise((resolve) => { setTimeout(resolve, 5); });
    system.sandbox.cancelBilling(number);
    const changed = await all({ updatedSince: since });
    assert.deepEqual(changed.map(({ invoiceNumber, invoiceStatus, openAmount }) => [invoiceNumber, invoiceStatus, openAmount]), [[number, 'cancelled', undefined]]);
  });

  it('carry a link if the settings have one', async () => {
    const number = system.sandbox.invoice(await ordered('WEB-6'));
    const { documents } = await get(number, connect({ invoiceUrl: 'https://portal.example/i/{number}.pdf' }));
    assert.deepEqual(documents, [{ url: `https://portal.example/i/${number}.pdf`, mediaType: 'application/pdf', name: `${number}.pdf` }]);
    assert.equal((await get(number)).documents, undefined);
    assert.throws(() => connect({ invoiceUrl: 'https://portal.example/{customer}.pdf' }), /invoiceUrl/);
  });

  it('of an order without web order number name the sales order', async () => {
    const native = fromOrder(erp, system.order('WEB-7'));
    const { externalId } = await erp.create('order', { ...native, PurchaseOrderByCustomer: '' });
    const { orderRefs } = await get(system.sandbox.invoice(externalId.id));
    assert.deepEqual(orderRefs?.map(({ number }) => number), [externalId.id]);
  });

  it('that do not come to their totals are refused', async () => {
    const number = system.sandbox.invoice(await ordered('WEB-8'));
    system.sandbox.changeRow('A_BillingDocument', number, { TotalNetAmount: '64.91' });
    await assert.rejects(get(number), { code: 'DATA_TOTAL_DIFFERS' });
  });

  it('pages of 1, n-1, n, n+1 and three pages bring the same', async () => {
    for (let n = 0; n < 7; n++) system.sandbox.invoice(await ordered(`P-${String(n)}`));
    const numbers = (await all()).map(({ invoiceNumber }) => invoiceNumber);
    assert.equal(numbers.length, 7);
    for (const pageSize of [1, 3, 6, 7, 8]) assert.deepEqual((await all({ pageSize })).map(({ invoiceNumber }) => invoiceNumber), numbers, String(pageSize));
  });

  it('a page costs two calls, however many invoices it has', async () => {
    for (let n = 0; n < 5; n++) system.sandbox.invoice(await ordered(`C-${String(n)}`));
    const before = system.sandbox.requests.length;
    await all();
    assert.equal(system.sandbox.requests.length - before, 2);
  });

  it('that nobody has are undefined, and cannot be written', async () => {
    assert.equal(await erp.get('invoice', '1'), undefined);
    assert.equal(await outcome(erp.upsert('invoice', {})), 'CONFIG_NOT_SUPPORTED');
  });

  describe('payments of customers', () => {
    async function payments(options: { pageSize?: number; updatedSince?: string } = {}, connection = erp): Promise<Payment[]> {
      const found: Native[] = [];
      for await (const { records } of connection.list('payment', options)) found.push(...records);
      return found.map((record) => connection.toCanonical('payment', record) as unknown as Payment);
    }
    const shown = (all: Payment[]): unknown[] => all.map(({ kind, amount, invoiceRefs, orderRef }) => [kind, amount.value, invoiceRefs?.[0]?.number, orderRef?.number]);

    it('C25 are valid documents that name invoice and order, part payments and the last, each ledger counted once', async () => {
      const invoice = system.sandbox.invoice(await ordered('PAY-1'));
      system.sandbox.payInvoice(invoice, '50.00', 'thanks');
      assert.deepEqual(shown(await payments()), [['sale', '50.00', invoice, 'PAY-1']]);
      system.sandbox.payInvoice(invoice);
      const all = await payments();
      assert.deepEqual(all.flatMap((one) => checkDocument('payment', one)), []);
      assert.deepEqual(shown(all), [['sale', '50.00', invoice, 'PAY-1'], ['sale', '27.20', invoice, 'PAY-1']]);
      assert.deepEqual([all[0]?.remittanceInformation, all[0]?.status, all[0]?.applications?.[0]?.amount, all[0]?.accountingAmount], ['thanks', 'success', eur('50.00'), undefined]);
    });

    it('keep their ids when the invoice is paid off', async () => {
      const invoice = system.sandbox.invoice(await ordered('PAY-2'));
      system.sandbox.payInvoice(invoice, '50.00');
      const [first] = await payments();
      system.sandbox.payInvoice(invoice);
      assert.ok(first && (await payments()).some(({ id }) => id === first.id));
      const again = await erp.get('payment', first.externalIds[0]?.id ?? '');
      assert.ok(again);
      assert.deepEqual(erp.toCanonical('payment', again), first);
    });

    it('one transfer for several invoices less a credit note is one record an invoice', async () => {
      const [one, two] = [system.sandbox.invoice(await ordered('PAY-3')), system.sandbox.invoice(await ordered('PAY-4'))];
      const credit = system.sandbox.creditNote(two, { 30: '1' });
      const due = new Big('77.20').times(2).plus(system.sandbox.openAmount(credit));
      system.sandbox.payInvoice([one, two, credit]);
      const all = await payments();
      assert.deepEqual(shown(all), [['sale', '77.20', one, 'PAY-3'], ['sale', due.minus('77.20').toFixed(2), two, 'PAY-4']]);
      assert.equal(new Set(all.map(({ id }) => id)).size, 2);
    });

    it('a credit note that is paid out is a refund', async () => {
      const invoice = system.sandbox.invoice(await ordered('PAY-5'));
      system.sandbox.payInvoice(invoice);
      const credit = system.sandbox.creditNote(invoice);
      system.sandbox.payInvoice(credit);
      const all = await payments();
      assert.deepEqual(all.flatMap((one) => checkDocument('payment', one)), []);
      assert.deepEqual(shown(all), [['sale', '77.20', invoice, 'PAY-5'], ['refund', '77.20', credit, 'PAY-5']]);
    });

    it('C22 in another currency than the company\'s say what they are worth in that, apart from the amount', async () => {
      const chf = (value: string): Amount => ({ value, currency: 'CHF' });
      const order = system.order('PAY-6', { orderNumber: 'PAY-6' });
      const lines = order.lines.map((line) => ({ ...line, unitPrice: { priceAmount: chf('10.00') }, lineExtensionAmount: chf(line.lineExtensionAmount.value) }));
      const total = chf('60.00');
      const { externalId } = await erp.create('order', fromOrder(erp, {
        ...order, lines, documentCurrencyCode: 'CHF', monetaryTotal: { lineExtensionAmount: total, taxExclusiveAmount: total, taxInclusiveAmount: total, payableAmount: total },
      }));
      system.sandbox.payInvoice(system.sandbox.invoice(externalId.id));
      const [payment] = await payments();
      assert.deepEqual([payment?.amount, payment?.accountingAmount], [total, eur('63.16')]);
    });

    it('a reversed one says so, and what reversed it is none', async () => {
      const entry = system.sandbox.payInvoice(system.sandbox.invoice(await ordered('PAY-7')));
      for (const ledger of ['0L', '2L']) system.sandbox.changeRow('GLAccountLineItem', `1010-${String(new Date().getUTCFullYear())}-${entry}-000002-${ledger}`, { IsReversed: true });
      assert.deepEqual((await payments()).map(({ status }) => status), ['cancelled']);
      for (const ledger of ['0L', '2L']) system.sandbox.changeRow('GLAccountLineItem', `1010-${String(new Date().getUTCFullYear())}-${entry}-000002-${ledger}`, { IsReversal: true });
      assert.deepEqual(await payments(), []);
    });

    it('of other types than the settings name are none', async () => {
      system.sandbox.payInvoice(system.sandbox.invoice(await ordered('PAY-8')));
      assert.deepEqual(await payments({}, connect({ paymentTypes: 'ZZ ZY' })), []);
      assert.equal((await payments({}, connect({ paymentTypes: 'ZZ DZ' }))).length, 1);
    });

    it('pages of 1, n-1, n, n+1 and three pages bring the same, also of one second', async () => {
      for (let n = 0; n < 7; n++) system.sandbox.payInvoice(system.sandbox.invoice(await ordered(`PP-${String(n)}`)));
      const ids = (await payments()).map(({ id }) => id);
      assert.equal(new Set(ids).size, 7);
      for (const pageSize of [1, 3, 6, 7, 8]) assert.deepEqual((await payments({ pageSize })).map(({ id }) => id), ids, String(pageSize));
      assert.deepEqual(await payments({ updatedSince: new Date(Date.now() + 1000).toISOString() }), []);
    });
  });
});
