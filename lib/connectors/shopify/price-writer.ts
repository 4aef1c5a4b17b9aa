import { grouped } from '../../documents/grouped';
import { DataError, SyncError } from '../../errors';
import { priceBatch } from './entities';
import type { Graphql } from './graphql';
import { refusal, type UserError } from './graphql-errors';
import type { Price, PriceSet } from './price-documents';
import type { PriceTarget } from './price-lists';
import { addPricesMutation, deletePricesMutation, quantityPricingMutation, variantPricesMutation } from './queries';

/** A change of a price, with everything it takes. */
export interface PriceChange {
  target: PriceTarget;
  /** Names the price in errors. */
  record: string;
  variant: string;
  product: string;
  /** What is there now; undefined: nothing fixed. */
  before: Price | undefined;
  /** Undefined: it is to go. */
  after: Price | undefined;
  rule: PriceSet['rule'];
}

/** A change of prices in one call: which of them an error minds is told by its field. */
interface Call { document: string; variables: Record<string, unknown>; place: (field: string[]) => PriceChange | undefined }

type Failures = Map<PriceChange, SyncError>;

/** Sends changes of prices in as few calls as the shop takes. */
export class PriceWriter {
  constructor(private readonly graphql: Graphql, private readonly system: string, private readonly onListGone: () => void) {}

  /** Those that failed, and why; all others are as they should be. Throws what concerns all. */
  async write(changes: readonly PriceChange[]): Promise<Failures> {
    const failures: Failures = new Map();
    for (const [list, some] of grouped(changes, ({ target }) => target.id)) {
      if (list === undefined) await this.#writeVariants(some, failures);
      // Quantity pricing does all at once, but only a shop with B2B has it.
      else if (some.some(hasQuantities)) await this.#writeList(pricingBatches(some), (batch) => pricingCall(list, batch), failures);
      else {
        await this.#writeList(slices(some.filter(({ after }) => after)), (batch) => addCall(list, batch), failures);
        await this.#writeList(slices(some.filter(({ after }) => !after)), (batch) => deleteCall(list, batch), failures);
      }
    }
    return failures;
  }

  /** A call is all or nothing: what it refuses is told, the rest sent again. */
  async #writeList(queue: PriceChange[][], make: (batch: PriceChange[]) => Call, failures: Failures): Promise<void> {
    for (let batch = queue.shift(); batch; batch = queue.shift()) {
      const { document, variables, place } = make(batch);
      const record = namesOf(batch);
      const answer = await this.graphql.run<Record<string, { userErrors: UserError[] }>>(document, variables, { record });
      const userErrors = Object.values(answer)[0]?.userErrors ?? [];
      if (userErrors.length === 0) continue;
      const wrong = grouped(userErrors, ({ field }) => place(field ?? []));
      const general = wrong.get(undefined);
      if (general?.[0]?.code === 'PRICE_LIST_NOT_FOUND') {
        this.onListGone();
        for (const change of batch) failures.set(change, this.#refused(general, change));
      } else if (general) throw refusal(general, { system: this.system }, record) as SyncError;
      else {
        for (const [change, errors] of wrong) {
          const isGone = change?.after === undefined && /PRICE_NOT_FIXED$/.test(errors[0]?.code ?? '');
          if (change && !isGone) failures.set(change, this.#refused(errors, change));
        }
        const good = batch.filter((change) => !wrong.has(change));
        if (good.length > 0) queue.unshift(good);
      }
    }
  }

  /** The shop's own prices are set product by product; what fails for one says nothing of the others. */
  async #writeVariants(changes: PriceChange[], failures: Failures): Promise<void> {
    const batches = [...grouped(changes, ({ product }) => product).values()].flatMap(slices);
    const failed = await Promise.all(batches.map(async (batch) => {
      const variants = batch.map(variantInput);
      try {
        const { productVariantsBulkUpdate: { userErrors } } = await this.graphql.run<{ productVariantsBulkUpdate: { userErrors: UserError[] } }>(
          variantPricesMutation, { product: batch[0]?.product, variants }, { record: namesOf(batch) });
        for (const [change, errors] of grouped(userErrors, ({ field }) => field?.[0] === 'variants' ? batch[Number(field[1])] : undefined)) {
          for (const one of change ? [change] : batch) failures.set(one, this.#refused(errors, one));
        }
        return undefined;
      } catch (reason) {
        if (!(reason instanceof SyncError)) throw reason;
        for (const change of batch) failures.set(change, reason);
        return reason;
      }
    }));
    const [first] = failed;
    if (first && failed.every(Boolean)) throw first;
  }

  #refused(errors: UserError[], { record }: PriceChange): SyncError {
    return refusal(errors, { system: this.system }, record) ?? new DataError('DATA_REFUSED', `${this.system} refused ${record}.`, { system: this.system, record });
  }
}

