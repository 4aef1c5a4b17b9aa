import { minorUnits } from '../../documents/codes';
import { issueDate } from '../../documents/dates';
import { defined, filled } from '../../documents/defined';
import type { AllowanceCharge, Order, OrderLine, PaymentTerms, ShippingLine } from '../../documents/types';
import { DataError, type Issue } from '../../errors';
import { canonicalId, externalId, gidParts } from './gid';
import { amount, decimal, priceLine, priceShipping, sum, unitAmount, type MoneyRules, type Priced } from './money';
import type { AllocationFacts, LineFacts, OrderFacts, ShippingFacts } from './order-facts';
import { gidOf, partiesOf, text } from './parties';
import { utc } from './records';
import { channelOf, discountKind, fulfillmentStatus, orderState, paymentStatus } from './statuses';
import { subtotalsOf, taxBreakdown, TaxNames } from './taxes';
import { accountingTotals, chargesOf, monetaryTotal } from './totals';

export interface OrderContext {
  system: string;
  timeZone: string;
  /** SKU of custom items that have none. */
  customItemSku?: string | undefined;
}

/**
 * The canonical order of what the shop says, the same whichever way it came.
 * - It is the order as it is now: after edits, refunds and cancellation. `quantity` is what is left of a line.
 * - All amounts are in the buyer's (presentment) currency; the shop's own totals and the rate stand in `accountingTotals`
 *   and `exchangeRate` where it differs.
 * - Every discount stands in the lines it was allocated to, so there are none at document level; shipping, duties and
 *   fees are charges.
 * - `revision`: see {@link revisionOf}.
 * Puts into `issues` what is wrong: lines without SKU, totals that do not add up. Throws DataError if it lacks what
 * identifies it.
 */
export function canonicalOrder(facts: OrderFacts, context: OrderContext, issues: Issue[]): Order {
  const { system, timeZone, customItemSku } = context;
  const need = (value: string | undefined, path: string): string => {
    if (value === undefined) issues.push({ path, rule: 'required', message: `The shop's order has no ${path}.` });
    return value ?? '';
  };
  const id = need(facts.id, 'id');
  const name = need(text(facts.name), 'orderNumber');
  const issuedAt = need(utc(facts.processedAt) ?? utc(facts.createdAt), 'issuedAt');
  const updatedAt = need(utc(facts.updatedAt) ?? utc(facts.createdAt), 'updatedAt');
  const currency = need(facts.currency ?? facts.shopCurrency, 'documentCurrencyCode');
  if (issues.length > 0) {
    throw new DataError('DATA_INVALID_ORDER', `An order of ${system} cannot be read: ${issues.map((issue) => issue.message).join(' ')}`, { system, ...(name ? { record: `order ${name}` } : {}), issues });
  }

  const rules: MoneyRules = { currency, scale: minorUnits(currency), taxesIncluded: facts.taxesIncluded === true };
  const taxNames = new TaxNames(text(facts.shippingAddress?.countryCode) ?? text(facts.billingAddress?.countryCode), facts.taxExempt === true);
  const lines = (facts.lines ?? []).map((line) => ({ line, priced: priceLine(line, rules) }));
  const shipping = (facts.shipping ?? []).filter((line) => !line.removed).map((line) => ({ line, priced: priceShipping(line, rules) }));
  const charges = chargesOf(facts, rules);

  const orderLines = lines.map(({ line, priced }, index) => lineOf({ line, priced, index, facts, rules, taxNames, system, customItemSku }, issues));
  const shippingLines = shipping.map(({ line, priced }, index) => shippingOf({ line, priced, index, facts, rules, taxNames, system }));
  const taxed = [
    ...lines.map(({ priced }, index) => ({ ...priced, category: orderLines[index]?.taxCategory })),
    ...shipping.map(({ priced }, index) => ({ ...priced, category: shippingLines[index]?.taxCategory })),
    ...charges.map((charge) => ({ net: decimal(charge.amount.value), taxes: [], category: charge.taxCategory })),
  ].flatMap(({ net, taxes, category }) => category ? [{ net, taxes, category }] : []);
  const sums = {
    lines: sum(lines.map(({ priced }) => priced.net)), shipping: sum(shipping.map(({ priced }) => priced.net)),
    charges: sum(charges.map((charge) => decimal(charge.amount.value))), tax: sum(taxed.flatMap(({ taxes }) => taxes.map((one) => one.amount))),
    roundings: [...lines, ...shipping].reduce((count, { priced }) => count + 1 + priced.taxes.length, 0),
  };
  const totals = monetaryTotal(facts, sums, rules);
  issues.push(...totals.issues);
  const number = externalId(system, id, name);
  return defined<Order>({
    schemaVersion: '1.0', id: canonicalId(system, id), externalIds: [number], version: { sourceUpdatedAt: updatedAt }, systemOfRecord: system,
    createdAt: utc(facts.createdAt), updatedAt, orderNumber: name, revision: revisionOf(facts), ...channelOf(facts), test: facts.test ? true : undefined,
    issuedAt, timeZone, issueDate: issueDate(issuedAt, timeZone), documentCurrencyCode: currency, ...accountingTotals(facts, sums, issuedAt),
    pricesIncludeTax: rules.taxesIncluded, taxRounding: { level: 'line', mode: 'halfUp', scale: rules.scale },
    ...orderState(facts), paymentStatus: paymentStatus(facts.financialStatus), fulfillmentStatus: fulfillmentStatus(facts.fulfillmentStatus),
    purchaseOrderNumber: text(facts.poNumber), customerNote: text(facts.note),
    ...partiesOf(facts, system), paymentTerms: termsOf(facts, timeZone),
    lines: orderLines, shippingLines: filled(shippingLines), allowanceCharges: filled(charges),
    taxTotals: [{ taxAmount: amount(sums.tax, rules), subtotals: taxBreakdown(taxed, rules, taxNames) }], monetaryTotal: totals.total,
    tags: tagsOf(facts.tags), attributes: record(facts.attributes),
  });
}

