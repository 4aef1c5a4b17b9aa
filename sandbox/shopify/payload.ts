import { numericId, type Json } from './body';
import { gid, type Ids } from './ids';
import type { Allocation, Discount, Line, Order, Shipping, TaxLine } from './model';
import { add, noMoney, restAmount, type Bag, type Currencies } from './money';
import { mailingAddress, orderCustomer } from './payload-parties';
import { shopTime } from './times';
import { lineNet, shippingNet, totalsOf } from './totals';
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
    discount_applications: order.discounts.map((discount) => discountApplication(discount, order)), fulfillments: [],
    line_items: order.lines.map((line) => lineItem(line, order, trade.ids)), payment_terms: paymentTerms(order, shop),
    refunds: refunds(order, shop),
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

export function moneySet(bag: Bag, currencies: Currencies): Json {
  return {
    shop_money: { amount: restAmount(bag.shop, currencies.shop), currency_code: currencies.shop },
    presentment_money: { amount: restAmount(bag.presentment, currencies.presentment), currency_code: currencies.presentment },
  };
}

function taxLine(line: TaxLine, currencies: Currencies): Json {
  return {
    channel_liable: false, price: restAmount(line.amount.shop, currencies.shop), price_set: moneySet(line.amount, currencies),
    rate: line.rate / 100_000, title: line.title,
  };
}

function allocation({ amount, discount }: Allocation, currencies: Currencies): Json {
  return {
    amount: restAmount(amount.shop, currencies.shop), amount_set: moneySet(amount, currencies),
    discount_application_index: discount,
  };
}

function lineItem(line: Line, order: Order, ids: Ids): Json {
  const { currencies } = order;
  const product = line.productIndex;
  const done = order.fulfillmentStatus === 'fulfilled' && line.kind !== 'tip';
  return {
    id: numericId(line.id), admin_graphql_api_id: gid('LineItem', line.id), attributed_staffs: [], current_quantity: line.currentQuantity,
    fulfillable_quantity: done || line.kind === 'tip' ? 0 : line.currentQuantity, fulfillment_service: 'manual',
    fulfillment_status: done ? 'fulfilled' : null, gift_card: false,
    grams: line.grams, name: line.title, price: restAmount(line.unitPrice.shop, currencies.shop),
    price_set: moneySet(line.unitPrice, currencies),
    product_exists: product !== undefined, product_id: product === undefined ? null : numericId(ids.of('Product', product)),
    properties: line.properties, quantity: line.quantity,
    requires_shipping: line.kind === 'product', sales_line_item_group_id: null, sku: line.kind === 'product' ? line.sku : null,
    taxable: line.kind !== 'tip', title: line.title,
    total_discount: restAmount(0, currencies.shop), total_discount_set: moneySet(noMoney, currencies),
    variant_id: product === undefined ? null : numericId(ids.of('ProductVariant', product)),
    variant_inventory_management: product === undefined ? null : 'shopify',
    variant_title: null, vendor: product === undefined ? null : 'Sandbox',
    tax_lines: line.taxes.map((tax) => taxLine(tax, currencies)), duties: [],
    discount_allocations: line.allocations.map((one) => allocation(one, currencies)),
    ...(line.kind === 'tip' ? { tip: { payment_gateway: order.transactions[0]?.gateway ?? null, payment_method: null } } : {}),
  };
}

function shippingLine(line: Shipping, order: Order): Json {
  const { currencies } = order;
  const net = shippingNet(line);
  return {
    id: numericId(line.id), carrier_identifier: null, code: line.code,
    current_discounted_price_set: moneySet(order.cancelledAt === null ? net : noMoney, currencies),
    discounted_price: restAmount(net.shop, currencies.shop), discounted_price_set: moneySet(net, currencies), is_removed: false,
    phone: null,
    price: restAmount(line.price.shop, currencies.shop), price_set: moneySet(line.price, currencies),
    requested_fulfillment_service_id: null, source: 'shopify', title: line.title,
    tax_lines: line.taxes.map((tax) => taxLine(tax, currencies)),
    discount_allocations: line.allocations.map((one) => allocation(one, currencies)),
  };
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

/** Refunds exist for whole orders only: those cancelled after they were paid. */
function refunds(order: Order, shop: Pick<ShopFacts, 'timeZone'>): Json[] {
  const { currencies } = order;
  return order.transactions.filter((transaction) => transaction.kind === 'refund').map((transaction) => {
    const at = shopTime(transaction.processedAt, shop.timeZone);
    return {
      id: numericId(transaction.id), admin_graphql_api_id: gid('Refund', transaction.id), created_at: at, note: null,
      order_id: numericId(order.id), processed_at: at, restock: true,
      total_duties_set: moneySet(noMoney, currencies), user_id: null, order_adjustments: [], return: null, refund_shipping_lines: [],
      transactions: [{
        id: numericId(transaction.id), admin_graphql_api_id: gid('OrderTransaction', transaction.id), kind: 'refund',
        status: 'success', gateway: transaction.gateway, order_id: numericId(order.id),
        amount: restAmount(transaction.amount.presentment, currencies.presentment), currency: currencies.presentment,
        created_at: at, processed_at: at, parent_id: null, test: order.test,
      }],
      refund_line_items: order.lines.filter((line) => line.kind !== 'tip').map((line) => refundLine(line, transaction.id, currencies)),
      duties: [],
    };
  });
}

function refundLine(line: Line, refund: string, currencies: Currencies): Json {
  const net = lineNet(line);
  const tax = add(...line.taxes.map((one) => one.amount));
  return {
    id: numericId(refund), line_item_id: numericId(line.id), location_id: null, quantity: line.quantity, restock_type: 'cancel',
    subtotal: restAmount(net.shop, currencies.shop), subtotal_set: moneySet(net, currencies),
    total_tax: restAmount(tax.shop, currencies.shop), total_tax_set: moneySet(tax, currencies),
  };
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
export function orderEditPayload(order: Order, shop: Pick<ShopFacts, 'timeZone'>): Json {
  const at = shopTime(order.updatedAt, shop.timeZone);
  const taken = order.lines.filter((line) => line.currentQuantity < line.quantity);
  return {
    order_edit: {
      id: order.updatedAt, app_id: null, created_at: at, committed_at: at, notify_customer: false, order_id: numericId(order.id),
      staff_note: '', user_id: null,
      line_items: {
        additions: [], removals: taken.map((line) => ({ id: numericId(line.id), delta: line.quantity - line.currentQuantity })),
      },
      discounts: { line_item: { additions: [], removals: [] } }, shipping_lines: { additions: [], removals: [] },
    },
  };
}
