import type { World } from '../world';
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

/** The price lists of a world: two of groups of companies, one for each currency, contracts of five companies, and one that nobody uses. */
export function makePriceLists({ companies }: World): PriceList[] {
  const every = (n: number): number[] => companies.flatMap(({ index }) => index % n === 0 ? [index] : []);
  const lists: Omit<PriceList, 'index'>[] = [
    { name: 'Wholesale', currency: 'EUR', percent: 10, audience: { kind: 'companies', companies: every(2) } },
    { name: 'Dealers', currency: 'EUR', percent: 15, audience: { kind: 'companies', companies: every(3) } },
    { name: 'Europe', currency: 'EUR', percent: 0, audience: { kind: 'market' } },
    { name: 'Switzerland', currency: 'CHF', percent: 0, audience: { kind: 'market' } },
    { name: 'United States', currency: 'USD', percent: 0, audience: { kind: 'market' } },
    { name: 'Japan', currency: 'JPY', percent: 0, audience: { kind: 'market' } },
    { name: 'Staff', currency: 'EUR', percent: 30, audience: { kind: 'nobody' } },
    ...companies.slice(0, 5).map(({ name, currency, index }) => (
      { name: `Contract ${name}`, currency, percent: 0, audience: { kind: 'companies' as const, companies: [index] } })),
  ];
  return lists.map((list, at) => ({ index: at + 1, ...list }));
}
