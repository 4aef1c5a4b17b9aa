import type { Issue } from '../errors';
import { checkCurrencies } from './currency';
import { divide, fromUnits, parseDecimal, pow10, toUnits } from './decimal';
import { TaxBreakdown, taxContext, type TaxContext } from './tax';
import type { AllowanceCharge, Amount, Invoice, InvoiceLine, MonetaryTotal, Order, OrderLine, ShippingLine } from './types';

/**
 * Does an order or invoice add up? EN 16931 rules BR-CO-10 to 17 and the sums by tax category (BR-S-08 and its sisters),
 * for orders with shipping lines counted as charges, LINE-1, CUR-1 and BR-DEC. There is no tolerance: a rounding difference
 * of the source stands in `payableRoundingAmount` or in an allowance or charge of kind `rounding`.
 *
 * LINE-1: `lineExtensionAmount` = quantity x price / base quantity, rounded to the currency's minor units, - allowances
 * + charges. If the unit price includes tax, so do the allowances and charges of the line, and its tax goes off: the sum
 * of `taxes`, or without them the line's percent of the gross amount, rounded as `taxRounding` says.
 * Expects a document that its schema has accepted.
 */
export function checkMoney(document: Order | Invoice): Issue[] {
  const issues = checkCurrencies(document);
  // Amounts of two currencies, or of fractions of a cent, cannot be added up: more findings would only be noise.
  return issues.length > 0 ? issues : new MoneyCheck(document).run();
}

class MoneyCheck {
  readonly #issues: Issue[] = [];
  readonly #tax: TaxContext;
  readonly #places: number;
  readonly #breakdown: TaxBreakdown;

  constructor(private readonly document: Order | Invoice) {
    this.#tax = taxContext(document);
    this.#places = this.#tax.places;
    this.#breakdown = new TaxBreakdown(this.#tax, this.#issues);
  }

  run(): Issue[] {
    const { lines, allowanceCharges = [], monetaryTotal: total } = this.document;
    let lineSum = 0n;
    for (let i = 0; i < lines.length; i++) lineSum += this.#line(lines[i] as OrderLine | InvoiceLine, i);
    const { allowances, charges } = this.#sums(allowanceCharges, 'allowanceCharges');
    const shipping = 'shippingLines' in this.document ? this.#shipping(this.document.shippingLines ?? []) : 0n;
    for (let i = 0; i < allowanceCharges.length; i++) this.#breakdown.addAllowanceCharge(allowanceCharges[i] as AllowanceCharge, `allowanceCharges[${i}]`);
    const taxes = this.#breakdown.check(this.document.taxTotals);
    this.#totals(total, { lineSum, allowances, charges: charges + shipping, taxes });
    return this.#issues;
  }

  /** Checks a line and returns its net amount. */
  #line(line: OrderLine | InvoiceLine, index: number): bigint {
    const { unitPrice: price, allowanceCharges } = line;
    const quantity = parseDecimal('quantity' in line ? line.quantity.value : line.invoicedQuantity.value);
    const unit = parseDecimal(price.priceAmount.value);
    const base = price.baseQuantity ? parseDecimal(price.baseQuantity.value) : one;
    const net = this.#units(line.lineExtensionAmount);
    const path = `lines[${index}]`;
    if (base.digits <= 0n) {
      this.#issues.push({ path: `${path}.unitPrice.baseQuantity.value`, rule: 'LINE-1', message: 'must be more than zero' });
      this.#breakdown.addLine(line, net, undefined, path);
      return net;
    }
    // quantity x unit / base in minor units, as one fraction.
    const scale = quantity.scale + unit.scale - base.scale - this.#places;
    const product = quantity.digits * unit.digits;
    let amount = divide(scale < 0 ? product * pow10(-scale) : product, scale > 0 ? base.digits * pow10(scale) : base.digits, this.#tax.mode);
    if (allowanceCharges) {
      const { allowances, charges } = this.#sums(allowanceCharges, `${path}.allowanceCharges`);
      amount += charges - allowances;
    }
    const includesTax = price.includesTax ?? this.document.pricesIncludeTax ?? false;
    const tax = this.#breakdown.addLine(line, net, includesTax ? amount : undefined, path);
    const expected = includesTax ? amount - tax : amount;
    if (net !== expected) {
      this.#add(`${path}.lineExtensionAmount`, 'LINE-1', net, expected,
        includesTax ? 'quantity x price / base quantity - allowances + charges - tax' : 'quantity x price / base quantity - allowances + charges');
    }
    return net;
  }

  #shipping(lines: ShippingLine[]): bigint {
    let sum = 0n;
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i] as ShippingLine;
      const net = this.#units(line.amount);
      this.#breakdown.addLine(line, net, undefined, `shippingLines[${i}]`);
      sum += net;
    }
    return sum;
  }

  #sums(list: AllowanceCharge[], path: string): { allowances: bigint; charges: bigint } {
    let allowances = 0n;
    let charges = 0n;
    for (let i = 0; i < list.length; i++) {
      const entry = list[i] as AllowanceCharge;
      const amount = this.#units(entry.amount);
      if (amount < 0n) this.#issues.push({ path: `${path}[${i}].amount.value`, rule: 'AC-1', message: 'must not be negative: chargeIndicator has the sign' });
      if (entry.chargeIndicator) charges += amount; else allowances += amount;
    }
    return { allowances, charges };
  }

  #totals(total: MonetaryTotal, is: { lineSum: bigint; allowances: bigint; charges: bigint; taxes: bigint }): void {
    const of = (name: keyof MonetaryTotal): bigint => this.#units(total[name]);
    const expect = (name: keyof MonetaryTotal, rule: string, expected: bigint, what: string): void => {
      const actual = of(name);
      if (actual !== expected) this.#add(`monetaryTotal.${name}`, rule, actual, expected, what);
    };
    expect('lineExtensionAmount', 'BR-CO-10', is.lineSum, 'the sum of the lines');
    expect('allowanceTotalAmount', 'BR-CO-11', is.allowances, 'the sum of the allowances of the document');
    expect('chargeTotalAmount', 'BR-CO-12', is.charges, 'the sum of the charges and shipping lines');
    expect('taxExclusiveAmount', 'BR-CO-13', of('lineExtensionAmount') - of('allowanceTotalAmount') + of('chargeTotalAmount'), 'lines - allowances + charges');
    expect('taxInclusiveAmount', 'BR-CO-15', of('taxExclusiveAmount') + is.taxes, 'taxExclusiveAmount + tax');
    expect('payableAmount', 'BR-CO-16', of('taxInclusiveAmount') - of('prepaidAmount') + of('payableRoundingAmount'),
      'taxInclusiveAmount - prepaidAmount + payableRoundingAmount');
  }

  #units(amount: Amount | undefined): bigint { return amount ? toUnits(amount.value, this.#places) : 0n; }

  #add(path: string, rule: string, actual: bigint, expected: bigint, what: string): void {
    this.#issues.push({ path, rule, message: `is ${fromUnits(actual, this.#places)}, but ${what} is ${fromUnits(expected, this.#places)}` });
  }
}

const one = { digits: 1n, scale: 0 };
