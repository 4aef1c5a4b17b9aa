import type { Allocation, Discount, TaxLine, TaxRate, TaxRounding } from './model';
import { add, convert, mulDiv, noMoney, sides, spread, subtract, type Bag, type Currencies, type Side } from './money';

/** A line or a shipping line before discounts and taxes. */
export interface Charge {
  target: Discount['target'];
  quantity: number;
  /** In both currencies; `unit * quantity` is the amount charged. */
  unit: Bag;
  taxes: readonly TaxRate[];
}

export interface PricedCharge { allocations: Allocation[]; taxes: TaxLine[] }

/** Both currencies of a price in minor units of the buyer's. */
export function bagOf(presentment: number, currencies: Currencies): Bag {
  return { presentment, shop: convert(presentment, currencies.presentment, currencies.shop) };
}

/**
 * Applies discounts in their order (an amount over all lines is spread in proportion to what is left of each), then
 * taxes. Everything adds up in both currencies: no allocation takes more than its line has left.
 */
export function price(
  charges: readonly Charge[], discounts: readonly Discount[], options: { taxesIncluded: boolean; rounding: TaxRounding },
): PricedCharge[] {
  const left = charges.map((charge) => times(charge.unit, charge.quantity));
  const allocations: Allocation[][] = charges.map(() => []);
  discounts.forEach((discount, index) => {
    const targets = targetsOf(discount, charges);
    amounts(discount, targets.map((at) => left[at]?.presentment ?? 0)).forEach((presentment, k) => {
      const at = targets[k] ?? 0;
      const rest = left[at] ?? noMoney;
      if (presentment === 0) return;
      const amount = { presentment, shop: mulDiv(presentment, rest.shop, rest.presentment) };
      allocations[at]?.push({ discount: index, amount });
      left[at] = subtract(rest, amount);
    });
  });
  const taxes = taxesOf(charges, left, options);
  return charges.map((_, at) => ({ allocations: allocations[at] ?? [], taxes: taxes[at] ?? [] }));
}

function targetsOf(discount: Discount, charges: readonly Charge[]): number[] {
  const all = charges.flatMap((charge, at) => charge.target === discount.target ? [at] : []);
  return discount.selection === 'all' ? all : all.slice(discount.line ?? 0, (discount.line ?? 0) + 1);
}

/** What a discount takes from each of these remainders. */
function amounts(discount: Discount, left: readonly number[]): number[] {
  const total = left.reduce((a, b) => a + b, 0);
  const wanted = 'percent' in discount.value ? mulDiv(total, Math.round(discount.value.percent * 100), 10_000) : discount.value.fixed;
  return spread(Math.min(wanted, total), left);
}

/** The taxes of charges whose amounts after discounts are `nets`. */
export function taxesOf(
  charges: readonly Charge[], nets: readonly Bag[], { taxesIncluded, rounding }: { taxesIncluded: boolean; rounding: TaxRounding },
): TaxLine[][] {
  const lines = charges.map((charge) => charge.taxes.map((tax) => ({ ...tax, amount: { ...noMoney } })));
  const over = (charge: Charge): number => 100_000 + (taxesIncluded ? charge.taxes.reduce((sum, tax) => sum + tax.rate, 0) : 0);
  charges.forEach((charge, at) => {
    lines[at]?.forEach((line) => {
      for (const side of sides) line.amount[side] = taxOf(
        nets[at]?.[side] ?? 0, line.rate, over(charge), rounding === 'unit' ? charge.quantity : 1,
      );
    });
  });
  if (rounding === 'document') for (const side of sides) spreadOverDocument(charges, nets, lines, over, side);
  return lines;
}

function taxOf(net: number, rate: number, over: number, units: number): number {
  return mulDiv(net, rate, over * units) * units;
}

/** One rounding per rate: the tax on the sum, spread over the lines that bear it. */
function spreadOverDocument(
  charges: readonly Charge[], nets: readonly Bag[], lines: readonly TaxLine[][], over: (charge: Charge) => number, side: Side,
): void {
  const groups = new Map<string, { line: TaxLine; net: number; over: number }[]>();
  charges.forEach((charge, at) => {
    for (const line of lines[at] ?? []) {
      const key = `${line.title} ${String(line.rate)} ${String(over(charge))}`;
      groups.set(key, [...groups.get(key) ?? [], { line, net: nets[at]?.[side] ?? 0, over: over(charge) }]);
    }
  });
  for (const group of groups.values()) {
    const first = group[0];
    if (!first) continue;
    const total = mulDiv(group.reduce((sum, entry) => sum + entry.net, 0), first.line.rate, first.over);
    const parts = spread(total, group.map((entry) => entry.net));
    group.forEach(({ line }, at) => { line.amount[side] = parts[at] ?? 0; });
  }
}

export function times(bag: Bag, quantity: number): Bag { return { shop: bag.shop * quantity, presentment: bag.presentment * quantity }; }

/** What is left of an amount after its discounts. */
export function afterDiscounts(amount: Bag, allocations: readonly Allocation[]): Bag {
  return subtract(amount, add(...allocations.map((allocation) => allocation.amount)));
}
