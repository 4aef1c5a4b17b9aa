import { partsConnection, type PageArgs } from '../connection';
import { fulfillmentOrders, remainingOf } from '../fulfillment';
import { gid } from '../ids';
import type { Order, Refund, Transaction } from '../model';
import { add, decimalAmount, noMoney, subtract, type Bag } from '../money';
import { canMarkAsPaid, capturable, paymentsOf, refundable } from '../payments';
import { utcTime } from '../times';
import { totalsOf } from '../totals';
import { moneyBag, type NodeContext } from './context';
import { fulfillmentNode, fulfillmentOrderNode } from './fulfillment';
import { discountNode, lineNode, shippingNode, taxNode } from './lines';
import { metafieldsOf } from './metafields';
import { addressNode, companyNode, contactNode, customerNode, locationNode } from './parties';

const displayStatuses = { none: 'UNFULFILLED', partial: 'PARTIALLY_FULFILLED', fulfilled: 'FULFILLED' } as const;

const time = (ms: number | null): string | null => ms === null ? null : utcTime(ms);

/** An `Order`. */
export function orderNode(context: NodeContext, order: Order): object {
  const { state, facts } = context;
  const totals = totalsOf(order);
  const set = (bag: Bag) => () => moneyBag(bag, order.currencies);
  const id = gid('Order', order.id);
  const billing = order.billingAddress && addressNode(order.billingAddress, state.ids.inOrder('MailingAddress', order.number));
  const shipping = order.shippingAddress && addressNode(order.shippingAddress, state.ids.inOrder('MailingAddress', order.number, 1));
  const paid = order.financialStatus === 'paid';
  const capturableNow = add(...order.transactions.filter(({ kind, status }) => kind === 'authorization' && status === 'success').map((one) => capturable(order, one)));
  const quantities = (of: 'quantity' | 'currentQuantity'): number => order.lines.reduce(
    (sum, line) => sum + (line.kind === 'tip' ? 0 : line[of]), 0,
  );
  const allocations = [...order.lines, ...order.shipping].flatMap((line) => line.allocations);
  const orderWide = add(...allocations.filter((one) => order.discounts[one.discount]?.selection === 'all').map((one) => one.amount));
  const person = order.customerId === null ? undefined : state.person(order.customerId);
  const codes = order.discounts.filter((discount) => discount.kind === 'discount_code').map((discount) => discount.title);
  return {
    __typename: 'Order', id, legacyResourceId: order.id, name: order.name, number: order.number,
    createdAt: utcTime(order.createdAt), updatedAt: utcTime(order.updatedAt), processedAt: utcTime(order.processedAt),
    closed: order.closedAt !== null, closedAt: time(order.closedAt), cancelledAt: time(order.cancelledAt),
    cancelReason: order.cancelReason?.toUpperCase() ?? null, confirmed: true, confirmationNumber: `C${order.id.slice(-8)}`,
    test: order.test, edited: order.edited, merchantEditable: order.cancelledAt === null,
    merchantEditableErrors: order.cancelledAt === null ? [] : ['The order is cancelled.'], email: order.email, phone: order.phone, note: order.note, poNumber: order.poNumber,
    tags: order.tags,
    customAttributes: order.attributes.map(({ name, value }) => ({ key: name, value })),
    sourceName: order.channel === 'pos' ? 'pos' : 'web', sourceIdentifier: null, customerLocale: order.locale,
    statusPageUrl: `https://${facts.domain}/548380009/orders/${order.id}/authenticate?key=sandbox`,
    currencyCode: order.currencies.shop, presentmentCurrencyCode: order.currencies.presentment,
    taxesIncluded: order.taxesIncluded, taxExempt: order.taxExempt, dutiesIncluded: false, estimatedTaxes: false,
    displayFinancialStatus: order.financialStatus.toUpperCase(),
    displayFulfillmentStatus: displayStatuses[order.fulfillmentStatus ?? 'none'],
    fulfillable: order.lines.some((line) => remainingOf(order, line) > 0),
    fulfillments: ({ first }: { first?: number | null }) => order.fulfillments.slice(0, first ?? undefined)
      .map((one) => fulfillmentNode(context, order, one)),
    fulfillmentsCount: { count: order.fulfillments.length, precision: 'EXACT' },
    fulfillmentOrders: (args: PageArgs) => partsConnection(
      args, fulfillmentOrders(order), `fulfillment orders of ${id}`, (one) => fulfillmentOrderNode(context, one),
    ),
    fullyPaid: paid, unpaid: order.financialStatus === 'pending', capturable: capturableNow.presentment > 0,
    canMarkAsPaid: canMarkAsPaid(order), refundable: paymentsOf(order).some((one) => refundable(order, one).presentment > 0), restockable: true,
    paymentGatewayNames: [...new Set(order.transactions.map((one) => one.gateway))],
    subtotalLineItemsQuantity: quantities('quantity'), currentSubtotalLineItemsQuantity: quantities('currentQuantity'),
    customer: () => person ? customerNode(context, person) : null,
    purchasingEntity: () => order.company ? companyBuyer(context, order.company) : person ? customerNode(context, person) : null,
    paymentTerms: () => termsNode(context, order), billingAddress: billing, shippingAddress: shipping, displayAddress: shipping ?? billing,
    billingAddressMatchesShippingAddress: JSON.stringify(order.billingAddress) === JSON.stringify(order.shippingAddress),
    lineItems: (args: PageArgs) => partsConnection(args, order.lines, `lines of ${id}`, (line) => lineNode(context, order, line)),
    shippingLine: () => order.shipping[0] ? shippingNode(order, order.shipping[0]) : null,
    shippingLines: (args: PageArgs) => partsConnection(args, order.shipping, `shipping of ${id}`, (line) => shippingNode(order, line)),
    discountApplications: (args: PageArgs) => partsConnection(
      args, order.discounts.map((_, at) => at), `discounts of ${id}`, (at) => discountNode(order, at),
    ),
    discountCode: codes[0] ?? null, discountCodes: codes, cartDiscountAmountSet: set(orderWide),
    currentCartDiscountAmountSet: set(order.cancelledAt === null ? orderWide : noMoney),
    taxLines: () => totals.taxLines.map((tax) => taxNode(order, tax)),
    currentTaxLines: () => totals.currentTaxLines.map((tax) => taxNode(order, tax)),
    subtotalPriceSet: set(totals.subtotal), currentSubtotalPriceSet: set(totals.currentSubtotal), totalPriceSet: set(totals.total),
    originalTotalPriceSet: set(totals.total), currentTotalPriceSet: set(totals.currentTotal), currentTotalDutiesSet: null,
    currentTotalAdditionalFeesSet: null,
    totalTaxSet: set(totals.tax), currentTotalTaxSet: set(totals.currentTax), totalDiscountsSet: set(totals.discounts),
    currentTotalDiscountsSet: set(totals.currentDiscounts),
    totalShippingPriceSet: set(totals.shipping), currentShippingPriceSet: set(totals.currentShipping),
    totalTipReceivedSet: set(totals.tip), totalOutstandingSet: set(totals.outstanding),
    totalReceivedSet: set(totals.received), totalRefundedSet: set(totals.refunded),
    netPaymentSet: set(subtract(totals.received, totals.refunded)),
    totalCapturableSet: set(capturableNow),
    totalCashRoundingAdjustment: { paymentSet: set(totals.cashRounding), refundSet: set(noMoney) },
    totalWeight: String(totals.weight),
    transactions: ({ first }: { first?: number }) => order.transactions.slice(0, first ?? undefined)
      .map((one) => transactionNode(context, order, one)),
    refunds: ({ first }: { first?: number }) => order.refunds.slice(0, first ?? undefined).map((one) => refundNode(order, one)),
    transactionsCount: { count: order.transactions.length, precision: 'EXACT' }, ...metafieldsOf(context, id, 'ORDER'),
  };
}

