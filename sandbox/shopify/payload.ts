import { numericId, type Json } from './body';
import { gid, type Ids } from './ids';
import type { Discount, Order } from './model';
import { add, noMoney, restAmount, type Bag } from './money';
import { fulfillmentPayload } from './payload-fulfillment';
import { lineItem, moneySet, shippingLine, taxLine } from './payload-lines';
import { mailingAddress, orderCustomer } from './payload-parties';
import { refundPayload } from './payload-payments';
import { shopTime } from './times';
import { totalsOf } from './totals';
import type { Trade } from './trade';

/** What a payload says of the shop. */
interface ShopFacts { domain: string; timeZone: string }

/** The webhook body of an order: the old REST resource with the keys of the published sample. */
export function orderPayload(order: Order, trade: Trade, shop: ShopFacts): Json {
  const totals = totalsOf(order);
  const { shop: currency, presentment } = order.currencies;
  const amount = (bag: Bag): string => restAmount(bag.shop, currency);
  const set = (bag: Bag): Json => moneySet(bag, order.currencies);
  const time = (ms: number | null): string | null => ms === null ? null : shopTime(ms, shop.timeZone);
  const person = trade.people.find((one) => one.id === order.customerId);
  return {
    id: numericId(order.id), admin_graphql_api_id: gid('Order', order.id), app_id: order.channel === 'pos' ? 129785 : 580111,
    browser_ip: null,
    buyer_accepts_marketing: false, cancel_reason: order.cancelReason, cancelled_at: time(order.cancelledAt), cart_token: null,
    checkout_token: null,
    client_details: null, closed_at: time(order.closedAt), ...companyOf(order, trade.ids),
    confirmation_number: `C${order.id.slice(-8)}`, confirmed: true, contact_email: order.email,
    created_at: time(order.createdAt), currency, current_shipping_price_set: set(totals.currentShipping),
    current_subtotal_price: amount(totals.currentSubtotal), current_subtotal_price_set: set(totals.currentSubtotal),
    current_total_additional_fees_set: null,
    current_total_discounts: amount(totals.currentDiscounts), current_total_discounts_set: set(totals.currentDiscounts),
    current_total_duties_set: null,
    current_total_price: amount(totals.currentTotal), current_total_price_set: set(totals.currentTotal),
    current_total_tax: amount(totals.currentTax), current_total_tax_set: set(totals.currentTax),
    customer_locale: order.locale, device_id: null, discount_codes: discountCodes(order), duties_included: false,
    email: order.email ?? '', estimated_taxes: false,
    financial_status: order.financialStatus, fulfillment_status: order.fulfillmentStatus, landing_site: null, landing_site_ref: null,
    location_id: order.channel === 'pos' ? 655441491 : null, merchant_business_entity_id: 'MTU0ODM4MDAwOQ', merchant_of_record_app_id: null,
    name: order.name, note: order.note, note_attributes: order.attributes, number: order.number - 1000, order_number: order.number,
    order_status_url: `https://${shop.domain}/548380009/orders/${tokenOf(order)}/authenticate?key=sandbox`,
    original_total_additional_fees_set: null, original_total_duties_set: null,
    payment_gateway_names: [...new Set(order.transactions.map((transaction) => transaction.gateway))], phone: order.phone,
    po_number: order.poNumber, presentment_currency: presentment,
    processed_at: time(order.processedAt), reference: null, referring_site: null, source_identifier: null,
    source_name: order.channel === 'pos' ? 'pos' : 'web', source_url: null,
    subtotal_price: amount(totals.subtotal), subtotal_price_set: set(totals.subtotal), tags: order.tags.join(', '),
    tax_exempt: order.taxExempt,
    tax_lines: totals.taxLines.map((line) => taxLine(line, order.currencies)), taxes_included: order.taxesIncluded,
    test: order.test, token: tokenOf(order),
    total_cash_rounding_payment_adjustment_set: set(totals.cashRounding), total_cash_rounding_refund_adjustment_set: set(noMoney),
    total_discounts: amount(totals.discounts), total_discounts_set: set(totals.discounts),
    total_line_items_price: amount(totals.lineItems), total_line_items_price_set: set(totals.lineItems),
    total_outstanding: amount(totals.outstanding), total_price: amount(totals.total), total_price_set: set(totals.total),
    total_shipping_price_set: set(totals.shipping),
    total_tax: amount(totals.tax), total_tax_set: set(totals.tax), total_tip_received: amount(totals.tip), total_weight: totals.weight,
    updated_at: time(order.updatedAt), user_id: null,
    billing_address: order.billingAddress && mailingAddress(order.billingAddress),
    customer: person ? orderCustomer(person, shop.timeZone) : null,
    discount_applications: order.discounts.map((discount) => discountApplication(discount, order)),
    fulfillments: order.fulfillments.map((one) => fulfillmentPayload(order, one, trade.ids, shop.timeZone)),
    line_items: order.lines.map((line) => lineItem(line, order, trade.ids)), payment_terms: paymentTerms(order, shop),
    refunds: order.refunds.map((refund) => refundPayload(order, refund, trade.ids, shop)),
    shipping_address: order.shippingAddress && mailingAddress(order.shippingAddress),
    shipping_lines: order.shipping.map((line) => shippingLine(line, order)), returns: [], line_item_groups: [],
  };
}

