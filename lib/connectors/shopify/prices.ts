import { grouped } from '../../documents/grouped';
import { ConfigError, DataError, SyncError } from '../../errors';
import type { BulkOutcome, FieldChange, ListOptions, Native, Page, WriteResult } from '../contract';
import type { Graphql } from './graphql';
import { priceExternalId, priceId, priceIdParts, type Price, type PriceEntryWrite, type PriceRecord, type PriceWrite } from './price-documents';
import { PriceErrors } from './price-errors';
import type { PriceLists, PriceTarget } from './price-lists';
import { PriceReader, type ListedPrice, type PricedVariant } from './price-reader';
import { guardDeletions, PriceSnapshots } from './price-snapshots';
import { PriceWriter, samePrice, type PriceChange } from './price-writer';

/** An entry of a document on its way to its target. */
interface Job { document: number; entry: PriceEntryWrite; target: PriceTarget; record: string }

/** What an entry changes; undefined: nothing. */
type Planned = PriceChange | SyncError | undefined;
type Ended = 'created' | 'updated' | 'unchanged' | SyncError;

/** A price that a whole list does not name. */
type Rest = PriceChange & { sku: string };

/** Of those that stay nevertheless so many are named. */
const shownSkus = 10;
/** Prices a page, and as many at most. */
const pageSizes = { usual: 100, most: 250 };

/** Prices of the lists that the settings name: read, compared, and written where they differ. No other list is touched. */
export class Prices {
  readonly #reader: PriceReader;
  readonly #writer: PriceWriter;
  readonly #errors: PriceErrors;
  readonly #snapshots = new PriceSnapshots();

  constructor(graphql: Graphql, private readonly system: string, private readonly lists: PriceLists, private readonly now: () => number) {
    this.#reader = new PriceReader(graphql);
    this.#writer = new PriceWriter(graphql, system, () => { lists.forget(); });
    this.#errors = new PriceErrors(system);
  }

