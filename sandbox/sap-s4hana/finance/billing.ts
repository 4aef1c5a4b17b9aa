import Big from 'big.js';
import type { Transaction } from '../odata/database';
import { changedRow, day, fullRow, msOf, stamp, timeOfDay, type Row } from '../odata/model';
import { organisation } from '../organisation';
import { currencies } from '../sales/conditions';
import { issuedOf, loadDocument, saveDocument, touch, type OrderDocument } from '../sales/document';
import { price } from '../sales/pricing';
import type { System } from '../system';
import { accounts, clear, fiscalYear, isCleared, post, rateOf, receivables, rowsBy } from './journal';

/** What a kind of billing document is called, and which way it goes: 1 asks for money, -1 gives it back. */
const kinds = {
  invoice: { type: 'F2', category: 'M', sign: 1, postingKey: '01' }, creditNote: { type: 'G2', category: 'O', sign: -1, postingKey: '11' },
  cancelledInvoice: { type: 'S1', category: 'N', sign: -1, postingKey: '12' }, cancelledCreditNote: { type: 'S2', category: 'S', sign: 1, postingKey: '02' },
} as const;
type Kind = keyof typeof kinds;

/** An item to be billed; amounts are above zero whichever way they go. */
interface Item { quantity: Big; net: Big; tax: Big; values: Row }

interface Draft { kind: Kind; items: Item[]; rounding: Big; values: Row }

const zero = new Big(0);

/**
 * Bills what of an order has left and not been billed yet; `all`: what has not left, too. Each part is
 * rounded so that all parts of an item come to exactly its amounts; the rounding difference goes with the last. Returns the
 * document's number, nothing if there is nothing to bill. Throws RangeError for an order that is not there.
 */
export function invoice(system: System, to: Transaction, salesOrder: string, all = false): string | undefined {
  const row = to.get('A_SalesOrder', salesOrder);
  if (!row) throw new RangeError(`The sandbox has no order ${salesOrder}`);
  const order = loadDocument(to, row);
  const billed = itemsOf(to, 'SalesDocument', salesOrder, kinds.invoice.category);
  const items: Item[] = [];
  let open = 0;
  for (const { item } of order.items) {
    if (item.SalesDocumentRjcnReason !== '') continue;
    const total = big(item, 'RequestedQuantity');
    const before = billed.filter(({ SalesDocumentItem }) => SalesDocumentItem === item.SalesOrderItem);
    const due = all ? total : issuedOf(to, item);
    const quantity = due.minus(sum(before, 'BillingQuantity'));
    if (due.lt(total)) open++;
    if (quantity.lte(0)) continue;
    items.push({
      quantity, net: part(item, 'NetAmount', due, total).minus(sum(before, 'NetAmount')), tax: part(item, 'TaxAmount', due, total).minus(sum(before, 'TaxAmount')),
      values: { ...itemValues(item), ReferenceSDDocument: salesOrder, ReferenceSDDocumentItem: item.SalesOrderItem ?? '', ReferenceSDDocumentCategory: 'C' },
    });
  }
  if (items.length === 0) return undefined;
  const rounding = open === 0 ? new Big(roundingOf(order)) : zero;
  const { header } = order;
  const number = write(system, to, {
    kind: 'invoice', items, rounding,
    values: {
      SoldToParty: header.SoldToParty ?? '', PayerParty: header.SoldToParty ?? '', TransactionCurrency: header.TransactionCurrency ?? '',
      CustomerPaymentTerms: header.CustomerPaymentTerms ?? '', PurchaseOrderByCustomer: header.PurchaseOrderByCustomer ?? '', DocumentReferenceID: '',
    },
  });
  settleBilling(system, to, order, open === 0);
  return number;
}

/**
 * Gives back what an invoice asked for: all that is left of it, or some quantities by item. Returns the credit note's number.
 * Throws RangeError for an invoice that is not there, is cancelled, or has less left than that.
 */
