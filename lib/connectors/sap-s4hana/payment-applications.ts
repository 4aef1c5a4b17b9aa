import Big from 'big.js';
import { grouped } from '../../documents/grouped';
import type { Native } from '../contract';
import { text } from './fields';
import { decimal } from './priced-items';
import { entryKey } from './receivables';

/** What of a payment was for which billing document; `invoice` is missing on what was for none. Above nothing whichever way it went. */
export interface Application { line: Native; invoice?: string; amount: Big }

/**
 * Which invoices payments were for. A part payment names its invoice; the others paid what was cleared with them: oldest invoice
 * first, up to what is left of each after the parts. Credit notes that were taken off are in the amounts already. `lines`:
 * every line item of customers that was cleared with one of the payments or is named by one.
 */
export function applications(payments: Native[], lines: Native[]): Application[] {
  const invoices = lines.filter((line) => line['ReferenceDocumentType'] === 'VBRK');
  const byEntry = new Map(invoices.map((line) => [entryKey(line), line]));
  const named = (line: Native): Native | undefined => text(line, 'InvoiceReference') === '' ? undefined : byEntry.get(entryKey(line, 'InvoiceReference', 'InvoiceReferenceFiscalYear'));
  const groups = grouped(lines.filter((line) => text(line, 'ClearingAccountingDocument') !== ''), clearing);
  const wanted = new Set(payments.map(lineKey));
  const found: Application[] = [];
  for (const line of payments) {
    const invoice = named(line);
    if (invoice) found.push({ line, invoice: text(invoice, 'ReferenceDocument'), amount: amountOf(line).abs() });
    else if (text(line, 'ClearingAccountingDocument') === '') found.push({ line, amount: amountOf(line).abs() });
  }
  const together = new Set(payments.filter((line) => !named(line) && text(line, 'ClearingAccountingDocument') !== '').map(clearing));
  for (const group of [...together].map((key) => groups.get(key) ?? [])) found.push(...spread(group, named).filter(({ line }) => wanted.has(lineKey(line))));
  return found;
}

/** Spreads the payments of one clearing over its invoices, both oldest first. */
function spread(group: Native[], named: (line: Native) => Native | undefined): Application[] {
  const sorted = [...group].sort((a, b) => order(a) < order(b) ? -1 : 1);
  const isInvoice = (line: Native): boolean => line['ReferenceDocumentType'] === 'VBRK';
  const left = new Map(sorted.filter(isInvoice).map((line) => [line, amountOf(line)]));
  for (const part of sorted.filter((line) => !isInvoice(line))) {
    const invoice = named(part);
    const rest = invoice && left.get(invoice);
    if (rest) left.set(invoice, rest.plus(amountOf(part)));
  }
  return sorted.filter((line) => !isInvoice(line) && !named(line)).flatMap((line): Application[] => {
    // A customer's payment is below nothing: it takes away from invoices above it, and the other way round.
    let rest = amountOf(line).neg();
    const parts = [...left].flatMap(([invoice, open]): Application[] => {
      if (rest.eq(0) || open.eq(0) || open.gt(0) !== rest.gt(0)) return [];
      const amount = open.abs().lt(rest.abs()) ? open : rest;
      left.set(invoice, open.minus(amount));
      rest = rest.minus(amount);
      return [{ line, invoice: text(invoice, 'ReferenceDocument'), amount: amount.abs() }];
    });
    return rest.eq(0) ? parts : [...parts, { line, amount: rest.abs() }];
  });
}

/** `<company code>/<year>/<document>/<item>`. */
export function lineKey(line: Native): string { return `${entryKey(line)}/${text(line, 'LedgerGLLineItem')}`; }

function clearing(line: Native): string { return entryKey(line, 'ClearingAccountingDocument', 'ClearingDocFiscalYear'); }
function order(line: Native): string { return `${text(line, 'FiscalYear')} ${text(line, 'AccountingDocument').padStart(10, '0')} ${text(line, 'LedgerGLLineItem')}`; }
function amountOf(line: Native): Big { return decimal(line, 'AmountInTransactionCurrency'); }
