import { grouped } from '../../documents/grouped';
import { canonicalJson } from '../../documents/hash';
import { DataError } from '../../errors';
import type { FieldChange, Native } from '../contract';
import type { ProductWrite, VariantWrite } from './product-documents';
import { isHeld, noted, sameWeight, statusWhen, type BlockNote, type ProductRecord, type ProductState, type ProductStatus, type SyncNote, type VariantRecord } from './product-record';
import { metafieldNamespace } from './write-back';

/** What is sent of one variant. */
export interface VariantInput { sku: string; input: Native }

/** A variant to be taken out of sale or given back to it, with what was noted when it was taken out. */
export interface VariantBlock { sku: string; id: string; note: Partial<BlockNote> }

/** What a write would change of a product that is there. */
export interface Plan {
  /** Is something older than what was written last. Nothing else is to be done then. */
  stale: boolean;
  /** Fields of ProductUpdateInput that differ. */
  fields: Native;
  /** Images to add. */
  images: ProductWrite['images'];
  /** The note as it is to be; `noted`: does it differ? */
  note: SyncNote;
  noted: boolean;
  /** Input for variants that are missing, and for those that differ. */
  create: VariantInput[];
  update: VariantInput[];
  remove: { sku: string; id: string }[];
  /** Variants that are not to be sold, and those that are again; `blockNew`: SKUs of new ones that are not. */
  block: VariantBlock[];
  unblock: VariantBlock[];
  blockNew: string[];
  changes: FieldChange[];
}

/** `matchByGtin`: is a variant of another SKU that has the GTIN the same? */
export interface PlanOptions { system: string; matchByGtin: boolean }

/** Variants that may go at once without anybody being asked. */
const mostGone = 50;

/** Compares a product with what is to be written of it. Throws DataError for what cannot be told apart, does not fit, or takes too much away. */
export function planOf(product: ProductRecord, write: ProductWrite, { system, matchByGtin }: PlanOptions): Plan {
  const before = noted<SyncNote>(product, 'sync');
  const stale = before.source === write.source && before.updatedAt !== undefined && Date.parse(before.updatedAt) > Date.parse(write.updatedAt);
  const plan: Plan = { stale, fields: {}, images: [], note: before, noted: false, create: [], update: [], remove: [], block: [], blockNew: [], unblock: [], changes: [] };
  if (stale) return plan;
  const { pairs, missing, others } = matched(product, write, system, matchByGtin);
  const state = stateOf(write, others.length);
  if (state === 'deleted' || state === 'archived') return withNote(plan, product, write, state);
  for (const [name, value] of Object.entries({ title: write.title, descriptionHtml: write.descriptionHtml, vendor: write.vendor, productType: write.productType })) {
    change(plan, plan.fields, name, product[name], value);
  }
  const tags = write.tags?.filter((tag) => !product.tags.some((one) => one.toLowerCase() === tag.toLowerCase())) ?? [];
  if (tags.length > 0) change(plan, plan.fields, 'tags', product.tags, [...product.tags, ...tags]);
  const facts = { ...noted<Native>(product, 'facts'), ...write.facts };
  if (canonicalJson(facts) !== canonicalJson(noted<Native>(product, 'facts'))) {
    plan.fields['metafields'] = [metafield('facts', facts)];
    factChanges(plan, '', noted<Native>(product, 'facts'), facts);
  }
  plan.images = write.images.filter(({ url }) => !before.images?.includes(url));
  for (const { url } of plan.images) plan.changes.push({ path: 'images[]', after: url });
  for (const { record, variant } of pairs) {
    if (variant.gone) plan.remove.push({ sku: variant.sku, id: record.id });
    else compare(plan, record, variant, product);
  }
  if (write.complete) plan.remove.push(...others.map(({ id, sku }) => ({ id, sku: sku ?? id })));
  for (const { sku } of plan.remove) plan.changes.push({ path: `variants[${sku}]`, before: sku });
  guard(plan, product, write, system);
  for (const variant of missing) {
    plan.create.push({ sku: variant.sku, input: newVariant(variant, optionsOf(product, variant, write, system)) });
    plan.changes.push({ path: `variants[${variant.sku}]`, after: variant.sku });
  }
  // A product that is held back as a whole need not be so variant by variant.
  if (!isHeld(state)) {
    for (const { record, variant } of pairs) {
      const note = noted<BlockNote>(record, 'block');
      const one = { sku: variant.sku, id: record.id, note };
      if (variant.blocked && !variant.gone) plan.block.push(one);
      else if (note.blocked === true && !variant.gone) plan.unblock.push(one);
    }
    plan.blockNew = missing.filter(({ blocked }) => blocked).map(({ sku }) => sku);
    for (const { sku } of plan.unblock) plan.changes.push({ path: `variants[${sku}].blocked`, before: true, after: false });
    for (const { sku, note } of plan.block) if (note.blocked !== true) plan.changes.push({ path: `variants[${sku}].blocked`, before: false, after: true });
  }
  return withNote(plan, product, write, state);
}

