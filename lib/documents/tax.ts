import type { Issue } from '../errors';
import { minorUnits } from './codes';
import { abs, divide, fromUnits, parseDecimal, pow10, toUnits, type RoundingMode } from './decimal';
import type { AllowanceCharge, Invoice, Order, TaxCategory, TaxRounding, TaxSubtotal, TaxTotal } from './types';

/** A share of an amount as a fraction: 19 % is 19/100. */
interface Fraction { numerator: bigint; denominator: bigint }

export interface TaxContext {
  currency: string;
  /** Decimals of the currency. */
  places: number;
  level: TaxRounding['level'];
  mode: RoundingMode;
  /** Taxes are rounded to a multiple of this many minor units. */
  step: bigint;
  /** Prices include tax, so the source took the tax out of gross amounts. */
  included: boolean;
}

/** Without `taxRounding`: half up by tax subtotal, as EN 16931 says. */
export function taxContext(document: Order | Invoice): TaxContext {
  const { documentCurrencyCode: currency, taxRounding, pricesIncludeTax = false } = document;
  const places = minorUnits(currency);
  return {
    currency, places, level: taxRounding?.level ?? 'taxSubtotal', mode: taxRounding?.mode ?? 'halfUp',
    step: pow10(Math.max(0, places - (taxRounding?.scale ?? places))), included: pricesIncludeTax,
  };
}

/** Amounts of one tax category, in minor units. */
interface Sum { category: TaxCategory; taxable: bigint; tax: bigint; path: string }

/** Taxable with a tax of zero: the percent may be absent. */
const untaxed = new Set<TaxCategory['code']>(['Z', 'E', 'AE', 'K', 'G', 'O']);
/** EN 16931 names its rules by other letters for some categories. */
const ruleLetters: Partial<Record<TaxCategory['code'], string>> = { K: 'IC', L: 'AF', M: 'AG' };
const zero: Fraction = { numerator: 0n, denominator: 1n };

/**
 * Adds up taxable amounts and taxes by category and holds them against the tax totals of a document. What a tax must be
 * depends on where the source rounded (`taxRounding.level`): at `line` and `unit` it is the sum of the lines' taxes, taken as
 * the lines state them in `taxes` (without, computed from their percent); at `taxSubtotal` the percent of the category's
 * taxable amount; at `document` only the total of all categories is exact. Where prices include tax, it is taken out of the
 * gross amount.
 */
export class TaxBreakdown {
  readonly #lines = new Map<string, Sum>();
  readonly #fractions = new Map<string, Fraction>();
  readonly #unassigned: { path: string; charge: boolean }[] = [];

  constructor(private readonly context: TaxContext, private readonly issues: Issue[]) {}

