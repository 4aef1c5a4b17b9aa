import type { Bag, Currencies } from '../money';
import { decimalAmount } from '../money';
import type { ShopState } from '../state';

/** Settings of the shop that objects and payloads show. */
export interface ShopFacts { domain: string; name: string; currency: string; timeZone: string }

/** What every object of an answer is made from. */
export interface NodeContext { state: ShopState; facts: ShopFacts; now: () => number }

/** A `MoneyBag`. */
export function moneyBag(bag: Bag, currencies: Currencies): object {
  return {
    shopMoney: { amount: decimalAmount(bag.shop, currencies.shop), currencyCode: currencies.shop },
    presentmentMoney: { amount: decimalAmount(bag.presentment, currencies.presentment), currencyCode: currencies.presentment },
  };
}
