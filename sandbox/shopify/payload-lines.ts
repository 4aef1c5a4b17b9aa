import { numericId, type Json } from './body';
import { remainingOf } from './fulfillment';
import { gid, type Ids } from './ids';
import type { Allocation, Line, Order, Shipping, TaxLine } from './model';
import { noMoney, restAmount, type Bag, type Currencies } from './money';
import { shippingNet, totalsOf } from './totals';

export function moneySet(bag: Bag, currencies: Currencies): Json {
  return {
    shop_money: { amount: restAmount(bag.shop, currencies.shop), currency_code: currencies.shop },
    presentment_money: { amount: restAmount(bag.presentment, currencies.presentment), currency_code: currencies.presentment },
  };
}

export function taxLine(line: TaxLine, currencies: Currencies): Json {
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

export function lineItem(line: Line, order: Order, ids: Ids): Json {
  const { currencies } = order;
  const product = line.productIndex;
  const open = remainingOf(order, line);
  const status = line.kind === 'tip' || open === line.currentQuantity ? null : open === 0 ? 'fulfilled' : 'partial';
  return {
    id: numericId(line.id), admin_graphql_api_id: gid('LineItem', line.id), attributed_staffs: [], current_quantity: line.currentQuantity,
    fulfillable_quantity: open, fulfillment_service: 'manual',
    fulfillment_status: status, gift_card: false,
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

export function shippingLine(line: Shipping, order: Order): Json {
  const { currencies } = order;
  const net = shippingNet(line);
  return {
    id: numericId(line.id), carrier_identifier: null, code: line.code,
    current_discounted_price_set: moneySet(totalsOf(order).currentShipping, currencies),
    discounted_price: restAmount(net.shop, currencies.shop), discounted_price_set: moneySet(net, currencies), is_removed: false,
    phone: null,
    price: restAmount(line.price.shop, currencies.shop), price_set: moneySet(line.price, currencies),
    requested_fulfillment_service_id: null, source: 'shopify', title: line.title,
    tax_lines: line.taxes.map((tax) => taxLine(tax, currencies)),
    discount_allocations: line.allocations.map((one) => allocation(one, currencies)),
  };
}