export function creditNote(system: System, to: Transaction, number: string, quantities?: Record<string, string>): string {
  const header = standing(to, number);
  const credited = itemsOf(to, 'ReferenceSDDocument', number, kinds.creditNote.category);
  let left = zero;
  const items = itemsOf(to, 'BillingDocument', number).flatMap((item): Item[] => {
    const key = String(item.BillingDocumentItem);
    const total = big(item, 'BillingQuantity');
    const before = credited.filter(({ ReferenceSDDocumentItem }) => ReferenceSDDocumentItem === key);
    const done = sum(before, 'BillingQuantity');
    const quantity = quantities ? new Big(quantities[key] ?? 0) : total.minus(done);
    const until = done.plus(quantity);
    if (until.gt(total)) throw new RangeError(`Item ${key} of invoice ${number} has only ${total.minus(done).toFixed()} left to credit`);
    left = left.plus(total).minus(until);
    if (quantity.eq(0)) return [];
    return [{
      quantity, net: part(item, 'NetAmount', until, total).minus(sum(before, 'NetAmount')), tax: part(item, 'TaxAmount', until, total).minus(sum(before, 'TaxAmount')),
      values: { ...item, ReferenceSDDocument: number, ReferenceSDDocumentItem: key, ReferenceSDDocumentCategory: kinds.invoice.category },
    }];
  });
  if (items.length === 0) throw new RangeError(`Nothing of invoice ${number} is left to credit`);
  return write(system, to, { kind: 'creditNote', items, rounding: left.eq(0) ? roundingIn(header) : zero, values: ownValues(header) });
}

/** Cancels a billing document. Returns the cancellation's number. Throws RangeError for one that is not there, is cancelled, paid or credited. */
export function cancelBilling(system: System, to: Transaction, number: string): string {
  const header = standing(to, number);
  const [receivable] = receivables(to, 'AccountingDocument', String(header.AccountingDocument));
  if (!receivable || isCleared(receivable)) throw new RangeError(`Billing document ${number} is cleared: reset the clearing first`);
  if (itemsOf(to, 'ReferenceSDDocument', number, kinds.creditNote.category).length > 0) throw new RangeError(`Invoice ${number} has been credited`);
  const isInvoice = header.SDDocumentCategory === kinds.invoice.category;
  const items = itemsOf(to, 'BillingDocument', number).map((item): Item => ({
    quantity: big(item, 'BillingQuantity'), net: big(item, 'NetAmount'), tax: big(item, 'TaxAmount'), values: { ...item },
  }));
  const cancellation = write(system, to, {
    kind: isInvoice ? 'cancelledInvoice' : 'cancelledCreditNote', items, rounding: roundingIn(header), values: { ...ownValues(header), CancelledBillingDocument: number },
  });
  const entry = String(to.get('A_BillingDocument', cancellation)?.AccountingDocument);
  clear(system, to, [receivable, ...receivables(to, 'AccountingDocument', entry)], entry, { IsReversed: true });
  to.put('A_BillingDocument', changedRow(header, { BillingDocumentIsCancelled: true, OverallBillingStatus: 'C', ...changeStamp(system, header) }));
  for (const salesOrder of new Set(items.map(({ values }) => String(values.SalesDocument)))) {
    const row = to.get('A_SalesOrder', salesOrder);
    if (row && isInvoice) settleBilling(system, to, loadDocument(to, row), false);
  }
  return cancellation;
}

/** A billing document that counts. Throws RangeError. */
export function standing(to: Transaction, number: string): Row {
  const header = to.get('A_BillingDocument', number);
  if (!header) throw new RangeError(`The sandbox has no billing document ${number}`);
  if (header.BillingDocumentIsCancelled === true || header.CancelledBillingDocument !== '') throw new RangeError(`Billing document ${number} is cancelled`);
  return header;
}

/** Writes a billing document and posts it. */
function write(system: System, to: Transaction, { kind, items, rounding, values }: Draft): string {
  const { type, category, sign, postingKey } = kinds[kind];
  const number = system.next('billing');
  const currency = String(values.TransactionCurrency);
  const places = currencies[currency] ?? 2;
  const [net, tax] = [items.reduce((total, item) => total.plus(item.net), zero), items.reduce((total, item) => total.plus(item.tax), zero)];
  const gross = net.plus(tax).plus(rounding);
  const [now, local] = [system.now(), system.local()];
  const customer = String(values.PayerParty);
  const accountingDocument = post(system, to, {
    type: 'RV', currency, reference: { type: 'VBRK', number }, isReversal: kind === 'cancelledInvoice' || kind === 'cancelledCreditNote',
    lines: [
      { account: accounts.receivables, customer, postingKey, amount: gross.times(sign) },
      { account: accounts.revenue, postingKey: '50', amount: net.times(-sign) }, { account: accounts.tax, postingKey: '50', amount: tax.times(-sign) },
      { account: accounts.rounding, postingKey: '50', amount: rounding.times(-sign) },
    ],
  });
  to.put('A_BillingDocument', fullRow(to.database.table('A_BillingDocument').type, {
    ...values, BillingDocument: number, SDDocumentCategory: category, BillingDocumentCategory: '', BillingDocumentType: type, CreationDate: day(local), CreationTime: timeOfDay(local),
    LastChangeDate: day(local), LastChangeDateTime: stamp(now), BillingDocumentDate: day(local), SalesOrganization: organisation.salesOrganization,
    DistributionChannel: organisation.distributionChannel, Division: organisation.division, TotalNetAmount: net.toFixed(places), TaxAmount: tax.toFixed(places),
    TotalGrossAmount: gross.toFixed(places), CompanyCode: organisation.company, FiscalYear: fiscalYear(local), AccountingDocument: accountingDocument,
    AbsltAccountingExchangeRate: rateOf(currency).toFixed(5), AccountingExchangeRateIsSet: true, AssignmentReference: number,
    OverallSDProcessStatus: 'C', OverallBillingStatus: 'A', AccountingPostingStatus: 'C', AccountingTransferStatus: 'C',
  }));
  items.forEach((item, at) => {
    to.put('A_BillingDocumentItem', fullRow(to.database.table('A_BillingDocumentItem').type, {
      ...item.values, BillingDocument: number, BillingDocumentItem: String((at + 1) * 10), CreationDate: day(local), BillingQuantity: item.quantity.toFixed(3),
      NetAmount: item.net.toFixed(places), TaxAmount: item.tax.toFixed(places), GrossAmount: item.net.plus(item.tax).toFixed(places), TransactionCurrency: currency,
    }));
  });
  return number;
}

