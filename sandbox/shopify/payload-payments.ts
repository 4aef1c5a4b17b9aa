import { numericId, type Json } from './body';
import { gid, type Ids } from './ids';
import type { Order, Refund, RefundLine, Transaction } from './model';
import { noMoney, restAmount, type Bag } from './money';
import { lineItem, moneySet } from './payload-lines';
import { capturable } from './payments';
import { shopTime } from './times';

interface ShopFacts { timeZone: string }

/** The webhook body of a transaction. Amounts are in the buyer's currency. */
export function transactionPayload(order: Order, transaction: Transaction, { timeZone }: ShopFacts): Json {
  const { shop, presentment } = order.currencies;
  const unsettled = transaction.kind === 'authorization' ? capturable(order, transaction) : noMoney;
  return {
    id: numericId(transaction.id), order_id: numericId(order.id), kind: transaction.kind, gateway: transaction.gateway, status: transaction.status, message: null,
    created_at: shopTime(transaction.createdAt, timeZone), test: order.test, authorization: null, location_id: null, user_id: null,
    parent_id: transaction.parentId === undefined ? null : numericId(transaction.parentId), processed_at: shopTime(transaction.processedAt, timeZone),
    device_id: null, error_code: null, source_name: order.channel === 'pos' ? 'pos' : 'web', payment_details: null, receipt: {},
    amount: restAmount(transaction.amount.presentment, presentment), currency: presentment, payment_id: `${order.name}.1`,
    total_unsettled_set: {
      presentment_money: { amount: restAmount(unsettled.presentment, presentment), currency: presentment },
      shop_money: { amount: restAmount(unsettled.shop, shop), currency: shop },
    },
    manual_payment_gateway: transaction.gateway === 'manual',
    amount_rounding: transaction.rounding.presentment === 0 ? null : restAmount(transaction.rounding.presentment, presentment),
    admin_graphql_api_id: gid('OrderTransaction', transaction.id),
  };
}

/** The webhook body of a refund, as it stands in its order's, too. */
export function refundPayload(order: Order, refund: Refund, ids: Ids, shop: ShopFacts): Json {
  const { currencies } = order;
  const at = shopTime(refund.createdAt, shop.timeZone);
  const own = order.transactions.filter(({ id }) => refund.transactionIds.includes(id));
  return {
    id: numericId(refund.id), order_id: numericId(order.id), created_at: at, note: refund.note, user_id: null, processed_at: at, duties: [],
    total_duties_set: moneySet(noMoney, currencies), return: null, refund_shipping_lines: [], restock: refund.lines.some(({ restock }) => restock),
    admin_graphql_api_id: gid('Refund', refund.id), order_adjustments: adjustments(order, refund),
    refund_line_items: refund.lines.map((line) => refundLine(order, refund, line, ids)),
    transactions: own.map((transaction) => transactionPayload(order, transaction, shop)),
  };
}

function adjustments(order: Order, { id, adjustment, shipping, shippingTax }: Refund): Json[] {
  const kinds: [kind: string, reason: string, amount: Bag, tax: Bag][] = [
    ['shipping_refund', 'Shipping refund', shipping, shippingTax], ['refund_discrepancy', 'Refund discrepancy', adjustment, noMoney],
  ];
  const { shop } = order.currencies;
  const set = (bag: Bag): Json => moneySet({ shop: -bag.shop, presentment: -bag.presentment }, order.currencies);
  return kinds.filter(([, , amount]) => amount.presentment !== 0).map(([kind, reason, amount, tax]) => ({
    id: numericId(id), order_id: numericId(order.id), refund_id: numericId(id), amount: restAmount(-amount.shop, shop), amount_set: set(amount),
    tax_amount: restAmount(-tax.shop, shop), tax_amount_set: set(tax), kind, reason,
  }));
}

function refundLine(order: Order, { id }: Refund, { line: at, quantity, restock, subtotal, tax }: RefundLine, ids: Ids): Json[string] {
  const line = order.lines[at];
  const { currencies } = order;
  return {
    id: numericId(id), line_item_id: numericId(line?.id ?? id), location_id: null, quantity,
    restock_type: restock ? order.fulfillmentStatus === 'fulfilled' ? 'return' : 'cancel' : 'no_restock',
    subtotal: restAmount(subtotal.shop, currencies.shop), subtotal_set: moneySet(subtotal, currencies),
    total_tax: restAmount(tax.shop, currencies.shop), total_tax_set: moneySet(tax, currencies), ...(line ? { line_item: lineItem(line, order, ids) } : {}),
  };
}