/** The ERP's state of a product, which is held back also when all that can be bought of it is. `others`: variants that the document does not name. */
export function stateOf({ state, variants, complete }: ProductWrite, others: number): ProductState {
  const kept = variants.filter(({ gone }) => !gone);
  return !isHeld(state) && kept.length > 0 && (others === 0 || complete) && kept.every(({ blocked }) => blocked) ? 'blocked' : state;
}

/** What becomes of the product's status, and what is noted of the write. */
function withNote(plan: Plan, product: ProductRecord, { source, updatedAt }: ProductWrite, state: ProductState): Plan {
  const old = plan.note;
  const wasHeld = isHeld(old.state);
  const ours = wasHeld && product.status === statusWhen(old.state);
  const before = ours ? old.before ?? 'ACTIVE' : product.status;
  const status = isHeld(state) ? heldStatus(product.status, state, ours) : state === 'unlisted' && before === 'ACTIVE' ? 'UNLISTED' : before;
  change(plan, plan.fields, 'status', product.status, status);
  const images = [...old.images ?? [], ...plan.images.map(({ url }) => url)];
  plan.note = { ...old, source, updatedAt, state, ...(isHeld(state) ? { before } : {}), ...(images.length > 0 ? { images } : {}) };
  plan.noted = canonicalJson(plan.note) !== canonicalJson(old);
  return plan;
}

/** A product that staff has archived stays so. `ours`: its status is what we made it. */
function heldStatus(current: ProductStatus, state: ProductState, ours: boolean): ProductStatus {
  const wanted = statusWhen(state);
  return wanted === 'DRAFT' && current === 'ARCHIVED' && !ours ? current : wanted;
}

interface Matched { pairs: { record: VariantRecord; variant: VariantWrite }[]; missing: VariantWrite[]; others: VariantRecord[] }

/** Which variant of the product is which of the document: by its id, else by its SKU, else, if asked, by its GTIN. */
function matched({ variants: { nodes } }: ProductRecord, write: ProductWrite, system: string, matchByGtin: boolean): Matched {
  const found: Matched = { pairs: [], missing: [], others: [] };
  const taken = new Set<VariantRecord>();
  const byId = new Map(nodes.map((one) => [one.id, one]));
  const bySku = new Map<string, VariantRecord[]>();
  const byGtin = grouped(matchByGtin ? nodes : [], ({ barcode }) => barcode ?? '');
  for (const [sku, group] of grouped(nodes, (node) => node.sku)) if (sku) bySku.set(sku, group);
  for (const variant of write.variants) {
    const own = variant.id === undefined ? undefined : byId.get(variant.id);
    const [first, second] = own ? [own] : bySku.get(variant.sku) ?? (variant.barcode === undefined ? [] : byGtin.get(variant.barcode)) ?? [];
    if (second) throw refused(write, system, 'DATA_AMBIGUOUS_ITEM', variant.sku, `has several variants that are ${variant.sku}. Give each a SKU and a GTIN of its own`);
    // The one variant of a product that was made by hand may have no SKU yet.
    const lone = write.variants.length === 1 && nodes.length === 1 && !nodes[0]?.sku ? nodes[0] : undefined;
    const record = first ?? lone;
    if (record) {
      taken.add(record);
      found.pairs.push({ record, variant });
    } else if (!variant.gone) found.missing.push(variant);
  }
  found.others = nodes.filter((node) => !taken.has(node));
  return found;
}

