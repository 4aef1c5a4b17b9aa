import Big from 'big.js';
import { defined } from '../../documents/defined';
import type { DocumentRef, Invoice } from '../../documents/types';
import { DataError } from '../../errors';
import type { Native } from '../contract';
import { listOf, text } from './fields';
import { isoTime } from './odata/literals';
import type { SapOptions } from './options';
import { decimal, priceItems } from './priced-items';

/** A sales order of a billing document, with its web order number (or ''). */
export interface BilledOrder { number: string; reference: string }

/** A sales order as a document names it: the shop's number stands first, for by it the shop finds its order. */
export function orderRef({ number, reference }: BilledOrder, system: string): DocumentRef {
  return { id: `${system}:SalesOrder:${number}`, number: reference || number, type: 'order', externalIds: [{ system, type: 'SalesOrder', id: number, number }] };
}

export function invoiceRef(number: string, system: string): DocumentRef {
  return { id: `${system}:BillingDocument:${number}`, number, externalIds: [{ system, type: 'BillingDocument', id: number, number }] };
}

/**
 * A billing document with what the mapping to a canonical invoice cannot work out itself, as `facts`. Throws DataError if its
 * items do not come to its totals.
 */
export function withInvoiceFacts(document: Native, { system, timeZone, invoiceUrl }: SapOptions): Native {
  const number = text(document, 'BillingDocument');
  const rows = listOf(document['to_Item']);
  const { items, net, tax, taxTotals, amount } = priceItems(rows, text(document, 'TransactionCurrency'), quantityOf);
  const [statedNet, statedTax] = [decimal(document, 'TotalNetAmount'), decimal(document, 'TaxAmount')];
  if (!net.eq(statedNet) || !tax.eq(statedTax)) {
    const { value } = amount(net);
    throw new DataError('DATA_TOTAL_DIFFERS', `${system}: the items of invoice ${number} come to ${value} net and ${amount(tax).value} tax, but it says ${statedNet.toFixed()} and ${statedTax.toFixed()}.`, {
      system, record: `invoice ${number}`,
    });
  }
  const gross = decimal(document, 'TotalGrossAmount');
  const rounding = gross.minus(net).minus(tax);
  const isCredit = document['SDDocumentCategory'] === 'O';
  const invoices = new Set(rows.filter((row) => row['ReferenceSDDocumentCategory'] === 'M').map((row) => text(row, 'ReferenceSDDocument')));
  const date = (isoTime(document['BillingDocumentDate']) ?? isoTime(document['CreationDate']))?.slice(0, 10);
  const open = typeof document['open'] === 'string' && document['BillingDocumentIsCancelled'] !== true ? new Big(document['open']).times(isCredit ? -1 : 1) : undefined;
  return {
    ...document,
    facts: defined<Native>({
      system, timeZone, issueDate: date, changedAt: isoTime(document['LastChangeDateTime']) ?? isoTime(document['CreationDate']), items, taxTotals,
      type: isCredit ? '381' : '380', status: statusOf(document, open), openAmount: open && amount(open),
      orderRefs: listOf<BilledOrder>(document['orders']).map((order) => orderRef(order, system)),
      // A credit note that grew from a request refers to that: which invoice it is about is not in it.
      billingReferences: isCredit ? [...invoices].map((one) => invoiceRef(one, system)) : undefined,
      monetaryTotal: {
        lineExtensionAmount: amount(net), taxExclusiveAmount: amount(net), taxInclusiveAmount: amount(net.plus(tax)),
        ...(!rounding.eq(0) && { payableRoundingAmount: amount(rounding) }), payableAmount: amount(gross),
      },
      url: invoiceUrl === '' ? undefined : invoiceUrl.replaceAll('{number}', encodeURIComponent(number)),
    }),
  };
}

/** What is billed by its value alone has no quantity: that is one of it. */
function quantityOf(item: Native): { quantity: string; unit: string } {
  const quantity = decimal(item, 'BillingQuantity');
  return quantity.eq(0) ? { quantity: '1', unit: 'PC' } : { quantity: quantity.toFixed(), unit: text(item, 'BillingQuantityUnit') };
}

/** OverallBillingStatus: B is still to be posted, D incomplete. */
function statusOf(document: Native, open: Big | undefined): Invoice['invoiceStatus'] {
  if (document['BillingDocumentIsCancelled'] === true) return 'cancelled';
  if (['B', 'D'].includes(text(document, 'OverallBillingStatus'))) return 'draft';
  if (open === undefined || document['paid'] !== true) return 'posted';
  return open.eq(0) ? 'paid' : 'partiallyPaid';
}
