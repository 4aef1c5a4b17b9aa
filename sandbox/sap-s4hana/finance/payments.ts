import Big from 'big.js';
import type { Transaction } from '../odata/database';
import type { Row } from '../odata/model';
import type { System } from '../system';
import { standing } from './billing';
import { accounts, amountOf, clear, isCleared, post, receivables } from './journal';

/** What is still open of a billing document; below nothing for a credit note. Throws RangeError for one that is not there or is cancelled. */
export function openAmount(to: Transaction, number: string): string {
  return total(openItems(to, number)).toFixed();
}

/**
 * A customer pays billing documents in one go, credit notes taken off; of a single one it may be a part. What the customer
 * gets back for a credit note goes out in the same way. Returns the number of the journal entry. Throws RangeError for
 * documents of several customers or currencies, and for more than is open.
 */
export function pay(system: System, to: Transaction, numbers: string[], amount?: string, text = ''): string {
  const headers = numbers.map((number) => standing(to, number));
  const [first] = headers;
  const open = numbers.flatMap((number) => openItems(to, number));
  const due = total(open);
  if (!first || open.length === 0) throw new RangeError(`Nothing is open of ${numbers.join(', ')}`);
  if (headers.some(({ PayerParty, TransactionCurrency }) => PayerParty !== first.PayerParty || TransactionCurrency !== first.TransactionCurrency)) {
    throw new RangeError('One payment is of one customer and one currency');
  }
  const paid = amount === undefined ? due : new Big(amount).times(due.lt(0) ? -1 : 1);
  if (paid.abs().gt(due.abs()) || paid.eq(0) && amount !== undefined) throw new RangeError(`${due.abs().toFixed()} is open of ${numbers.join(', ')}, not ${paid.abs().toFixed()}`);
  const isPart = !paid.eq(due);
  if (isPart && numbers.length > 1) throw new RangeError('A part is paid of one document');
  const [receivable] = open;
  const entry = post(system, to, {
    type: paid.eq(0) ? 'AB' : 'DZ', currency: String(first.TransactionCurrency), text,
    lines: [
      { account: accounts.bank, amount: paid, postingKey: '40' },
      {
        account: accounts.receivables, customer: String(first.PayerParty), amount: paid.neg(), postingKey: '15',
        ...(isPart && receivable ? { values: { InvoiceReference: receivable.AccountingDocument ?? '', InvoiceReferenceFiscalYear: receivable.FiscalYear ?? '', InvoiceItemReference: '001' } } : {}),
      },
    ],
  });
  if (!isPart) clear(system, to, [...open, ...receivables(to, 'AccountingDocument', entry)], entry);
  return entry;
}

/** The receivable of a billing document and the parts that have been paid, as long as they are open. */
function openItems(to: Transaction, number: string): Row[] {
  const entry = String(standing(to, number).AccountingDocument);
  return [...receivables(to, 'AccountingDocument', entry), ...receivables(to, 'InvoiceReference', entry)].filter((row) => !isCleared(row));
}

function total(rows: Row[]): Big { return rows.reduce((sum, row) => sum.plus(amountOf(row)), new Big(0)); }
