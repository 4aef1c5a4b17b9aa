import Big from 'big.js';
import type { TaxCategory, TaxSubtotal } from '../../documents/types';
import { amount, decimal, sum, type MoneyRules, type Priced, type Tax } from './money';

/** Names the taxes of one order; the same tax comes on every line, so each is worked out once. */
export class TaxNames {
  readonly #named = new Map<string, TaxCategory>();

  /**
   * `country`: ISO 3166-1 code of where the goods go, else of the bill: what a tax is called depends on it.
   * `exempt`: the buyer pays no tax.
   */
  constructor(private readonly country: string | undefined, private readonly exempt: boolean) {}

  /** The category of a line: its one tax, or all its taxes together where states and counties each take theirs. */
  ofItem(taxes: readonly Tax[], taxable: boolean): TaxCategory {
    const [first, second] = taxes;
    if (!first) return this.#untaxed(taxable);
    return second ? this.of({ ...first, title: '', percent: sum(taxes.map((tax) => decimal(tax.percent))).toFixed() }) : this.of(first);
  }

  /** A category of its own for each caller: who changes one line must not change another. */
  of({ title, percent, channelLiable }: Tax): TaxCategory {
    const key = `${title}|${percent}|${String(channelLiable)}`;
    let category = this.#named.get(key);
    if (!category) {
      const sales = this.#isSalesTax(title);
      const named = schemes.find(([, pattern]) => pattern.test(title))?.[0];
      category = {
        code: sales ? 'X' : percent === '0' ? 'Z' : 'S', percent, scheme: named ?? (sales ? 'SALES_TAX' : 'VAT'),
        ...(sales && title ? { jurisdiction: title.slice(0, 120) } : {}), ...(channelLiable ? { channelLiable: true } : {}),
      };
      this.#named.set(key, category);
    }
    return { ...category };
  }

  #isSalesTax(title: string): boolean {
    return this.country === undefined ? /\b(sales|state|county|city|district)\b.*\btax\b/i.test(title) : salesTaxCountries.includes(this.country);
  }

  #untaxed(taxable: boolean): TaxCategory {
    if (this.exempt) return { code: 'E', percent: '0', exemptionReason: 'The buyer is tax exempt in the shop' };
    if (!taxable) return { code: 'E', percent: '0', exemptionReason: 'The item is not taxable in the shop' };
    return this.country !== undefined && salesTaxCountries.includes(this.country) ? { code: 'X', percent: '0', scheme: 'SALES_TAX' } : { code: 'Z', percent: '0', scheme: 'VAT' };
  }
}

const salesTaxCountries = ['US', 'CA'];
/** Also CGST, SGST, IGST and UTGST of India. */
const schemes = [['GST', /\b(?:[CSI]|UT)?GST\b/i], ['HST', /\bHST\b/i], ['PST', /\bPST\b/i], ['QST', /\bQST\b/i]] as const;

/** The taxes of one line, each with the line as its base. */
export function subtotalsOf({ net, taxes }: Priced, rules: MoneyRules, names: TaxNames): TaxSubtotal[] {
  return taxes.map((tax) => ({ taxableAmount: amount(net, rules), taxAmount: amount(tax.amount, rules), category: names.of(tax) }));
}

/** One subtotal a category over everything that is taxed, in the order in which categories first appear. */
export function taxBreakdown(items: readonly { net: Big; category: TaxCategory; taxes: readonly Tax[] }[], rules: MoneyRules, names: TaxNames): TaxSubtotal[] {
  const groups = new Map<string, { category: TaxCategory; taxable: Big; tax: Big }>();
  const put = (category: TaxCategory, taxable: Big, tax: Big): void => {
    const key = `${category.code}|${category.percent ?? ''}|${category.scheme ?? ''}|${category.jurisdiction ?? ''}`;
    const group = groups.get(key);
    groups.set(key, group ? { category, taxable: group.taxable.plus(taxable), tax: group.tax.plus(tax) } : { category, taxable, tax });
  };
  for (const { net, category, taxes } of items) {
    if (taxes.length === 0) put(category, net, none);
    for (const tax of taxes) put(names.of(tax), net, tax.amount);
  }
  return [...groups.values()].map(({ category, taxable, tax }) => ({ taxableAmount: amount(taxable, rules), taxAmount: amount(tax, rules), category }));
}

const none = new Big(0);
