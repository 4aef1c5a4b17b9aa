import Big from 'big.js';
import { minorUnits } from '../../documents/codes';
import { issueDate } from '../../documents/dates';
import { defined } from '../../documents/defined';
import type { Amount } from '../../documents/types';
import type { Native } from '../contract';
import { invoiceRef, orderRef, type BilledOrder } from './billing-facts';
import { text } from './fields';
import { isoTime } from './odata/literals';
import type { SapOptions } from './options';
import { noonOf } from './order-facts';
import { decimal } from './priced-items';

/** A line item of a customer's payment, and what of it was for which invoice. */
export interface PaymentRecord extends Native {
  id: string;
  /** Decimal, above nothing. */
  amount: string;
  /** Number of the billing document, and its sales orders. */
  invoice?: string;
  orders?: BilledOrder[];
}

/** A payment with what the mapping to a canonical one cannot work out itself, as `facts`. */
export function withPaymentFacts(record: PaymentRecord, { system, timeZone }: SapOptions): Native {
  const { invoice, orders = [] } = record;
  const [currency, companyCurrency] = [text(record, 'TransactionCurrency'), text(record, 'CompanyCodeCurrency')];
  const money = (value: Big, code: string): Amount => ({ value: value.toFixed(minorUnits(code)), currency: code });
  const amount = money(new Big(record.amount), currency);
  const [line, accounted] = [decimal(record, 'AmountInTransactionCurrency'), decimal(record, 'AmountInCompanyCodeCurrency')];
  const [order, other] = orders;
  const createdAt = isoTime(record['CreationDateTime']);
  return {
    ...record,
    facts: defined<Native>({
      system, amount, changedAt: isoTime(record['LastChangeDateTime']), createdAt, processedAt: processedAtOf((isoTime(record['PostingDate']) ?? '').slice(0, 10), createdAt, timeZone),
      // Only of the whole line it is known what it was worth in the company's currency.
      accountingAmount: currency !== companyCurrency && line.abs().eq(record.amount) ? money(accounted.abs(), companyCurrency) : undefined,
      kind: line.gt(0) ? 'refund' : 'sale', status: record['IsReversed'] === true ? 'cancelled' : 'success',
      orderRef: order && !other ? orderRef(order, system) : undefined,
      invoiceRefs: invoice === undefined ? undefined : [invoiceRef(invoice, system)],
      applications: invoice === undefined ? undefined : [{ invoiceId: invoiceRef(invoice, system).id, amount }],
    }),
  };
}

/** When it was entered, if that was on the day it is posted on; else some time of that day. */
function processedAtOf(postedOn: string, createdAt: string | undefined, timeZone: string): string {
  return createdAt !== undefined && issueDate(createdAt, timeZone) === postedOn ? createdAt : noonOf(postedOn, timeZone);
}
