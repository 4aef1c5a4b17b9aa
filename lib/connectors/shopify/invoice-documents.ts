import { defined } from '../../documents/defined';
import type { Invoice } from '../../documents/types';
import { DataError } from '../../errors';
import type { Canonical, Native } from '../contract';
import { orderNameOf, type OrderName } from './order-lookup';

/** One invoice or credit note as it stands in the metafield `b2b_sync.invoices` of its orders. Amounts are decimal strings in `currency`. */
export interface InvoiceEntry {
  number: string;
  type: 'invoice' | 'creditNote';
  status: Invoice['invoiceStatus'];
  date: string;
  dueDate?: string;
  currency: string;
  net: string;
  tax: string;
  total: string;
  open?: string;
  url?: string;
  /** Numbers of the invoices a credit note is about. */
  references?: string[];
  /** The system that made it, and when it changed there (ISO 8601 UTC). */
  system: string;
  updatedAt: string;
}

/** An invoice that is to stand on its orders. */
export interface InvoiceWrite extends Native { orders: OrderName[]; entry: InvoiceEntry }

/** Throws DataError for an invoice that names no order. */
export function invoiceWriteOf(document: Canonical, system: string): InvoiceWrite {
  const invoice = document as unknown as Invoice;
  const { invoiceNumber, monetaryTotal, taxTotals, documentCurrencyCode, orderRefs = [], billingReferences = [], externalIds } = invoice;
  const orders = orderRefs.flatMap((ref) => orderNameOf(ref, system) ?? []);
  const record = `invoice ${invoiceNumber}`;
  if (orders.length === 0) {
    const message = 'orderRefs names no order';
    throw new DataError('DATA_INVOICE', `${record} cannot be written to ${system}: ${message}.`, { system, record, issues: [{ path: 'orderRefs', rule: 'required', message }] });
  }
  const references = billingReferences.flatMap(({ number, id }) => number ?? id ?? []);
  return {
    orders,
    entry: defined<InvoiceEntry>({
      number: invoiceNumber, type: invoice.invoiceTypeCode === '381' ? 'creditNote' : 'invoice', status: invoice.invoiceStatus, date: invoice.issueDate, dueDate: invoice.dueDate,
      currency: documentCurrencyCode, net: monetaryTotal.taxExclusiveAmount.value,
      tax: taxTotals.find(({ taxAmount }) => taxAmount.currency === documentCurrencyCode)?.taxAmount.value ?? '0', total: monetaryTotal.payableAmount.value,
      open: invoice.openAmount?.value, url: invoice.documents?.[0]?.url, references: references.length > 0 ? references : undefined,
      system: externalIds.find((one) => one.system !== system)?.system ?? '', updatedAt: invoice.version.sourceUpdatedAt,
    }),
  };
}

/** The entries of a metafield, whoever wrote it; what is no list of entries counts for nothing. */
export function entriesOf(value: string | undefined): InvoiceEntry[] {
  try {
    const list: unknown = JSON.parse(value ?? '[]');
    return Array.isArray(list) ? list.filter((one): one is InvoiceEntry => typeof (one as Partial<InvoiceEntry> | null)?.number === 'string') : [];
  } catch {
    return [];
  }
}

/** The entries with one put in or replaced, oldest first. Numbers of two systems may be the same. */
export function merged(entries: readonly InvoiceEntry[], entry: InvoiceEntry): InvoiceEntry[] {
  return [...entries.filter((one) => !isSame(one, entry)), entry].sort((a, b) => orderOf(a) < orderOf(b) ? -1 : 1);
}

export function isSame(a: InvoiceEntry, b: InvoiceEntry): boolean { return a.number === b.number && a.system === b.system; }

function orderOf({ date, number }: InvoiceEntry): string { return `${date} ${number.padStart(20, '0')}`; }
