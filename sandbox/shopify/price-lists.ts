import { priceGroupOf, type World, type WorldPriceList } from '../world';
import type { Currency } from './money';

/** Whose buyers a price list's catalog is for: some companies' (indices 1 …), those of a market, or nobody's. */
export type Audience = { kind: 'companies'; companies: readonly number[] } | { kind: 'market' } | { kind: 'nobody' };

export interface PriceList {
  /** 1, 2, 3 … */
  index: number;
  name: string;
  currency: Currency;
  /** How far its prices lie below the shop's where none is fixed. */
  percent: number;
  audience: Audience;
}

/** The price lists of a world: two of groups of companies, one for each currency, contracts of some companies, and one that nobody uses. */
export function makePriceLists({ companies, priceLists }: World): PriceList[] {
  const shared = (wanted: WorldPriceList['appliesTo'], more: (code: string, at: number) => Pick<PriceList, 'percent' | 'audience'>): Omit<PriceList, 'index'>[] =>
    priceLists.filter(({ appliesTo }) => appliesTo === wanted).map(({ code, name, currency }, at) => ({ name, currency, ...more(code, at) }));
  const market = { percent: 0, audience: { kind: 'market' } } as const;
  const some = (indices: number[]): Audience => ({ kind: 'companies', companies: indices });
  const lists: Omit<PriceList, 'index'>[] = [
    ...shared('customerPriceGroup', (code, at) => ({
      percent: 10 + 5 * at, audience: some(companies.flatMap(({ index }) => priceGroupOf(index) === code ? [index] : [])),
    })),
    { name: 'Europe', currency: 'EUR', ...market },
    ...shared('priceListType', () => market),
    { name: 'Staff', currency: 'EUR', percent: 30, audience: { kind: 'nobody' } },
    ...shared('customer', (_, at) => ({ percent: 0, audience: some([at + 1]) })),
  ];
  return lists.map((list, at) => ({ index: at + 1, ...list }));
}