  /** Counts a line or shipping line of this net amount (and gross amount, if its price includes tax); returns its tax. */
  addLine(line: { taxCategory: TaxCategory; taxes?: TaxSubtotal[] }, net: bigint, gross: bigint | undefined, path: string): bigint {
    const { taxCategory, taxes } = line;
    if (taxes === undefined || taxes.length === 0) {
      const tax = this.#compute(taxCategory, net, gross);
      if (tax !== 0n && this.context.level === 'unit') this.#issue(`${path}.taxes`, 'TAX-1', 'is needed, because taxRounding.level is unit');
      count(this.#lines, taxCategory, net, tax, path);
      return tax;
    }
    let sum = 0n;
    for (const { category, taxableAmount, taxAmount } of taxes) {
      const tax = toUnits(taxAmount.value, this.context.places);
      count(this.#lines, category, toUnits(taxableAmount.value, this.context.places), tax, path);
      sum += tax;
    }
    return sum;
  }

  addAllowanceCharge(entry: AllowanceCharge, path: string): void {
    const amount = toUnits(entry.amount.value, this.context.places) * (entry.chargeIndicator ? 1n : -1n);
    if (entry.taxCategory) count(this.#lines, entry.taxCategory, amount, this.#compute(entry.taxCategory, amount, undefined), path);
    else if (amount !== 0n) this.#unassigned.push({ path, charge: entry.chargeIndicator });
  }

  /** Checks the tax totals that stand in the document's currency and returns their sum. */
  check(totals: readonly TaxTotal[]): bigint {
    const { places, currency, level } = this.context;
    const stated = new Map<string, Sum>();
    let all = 0n;
    totals.forEach(({ taxAmount, subtotals }, t) => {
      if (taxAmount.currency !== currency) return;
      let sum = 0n;
      subtotals.forEach((subtotal, s) => {
        const tax = toUnits(subtotal.taxAmount.value, places);
        sum += tax;
        count(stated, subtotal.category, toUnits(subtotal.taxableAmount.value, places), tax, `taxTotals[${t}].subtotals[${s}]`);
      });
      const amount = toUnits(taxAmount.value, places);
      if (sum !== amount) this.#differs(`taxTotals[${t}].taxAmount`, 'BR-CO-14', amount, sum, 'the sum of its subtotals');
      all += amount;
    });
    for (const [key, subtotal] of stated) this.#subtotal(subtotal, this.#lines.get(key));
    if (level === 'document') this.#total(stated.values(), all);
    this.#rest(stated);
    return all;
  }

  /** The subtotal of a category against what the lines say about it. */
  #subtotal({ category, taxable, tax, path }: Sum, lines: Sum | undefined): void {
    const { level, included, step } = this.context;
    const expected = lines?.taxable ?? 0n;
    if (taxable !== expected) {
      this.#differs(`${path}.taxableAmount`, `BR-${ruleLetters[category.code] ?? category.code}-08`, taxable, expected, `what lines, charges and allowances have in ${label(category)}`);
    }
    if (level === 'line' || level === 'unit') {
      const due = lines?.tax ?? 0n;
      if (tax !== due) this.#differs(`${path}.taxAmount`, 'BR-CO-17', tax, due, `the sum of the taxes of the lines in ${label(category)}`);
    } else if (category.percent === undefined && !untaxed.has(category.code)) {
      this.#issue(`${path}.category.percent`, 'BR-CO-17', 'is needed to check the tax');
    } else {
      const due = this.#compute(category, taxable, included ? taxable + tax : undefined);
      // Where only the total is rounded, the share of a category may be rounded either way.
      if (abs(tax - due) > (level === 'document' ? step : 0n)) this.#differs(`${path}.taxAmount`, 'BR-CO-17', tax, due, `the tax on the taxable amount in ${label(category)}`);
    }
  }

  /** Level document: the exact taxes of all categories are added up and rounded once. */
  #total(subtotals: Iterable<Sum>, stated: bigint): void {
    const { included, mode, step } = this.context;
    let { numerator, denominator } = zero;
    for (const { category, taxable, tax } of subtotals) {
      const part = this.#part(category, taxable, included ? taxable + tax : undefined);
      numerator = numerator * part.denominator + part.numerator * denominator;
      denominator *= part.denominator;
    }
    const due = divide(numerator, denominator * step, mode) * step;
    if (stated !== due) this.#differs('taxTotals', 'BR-CO-17', stated, due, 'the tax of all categories together');
  }

  /** What no subtotal speaks of. */
  #rest(stated: ReadonlyMap<string, Sum>): void {
    for (const [key, { category, taxable, path }] of this.#lines) {
      if (stated.has(key) || taxable === 0n || this.#fraction(category).numerator === 0n) continue;
      this.#issue(path, 'BR-CO-18', `no tax subtotal for ${label(category)}`);
    }
    if (stated.size === 0) return;
    for (const { path, charge } of this.#unassigned) this.#issue(`${path}.taxCategory`, charge ? 'BR-37' : 'BR-32', 'is needed to know the tax on it');
  }

  #compute(category: TaxCategory, net: bigint, gross: bigint | undefined): bigint {
    const { numerator, denominator } = this.#part(category, net, gross);
    if (numerator === 0n) return 0n;
    const { mode, step } = this.context;
    return divide(numerator, denominator * step, mode) * step;
  }

  /** The exact tax on a net amount, or in a gross amount if that is given. */
  #part(category: TaxCategory, net: bigint, gross: bigint | undefined): Fraction {
    const { numerator, denominator } = this.#fraction(category);
    return gross === undefined
      ? { numerator: net * numerator, denominator }
      : { numerator: gross * numerator, denominator: denominator + numerator };
  }

  #fraction({ code, percent = '0' }: TaxCategory): Fraction {
    if (untaxed.has(code)) return zero;
    let fraction = this.#fractions.get(percent);
    if (!fraction) {
      const { digits, scale } = parseDecimal(percent);
      this.#fractions.set(percent, fraction = { numerator: digits, denominator: pow10(scale + 2) });
    }
    return fraction;
  }

  #differs(path: string, rule: string, actual: bigint, expected: bigint, what: string): void {
    const { places } = this.context;
    this.#issue(path, rule, `is ${fromUnits(actual, places)}, but ${what} is ${fromUnits(expected, places)}`);
  }

  #issue(path: string, rule: string, message: string): void { this.issues.push({ path, rule, message }); }
}

function count(sums: Map<string, Sum>, category: TaxCategory, taxable: bigint, tax: bigint, path: string): void {
  const key = keyOf(category);
  const sum = sums.get(key);
  if (sum) {
    sum.taxable += taxable;
    sum.tax += tax;
  } else {
    sums.set(key, { category, taxable, tax, path });
  }
}

function keyOf({ code, percent, scheme, jurisdiction }: TaxCategory): string {
  const rate = percent === undefined || untaxed.has(code) ? '' : percent.includes('.') ? percent.replace(/\.?0+$/, '') : percent;
  return `${code}|${rate}|${scheme ?? ''}|${jurisdiction ?? ''}`;
}

function label({ code, percent, jurisdiction }: TaxCategory): string {
  return `category ${code}${percent === undefined ? '' : ` ${percent} %`}${jurisdiction === undefined ? '' : ` (${jurisdiction})`}`;
}
