import Big from 'big.js';
import type { Canonical } from '../../connectors/contract';
import type { Amount, PriceListEntry } from '../../documents/types';

type Compared = { value: string | null; currency: string };

/**
 * A price list in the words of all systems: amounts for one piece, breaks from two on and an empty list where there are none,
 * and a compare-at price of null where it is said that there is none.
 */
export function comparablePrices(document: Canonical): Canonical {
  const { entries = [], priceCurrency } = document as { entries?: PriceListEntry[]; priceCurrency?: string };
  return {
    ...document,
    entries: entries.map(({ price, compareAtPrice, tiers = [], baseQuantity, ...entry }) => {
      const base = new Big(baseQuantity?.value ?? '1');
      const one = (amount: Amount): Compared => ({ ...amount, value: base.eq(0) ? amount.value : new Big(amount.value).div(base).toFixed() });
      const breaks = tiers.map((tier) => ({ minQuantity: new Big(tier.minQuantity).toFixed(), price: tier.price && one(tier.price), percentOff: tier.percentOff }))
        .filter(({ minQuantity, percentOff }) => minQuantity !== '1' || percentOff !== undefined);
      return {
        ...entry, price: price && one(price), tiers: breaks,
        ...(compareAtPrice === undefined ? {} : { compareAtPrice: compareAtPrice === null ? { value: null, currency: priceCurrency ?? '' } : one(compareAtPrice) }),
      };
    }),
  };
}
