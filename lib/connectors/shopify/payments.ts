import Big from 'big.js';
import { DataError, errorDetails } from '../../errors';
import type { FieldChange, ListOptions, Native, Page, WriteResult } from '../contract';
import { externalId } from './gid';
import type { Graphql } from './graphql';
import { refusal, type UserError } from './graphql-errors';
import { orderIdOf } from './order-lookup';
import type { PaymentWrite } from './payment-documents';
import { balanceQuery, manualPaymentMutation, markAsPaidMutation, orderPaymentsQuery, paymentQuery, paymentsQuery } from './queries';
import { quoted, type NodePage } from './records';

/** Orders a page; of most the transactions ride along, further ones are read by themselves. */
const sizes = { page: 50, transactions: 10, alone: 250 };

type Payer = Native & { id: string; updatedAt: string };
type PayerPage = Omit<NodePage, 'nodes'> & { nodes: (Payer & { transactionsCount: { count: number } | null; transactions: Native[] })[] };

interface Transaction { id: string; kind: string; status: string; processedAt: string | null; manualPaymentGateway: boolean; amountSet: { presentmentMoney: { amount: string } } }
interface Balance {
  id: string; name: string; presentmentCurrencyCode: string; displayFinancialStatus: string | null; canMarkAsPaid: boolean;
  totalOutstandingSet: { presentmentMoney: { amount: string; currencyCode: string } };
  transactions: Transaction[];
}

/** Transactions of orders: authorized, captured, paid, given back. What an ERP has received is written as a payment by hand. */
export class Payments {
  constructor(private readonly graphql: Graphql, private readonly system: string, private readonly findOrder: (number: string) => Promise<WriteResult[]>) {}

  /** All transactions of each order that has changed, for a transaction has no time of change of its own. */
  async* list({ updatedSince, cursor, pageSize = sizes.page, signal }: ListOptions = {}): AsyncIterable<Page> {
    const query = ['status:any', ...(updatedSince ? [`updated_at:>=${quoted(updatedSince)}`] : [])].join(' ');
    let after = cursor ?? null;
    do {
      const { orders }: { orders: PayerPage } = await this.graphql.run(
        paymentsQuery, { first: Math.min(pageSize, 250), after, query, transactions: sizes.transactions }, signal ? { signal } : {});
      const records: Native[] = [];
      for (const { transactions, transactionsCount, ...order } of orders.nodes) {
        const isAll = (transactionsCount?.count ?? transactions.length) <= transactions.length;
        records.push(...isAll ? transactions.map((one) => recordOf(one, order)) : await this.#of(order.id, signal));
      }
      after = orders.pageInfo.hasNextPage ? orders.pageInfo.endCursor : null;
      yield { records, ...(after === null ? {} : { cursor: after }) };
    } while (after !== null);
  }

  async get(id: string): Promise<Native | undefined> {
    const { node } = await this.graphql.run<{ node: (Native & { id?: string; order: Payer | null }) | null }>(paymentQuery, { id });
    return node?.id !== undefined && node.order ? recordOf(node, node.order) : undefined;
  }

  /**
   * Marks the order as paid if the payment is all that is outstanding, else adds a payment by hand. What is there already, or
   * was paid otherwise, is not written again: asked before each write, and once more when a write was refused.
   */
  async write(write: PaymentWrite): Promise<WriteResult> {
    const record = `payment ${write.reference}`;
    const id = await orderIdOf(write.order, this.findOrder, this.system, record);
    if (write.nothing !== undefined) return { ...this.#result(id, '', undefined, 'unchanged'), warnings: [write.nothing] };
    const before = await this.#balance(id, record);
    const found = this.#known(write, before, record);
    if (found) return found;
    const outstanding = new Big(before.totalOutstandingSet.presentmentMoney.amount);
    const whole = outstanding.eq(write.amount.value);
    const { order, userErrors } = whole ? await this.#markAsPaid(id, record) : await this.#payPart(id, write, record);
    if (order) {
      const seen = new Set(before.transactions.map((one) => one.id));
      return this.#result(id, order.name, order.transactions.find((one) => !seen.has(one.id)), 'created');
    }
    // Somebody else may have been faster.
    const now = this.#known(write, await this.#balance(id, record), record);
    if (now) return now;
    throw refusal(userErrors, { system: this.system }, record) ?? new DataError('DATA_REFUSED', `${this.system} did not take ${record} and did not say why.`, { system: this.system, record });
  }

  /** What writing would change of the order. */
  async preview(write: PaymentWrite): Promise<FieldChange[]> {
    const record = `payment ${write.reference}`;
    const before = await this.#balance(await orderIdOf(write.order, this.findOrder, this.system, record), record);
    if (write.nothing !== undefined || this.#known(write, before, record)) return [];
    const outstanding = new Big(before.totalOutstandingSet.presentmentMoney.amount);
    const rest = outstanding.minus(write.amount.value);
    return [
      { path: 'displayFinancialStatus', before: before.displayFinancialStatus, after: rest.eq(0) ? 'PAID' : 'PARTIALLY_PAID' },
      { path: 'totalOutstanding', before: outstanding.toFixed(), after: rest.toFixed() },
    ];
  }

  async #of(id: string, signal?: AbortSignal): Promise<Native[]> {
    const { order } = await this.graphql.run<{ order: (Payer & { transactions: Native[] }) | null }>(orderPaymentsQuery, { id, transactions: sizes.alone }, signal ? { signal } : {});
    if (!order) return [];
    const { transactions, ...payer } = order;
    return transactions.map((one) => recordOf(one, payer));
  }

  /**
   * The result if nothing is left to write: the payment is there, or nothing is outstanding. Throws DataError for a payment in
   * another currency, one of more than is outstanding, and an order that cannot be paid by hand.
   */
  #known(write: PaymentWrite, order: Balance, record: string): WriteResult | undefined {
    const { amount: { value, currency }, processedAt } = write;
    const refuse = (code: `DATA_${string}`, text: string): DataError => new DataError(code, `${this.system}: ${record} ${text}`, { system: this.system, record });
    if (currency !== order.presentmentCurrencyCode) throw refuse('DATA_CURRENCY', `is in ${currency}, but order ${order.name} is in ${order.presentmentCurrencyCode}.`);
    const paid = order.transactions.filter(({ kind, status }) => (kind === 'SALE' || kind === 'CAPTURE') && status === 'SUCCESS');
    const there = paid.find((one) => one.manualPaymentGateway && Date.parse(one.processedAt ?? '') === Date.parse(processedAt) && new Big(one.amountSet.presentmentMoney.amount).eq(value));
    if (there) return this.#result(order.id, order.name, there, 'existing');
    const outstanding = new Big(order.totalOutstandingSet.presentmentMoney.amount);
    if (outstanding.lte(0)) return this.#result(order.id, order.name, paid.at(-1), 'unchanged');
    if (!order.canMarkAsPaid) throw refuse('DATA_NOT_PAYABLE', `cannot be added to order ${order.name}, which is ${(order.displayFinancialStatus ?? 'closed').toLowerCase().replace(/_/g, ' ')}: settle it in the shop.`);
    if (outstanding.lt(value)) throw refuse('DATA_AMOUNT_EXCEEDS', `is ${value} ${currency}, but only ${outstanding.toFixed()} of order ${order.name} is outstanding.`);
    return undefined;
  }

  async #balance(id: string, record: string): Promise<Balance> {
    const { order } = await this.graphql.run<{ order: Balance | null }>(balanceQuery, { id }, { record });
    if (!order) throw new DataError('DATA_UNKNOWN_ORDER', `${this.system} has no order ${id}, which ${record} is of.`, { system: this.system, record });
    return order;
  }

