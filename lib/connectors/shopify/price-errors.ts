import { DataError, type ErrorDetails, type Issue, type SyncError } from '../../errors';

/** Why prices of a shop cannot be written, in words. */
export class PriceErrors {
  constructor(private readonly system: string) {}

  unknownItem(sku: string, record: string): DataError {
    return this.#of('DATA_UNKNOWN_ITEM', record, `${this.system} has no variant with the SKU ${sku} (${record}). Create the product there first.`);
  }

  ambiguousItem(sku: string, record: string, variants: string[]): DataError {
    return this.#of('DATA_AMBIGUOUS_ITEM', record,
      `${this.system} has several variants with the SKU ${sku}: ${variants.join(', ')} (${record}). Give each its own SKU.`);
  }

  /** `what` the shop's own prices cannot do. */
  own(record: string, what: string): DataError {
    return this.#of('DATA_PRICE', record, `${record} ${what}: it is the own price of a variant in ${this.system}. Write the list to a price list of the shop.`);
  }

  /** The source has no price any more, and a variant cannot be without one; `price`: what it still costs. */
  ended(record: string, price: string): DataError {
    return this.#of('DATA_PRICE_ENDED', record,
      `${record} has ended, but it is the own price of a variant in ${this.system}, which cannot be without one: it still costs ${price}. Give it a price where it comes from, block the item there, or take the product out of sale.`);
  }

  listGone(list: string, currency: string): DataError {
    return this.#of('DATA_UNKNOWN_PRICE_LIST', recordOf(list, currency),
      `${this.system} no longer has the price list that ${list} in ${currency} is written to. Correct its row in the system's settings.`);
  }

  /** `taxIncluded`: do the document's prices hold their tax? The shop's do the opposite. */
  tax(list: string, currency: string, taxIncluded: boolean): DataError {
    const [theirs, ours] = taxIncluded ? ['hold value added tax', 'do not'] : ['do not hold value added tax', 'do'];
    const message = `prices of ${list} ${theirs}, those of ${this.system} ${ours}: written as they are they would be wrong by the tax. Let both agree.`;
    const record = recordOf(list, currency);
    return this.#of('DATA_PRICE_TAX', record, `${record}: ${message}`, [{ path: 'valueAddedTaxIncluded', rule: 'tax', message }]);
  }

  /** Of many prices of one document. What waiting may mend comes first: then the document is tried again. */
  several(errors: SyncError[], list: string, currency: string): SyncError {
    const [first] = errors as [SyncError];
    const other = errors.find((error) => !(error instanceof DataError));
    if (other || errors.length === 1) return other ?? first;
    const record = recordOf(list, currency);
    const issues = errors.map(({ code, message, cause }): Issue => ({ path: cause.record ?? '', rule: code, message }));
    return this.#of('DATA_PRICES', record, `${record}: ${String(errors.length)} prices were not written to ${this.system}; the first: ${first.message}`, issues);
  }

  #of(code: `DATA_${string}`, record: string, message: string, issues?: Issue[]): DataError {
    const details: ErrorDetails = { system: this.system, record, ...(issues ? { issues } : {}) };
    return new DataError(code, message, details);
  }
}

function recordOf(list: string, currency: string): string { return `price list ${list}/${currency}`; }