/** What has been billed of an order stands on it and its items: A nothing, B a part, C all. */
function settleBilling(system: System, to: Transaction, order: OrderDocument, all: boolean): void {
  const billed = itemsOf(to, 'SalesDocument', String(order.header.SalesOrder), kinds.invoice.category);
  for (const { item } of order.items) {
    const quantity = sum(billed.filter(({ SalesDocumentItem }) => SalesDocumentItem === item.SalesOrderItem), 'BillingQuantity');
    item.OrderRelatedBillingStatus = quantity.eq(0) ? 'A' : quantity.lt(big(item, 'RequestedQuantity')) ? 'B' : 'C';
  }
  order.header.OverallOrdReltdBillgStatus = all ? 'C' : order.items.some(({ item }) => item.OrderRelatedBillingStatus !== 'A') ? 'B' : 'A';
  touch(system, order.header);
  saveDocument(to, order);
}

/** Items of billing documents that count: of a category, or of one document. */
function itemsOf(to: Transaction, by: 'SalesDocument' | 'ReferenceSDDocument' | 'BillingDocument', value: string, category?: string): Row[] {
  const rows = rowsBy(to, 'A_BillingDocumentItem', by, value);
  if (category === undefined) return rows;
  return rows.filter((row) => {
    const header = to.get('A_BillingDocument', String(row.BillingDocument));
    return header?.SDDocumentCategory === category && header.BillingDocumentIsCancelled !== true;
  });
}

function itemValues(item: Row): Row {
  return {
    SalesDocumentItemCategory: item.SalesOrderItemCategory ?? '', Material: item.Material ?? '', Plant: item.ProductionPlant ?? '', BillingDocumentItemText: item.SalesOrderItemText ?? '',
    BillingQuantityUnit: item.OrderQuantityUnit ?? '', SalesDocument: item.SalesOrder ?? '', SalesDocumentItem: item.SalesOrderItem ?? '', SalesSDDocumentCategory: 'C',
  };
}

/** What a billing document that refers to another one takes over. */
function ownValues(header: Row): Row {
  const names = ['SoldToParty', 'PayerParty', 'TransactionCurrency', 'CustomerPaymentTerms', 'PurchaseOrderByCustomer'];
  return Object.fromEntries(names.map((name) => [name, header[name] ?? '']));
}

function changeStamp(system: System, header: Row): Row {
  const changed = Math.max(system.now(), msOf(String(header.LastChangeDateTime)) + 1);
  return { LastChangeDateTime: stamp(changed), LastChangeDate: day(system.local()) };
}

function roundingOf({ header, conditions, items }: OrderDocument): string {
  const code = String(header.TransactionCurrency);
  return price({ code, places: currencies[code] ?? 2 }, conditions, items).rounding;
}

function roundingIn(header: Row): Big { return big(header, 'TotalGrossAmount').minus(big(header, 'TotalNetAmount')).minus(big(header, 'TaxAmount')); }

/** The part of an amount that goes with a quantity out of all of it. */
function part(row: Row, name: string, quantity: Big, of: Big): Big {
  const amount = big(row, name);
  return of.eq(0) || quantity.eq(of) ? amount : amount.times(quantity).div(of).round(currencies[String(row.TransactionCurrency)] ?? 2, Big.roundHalfUp);
}

function big(row: Row, name: string): Big { return new Big(String(row[name])); }
function sum(rows: Row[], name: string): Big { return rows.reduce((total, row) => total.plus(big(row, name)), zero); }