  async #markAsPaid(id: string, record: string): Promise<{ order: Balance | null; userErrors: UserError[] }> {
    return (await this.graphql.run<{ orderMarkAsPaid: { order: Balance | null; userErrors: UserError[] } }>(markAsPaidMutation, { id }, { record })).orderMarkAsPaid;
  }

  async #payPart(id: string, { amount: { value, currency }, processedAt }: PaymentWrite, record: string): Promise<{ order: Balance | null; userErrors: UserError[] }> {
    const variables = { id, amount: { amount: value, currencyCode: currency }, processedAt };
    try {
      return (await this.graphql.run<{ orderCreateManualPayment: { order: Balance | null; userErrors: UserError[] } }>(manualPaymentMutation, variables, { record })).orderCreateManualPayment;
    } catch (reason) {
      // Shops without Plus take no amount. That is no reason to hold everything else that goes to the shop.
      if ((reason as { code?: string }).code !== 'AUTH_ACCESS_DENIED') throw reason;
      throw new DataError('DATA_PART_REFUSED', `${this.system}: ${record} pays a part of its order, which the shop does not take: it needs Shopify Plus and the permission to mark orders as paid.`, errorDetails(reason));
    }
  }

  /** An order that is paid without a transaction is named itself, by a type of its own: links of orders lead to orders. */
  #result(order: string, name: string, transaction: Transaction | undefined, outcome: WriteResult['outcome']): WriteResult {
    const id = transaction ? externalId(this.system, transaction.id, name) : { ...externalId(this.system, order, name), type: 'OrderPayment' };
    return { entity: 'payment', outcome, externalId: id };
  }
}

function recordOf(transaction: Native, order: Payer): Native { return { ...transaction, order, updatedAt: order.updatedAt }; }
