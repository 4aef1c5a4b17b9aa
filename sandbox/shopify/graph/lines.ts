import { remainingOf } from '../fulfillment';
import { gid } from '../ids';
import type { Allocation, Discount, Line, Order, Shipping, TaxLine } from '../model';
import { add, decimalAmount, mulDiv, subtract, type Bag } from '../money';
import { lineNet, lineTotal, shippingNet, totalsOf } from '../totals';
import { productNode, variantNode } from './catalogue';
import { moneyBag, type NodeContext } from './context';

/** A `LineItem`. */
export function lineNode(context: NodeContext, order: Order, line: Line): object {
  const set = (bag: Bag) => () => moneyBag(bag, order.currencies);
  const own = subtract(lineTotal(line), ownDiscount(order, line));
  const net = lineNet(line);
  const product = line.productIndex;
  const open = remainingOf(order, line);
  return {
    __typename: 'LineItem', id: gid('LineItem', line.id), name: line.title, title: line.title, variantTitle: null,
    vendor: product === undefined ? null : 'Sandbox', sku: line.kind === 'product' ? line.sku : null,
    quantity: line.quantity, currentQuantity: line.currentQuantity, refundableQuantity: line.currentQuantity,
    unfulfilledQuantity: open, nonFulfillableQuantity: line.kind === 'tip' ? 1 : 0,
    requiresShipping: line.kind === 'product', restockable: line.kind === 'product', taxable: line.kind !== 'tip',
    isGiftCard: false, merchantEditable: open > 0,
    customAttributes: line.properties.map(({ name, value }) => ({ key: name, value })),
    product: () => product === undefined ? null : productNode(context, product),
    variant: () => product === undefined ? null : variantNode(context, product),
    originalUnitPriceSet: set(line.unitPrice), originalTotalSet: set(lineTotal(line)), discountedTotalSet: set(own),
    totalDiscountSet: set(ownDiscount(order, line)),
    discountedUnitPriceSet: set(perUnit(own, line.quantity)), discountedUnitPriceAfterAllDiscountsSet: set(perUnit(net, line.quantity)),
    discountAllocations: () => line.allocations.map((one) => allocationNode(order, one)),
    taxLines: ({ first }: { first?: number }) => line.taxes.slice(0, first ?? undefined).map((tax) => taxNode(order, tax)),
  };
}

/** Discounts given on this very line; order-level and code discounts do not count as the line's own. */
function ownDiscount(order: Order, line: Line): Bag {
  const own = line.allocations.filter((one) => {
    const discount = order.discounts[one.discount];
    return discount?.selection === 'explicit' && discount.kind !== 'discount_code';
  });
  return add(...own.map((one) => one.amount));
}

function perUnit(bag: Bag, quantity: number): Bag {
  return { shop: mulDiv(bag.shop, 1, quantity), presentment: mulDiv(bag.presentment, 1, quantity) };
}

/** A `ShippingLine`. */
export function shippingNode(order: Order, line: Shipping): object {
  const net = shippingNet(line);
  return {
    __typename: 'ShippingLine', id: gid('ShippingLine', line.id), title: line.title, code: line.code, source: 'shopify',
    carrierIdentifier: null, deliveryCategory: null, phone: null, custom: false, isRemoved: false,
    originalPriceSet: () => moneyBag(line.price, order.currencies), discountedPriceSet: () => moneyBag(net, order.currencies),
    currentDiscountedPriceSet: () => moneyBag(totalsOf(order).currentShipping, order.currencies),
    discountAllocations: () => line.allocations.map((one) => allocationNode(order, one)),
    taxLines: () => line.taxes.map((tax) => taxNode(order, tax)),
  };
}

export function taxNode(order: Order, tax: TaxLine): object {
  return {
    title: tax.title, rate: tax.rate / 100_000, ratePercentage: tax.rate / 1000,
    priceSet: () => moneyBag(tax.amount, order.currencies), channelLiable: false, source: 'Shopify',
  };
}

function allocationNode(order: Order, { amount, discount }: Allocation): object {
  return { allocatedAmountSet: () => moneyBag(amount, order.currencies), discountApplication: () => discountNode(order, discount) };
}

const typeNames: Record<Discount['kind'], string> = {
  discount_code: 'DiscountCodeApplication', automatic: 'AutomaticDiscountApplication', manual: 'ManualDiscountApplication',
};

/** A `DiscountApplication` by its index. */
export function discountNode(order: Order, index: number): object {
  const discount = order.discounts[index];
  if (!discount) throw new RangeError(`Order ${order.name} has no discount ${String(index)}`);
  const { value } = discount;
  const percent = 'percent' in value;
  return {
    __typename: typeNames[discount.kind], index, title: discount.title, code: discount.title, description: discount.title,
    allocationMethod: discount.selection === 'explicit' && percent ? 'EACH' : 'ACROSS',
    targetSelection: discount.selection.toUpperCase(), targetType: discount.target.toUpperCase(),
    value: percent ? { __typename: 'PricingPercentageValue', percentage: value.percent }
      : {
        __typename: 'MoneyV2', amount: decimalAmount(value.fixed, order.currencies.presentment),
        currencyCode: order.currencies.presentment,
      },
  };
}
