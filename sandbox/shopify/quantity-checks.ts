import type { NodeContext } from './graph/context';
import { breakOf, variantOf } from './graph/prices';
import type { PriceEntry, QuantityRule } from './price-book';
import type { BreakInput, MoneyInput, PriceError, PricingInput, RuleInput } from './price-checks';
import type { PriceList } from './price-lists';

/** As many quantity breaks may a variant have in a price list. */
const mostBreaks = 10;

/** Why the vendor refuses a change of quantity pricing; it says no more than the first kind of reason it comes upon. */
export function refusedPricing(input: PricingInput, list: PriceList, context: NodeContext): PriceError[] {
  const change = { input, list, context };
  for (const check of [refusedPrices, refusedDeletes, refusedRules, refusedBreaks]) {
    const errors = check(change);
    if (errors.length > 0) return errors;
  }
  return [];
}

interface Change { input: PricingInput; list: PriceList; context: NodeContext }

function errorAt(name: keyof PricingInput, index: number, code: string, message: string): PriceError {
  return { field: ['input', name, String(index)], message, code };
}

function each<T>(name: keyof PricingInput, items: readonly T[], code: string, message: string, wrong: (item: T) => boolean): PriceError[] {
  return items.flatMap((item, index) => wrong(item) ? [errorAt(name, index, code, message)] : []);
}

function isForeign({ list }: Change): (item: { price: MoneyInput }) => boolean { return ({ price }) => price.currencyCode !== list.currency; }
function isUnknown({ context }: Change): (item: { variantId: string }) => boolean { return ({ variantId }) => variantOf(context, variantId) === undefined; }
function hasTwice<T>(items: readonly T[], key: (item: T) => string): boolean { return new Set(items.map(key)).size < items.length; }
function entryOf({ list, context }: Change, variantId: string): PriceEntry | undefined {
  const variant = variantOf(context, variantId);
  return variant === undefined ? undefined : context.state.prices.entry(list.index, variant);
}

function refusedPrices(change: Change): PriceError[] {
  const { pricesToAdd } = change.input;
  return [
    ...each('pricesToAdd', pricesToAdd, 'PRICE_ADD_VARIANT_NOT_FOUND', 'Variant not found.', isUnknown(change)),
    ...each('pricesToAdd', pricesToAdd, 'PRICE_ADD_CURRENCY_MISMATCH', 'Currency mismatch.', isForeign(change)),
    ...hasTwice(pricesToAdd, ({ variantId }) => variantId)
      ? each('pricesToAdd', pricesToAdd, 'PRICE_ADD_DUPLICATE_INPUT_FOR_VARIANT', 'Prices to add inputs must be unique by variant id.', () => true) : [],
  ];
}

function refusedDeletes(change: Change): PriceError[] {
  const { pricesToDeleteByVariantId: prices, quantityRulesToDeleteByVariantId: rules, quantityPriceBreaksToDelete: breaks } = change.input;
  const byVariant = change.input.quantityPriceBreaksToDeleteByVariantId ?? [];
  const unknown = (id: string): boolean => entryOf(change, id) === undefined;
  return [
    ...each('pricesToDeleteByVariantId', prices, 'PRICE_DELETE_VARIANT_NOT_FOUND', 'Variant not found.', unknown),
    ...each('pricesToDeleteByVariantId', prices, 'PRICE_DELETE_PRICE_NOT_FIXED', 'Price is not fixed.', (id) => entryOf(change, id)?.fixed === null),
    ...each('quantityRulesToDeleteByVariantId', rules, 'QUANTITY_RULE_DELETE_VARIANT_NOT_FOUND', 'Variant not found.', unknown),
    ...each('quantityRulesToDeleteByVariantId', rules, 'QUANTITY_RULE_DELETE_RULE_NOT_FOUND', 'Quantity rule not found.', (id) => entryOf(change, id)?.rule === null),
    ...each('quantityPriceBreaksToDeleteByVariantId', byVariant,
      'QUANTITY_PRICE_BREAK_DELETE_BY_VARIANT_ID_VARIANT_NOT_FOUND', 'Variant to delete by is not found.', unknown),
    ...each('quantityPriceBreaksToDelete', breaks, 'QUANTITY_PRICE_BREAK_DELETE_NOT_FOUND', 'Quantity price break not found.',
      (id) => breakOf(change.context, id)?.list !== change.list.index),
  ];
}

function refusedRules(change: Change): PriceError[] {
  const { quantityRulesToAdd: rules } = change.input;
  const name = 'quantityRulesToAdd';
  if (rules.length > 0 && change.list.audience.kind === 'market') {
    return [errorAt(name, 0, 'QUANTITY_RULE_ADD_CATALOG_CONTEXT_NOT_SUPPORTED', 'Catalog context not supported')];
  }
  return [
    ...each(name, rules, 'QUANTITY_RULE_ADD_VARIANT_NOT_FOUND', 'Variant not found.', isUnknown(change)),
    ...hasTwice(rules, ({ variantId }) => variantId)
      ? each(name, rules, 'QUANTITY_RULE_ADD_DUPLICATE_INPUT_FOR_VARIANT', 'Quantity rules to add inputs must be unique by variant id.', () => true) : [],
    ...rules.flatMap((rule, index) => wrongBounds(rule).map(([code, message]) => errorAt(name, index, `QUANTITY_RULE_ADD_${code}`, message))),
  ];
}

