import { variantNode } from './graph/catalogue';
import { breakOf, priceListNode, priceListOf, priceNode, variantOf } from './graph/prices';
import { limited, type MutationContext } from './mutations';
import type { PriceEntry } from './price-book';
import { minorUnits, refusedDeletes, refusedPrices, type PriceError, type PriceInput, type PricingInput } from './price-checks';
import type { PriceList } from './price-lists';
import { refusedPricing } from './quantity-checks';

type Context = MutationContext;

const unknownList: PriceError = { field: ['priceListId'], message: 'Price list does not exist.', code: 'PRICE_LIST_NOT_FOUND' };
const nothing: PricingInput = {
  pricesToAdd: [], pricesToDeleteByVariantId: [], quantityPriceBreaksToAdd: [], quantityPriceBreaksToDelete: [],
  quantityRulesToAdd: [], quantityRulesToDeleteByVariantId: [],
};

/** The mutations that set prices of lists; each does all or nothing. */
export const priceMutations = {
  priceListFixedPricesAdd: ({ priceListId, prices }: { priceListId: string; prices: PriceInput[] }, context: Context) => {
    limited(prices, 'prices', 250);
    const list = priceListOf(context, priceListId);
    const userErrors = list ? refusedPrices(prices, list, 'prices', context) : [unknownList];
    if (!list || userErrors.length > 0) return { prices: null, userErrors };
    apply({ ...nothing, pricesToAdd: prices }, list, prices.length, context);
    return { prices: () => prices.map(({ variantId }) => priceNode(context, list, variantOf(context, variantId) ?? 0)), userErrors };
  },

  priceListFixedPricesUpdate: (
    { priceListId, pricesToAdd, variantIdsToDelete }: { priceListId: string; pricesToAdd: PriceInput[]; variantIdsToDelete: string[] }, context: Context,
  ) => {
    limited(pricesToAdd, 'pricesToAdd', 250);
    limited(variantIdsToDelete, 'variantIdsToDelete', 250);
    const list = priceListOf(context, priceListId);
    const userErrors = list
      ? [...refusedPrices(pricesToAdd, list, 'pricesToAdd', context), ...refusedDeletes(variantIdsToDelete, list, 'variantIdsToDelete', context)] : [unknownList];
    if (!list || userErrors.length > 0) return { priceList: null, pricesAdded: null, deletedFixedPriceVariantIds: null, userErrors };
    apply({ ...nothing, pricesToAdd, pricesToDeleteByVariantId: variantIdsToDelete }, list, pricesToAdd.length + variantIdsToDelete.length, context);
    return {
      priceList: () => priceListNode(context, list), deletedFixedPriceVariantIds: variantIdsToDelete, userErrors,
      pricesAdded: () => pricesToAdd.map(({ variantId }) => priceNode(context, list, variantOf(context, variantId) ?? 0)),
    };
  },

  priceListFixedPricesDelete: ({ priceListId, variantIds }: { priceListId: string; variantIds: string[] }, context: Context) => {
    limited(variantIds, 'variantIds', 250);
    const list = priceListOf(context, priceListId);
    const userErrors = list ? refusedDeletes(variantIds, list, 'variantIds', context) : [unknownList];
    if (!list || userErrors.length > 0) return { deletedFixedPriceVariantIds: null, userErrors };
    apply({ ...nothing, pricesToDeleteByVariantId: variantIds }, list, variantIds.length, context);
    return { deletedFixedPriceVariantIds: variantIds, userErrors };
  },

  quantityPricingByVariantUpdate: ({ priceListId, input }: { priceListId: string; input: PricingInput }, context: Context) => {
    for (const [name, items] of Object.entries(input)) limited(items as unknown[] | null, name, 250);
    const list = priceListOf(context, priceListId);
    const userErrors = list ? refusedPricing(input, list, context) : [{ ...unknownList, message: 'Price list not found.' }];
    if (!list || userErrors.length > 0) return { productVariants: null, userErrors };
    const variants = apply(input, list, input.pricesToAdd.length + input.pricesToDeleteByVariantId.length, context);
    return { productVariants: () => variants.map((variant) => variantNode(context, variant)), userErrors };
  },
};

/** Deletes come before what is added, whatever belongs to a fixed price goes with it. Returns the variants concerned. */
function apply(input: PricingInput, list: PriceList, given: number, context: Context): number[] {
  const changed = new Map<number, PriceEntry>();
  const edit = (variant: number | undefined, change: (entry: PriceEntry) => Partial<PriceEntry>): void => {
    if (variant === undefined) return;
    const entry = changed.get(variant) ?? context.state.prices.entry(list.index, variant);
    changed.set(variant, { ...entry, ...change(entry) });
  };
  const of = (id: string): number | undefined => variantOf(context, id);
  const minor = ({ amount }: { amount: string | number }): number => minorUnits(amount, list.currency);
  for (const id of input.pricesToDeleteByVariantId) edit(of(id), () => ({ fixed: null, breaks: [] }));
  for (const id of input.quantityPriceBreaksToDeleteByVariantId ?? []) edit(of(id), () => ({ breaks: [] }));
  for (const id of input.quantityPriceBreaksToDelete) {
    const gone = breakOf(context, id);
    edit(gone?.variant, ({ breaks }) => ({ breaks: breaks.filter(({ minimum }) => minimum !== gone?.minimum) }));
  }
  for (const id of input.quantityRulesToDeleteByVariantId) edit(of(id), () => ({ rule: null }));
  for (const { variantId, price, compareAtPrice } of input.pricesToAdd) {
    edit(of(variantId), () => ({ fixed: { price: minor(price), compareAt: compareAtPrice ? minor(compareAtPrice) : null } }));
  }
  for (const { variantId, minimum, maximum, increment } of input.quantityRulesToAdd) edit(of(variantId), () => ({ rule: { minimum, maximum, increment } }));
  for (const { variantId, minimumQuantity, price } of input.quantityPriceBreaksToAdd) {
    edit(of(variantId), ({ breaks }) => ({
      breaks: [...breaks.filter(({ minimum }) => minimum !== minimumQuantity), { minimum: minimumQuantity, price: minor(price) }].sort((a, b) => a.minimum - b.minimum),
    }));
  }
  context.actions.writePrices([...changed.values()], given);
  return [...changed.keys()];
}
