import Big from 'big.js';
import type { Transaction } from '../odata/database';
import { changedRow, day, fullRow, stamp, type Row } from '../odata/model';
import { organisation } from '../organisation';
import type { System } from '../system';

const set = 'GLAccountLineItem';
/** A document is posted in each; who adds up without naming one counts twice. */
const ledgers = ['0L', '2L'];
const companyCurrency = 'EUR';
/** Worth of 1 EUR; fixed, so that the same seed gives the same amounts. */
const perEuro: Record<string, string> = { CHF: '0.95', USD: '1.1', GBP: '0.85', JPY: '160' };

/** What is posted on one account; an amount above zero is a debit. */
export interface Line { account: string; amount: Big; customer?: string; postingKey: string; values?: Row }

export interface Posting {
  /** `RV` billing, `DZ` incoming payment, `AB` clearing. */
  type: string;
  currency: string;
  /** What it was posted for: `VBRK` with a billing document's number; without it the document is its own reference. */
  reference?: { type: string; number: string };
  text?: string;
  isReversal?: boolean;
  lines: Line[];
}

export const accounts = { receivables: '12100000', revenue: '41000000', tax: '22000000', rounding: '44000000', bank: '11001000' } as const;

/** What 1 of a currency is in the company's. */
export function rateOf(currency: string): Big { return new Big(1).div(perEuro[currency] ?? '1'); }

/** Posts a journal entry in every ledger and returns its number. Throws RangeError if it does not balance. */
export function post(system: System, to: Transaction, { type, currency, reference, text, isReversal, lines }: Posting): string {
  if (!lines.reduce((sum, { amount }) => sum.plus(amount), new Big(0)).eq(0)) throw new RangeError('A journal entry must balance');
  const number = system.next('accounting');
  const [now, local] = [system.now(), system.local()];
  const { type: entity } = to.database.table(set);
  lines.filter(({ amount }) => !amount.eq(0)).forEach(({ account, amount, customer, postingKey, values }, at) => {
    const item = String(at + 1).padStart(6, '0');
    for (const Ledger of ledgers) {
      to.put(set, fullRow(entity, {
        ID: [organisation.company, fiscalYear(local), number, item, Ledger].join('-'), SourceLedger: '0L', Ledger, CompanyCode: organisation.company, FiscalYear: fiscalYear(local),
        AccountingDocument: number, LedgerGLLineItem: item, AccountingDocumentItem: item.slice(3), AccountingDocumentType: type, GLAccount: account, PostingKey: postingKey,
        ReferenceDocumentType: reference?.type ?? 'BKPF', ReferenceDocument: reference?.number ?? number, IsReversal: isReversal ?? false,
        TransactionCurrency: currency, AmountInTransactionCurrency: amount.toFixed(3), CompanyCodeCurrency: companyCurrency,
        AmountInCompanyCodeCurrency: amount.times(rateOf(currency)).round(2).toFixed(3), DebitCreditCode: amount.gt(0) ? 'S' : 'H',
        PostingDate: day(local), DocumentDate: day(local), CreationDate: day(local), CreationDateTime: second(now), LastChangeDateTime: second(now),
        DocumentItemText: text ?? '', FinancialAccountType: customer === undefined ? 'S' : 'D', Customer: customer ?? '', ...values,
      }));
    }
  });
  return number;
}

/** The receivables of a journal entry, or the payments that were made on one: of the leading ledger. */
export function receivables(to: Transaction, by: 'AccountingDocument' | 'InvoiceReference', number: string): Row[] {
  return rowsBy(to, set, by, number).filter((row) => row.Ledger === ledgers[0] && row.FinancialAccountType === 'D');
}

/** Rows by an indexed property, with what the transaction has changed. */
export function rowsBy(to: Transaction, set: string, name: string, value: string): Row[] {
  return to.related({ [name]: value }, { name, to: set, many: true, on: [[name, name]] });
}

export function amountOf(row: Row): Big { return new Big(String(row.AmountInTransactionCurrency)); }
export function isCleared(row: Row): boolean { return row.ClearingAccountingDocument !== ''; }

/**
 * Clears receivables against each other, in every ledger. `number`: the document that did it. Their change stamp stays: that
 * it moves is nowhere promised.
 */
export function clear(system: System, to: Transaction, rows: Row[], number: string, values: Row = {}): void {
  const now = system.local();
  for (const row of rows) {
    for (const ledger of ledgers) {
      const other = to.get(set, String(row.ID).replace(/[^-]+$/, ledger));
      if (other) to.put(set, changedRow(other, { ClearingDate: day(now), ClearingAccountingDocument: number, ClearingDocFiscalYear: fiscalYear(now), ...values }));
    }
  }
}

/** `local`: what the system's clock shows. */
export function fiscalYear(local: number): string { return String(new Date(local).getUTCFullYear()); }

/** The stamps of line items are in whole seconds. */
function second(ms: number): string { return stamp(ms - ms % 1000); }
