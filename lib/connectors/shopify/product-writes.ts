import { ConfigError, DataError, type Issue } from '../../errors';
import type { FieldChange, Native, WriteResult } from '../contract';
import { externalId } from './gid';
import type { Graphql } from './graphql';
import { refusal, type UserError } from './graphql-errors';
import type { ShopifyOptions } from './options';
import { VariantBlocks } from './product-blocks';
import { indexIn, ProductCalls } from './product-calls';
import type { ProductWrite } from './product-documents';
import { isDone, productInput } from './product-input';
import { ProductLookup, type Existing } from './product-lookup';
import { metafield, planOf, type Plan } from './product-plan';
import { isHeld, noted, statusWhen, type ProductRecord, type SyncNote } from './product-record';
import { ProductTranslations, translationsDigest } from './product-translations';
import type { Products } from './products';
import { setProductMutation } from './queries';

/** What `productSet` answers. */
export interface SetProductAnswer { productSet: { product: { id: string } | null; userErrors: UserError[] } }

/**
 * Writes products: reads what is there, compares, and sends what differs. Each step can be repeated: what an interrupted
 * try has done is found by the next one and not done again.
 */
export class ProductWrites {
  readonly #system: string;
  readonly #calls: ProductCalls;
  readonly #lookup: ProductLookup;
  readonly #blocks: VariantBlocks;
  readonly #translations: ProductTranslations;

  constructor(private readonly graphql: Graphql, private readonly options: Pick<ShopifyOptions, 'system' | 'products'>, private readonly products: Products) {
    this.#system = options.system;
    this.#calls = new ProductCalls(graphql, options.system);
    this.#lookup = new ProductLookup(graphql, options.system, options.products.matchByGtin);
    this.#blocks = new VariantBlocks(graphql, this.#calls);
    this.#translations = new ProductTranslations(graphql, this.#calls);
  }

