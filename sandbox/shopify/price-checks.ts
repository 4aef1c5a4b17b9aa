import type { NodeContext } from './graph/context';
import { variantOf } from './graph/prices';
import { places, type Currency } from './money';
import type { QuantityRule } from './price-book';
import type { PriceList } from './price-lists';

export interface MoneyInput { amount: string | number; currencyCode: string }
export interface PriceInput { variantId: string; price: MoneyInput; compareAtPrice?: MoneyInput | null }
export interface BreakInput { variantId: string; minimumQuantity: number; price: MoneyInput }
export interface RuleInput extends QuantityRule { variantId: string }

export interface PricingInput {
  pricesToAdd: PriceInput[]; pricesToDeleteByVariantId: string[];
  quantityPriceBreaksToAdd: BreakInput[]; quantityPriceBreaksToDelete: string[]; quantityPriceBreaksToDeleteByVariantId?: string[] | null;
  quantityRulesToAdd: RuleInput[]; quantityRulesToDeleteByVariantId: string[];
}

export interface PriceError { field: string[] | null; message: string; code: string }

/** Minor units of an amount; what is finer than the currency is rounded. */
export function minorUnits(amount: string | number, currency: Currency): number { return Math.round(Number(amount) * 10 ** places(currency)); }

/** Why the vendor refuses to add fixed prices to a list, in its words. */
export function refusedPrices(prices: readonly PriceInput[], list: PriceList, name: string, context: NodeContext): PriceError[] {
  return prices.flatMap((input, index) => {
    const path = [name, String(index)];
    if (variantOf(context, input.variantId) === undefined) return [unknownVariant([...path, 'variantId'])];
    return (['price', 'compareAtPrice'] as const).flatMap((money) => {
      const given = input[money];
      return given && given.currencyCode !== list.currency ? [{
        field: [...path, money, 'currencyCode'], message: "The specified currency does not match the price list's currency.",
        code: 'PRICE_LIST_CURRENCY_MISMATCH',
      }] : [];
    });
  });
}

/** Why the vendor refuses to take fixed prices from a list. */
export function refusedDeletes(variantIds: readonly string[], list: PriceList, name: string, context: NodeContext): PriceError[] {
  return variantIds.flatMap((id, index) => {
    const variant = variantOf(context, id);
    const field = [name, String(index)];
    if (variant === undefined) return [unknownVariant(field)];
    if (context.state.prices.entry(list.index, variant).fixed) return [];
    return [{ field, message: 'Only fixed prices can be deleted.', code: 'PRICE_NOT_FIXED' }];
  });
}

function unknownVariant(field: string[]): PriceError { return { field, message: 'Product variant ID does not exist.', code: 'VARIANT_NOT_FOUND' }; }
