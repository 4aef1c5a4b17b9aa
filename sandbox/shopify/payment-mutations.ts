import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import type { Plan } from './bucket';
import { orderNode, refundNode, transactionNode } from './graph/order';
import { idempotencyKey, repeated, type Idempotency } from './idempotency';
import { gid, parseGid } from './ids';
import { limited, orderOf, type MutationContext, type UserError } from './mutations';
import type { Order } from './model';
import { minorOf } from './money';
import type { RefundOrder } from './refunds';
import { totalsOf } from './totals';

export interface PaymentContext extends MutationContext { idempotency: Idempotency; plan: Plan }

interface MoneyInput { amount: string; currencyCode: string }
interface CaptureInput { id: string; parentTransactionId: string; amount: string; currency?: string | null }
interface RefundInput {
  orderId: string; currency?: string | null; note?: string | null;
  refundLineItems?: { lineItemId: string; quantity: number; restockType?: string | null }[] | null;
  shipping?: { amount?: string | null; fullRefund?: boolean | null } | null;
  transactions?: { orderId: string; kind: string; gateway: string; amount: string; parentId?: string | null }[] | null;
}
interface RefundPayload { order: object | null; refund: object | null; userErrors: UserError[] }

const unknownOrder: UserError = { field: ['id'], message: 'Order does not exist' };

/** The mutations that move an order's money. */
export const paymentMutations = {
  orderCapture: ({ input }: { input: CaptureInput }, context: PaymentContext) => {
    const refused = (error: UserError): object => ({ transaction: null, userErrors: [error] });
    const order = orderOf(context, input.id);
    if (!order) return refused(unknownOrder);
    const wrong = currencyError(order, input.currency);
    if (wrong) return refused(wrong);
    return attempt(() => {
      const changed = context.actions.capture(order.id, input.amount, parseGid(input.parentTransactionId).id);
      const last = changed.transactions.at(-1);
      return { transaction: last ? transactionNode(context, changed, last) : null, userErrors: [] };
    }, () => refused({ field: ['amount'], message: 'Amount exceeds the authorized amount' }));
  },

  orderCreateManualPayment: (
    { id, amount, paymentMethodName, processedAt }: { id: string; amount?: MoneyInput | null; paymentMethodName?: string | null; processedAt?: string | null },
    context: PaymentContext,
  ) => {
    if (amount && context.plan !== 'plus' && context.plan !== 'enterprise') {
      throw new GraphQLError('Access denied for orderCreateManualPayment field. The API client must be installed on a Shopify Plus store to use the amount field.', {
        extensions: { code: 'ACCESS_DENIED', documentation: 'https://shopify.dev/api/usage/access-scopes' },
      });
    }
    const order = orderOf(context, id);
    const refused = (field: string, code: string, message: string): object => ({ order: null, userErrors: [{ field: [field], code, message }] });
    if (!order) return refused('id', 'ORDER_NOT_FOUND', 'Order is not found.');
    const { presentment } = order.currencies;
    const { outstanding } = totalsOf(order);
    const at = processedAt ? Date.parse(processedAt) : undefined;
    if (at !== undefined && !(at <= context.now())) return refused('processedAt', 'PROCESSED_AT_INVALID', 'Processed at cannot be in the future.');
    if (amount && amount.currencyCode !== presentment) return refused('amount', 'CURRENCY_MISMATCH', 'The currency of the amount does not match the presentment currency of the order.');
    const minor = amount ? minorOf(amount.amount, presentment) : outstanding.presentment;
    if (minor <= 0) return refused('amount', 'AMOUNT_NOT_POSITIVE', 'Amount must be positive.');
    if (minor > outstanding.presentment || order.cancelledAt !== null) return refused('amount', 'AMOUNT_EXCEEDS_BALANCE', 'Amount exceeds the remaining balance.');
    const changed = context.actions.pay(order.id, {
      ...(amount ? { amount: amount.amount } : {}), ...(at === undefined ? {} : { processedAt: at }), ...(paymentMethodName ? { gateway: paymentMethodName } : {}),
    });
    return { order: orderNode(context, changed), userErrors: [] };
  },

  refundCreate: ({ input }: { input: RefundInput }, context: PaymentContext, info: GraphQLResolveInfo) => {
    limited(input.refundLineItems, 'refundLineItems', 250);
    limited(input.transactions, 'transactions', 250);
    return context.idempotency.run<RefundPayload>(
      info.fieldName, idempotencyKey(info, true), input, () => refund(input, context),
      (code) => ({ order: null, refund: null, userErrors: [{ field: null, message: repeated[code] }] }),
    );
  },
};

function refund(input: RefundInput, context: PaymentContext): RefundPayload {
  const refused = (...userErrors: UserError[]): RefundPayload => ({ order: null, refund: null, userErrors });
  const order = orderOf(context, input.orderId);
  if (!order) return refused({ ...unknownOrder, field: ['orderId'] });
  const wrong = currencyError(order, input.currency);
  if (wrong) return refused(wrong);
  const [transaction, other] = input.transactions ?? [];
  if (other) return refused({ field: ['transactions'], message: 'The sandbox takes one transaction a refund' });
  if (transaction && transaction.kind !== 'REFUND') return refused({ field: ['transactions', '0', 'kind'], message: 'Kind must be refund' });
  const lines = (input.refundLineItems ?? []).map(({ lineItemId, quantity }) => ({ at: order.lines.findIndex(({ id }) => gid('LineItem', id) === lineItemId), quantity }));
  if (lines.some(({ at }) => at < 0)) return refused({ field: ['refundLineItems'], message: 'Line item does not exist' });
  const given: RefundOrder = {
    lines: Object.fromEntries(lines.map(({ at, quantity }) => [at, quantity])), note: input.note ?? null, amount: transaction?.amount ?? '0',
    restock: (input.refundLineItems ?? []).some(({ restockType }) => restockType !== 'NO_RESTOCK' && restockType !== null && restockType !== undefined),
    ...(input.shipping?.fullRefund === true ? { shipping: 'all' } : input.shipping?.amount ? { shipping: input.shipping.amount } : {}),
    ...(transaction?.parentId ? { parentId: parseGid(transaction.parentId).id } : {}),
  };
  return attempt(() => {
    const changed = context.actions.refund(order.id, given);
    const last = changed.refunds.at(-1);
    return { order: orderNode(context, changed), refund: last ? refundNode(changed, last) : null, userErrors: [] };
  }, (message) => refused({ field: null, message }));
}

/** Where the buyer paid in another currency than the shop's, an amount must say so. */
function currencyError({ currencies }: Order, given: string | null | undefined): UserError | undefined {
  const { shop, presentment } = currencies;
  if (given === presentment || (!given && shop === presentment)) return undefined;
  return { field: ['currency'], message: given ? `Currency must be ${presentment}` : 'Currency is required for orders in another currency than the shop\'s' };
}

/** What the shop cannot do is refused. */
function attempt<T>(work: () => T, refused: (message: string) => T): T {
  try {
    return work();
  } catch (reason) {
    if (reason instanceof RangeError) return refused(reason.message);
    throw reason;
  }
}