  async find(sku: string): Promise<WriteResult[]> { return (await this.#lookup.bySku(sku)).map((id) => this.#result('existing', id, sku)); }

  /** A product that has one of the document's SKUs is that product, and stays as it is. */
  async create(write: ProductWrite): Promise<WriteResult> {
    const { id, whole, taken } = await this.#lookup.existing(write);
    if (id === undefined) return this.#make(write, taken);
    return whole ? this.#result('existing', id, numberOf(write)) : { ...await this.update(id, write), outcome: 'created' };
  }

  async upsert(write: ProductWrite, known?: string): Promise<WriteResult> {
    const { id, whole = true, taken } = known === undefined ? await this.#lookup.existing(write) : { id: known };
    if (id === undefined) return this.#make(write, taken);
    const result = await this.update(id, write);
    return whole ? result : { ...result, outcome: 'created' };
  }

  /** An older state never overwrites a newer one. Throws DataError if only some variants could be written, naming the others. */
  async update(id: string, write: ProductWrite): Promise<WriteResult> {
    const product = await this.#read(id, write.record);
    const wanted = await this.#translations.localised(write);
    const plan = this.#plan(product, wanted);
    if (plan.stale) return this.#result('stale', product.id, numberOf(write));
    return this.#apply(product, wanted, plan);
  }

  async preview(write: ProductWrite, known?: string): Promise<FieldChange[]> {
    const id = known ?? (await this.#lookup.existing(write)).id;
    if (id === undefined) this.#assertMakable(write);
    if (id !== undefined) return this.#plan(await this.#read(id, write.record), await this.#translations.localised(write)).changes;
    const { variants, metafields: _, ...input } = productInput(await this.#translations.localised(write), this.options.products.newStatus);
    return [...Object.entries(input).map(([path, after]) => ({ path, after })), ...(variants as Native[]).map((after, at) => ({ path: `variants[${write.variants[at]?.sku ?? ''}]`, after }))];
  }

  /** Archives a product, from where it can be taken back. */
  async cancel(id: string): Promise<WriteResult> {
    const record = `product ${id}`;
    const product = await this.#read(id, record);
    const note = noted<SyncNote>(product, 'sync');
    if (product.status === 'ARCHIVED') return this.#result('unchanged', product.id);
    const before = isHeld(note.state) && product.status === statusWhen(note.state) ? note.before : product.status;
    await this.#calls.update({ id: product.id, status: 'ARCHIVED', metafields: [metafield('sync', { ...note, state: 'deleted', before })] }, [], record);
    return this.#result('cancelled', product.id);
  }

  #plan(product: ProductRecord, write: ProductWrite): Plan { return planOf(product, write, { system: this.#system, matchByGtin: this.options.products.matchByGtin }); }

  async #read(id: string, record: string): Promise<ProductRecord> {
    const product = await this.products.get(id);
    if (product) return product as ProductRecord;
    throw new DataError('DATA_NOT_FOUND', `${this.#system} has no product ${id} (${record}); it may have been deleted there. Remove the link to it, and the product is made anew.`, { system: this.#system, record });
  }

  /** What is gone where it is at home is not made first, to be archived then. */
  #assertMakable({ record, state }: ProductWrite): void {
    if (state !== 'archived' && state !== 'deleted') return;
    throw new DataError('DATA_NOTHING_TO_ARCHIVE', `${record} is ${state} and was never in ${this.#system}: there is nothing to archive.`, { system: this.#system, record });
  }

  /** Its address is what makes it one: of two who make it at once the second writes what the first has written. */
  async #make(write: ProductWrite, taken: string | undefined): Promise<WriteResult> {
    const variables = await this.newOne(write, taken);
    return this.made(write, (await this.graphql.run<SetProductAnswer>(setProductMutation, variables, { record: write.record })).productSet);
  }

  /** What is there of many, told with few calls; an error for one that matches several. */
  existing(writes: ProductWrite[]): Promise<(Existing | DataError)[]> { return this.#lookup.existingOfMany(writes); }

  /** Variables of the call that makes a product. Throws what speaks against making it; `taken`: whose its address is. */
  async newOne(write: ProductWrite, taken: string | undefined): Promise<Native> {
    const { record, handle } = write;
    this.#assertMakable(write);
    const refuse = (code: `DATA_${string}`, message: string): DataError => this.#refused(write, code, message);
    if (taken !== undefined) throw refuse('DATA_HANDLE_TAKEN', `its address "${handle}" is that of ${taken}. Give the document another handle, or link the two.`);
    this.#assertApart(write.variants.filter(({ blocked }) => blocked).map(({ sku }) => sku), isDone({ ...write, translations: [] }), record);
    return { handle, input: productInput(await this.#translations.localised(write), this.options.products.newStatus) };
  }

  /** Takes the answer to that call, and makes whole what no single call can. Throws what the shop refused. */
  async made(write: ProductWrite, { product, userErrors }: SetProductAnswer['productSet']): Promise<WriteResult> {
    const { record } = write;
    const refused = refusal(userErrors.map((error) => named(error, write)), { system: this.#system }, record);
    if (refused) throw refused;
    if (!product) throw this.#refused(write, 'DATA_REFUSED', 'the shop did not say why.');
    const wanted = await this.#translations.localised(write);
    if (!isDone(wanted)) await this.#apply(await this.#read(product.id, record), wanted);
    return this.#result('created', product.id, numberOf(write), write.warnings);
  }

  #refused({ record }: ProductWrite, code: `DATA_${string}`, message: string): DataError {
    return new DataError(code, `${record} cannot be made in ${this.#system}: ${message}`, { system: this.#system, record });
  }

  /** What is to be hidden is hidden first, what is to be shown is shown last. */
  async #apply(product: ProductRecord, write: ProductWrite, plan = this.#plan(product, write)): Promise<WriteResult> {
    const { record } = write;
    const { fields, images, note } = plan;
    this.#assertApart([...plan.block.map(({ sku }) => sku), ...plan.blockNew], false, record);
    const touched = Object.keys(fields).length > 0 || images.length > 0;
    const hides = fields['status'] === 'DRAFT' || fields['status'] === 'ARCHIVED';
    const archives = isHeld(note.state) && statusWhen(note.state) === 'ARCHIVED';
    const digest = archives ? undefined : translationsDigest(write);
    const translates = digest !== undefined && digest !== note.translations;
    let after: Native | undefined;
    const own = async (): Promise<void> => {
      const { metafields = [] } = fields as { metafields?: Native[] };
      if (touched) after = await this.#calls.update({ id: product.id, ...fields, metafields: [...metafields, metafield('sync', note)] }, images, record, !hides && !translates);
      else if (plan.noted && !translates) await this.#calls.note('sync', [{ owner: product.id, value: note }], record);
    };
    if (hides) await own();
    const { issues, blocked } = await this.#variants(product, plan, record);
    if (!hides) await own();
    const translated = translates && await this.#translations.write(product.id, write);
    if (translates) await this.#calls.note('sync', [{ owner: product.id, value: { ...note, translations: digest } }], record);
    if (issues.length > 0) {
      const some = issues.slice(0, 3).map(({ message }) => message).join('; ');
      throw new DataError('DATA_REFUSED', `${this.#system} refused ${String(issues.length)} variants of ${record}: ${some}. All else of it was written.`, { system: this.#system, record, issues });
    }
    const changed = touched || blocked || translated || [plan.create, plan.update, plan.remove, plan.unblock].some(({ length }) => length > 0);
    if (!changed) return this.#result('unchanged', product.id, numberOf(write), write.warnings);
    if (after) await this.products.complete(after);
    const now = after ?? await this.products.get(product.id);
    return { ...this.#result(archives ? 'cancelled' : 'updated', product.id, numberOf(write), write.warnings), ...(now && { state: { record: now, before: product } }) };
  }

  async #variants({ id }: ProductRecord, plan: Plan, record: string): Promise<{ issues: Issue[]; blocked: boolean }> {
    const made: { id: string; sku: string | null }[] = [];
    const issues = [
      ...await this.#calls.updateVariants(id, plan.update, record),
      ...await this.#calls.createVariants(id, plan.create, made, record),
    ];
    await this.#calls.deleteVariants(id, plan.remove.map((one) => one.id), record);
    const fresh = made.flatMap((one) => one.sku !== null && plan.blockNew.includes(one.sku) ? [{ id: one.id, sku: one.sku, note: {} }] : []);
    const blocked = await this.#blocks.block([...plan.block, ...fresh], record);
    await this.#blocks.unblock(plan.unblock, record);
    return { issues, blocked };
  }

  /** Older versions of the API cannot take one variant out of sale: rather nothing is written than that it stays for sale unnoticed. */
  #assertApart(skus: string[], together: boolean, record: string): void {
    if (skus.length === 0 || together || this.options.products.variantsApart) return;
    throw new ConfigError('CONFIG_API_VERSION',
      `${record}: ${this.#system} can block single variants (${skus.slice(0, 5).join(', ')}) from API version 2026-07 on. Choose a newer one in the system's settings.`, { system: this.#system, record });
  }

  #result(outcome: WriteResult['outcome'], id: string, number?: string, warnings: string[] = []): WriteResult {
    return { entity: 'product', outcome, externalId: externalId(this.#system, id, number), ...(warnings.length > 0 ? { warnings } : {}) };
  }
}

function numberOf({ variants }: ProductWrite): string | undefined { return variants.length === 1 ? variants[0]?.sku : undefined; }

/** An error that says which variant it is about. */
function named(error: UserError, { variants }: ProductWrite): UserError {
  const sku = variants.filter(({ gone }) => !gone)[indexIn(error.field, 'variants')]?.sku;
  return sku === undefined ? error : { ...error, message: `${sku}: ${error.message}` };
}