function tokenOf(order: Order): string { return BigInt(order.id).toString(16).padStart(32, '0'); }

function companyOf(order: Order, ids: Ids): Json {
  if (!order.company) return {};
  const { index, location } = order.company;
  return { company: { id: numericId(ids.of('Company', index)), location_id: numericId(ids.of('CompanyLocation', index * 10 + location)) } };
}

function discountApplication(discount: Discount, order: Order): Json {
  const percent = 'percent' in discount.value;
  return {
    target_type: discount.target, type: discount.kind,
    value: 'percent' in discount.value ? percentText(discount.value.percent) : restAmount(
      discount.value.fixed, order.currencies.presentment,
    ),
    value_type: percent ? 'percentage' : 'fixed_amount',
    allocation_method: discount.selection === 'explicit' && percent ? 'each' : 'across', target_selection: discount.selection,
    ...(discount.kind === 'discount_code' ? { code: discount.title } : { title: discount.title }),
    ...(discount.kind === 'manual' ? { description: discount.title } : {}),
  };
}

function percentText(percent: number): string { return Number.isInteger(percent) ? percent.toFixed(1) : String(percent); }

function discountCodes(order: Order): Json[] {
  return order.discounts.flatMap((discount, index) => {
    if (discount.kind !== 'discount_code') return [];
    const taken = [...order.lines, ...order.shipping].flatMap((line) => line.allocations).filter((one) => one.discount === index);
    const type = discount.target === 'shipping_line' ? 'shipping' : 'percent' in discount.value ? 'percentage' : 'fixed_amount';
    return [{ code: discount.title, amount: restAmount(add(...taken.map((one) => one.amount)).shop, order.currencies.shop), type }];
  });
}

function paymentTerms(order: Order, shop: ShopFacts): Json | null {
  const { terms, currencies } = order;
  if (!terms) return null;
  const amount = restAmount(totalsOf(order).outstanding.presentment, currencies.presentment);
  const currency = currencies.presentment;
  return {
    amount, currency, payment_terms_name: terms.name, payment_terms_type: terms.netDays === 0 ? 'receipt' : 'net',
    due_in_days: terms.netDays === 0 ? null : terms.netDays,
    payment_schedules: [{
      amount, currency, issued_at: shopTime(terms.issuedAt, shop.timeZone), due_at: shopTime(terms.dueAt, shop.timeZone),
      completed_at: order.financialStatus === 'paid' ? shopTime(order.updatedAt, shop.timeZone) : null,
      expected_payment_method: 'shopify_payments',
    }],
  };
}

/** The body of orders/edited: the edit, not the order. */
export function orderEditPayload(before: Order, order: Order, shop: Pick<ShopFacts, 'timeZone'>): Json {
  const at = shopTime(order.updatedAt, shop.timeZone);
  const deltas = order.lines.map(({ id, currentQuantity }) => ({
    id: numericId(id), delta: currentQuantity - (before.lines.find((line) => line.id === id)?.currentQuantity ?? 0),
  }));
  const discounted = order.lines.flatMap(({ id, allocations }) => allocations.filter(({ discount }) => discount >= before.discounts.length)
    .map(() => ({ id: numericId(id) })));
  return {
    order_edit: {
      id: order.updatedAt, app_id: null, created_at: at, committed_at: at, notify_customer: false, order_id: numericId(order.id),
      staff_note: '', user_id: null,
      line_items: {
        additions: deltas.filter(({ delta }) => delta > 0),
        removals: deltas.filter(({ delta }) => delta < 0).map(({ id, delta }) => ({ id, delta: -delta })),
      },
      discounts: { line_item: { additions: discounted, removals: [] } }, shipping_lines: { additions: [], removals: [] },
    },
  };
}