/**
 * Shopify counts no revisions, so the units of an order are counted: all that were ever ordered, all that were taken off
 * again, and the cancellation. Every edit of the lines makes the number larger, whichever way the order is read; payment,
 * tags and our own write-back leave it alone.
 */
export function revisionOf({ lines = [], cancelledAt }: OrderFacts): number {
  const units = lines.reduce((total, { quantity = 0, currentQuantity = quantity }) => total + quantity + Math.max(0, quantity - currentQuantity), 0);
  return units + (cancelledAt ? 1 : 0);
}

interface Part<T> { line: T; priced: Priced; index: number; facts: OrderFacts; rules: MoneyRules; taxNames: TaxNames; system: string; customItemSku?: string | undefined }

function lineOf({ line, priced, index, facts, rules, taxNames, system, customItemSku }: Part<LineFacts>, issues: Issue[]): OrderLine {
  const id = line.id ?? '';
  const kind = lineKind(line, facts);
  const title = text([text(line.title), text(line.variantTitle)].filter(Boolean).join(' - '));
  const sku = text(line.sku) ?? (kind === 'tip' ? 'TIP' : kind === 'giftCard' ? 'GIFT-CARD' : isBare(line) ? customItemSku : undefined);
  if (!id) issues.push({ path: `lines[${String(index)}].id`, rule: 'required', message: `Line ${String(index + 1)} has no admin_graphql_api_id.` });
  if (!sku) {
    issues.push({
      path: `lines[${String(index)}].item.sku`, rule: 'required',
      message: `Line ${String(index + 1)}${title ? ` "${title}"` : ''} has no SKU. Give the product one in the shop, or set a SKU for custom items in the system's settings.`,
    });
  }
  const quantity = line.quantity ?? 0;
  const left = line.currentQuantity ?? quantity;
  const itemIds = [gidOf('ProductVariant', line.variantId), gidOf('Product', line.productId)].filter((one) => one !== undefined);
  return defined<OrderLine>({
    id: gidParts(id)?.tail ?? id, externalIds: [externalId(system, id)], lineKind: kind, position: index + 1,
    lineStatus: left === 0 ? 'cancelled' : left < quantity ? 'changed' : 'open',
    item: defined<OrderLine['item'] & object>({ sku: sku ?? '', name: title?.slice(0, 500), externalIds: filled(itemIds.map((one) => externalId(system, one))) }),
    quantity: { value: String(left), unitCode: 'C62' }, cancelledQuantity: left < quantity ? String(quantity - left) : undefined,
    unitPrice: { priceAmount: unitAmount(decimal(line.price), rules), includesTax: rules.taxesIncluded },
    allowanceCharges: allowances(priced, facts, rules), lineExtensionAmount: amount(priced.net, rules),
    taxCategory: taxNames.ofItem(priced.taxes, line.taxable !== false), taxes: filled(subtotalsOf(priced, rules, taxNames)), properties: record(line.properties),
    ...placesOf(line.allocations, left),
  });
}