function namesOf(batch: PriceChange[]): string { return batch.length === 1 && batch[0] ? batch[0].record : `${String(batch.length)} prices`; }

/** A compare-at price that stays is left out. */
function variantInput({ variant, before, after }: PriceChange): object {
  const stays = after?.compareAtPrice === before?.compareAtPrice;
  return { id: variant, price: after?.price, ...(stays ? {} : { compareAtPrice: after?.compareAtPrice ?? null }) };
}

function hasQuantities({ before, after, rule }: PriceChange): boolean {
  return rule !== undefined || (before?.tiers.length ?? 0) > 0 || (after?.tiers.length ?? 0) > 0;
}

function slices(changes: PriceChange[]): PriceChange[][] {
  return Array.from({ length: Math.ceil(changes.length / priceBatch) }, (_, n) => changes.slice(n * priceBatch, (n + 1) * priceBatch));
}

/** As many that none of the lists in a call gets too long. */
function pricingBatches(changes: PriceChange[]): PriceChange[][] {
  const batches: PriceChange[][] = [];
  let tiers = Infinity;
  for (const change of changes) {
    const batch = batches.at(-1);
    const more = change.after?.tiers.length ?? 0;
    if (batch && batch.length < priceBatch && tiers + more <= priceBatch) {
      batch.push(change);
      tiers += more;
    } else {
      batches.push([change]);
      tiers = more;
    }
  }
  return batches;
}

function money(amount: string, { target }: PriceChange): object { return { amount, currencyCode: target.currency }; }

function priceInput(change: PriceChange, { price, compareAtPrice }: Price): object {
  // Left out, a compare-at price would go.
  return { variantId: change.variant, price: money(price, change), ...(compareAtPrice === null ? {} : { compareAtPrice: money(compareAtPrice, change) }) };
}

function addCall(list: string, batch: PriceChange[]): Call {
  const prices = batch.flatMap((change) => change.after ? [priceInput(change, change.after)] : []);
  return { document: addPricesMutation, variables: { list, prices }, place: placeIn('prices', batch) };
}

function deleteCall(list: string, batch: PriceChange[]): Call {
  const variantIds = batch.map(({ variant }) => variant);
  return { document: deletePricesMutation, variables: { list, variantIds }, place: placeIn('variantIds', batch) };
}

function placeIn(list: string, batch: PriceChange[]): Call['place'] { return ([name, index]) => name === list ? batch[Number(index)] : undefined; }

function pricingCall(list: string, batch: PriceChange[]): Call {
  const parts: Record<string, { value: unknown; of: PriceChange }[]> = {
    pricesToAdd: [], pricesToDeleteByVariantId: [], quantityRulesToAdd: [], quantityRulesToDeleteByVariantId: [],
    quantityPriceBreaksToAdd: [], quantityPriceBreaksToDelete: [], quantityPriceBreaksToDeleteByVariantId: [],
  };
  for (const change of batch) {
    const { variant, before, after, rule } = change;
    const add = (name: string, value: unknown): void => { parts[name]?.push({ value, of: change }); };
    if (after) add('pricesToAdd', priceInput(change, after));
    else add('pricesToDeleteByVariantId', variant);
    if (!sameTiers(before, after)) {
      if (before && before.tiers.length > 0) add('quantityPriceBreaksToDeleteByVariantId', variant);
      for (const { minimum, price } of after?.tiers ?? []) {
        add('quantityPriceBreaksToAdd', { variantId: variant, minimumQuantity: minimum, price: money(price, change) });
      }
    }
    if (rule) add('quantityRulesToAdd', { variantId: variant, ...rule });
  }
  const input = Object.fromEntries(Object.entries(parts).map(([name, items]) => [name, items.map(({ value }) => value)]));
  return { document: quantityPricingMutation, variables: { list, input }, place: ([, name, index]) => parts[name ?? '']?.[Number(index)]?.of };
}

/** Are the quantity breaks the same? */
export function sameTiers(before: Price | undefined, after: Price | undefined): boolean {
  const [one = [], other = []] = [before?.tiers, after?.tiers];
  return one.length === other.length && one.every(({ minimum, price }, index) => other[index]?.minimum === minimum && other[index].price === price);
}

/** Does a list say the same of a SKU? */
export function samePrice(before: Price | undefined, after: Price | undefined): boolean {
  return before?.price === after?.price && before?.compareAtPrice === after?.compareAtPrice && sameTiers(before, after);
}