  /** Each price of each list in the settings; prices have no time of change to go by. */
  async* list({ cursor, pageSize = pageSizes.usual, signal }: ListOptions = {}): AsyncIterable<Page> {
    const targets = await this.lists.targets();
    let [at, after] = cursorParts(cursor);
    for (let target = targets[at]; target; target = targets[at]) {
      const readAt = this.now();
      const { prices, after: next } = await this.#page(target, Math.min(pageSize, pageSizes.most), after, signal);
      const of = target;
      after = next;
      if (after === null) at++;
      yield { records: prices.map((price) => this.#record(of, price, readAt)), ...(at < targets.length ? { cursor: `${String(at)}:${after ?? ''}` } : {}) };
    }
  }

  /** Those of the lists in the settings; undefined if the shop has more lists than it counts in one call. */
  async count(): Promise<number | undefined> {
    const counts = await this.#reader.counts();
    const each = (await this.lists.targets()).map(({ id }) => counts.get(id));
    return each.reduce<number | undefined>((sum, count) => sum === undefined || count === undefined ? undefined : sum + count, 0);
  }

  /**
   * `<list>/<currency>/<sku>`; nothing where the list has no price of its own for it, or the SKU is that of several variants.
   * Throws DataError for a list that the settings do not name.
   */
  async get(id: string): Promise<Native | undefined> {
    const parts = priceIdParts(id);
    if (!parts) return undefined;
    const target = await this.lists.target(parts.list, parts.currency);
    const readAt = this.now();
    const [variant, other] = (await this.#reader.variants([parts.sku])).get(parts.sku) ?? [];
    if (!variant || other) return undefined;
    const price = (await this.#reader.current(target, [variant]))?.get(variant.id);
    return price && this.#record(target, { variant, price }, readAt);
  }

  /** How each ended, in their order. Of a document with many entries those that can be are written, whatever becomes of the others. */
  async write(documents: PriceWrite[]): Promise<BulkOutcome[]> {
    const { jobs, refused } = await this.#jobs(documents);
    documents.forEach((document, index) => { if (!refused.has(index)) this.#snapshots.note(document); });
    const ended = new Map<Job, Ended>();
    // What comes twice is written in its order.
    for (const wave of waves(jobs)) await this.#writeWave(wave, ended);
    const ofDocument = grouped(jobs, ({ document }) => document);
    const outcomes: BulkOutcome[] = [];
    for (const [index, document] of documents.entries()) {
      const error = refused.get(index);
      outcomes.push(error ? { error } : await this.#outcome(document, (ofDocument.get(index) ?? []).map((job) => ended.get(job) ?? 'unchanged')));
    }
    return outcomes;
  }

  /** What a write would change of each entry; what a whole list does not name is not told. */
  async preview(document: PriceWrite): Promise<FieldChange[]> {
    const { jobs, refused } = await this.#jobs([document]);
    const error = refused.get(0);
    if (error) throw error;
    return (await this.#plan(jobs)).flatMap((planned, index) => {
      if (planned instanceof SyncError) throw planned;
      return planned ? changesOf(planned, jobs.length === 1 ? '' : `entries[${String(index)}].`) : [];
    });
  }

  async #jobs(documents: PriceWrite[]): Promise<{ jobs: Job[]; refused: Map<number, SyncError> }> {
    const jobs: Job[] = [];
    const refused = new Map<number, SyncError>();
    for (const [index, { list, currency, taxIncluded, entries }] of documents.entries()) {
      try {
        const target = await this.lists.target(list, currency);
        if (target.taxesIncluded !== taxIncluded) throw this.#errors.tax(list, currency, taxIncluded);
        for (const entry of entries) jobs.push({ document: index, entry, target, record: `price ${priceId(list, currency, entry.sku)}` });
      } catch (reason) {
        if (!(reason instanceof DataError)) throw reason;
        refused.set(index, reason);
      }
    }
    return { jobs, refused };
  }

  async #writeWave(jobs: Job[], ended: Map<Job, Ended>): Promise<void> {
    const planned = await this.#plan(jobs);
    const failures = await this.#writer.write(planned.filter((one): one is PriceChange => one !== undefined && !(one instanceof SyncError)));
    jobs.forEach((job, index) => {
      const one = planned[index];
      if (one === undefined) ended.set(job, 'unchanged');
      else ended.set(job, one instanceof SyncError ? one : failures.get(one) ?? (one.before ? 'updated' : 'created'));
    });
  }

  /** Compares with what is there. */
  async #plan(jobs: readonly Job[]): Promise<Planned[]> {
    const variants = await this.#reader.variants(jobs.map(({ entry }) => entry.sku));
    const planned = new Map<Job, Planned>();
    for (const some of grouped(jobs, ({ target }) => target.id).values()) {
      const [{ target }] = some as [Job];
      const wanted = some.flatMap(({ entry }) => variants.get(entry.sku) ?? []);
      const current = await this.#reader.current(target, wanted);
      if (!current) this.lists.forget();
      for (const job of some) {
        planned.set(job, current ? this.#compare(job, variants.get(job.entry.sku) ?? [], current) : this.#errors.listGone(job.target.list, job.target.currency));
      }
    }
    return jobs.map((job) => planned.get(job));
  }

  #compare({ entry: { sku, set }, target, record }: Job, [variant, other]: PricedVariant[], current: ReadonlyMap<string, Price>): Planned {
    // Nothing can be deleted of what is not there.
    if (!variant) return set && this.#errors.unknownItem(sku, record);
    if (other) return this.#errors.ambiguousItem(sku, record, [variant.id, other.id]);
    if (target.id === undefined) {
      if (!set) return this.#errors.ended(record, `${variant.price} ${target.currency}`);
      if (set.tiers.length > 0 || set.rule) return this.#errors.own(record, 'cannot depend on the quantity');
    }
    const before = current.get(variant.id);
    const after = set && { price: set.price, tiers: set.tiers, compareAtPrice: set.compareAtPrice === undefined ? before?.compareAtPrice ?? null : set.compareAtPrice };
    if (samePrice(before, after) && !set?.rule) return undefined;
    return { target, record, variant: variant.id, product: variant.product.id, before, after, rule: set?.rule };
  }

  async #outcome(document: PriceWrite, ended: Ended[]): Promise<BulkOutcome> {
    const { list, currency, entries, whole } = document;
    const errors = ended.filter((one): one is SyncError => one instanceof SyncError);
    let warning: string | undefined;
    try {
      if (whole?.last) warning = await this.#deleteRest(document);
    } catch (reason) {
      if (!(reason instanceof DataError)) throw reason;
      errors.push(reason);
    }
    if (errors.length > 0) return { error: this.#errors.several(errors, list, currency) };
    const [only, other] = entries;
    const externalId = only && !other ? priceExternalId(this.system, list, currency, only.sku)
      : { system: this.system, type: 'PriceList', id: `${list}/${currency}`, number: list };
    const [outcome = 'unchanged', ...more] = new Set(ended as WriteResult['outcome'][]);
    return { result: { entity: 'price', outcome: more.length > 0 ? 'updated' : outcome, externalId, ...(warning === undefined ? {} : { warnings: [warning] }) } };
  }

  /** After the last page of a whole list: what it did not name goes. Returns why it does not, where nothing is wrong with the document. */
  async #deleteRest(document: PriceWrite): Promise<string | undefined> {
    const { list, currency } = document;
    const kept = `what the whole price list ${list}/${currency} does not name was not deleted from ${this.system}`;
    const named = this.#snapshots.named(document);
    if (!named) return `Not all its pages are known, as after a restart: ${kept}. Send the list again.`;
    const target = await this.lists.target(list, currency);
    const { rest, gone, all } = await this.#rest(target, named);
    if (target.id === undefined) {
      const skus = rest.slice(0, shownSkus).map(({ before, sku }) => `${sku} (${before?.price ?? ''})`);
      return gone === 0 ? undefined : `No variant can be without a price: ${kept}, ${String(gone)} of ${String(all)}: ${skus.join(', ')}${gone > skus.length ? ', …' : ''}.`;
    }
    guardDeletions(gone, all, `price list ${list}/${currency}`, this.system);
    const [failure] = (await this.#writer.write(rest)).values();
    if (failure) throw failure;
    this.#snapshots.done(document);
    return undefined;
  }

  /** Prices that a whole list does not name, not many more than may be deleted, and how many there are; those of variants without a SKU are none of its business. */
  async #rest(target: PriceTarget, named: ReadonlySet<string>): Promise<{ rest: Rest[]; gone: number; all: number }> {
    const { list, currency } = target;
    const rest: Rest[] = [];
    let [all, gone] = [0, 0];
    let after: string | null = null;
    do {
      const page = await this.#page(target, pageSizes.most, after);
      ({ after } = page);
      all += page.prices.length;
      for (const { variant, price } of page.prices) {
        if (!variant.sku || named.has(variant.sku)) continue;
        // Of more than these the guard lets none through.
        if (gone++ > pageSizes.most) continue;
        rest.push({ target, record: `price ${priceId(list, currency, variant.sku)}`, sku: variant.sku, variant: variant.id, product: '', before: price, after: undefined, rule: undefined });
      }
    } while (after !== null);
    return { rest, gone, all };
  }

  async #page(target: PriceTarget, first: number, after: string | null, signal?: AbortSignal): Promise<{ prices: ListedPrice[]; after: string | null }> {
    const page = await this.#reader.page(target, first, after, signal);
    if (page) return page;
    this.lists.forget();
    throw this.#errors.listGone(target.list, target.currency);
  }

  #record({ list, currency, taxesIncluded }: PriceTarget, { variant, price }: ListedPrice, readAt: number): PriceRecord {
    return { list, currency, taxIncluded: taxesIncluded, sku: variant.sku, variant: variant.id, ...price, readAt: new Date(readAt).toISOString() };
  }
}

