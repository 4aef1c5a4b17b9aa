import Big from 'big.js';
import { minorUnits } from '../../documents/codes';
import { defined } from '../../documents/defined';
import type { Amount, Payment } from '../../documents/types';
import { DataError, type Issue } from '../../errors';
import type { Canonical, Native } from '../contract';
import { assertDecided } from '../settled-payment';
import { canonicalId, externalId } from './gid';
import { orderNameOf, type OrderName } from './order-lookup';
import { utc } from './records';

interface Money { amount: string; currencyCode: string }
interface MoneyBag { presentmentMoney: Money; shopMoney: Money }

/** A transaction of an order as it is read, with what of the order names it. */
export interface TransactionRecord extends Native {
  id: string;
  kind: string;
  status: string;
  gateway: string | null;
  createdAt: string;
  processedAt: string | null;
  test: boolean;
  manualPaymentGateway: boolean;
  accountNumber: string | null;
  errorCode: string | null;
  paymentId: string | null;
  amountSet: MoneyBag;
  amountRoundingSet: Record<'presentmentMoney' | 'shopMoney', { amount: string }> | null;
  parentTransaction: { id: string } | null;
  order: { id: string; name: string; currencyCode: string; presentmentCurrencyCode: string };
  /** A transaction has no time of change: that of its order moves with it. */
  updatedAt: string;
}

const kinds: Partial<Record<string, Payment['kind']>> = {
  AUTHORIZATION: 'authorization', EMV_AUTHORIZATION: 'authorization', CAPTURE: 'capture', SALE: 'sale', VOID: 'void', REFUND: 'refund', CHANGE: 'refund',
};
/** An unknown state is one that is not settled. */
const statuses: Partial<Record<string, Payment['status']>> = { PENDING: 'pending', SUCCESS: 'success', FAILURE: 'failure', ERROR: 'error' };
const methods: Partial<Record<string, Payment['method']['type']>> = {
  shopify_payments: 'card', cash: 'cash', gift_card: 'giftCard', shopify_store_credit: 'storeCredit', paypal: 'wallet', bank_deposit: 'bankTransfer', 'bank deposit': 'bankTransfer',
  money_order: 'check', 'money order': 'check',
};

/**
 * A transaction as canonical document: its amount is what the buyer paid, in the buyer's currency; what it is worth in the
 * shop's stands apart (rule CUR-1). Puts into `issues` what is wrong with it.
 */
export function canonicalPayment(native: Native, system: string, issues: Issue[]): Payment {
  const record = native as TransactionRecord;
  const { id, order, amountSet: { presentmentMoney: buyers, shopMoney: shops }, gateway, accountNumber } = record;
  const rounding = record.amountRoundingSet;
  for (const [path, given, expected] of [['amount', buyers.currencyCode, order.presentmentCurrencyCode], ['accountingAmount', shops.currencyCode, order.currencyCode]] as const) {
    if (given !== expected) issues.push({ path: `${path}.currency`, rule: 'CUR-1', message: `The payment is in ${given}, the order in ${expected}.` });
  }
  const parent = record.parentTransaction?.id;
  const kind = kinds[record.kind];
  if (kind === undefined) issues.push({ path: 'kind', rule: 'enum', message: `The shop's kind ${record.kind} is not known.` });
  return defined<Payment>({
    schemaVersion: '1.0', id: canonicalId(system, id), externalIds: [externalId(system, id)], version: { sourceUpdatedAt: utc(record.updatedAt) ?? record.updatedAt },
    systemOfRecord: system, createdAt: utc(record.createdAt),
    orderRef: { id: canonicalId(system, order.id), number: order.name, type: 'order', externalIds: [externalId(system, order.id, order.name)] },
    kind: kind ?? 'sale', status: statuses[record.status] ?? 'awaitingResponse', test: record.test ? true : undefined,
    amount: total(buyers, rounding?.presentmentMoney.amount),
    accountingAmount: buyers.currencyCode === shops.currencyCode ? undefined : total(shops, rounding?.shopMoney.amount),
    method: defined<Payment['method']>({
      type: methods[gateway?.toLowerCase() ?? ''] ?? 'other', gateway: gateway?.slice(0, 120) || undefined, last4: /(?:^|\D)(\d{4})$/.exec(accountNumber ?? '')?.[1],
    }),
    gatewayReference: record.paymentId?.slice(0, 200) || undefined, parentPaymentId: parent && canonicalId(system, parent),
    processedAt: utc(record.processedAt) ?? utc(record.createdAt) ?? '', errorCode: record.errorCode?.toLowerCase(),
  });
}

/** Cash is rounded to the coins there are. */
function total({ amount, currencyCode: currency }: Money, rounding = '0'): Amount {
  return { value: new Big(amount).plus(rounding).toFixed(minorUnits(currency)), currency };
}

/** What an ERP's payment asks to be written. */
export interface PaymentWrite extends Native {
  /** Its id where it comes from, for texts. */
  reference: string;
  order: OrderName;
  amount: Amount;
  /** ISO 8601 UTC, to the second: by it and the amount the payment is known again. */
  processedAt: string;
  /** Why there is nothing to write: it has failed. */
  nothing?: string;
}

/** Throws DataError for a payment that names no order, gives money back or was reversed, TransientError for one that is pending. */
export function paymentWriteOf(document: Canonical, system: string): PaymentWrite {
  const payment = document as unknown as Payment;
  const { externalIds, gatewayReference, orderRef, invoiceRefs = [], kind, status, amount, createdAt, processedAt } = payment;
  const home = externalIds.find((one) => one.system !== system);
  const reference = gatewayReference ?? home?.number ?? home?.id ?? '';
  const record = `payment ${reference}`;
  const refuse = (path: string, rule: string, message: string): DataError =>
    new DataError('DATA_PAYMENT', `${record} cannot be written to ${system}: ${message}`, { system, record, issues: [{ path, rule, message }] });
  if (kind !== 'sale' && kind !== 'capture') throw refuse('kind', 'enum', `it is of kind ${kind}, and what goes back to a buyer is to be settled in the shop, where the money came in.`);
  if (status === 'cancelled') throw refuse('status', 'enum', 'it was reversed. If it had been written, take it back in the shop.');
  assertDecided(payment, system, record);
  const order = orderNameOf(orderRef, system);
  if (!order) {
    const about = invoiceRefs.length > 0 ? `invoice ${invoiceRefs.map(({ number, id }) => number ?? id ?? '').join(', ')} bills several orders or none` : 'it was for no invoice yet';
    throw refuse('orderRef', 'required', `it names no order: ${about}.`);
  }
  return {
    reference, order, amount, processedAt: new Date(createdAt ?? processedAt).toISOString().replace(/\.\d+Z$/, 'Z'),
    ...(status !== 'success' && { nothing: `The payment has failed (${status}): there is nothing to write.` }),
  };
}