/** Where the line is to leave from. What does not come to what is left of the line, as amid an edit, is left to the ERP. */
function placesOf(allocations: LineFacts['allocations'] = [], left: number): Pick<OrderLine, 'location' | 'allocations'> {
  const total = allocations.reduce((all, { quantity = 0 }) => all + quantity, 0);
  const [only, other] = allocations;
  if (!only || total !== left) return {};
  const at = (code = ''): { code: string } => ({ code: code.slice(0, 60) });
  if (!other) return { location: at(only.location) };
  return { allocations: allocations.map(({ location, quantity }) => ({ location: at(location), quantity: String(quantity) })) };
}

/** A tip has no variant and no SKU, and the order says it got one. Webhooks mark it, GraphQL does not; only the line itself is looked at. */
function lineKind(line: LineFacts, facts: OrderFacts): NonNullable<OrderLine['lineKind']> {
  if (line.giftCard) return 'giftCard';
  const tipped = decimal(facts.totals?.tips).gt(0) && line.title?.toLowerCase() === 'tip';
  if (!isBare(line)) return 'product';
  return line.tip !== undefined || tipped ? 'tip' : line.requiresShipping === false ? 'service' : 'product';
}

/** Neither a product of the shop nor a SKU: a tip or a custom item. */
function isBare(line: LineFacts): boolean { return !line.variantId && !line.productId && !text(line.sku); }

function shippingOf({ line, priced, index, facts, rules, taxNames, system }: Part<ShippingFacts>): ShippingLine {
  const id = gidOf('ShippingLine', line.id);
  return defined<ShippingLine>({
    id: (id && gidParts(id)?.tail) ?? `shipping-${String(index + 1)}`, externalIds: id === undefined ? undefined : [externalId(system, id)],
    code: text(line.code)?.slice(0, 120), title: text(line.title)?.slice(0, 255), carrierCode: text(line.carrier)?.slice(0, 60),
    amount: amount(priced.net, rules), allowanceCharges: allowances(priced, facts, rules),
    taxCategory: taxNames.ofItem(priced.taxes, true), taxes: filled(subtotalsOf(priced, rules, taxNames)),
  });
}

function allowances({ discounts }: Priced, facts: OrderFacts, rules: MoneyRules): AllowanceCharge[] | undefined {
  return filled(discounts.map(({ amount: given, source }): AllowanceCharge => {
    const discount: AllocationFacts = source.index === undefined ? source : { ...facts.applications?.[source.index], ...source };
    return { chargeIndicator: false, amount: amount(given, rules), ...discountKind(discount) };
  }));
}

function termsOf({ terms }: OrderFacts, timeZone: string): PaymentTerms | undefined {
  if (!terms) return undefined;
  const name = defined<Pick<PaymentTerms, 'name'>>({ name: text(terms.name)?.slice(0, 255) });
  const due = utc(terms.dueAt);
  switch (terms.type) {
    case 'net': if (typeof terms.days === 'number') return { type: 'net', netDays: terms.days, ...name }; break;
    case 'receipt': return { type: 'dueOnReceipt', ...name };
    case 'fulfillment': return { type: 'dueOnFulfillment', ...name };
    case 'fixed': if (due) return { type: 'fixedDate', dueDate: issueDate(due, timeZone), ...name }; break;
  }
  return { type: 'other', ...name };
}

/** Trimmed, without repetition, in a fixed order: the shop sorts lists and strings of tags differently. */
function tagsOf(tags: unknown): string[] | undefined {
  const list = (Array.isArray(tags) ? tags : (text(tags) ?? '').split(',')).map((tag) => text(tag)).filter((tag) => tag !== undefined);
  return list.length > 0 ? [...new Set(list)].sort() : undefined;
}

function record(values: { name?: string; value?: unknown }[] = []): Record<string, string> | undefined {
  const entries = values.flatMap(({ name, value }) => name ? [[name, typeof value === 'string' ? value : JSON.stringify(value ?? '')] as const] : []);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