/** What names a price that was read, and when that was. */
export function identifyPrice(native: Native): { id: string; time: string } {
  const { list, currency, sku, variant, readAt } = native as PriceRecord;
  return { id: priceId(list, currency, sku ?? variant), time: readAt };
}

/** `3:abc`: after `abc` in the fourth list. */
function cursorParts(cursor = '0:'): [at: number, after: string | null] {
  const [, at, after] = /^(\d+):(.*)$/.exec(cursor) ?? [];
  if (at === undefined) throw new ConfigError('CONFIG_CURSOR', `"${cursor}" is no cursor of a list of prices.`);
  return [Number(at), after || null];
}

/** Jobs in groups of which none names a price twice, each after those that came before it. */
function waves(jobs: readonly Job[]): Job[][] {
  const seen = new Map<string, number>();
  const found: Job[][] = [];
  for (const job of jobs) {
    const key = `${job.target.id ?? ''} ${job.entry.sku}`;
    const wave = seen.get(key) ?? 0;
    seen.set(key, wave + 1);
    (found[wave] ??= []).push(job);
  }
  return found;
}

/** Quantity breaks are one field: they are written together. */
function changesOf({ before, after, rule }: PriceChange, at: string): FieldChange[] {
  const shown = (price: Price | undefined, name: keyof Price): unknown => {
    const value = price?.[name];
    return value === null || value?.length === 0 ? undefined : value;
  };
  const changes = (['price', 'compareAtPrice', 'tiers'] as const).flatMap((name): FieldChange[] => {
    const [old, now] = [shown(before, name), shown(after, name)];
    if (JSON.stringify(old) === JSON.stringify(now)) return [];
    return [{ path: `${at}${name}`, ...(old === undefined ? {} : { before: old }), ...(now === undefined ? {} : { after: now }) }];
  });
  return rule ? [...changes, { path: `${at}quantityRule`, after: rule }] : changes;
}