function companyBuyer(context: NodeContext, { index, location: at }: { index: number; location: number }): object | null {
  const company = context.state.companies.get(index);
  const [location, contact] = [company?.locations[at], company?.contacts.find(({ id }) => id === company.main)];
  if (!company) return null;
  return {
    __typename: 'PurchasingCompany', company: () => companyNode(context, company),
    location: () => location && locationNode(context, company, location), contact: () => contact && contactNode(context, company, contact),
  };
}

function termsNode(context: NodeContext, order: Order): object | null {
  const { terms, currencies, number } = order;
  if (!terms) return null;
  const { ids } = context.state;
  const balance = {
    amount: decimalAmount(totalsOf(order).outstanding.presentment, currencies.presentment), currencyCode: currencies.presentment,
  };
  const due = order.financialStatus !== 'paid' && terms.dueAt <= context.now();
  const schedule = {
    __typename: 'PaymentSchedule', id: gid('PaymentSchedule', ids.inOrder('PaymentSchedule', number)), balanceDue: balance,
    totalBalance: balance, issuedAt: utcTime(terms.issuedAt), dueAt: utcTime(terms.dueAt),
    completedAt: order.financialStatus === 'paid' ? utcTime(order.updatedAt) : null, due,
  };
  return {
    __typename: 'PaymentTerms', id: gid('PaymentTerms', ids.inOrder('PaymentTerms', number)), paymentTermsName: terms.name,
    translatedName: terms.name, paymentTermsType: terms.netDays === 0 ? 'RECEIPT' : 'NET',
    dueInDays: terms.netDays === 0 ? null : terms.netDays, due, overdue: due,
    paymentSchedules: (args: PageArgs) => partsConnection(args, [schedule], `schedule of ${order.id}`, (one) => one),
  };
}

/** An `OrderTransaction`. */
export function transactionNode(context: NodeContext, order: Order, transaction: Transaction): object {
  const set = (bag: Bag) => () => moneyBag(bag, order.currencies);
  return {
    __typename: 'OrderTransaction', id: gid('OrderTransaction', transaction.id), kind: transaction.kind.toUpperCase(),
    status: transaction.status.toUpperCase(), gateway: transaction.gateway, formattedGateway: transaction.gateway,
    createdAt: utcTime(transaction.createdAt), processedAt: utcTime(transaction.processedAt), amountSet: set(transaction.amount),
    amountRoundingSet: set(transaction.rounding),
    totalUnsettledSet: set(transaction.kind === 'authorization' ? capturable(order, transaction) : noMoney), test: order.test,
    manualPaymentGateway: transaction.gateway === 'manual', manuallyCapturable: transaction.kind === 'authorization' && capturable(order, transaction).presentment > 0,
    multiCapturable: false, paymentId: `${order.name}.1`, accountNumber: null, errorCode: null,
    parentTransaction: () => { const parent = order.transactions.find(({ id }) => id === transaction.parentId); return parent ? transactionNode(context, order, parent) : null; },
    order: () => orderNode(context, order),
  };
}

/** A `Refund`. */
export function refundNode(order: Order, refund: Refund): object {
  const at = utcTime(refund.createdAt);
  const money = order.transactions.filter(({ id, status }) => refund.transactionIds.includes(id) && status === 'success').map(({ amount }) => amount);
  return {
    __typename: 'Refund', id: gid('Refund', refund.id), legacyResourceId: refund.id, createdAt: at, updatedAt: at, note: refund.note,
    totalRefundedSet: () => moneyBag(add(...money), order.currencies),
  };
}