function wrongBounds({ minimum, maximum, increment }: RuleInput): [code: string, message: string][] {
  if (minimum < 1) return [['MINIMUM_IS_LESS_THAN_ONE', 'Minimum is less than one']];
  if (increment < 1) return [['INCREMENT_IS_LESS_THAN_ONE', 'Increment is less than one']];
  if (increment > minimum) return [['INCREMENT_IS_GREATER_THAN_MINIMUM', 'Increment is greater than minimum']];
  if (minimum % increment !== 0) return [['MINIMUM_NOT_A_MULTIPLE_OF_INCREMENT', 'Minimum is not a multiple of increment']];
  if (maximum === null) return [];
  if (minimum > maximum) return [['MINIMUM_GREATER_THAN_MAXIMUM', 'Minimum is greater than maximum']];
  return maximum % increment === 0 ? [] : [['MAXIMUM_NOT_A_MULTIPLE_OF_INCREMENT', 'Maximum is not a multiple of increment']];
}

function refusedBreaks(change: Change): PriceError[] {
  const { quantityPriceBreaksToAdd: breaks, quantityRulesToAdd: rules, quantityRulesToDeleteByVariantId: noRule, pricesToAdd, pricesToDeleteByVariantId: noPrice } = change.input;
  const ruleOf = (id: string): QuantityRule | null | undefined => rules.find(({ variantId }) => variantId === id) ?? (noRule.includes(id) ? null : entryOf(change, id)?.rule);
  const priced = (id: string): boolean => pricesToAdd.some(({ variantId }) => variantId === id) || (entryOf(change, id)?.fixed !== null && !noPrice.includes(id));
  const check = (code: string, message: string, wrong: (one: BreakInput) => boolean): PriceError[] =>
    each('quantityPriceBreaksToAdd', breaks, `QUANTITY_PRICE_BREAK_ADD_${code}`, message, wrong);
  const unknown = check('VARIANT_NOT_FOUND', 'Variant not found.', isUnknown(change));
  if (unknown.length > 0) return unknown;
  const counts = countsAfter(change);
  return [
    ...check('CURRENCY_MISMATCH', 'Currency mismatch.', isForeign(change)),
    ...check('PRICE_LIST_PRICE_NOT_FOUND', 'Fixed price not found.', ({ variantId }) => !priced(variantId)),
    ...check('INVALID', 'Invalid quantity price break.', ({ minimumQuantity }) => minimumQuantity < 1),
    ...hasTwice(breaks, ({ variantId, minimumQuantity }) => `${variantId} ${String(minimumQuantity)}`)
      ? check('DUPLICATE_INPUT_FOR_VARIANT_AND_MIN', 'Quantity price breaks to add inputs must be unique by variant id and minimum quantity.', () => true) : [],
    ...check('LIMIT_EXCEEDED', 'Exceeded the allowed number of quantity price breaks per variant.', ({ variantId }) => (counts.get(variantId) ?? 0) > mostBreaks),
    ...check('MIN_LOWER_THAN_QUANTITY_RULES_MIN', 'Minimum is less than the quantity rule minimum.',
      ({ variantId, minimumQuantity }) => minimumQuantity < (ruleOf(variantId)?.minimum ?? 1)),
    ...check('MIN_HIGHER_THAN_QUANTITY_RULES_MAX', 'Minimum is higher than the quantity rule maximum.',
      ({ variantId, minimumQuantity }) => minimumQuantity > (ruleOf(variantId)?.maximum ?? Infinity)),
    ...check('MIN_NOT_A_MULTIPLE_OF_QUANTITY_RULES_INCREMENT', 'Minimum is not a multiple of the quantity rule increment.',
      ({ variantId, minimumQuantity }) => minimumQuantity % (ruleOf(variantId)?.increment ?? 1) !== 0),
  ];
}

/** How many quantity breaks the variants that get new ones will have. */
function countsAfter(change: Change): Map<string, number> {
  const { quantityPriceBreaksToAdd, quantityPriceBreaksToDelete, quantityPriceBreaksToDeleteByVariantId: byVariant } = change.input;
  const gone = quantityPriceBreaksToDelete.map((id) => breakOf(change.context, id));
  const minimums = new Map<string, Set<number>>();
  for (const { variantId, minimumQuantity } of quantityPriceBreaksToAdd) {
    const entry = byVariant?.includes(variantId) ? undefined : entryOf(change, variantId);
    const kept = entry?.breaks.filter(({ minimum }) => !gone.some((one) => one?.variant === entry.variant && one.minimum === minimum)) ?? [];
    const all = minimums.get(variantId) ?? new Set(kept.map(({ minimum }) => minimum));
    minimums.set(variantId, all.add(minimumQuantity));
  }
  return new Map([...minimums].map(([variantId, all]) => [variantId, all.size]));
}