function compare(plan: Plan, record: VariantRecord, variant: VariantWrite, product: ProductRecord): void {
  const at = `variants[${variant.sku}].`;
  const input: Native = {};
  const item: Native = {};
  change(plan, input, 'barcode', record.barcode, variant.barcode, at);
  change(plan, input, 'inventoryPolicy', record.inventoryPolicy, variant.inventoryPolicy, at);
  change(plan, item, 'sku', record.sku, variant.sku, at);
  for (const [name, value] of Object.entries(variant.item)) {
    if (name !== 'measurement') change(plan, item, name, record.inventoryItem[name as 'tracked'], value, at);
  }
  const measured = variant.item['measurement'] as VariantRecord['inventoryItem']['measurement'] | undefined;
  if (measured && !sameWeight(record.inventoryItem.measurement.weight, measured.weight)) change(plan, item, 'measurement', record.inventoryItem.measurement, measured, at);
  const options = variant.options;
  const differs = options?.some(({ name, value }) => record.selectedOptions.some((one) => one.name === name && one.value !== value));
  if (options && differs) {
    const names = product.options.map(({ name }) => name);
    change(plan, input, 'optionValues', record.selectedOptions, options.filter(({ name }) => names.includes(name)).map(({ name, value }) => ({ optionName: name, name: value })), at);
  }
  const old = noted<Native>(record, 'facts');
  const facts = { ...old, ...variant.facts };
  if (canonicalJson(facts) !== canonicalJson(old)) {
    input['metafields'] = [metafield('facts', facts)];
    factChanges(plan, at, old, facts);
  }
  if (Object.keys(item).length > 0) input['inventoryItem'] = item;
  if (Object.keys(input).length > 0) plan.update.push({ sku: variant.sku, input: { id: record.id, ...input } });
}

function change(plan: Plan, target: Native, name: string, before: unknown, after: unknown, at = ''): void {
  if (after === undefined || canonicalJson(before ?? null) === canonicalJson(after)) return;
  target[name] = after;
  plan.changes.push({ path: `${at}${name}`, ...(before === undefined || before === null ? {} : { before }), after });
}

function factChanges(plan: Plan, at: string, before: Native, after: Native): void {
  for (const [name, value] of Object.entries(after)) change(plan, {}, name, before[name], value, at);
}

/** The values of a new variant for a product that is there. */
function optionsOf({ options }: ProductRecord, { sku, options: given }: VariantWrite, write: ProductWrite, system: string): Native[] {
  const names = options.map(({ name }) => name);
  const values = names.map((name) => given?.find((one) => one.name === name)?.value);
  if (values.includes(undefined) || given?.length !== names.length) {
    throw refused(write, system, 'DATA_OPTIONS', sku, `has the options ${names.join(', ')}, but its variant ${sku} is to have ${given?.map(({ name }) => name).join(', ') ?? 'none'}. Make them the same in the shop or in a mapper`);
  }
  return names.map((optionName, at) => ({ optionName, name: values[at] }));
}

/** Input for a variant that is made anew. Without stock nobody can buy it before stock and price have come. */
export function newVariant(variant: VariantWrite, optionValues: Native[]): Native {
  return {
    optionValues, inventoryPolicy: variant.inventoryPolicy ?? 'DENY', ...(variant.barcode === undefined ? {} : { barcode: variant.barcode }),
    inventoryItem: { tracked: variant.goods, requiresShipping: variant.goods, ...variant.item, sku: variant.sku }, metafields: [metafield('facts', variant.facts)],
  };
}

/** One of our metafields. */
export function metafield(key: string, value: object): Native { return { namespace: metafieldNamespace, key, type: 'json', value: JSON.stringify(value) }; }

/** Taking many variants away may be a mistake of the document: somebody has to look. */
function guard({ remove }: Plan, { variants: { nodes } }: ProductRecord, write: ProductWrite, system: string): void {
  if (remove.length <= mostGone && remove.length * 2 <= nodes.length) return;
  throw refused(write, system, 'DATA_MASS_DELETE', 'variants', `would lose ${String(remove.length)} of its ${String(nodes.length)} variants. Delete them in the shop if that is meant`);
}

function refused({ record }: ProductWrite, system: string, code: `DATA_${string}`, path: string, message: string): DataError {
  return new DataError(code, `${record} of ${system} ${message}.`, { system, record, issues: [{ path: `variants[${path}]`, rule: code.slice(5), message }] });
}
