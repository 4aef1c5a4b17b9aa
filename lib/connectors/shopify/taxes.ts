import Big from 'big.js';
import type { TaxCategory, TaxSubtotal } from '../../documents/types';
import { amount, sum, type MoneyRules, type Priced, type Tax } from './money';

/** What the tax of an order is called depends on where it is owed. */
export interface TaxContext {
  /** ISO 3166-1 code of where the goods go, else of the bill. */
  country: string | undefined;
  /** The buyer pays no tax. */
  exempt: boolean;
}

const salesTaxCountries = ['US', 'CA'];

/** The category of a line: its one tax, or all its taxes together where states and counties each take theirs. */
export function categoryOf(taxes: readonly Tax[], taxable: boolean, context: TaxContext): TaxCategory {
  const [first] = taxes;
  if (!first) return untaxed(taxable, context);
  if (taxes.length === 1) return taxCategory(first, context);
  return taxCategory({ ...first, title: '', percent: sum(taxes.map((tax) => new Big(tax.percent))).toFixed() }, context);
}

function taxCategory({ title, percent, channelLiable }: Tax, context: TaxContext): TaxCategory {
  const sales = isSalesTax(title, context.country);
  const code = sales ? 'X' : percent === '0' ? 'Z' : 'S';
  return {
    code, percent, scheme: schemeOf(title, sales),
    ...(sales && title ? { jurisdiction: title.slice(0, 120) } : {}), ...(channelLiable ? { channelLiable: true } : {}),
  };
}

function isSalesTax(title: string, country: string | undefined): boolean {
  return country === undefined ? /\b(sales|state|county|city|district)\b.*\btax\b/i.test(title) : salesTaxCountries.includes(country);
}

function schemeOf(title: string, sales: boolean): NonNullable<TaxCategory['scheme']> {
  const named = (['GST', 'HST', 'PST', 'QST'] as const).find((scheme) => new RegExp(`\\b[CSIU]?${scheme}\\b`, 'i').test(title));
  return named ?? (sales ? 'SALES_TAX' : 'VAT');
}

function untaxed(taxable: boolean, { country, exempt }: TaxContext): TaxCategory {
  if (exempt || !taxable) return { code: 'E', percent: '0', exemptionReason: exempt ? 'The buyer is tax exempt in the shop' : 'The item is not taxable in the shop' };
  return country !== undefined && salesTaxCountries.includes(country) ? { code: 'X', percent: '0', scheme: 'SALES_TAX' } : { code: 'Z', percent: '0', scheme: 'VAT' };
}

/** The taxes of one line, each with the line as its base. */
export function subtotalsOf(item: Priced, rules: MoneyRules, context: TaxContext): TaxSubtotal[] {
  return item.taxes.map((tax) => ({ taxableAmount: amount(item.net, rules), taxAmount: amount(tax.amount, rules), category: taxCategory(tax, context) }));
}

/** One subtotal a category over everything that is taxed, in the order in which categories first appear. */
export function taxBreakdown(items: readonly { net: Big; category: TaxCategory; taxes: readonly Tax[] }[], rules: MoneyRules, context: TaxContext): TaxSubtotal[] {
  const groups = new Map<string, { category: TaxCategory; taxable: Big; tax: Big }>();
  const put = (category: TaxCategory, taxable: Big, tax: Big): void => {
    const key = JSON.stringify([category.code, category.percent, category.scheme, category.jurisdiction]);
    const group = groups.get(key) ?? { category, taxable: new Big(0), tax: new Big(0) };
    groups.set(key, { category, taxable: group.taxable.plus(taxable), tax: group.tax.plus(tax) });
  };
  for (const { net, category, taxes } of items) {
    if (taxes.length === 0) put(category, net, new Big(0));
    for (const tax of taxes) put(taxCategory(tax, context), net, tax.amount);
  }
  return [...groups.values()].map(({ category, taxable, tax }) => ({ taxableAmount: amount(taxable, rules), taxAmount: amount(tax, rules), category }));
}
