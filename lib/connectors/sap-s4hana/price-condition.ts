import Big from 'big.js';
import { minorUnits } from '../../documents/codes';
import { DataError } from '../../errors';
import type { Native } from '../contract';
import { listOf, text } from './fields';

export interface Amount { value: string; currency: string }

/** What names a price. */
export interface PriceKey { list: string; currency: string; Material: string }

/** From a quantity on, in the base unit. */
export interface Break { minQuantity: string; price: Amount }

/** A condition of a list, read as a price per quantity of the material's base unit. Throws DataError for what cannot be told exactly. */
export class PriceCondition {
  readonly baseUnit: string;
  /** Base units that a price is for, in lowest terms: a whole number, for prices are taken times `times`. */
  readonly per: bigint;
  readonly #times: bigint;

  constructor(private readonly key: PriceKey, private readonly condition: Native) {
    const kind = text(condition, 'ConditionCalculationType');
    if (kind !== 'C') {
      const type = text(condition, 'ConditionType');
      throw refused(key, 'DATA_NO_PRICE',
        `condition type ${type} is not a price per quantity (calculation type ${kind || 'none'}). Percentages and fixed amounts make no price list`);
    }
    const document = text(condition, 'TransactionCurrency');
    if (document !== '' && document !== key.currency) {
      throw refused(key, 'DATA_PRICE_CURRENCY', `its condition is for documents in ${document}, so SAP converts the rate`);
    }
    this.baseUnit = text(condition, 'BaseUnit') || text(condition, 'ConditionQuantityUnit');
    const { numerator, denominator } = this.#factor();
    const quantity = numerator * (whole(condition, 'ConditionQuantity') || 1n);
    const divisor = gcd(quantity, denominator);
    this.per = quantity / divisor;
    this.#times = denominator / divisor;
  }

  /** The price, which a scale's first line stands for if it begins at one, and what is paid from other quantities on. */
  prices(): { price: Amount | undefined; breaks: Break[] } {
    const lines = this.#scale().map((row) => ({ row, quantity: decimal(row, 'ConditionScaleQuantity') })).sort((a, b) => a.quantity.cmp(b.quantity));
    const [first, ...others] = lines;
    if (!first) return { price: this.#amount(this.#rate()), breaks: [] };
    const begins = first.quantity.lte(1);
    return {
      price: begins ? this.#amount(this.#rate(first.row)) : undefined,
      breaks: (begins ? others : lines).map(({ row, quantity }) => ({ minQuantity: this.#inBaseUnit(row, quantity), price: this.#amount(this.#rate(row)) })),
    };
  }

  /** The price for as much as another one is for. */
  priceFor({ per, baseUnit }: PriceCondition): Amount {
    const value = this.baseUnit === baseUnit ? quotient(this.#rate().times(String(per)), this.per) : undefined;
    if (value) return this.#amount(value);
    throw refused(this.key, 'DATA_PRICE_NOT_EXACT',
      `the compare-at price is per ${String(this.per)} ${this.baseUnit}, which cannot be said exactly per ${String(per)} ${baseUnit}`);
  }

  /** For `per` base units. */
  #rate(row = this.condition): Big {
    const rate = decimal(row, 'ConditionRateValue');
    const currency = text(row, 'ConditionRateValueUnit');
    if (currency !== '' && currency !== this.key.currency) throw refused(this.key, 'DATA_PRICE_CURRENCY', `a rate of its scale is in ${currency}`);
    if (rate.lt(0)) throw refused(this.key, 'DATA_NO_PRICE', 'a price cannot be negative');
    return rate.times(String(this.#times));
  }

  /** At least the decimals of the currency; prices may be finer. */
  #amount(value: Big): Amount {
    const { currency } = this.key;
    const places = minorUnits(currency);
    return { value: value.eq(value.round(places)) ? value.toFixed(places) : value.toFixed(), currency };
  }

  /** One of the condition's unit is numerator / denominator of the base unit. */
  #factor(): { numerator: bigint; denominator: bigint } {
    const unit = text(this.condition, 'ConditionQuantityUnit');
    if (unit === '' || unit === this.baseUnit) return { numerator: 1n, denominator: 1n };
    const [numerator, denominator] = [whole(this.condition, 'ConditionToBaseQtyNmrtr'), whole(this.condition, 'ConditionToBaseQtyDnmntr')];
    if (numerator > 0n && denominator > 0n) return { numerator, denominator };
    throw refused(this.key, 'DATA_PRICE_UNIT', `it is per ${unit}, and SAP does not say what one ${unit} is in ${this.baseUnit}. Maintain the unit at the material`);
  }

  /** The lines of the scale, of which only those that begin from a quantity can be told. A scale of one line may stand in the condition itself. */
  #scale(): Native[] {
    const lines = listOf(this.condition['to_SlsPrcgCndnRecordScale']);
    const scale = lines.length === 0 && decimal(this.condition, 'ConditionScaleQuantity').gt(0) ? [this.condition] : lines;
    if (scale.length === 0) return scale;
    const [basis, type] = [text(this.condition, 'PricingScaleBasis'), text(this.condition, 'PricingScaleType')];
    if (basis !== 'C') throw refused(this.key, 'DATA_PRICE_SCALE', `its scale goes by something else than quantity (basis ${basis || 'none'})`);
    if (type !== 'A' && type !== '') throw refused(this.key, 'DATA_PRICE_SCALE', `its scale is of type ${type}, which does not say from which quantity on a price holds`);
    return scale;
  }

  #inBaseUnit(row: Native, quantity: Big): string {
    const unit = text(row, 'ConditionScaleQuantityUnit');
    if (unit === '' || unit === this.baseUnit) return quantity.toFixed();
    const { numerator, denominator } = this.#factor();
    const value = unit === text(this.condition, 'ConditionQuantityUnit') ? quotient(quantity.times(String(numerator)), denominator) : undefined;
    if (value) return value.toFixed();
    throw refused(this.key, 'DATA_PRICE_UNIT', `its scale begins at ${quantity.toFixed()} ${unit}, which cannot be said exactly in ${this.baseUnit}`);
  }
}

/** An error about a price; `why` ends the sentence. */
export function refused({ list, currency, Material }: PriceKey, code: `DATA_${string}`, why: string): DataError {
  const record = `price ${list}/${currency}/${Material}`;
  return new DataError(code, `The ${record} cannot be told: ${why}.`, { record });
}

/** The exact quotient with the decimals that documents have room for; undefined if there is none. */
function quotient(total: Big, divisor: bigint): Big | undefined {
  const value = total.div(String(divisor)).round(8);
  return value.times(String(divisor)).eq(total) ? value : undefined;
}

function decimal(row: Native, name: string): Big { return new Big(text(row, name) || 0); }

/** SAP sends whole numbers as decimals. */
function whole(row: Native, name: string): bigint { return BigInt(decimal(row, name).toFixed(0)); }

function gcd(a: bigint, b: bigint): bigint { return b === 0n ? a : gcd(b, a % b); }
