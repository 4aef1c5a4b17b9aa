import { grouped } from '../../documents/grouped';
import type { Issue } from '../../errors';
import type { Native } from '../contract';
import type { Graphql } from './graphql';
import { refusal, type UserError } from './graphql-errors';
import { metafield, type VariantInput } from './product-plan';
import { createVariantsMutation, deleteVariantsMutation, setMetafieldsMutation, updateProductMutation, updateVariantsMutation } from './queries';

type Answer = Record<string, { product?: Native | null; userErrors: UserError[] } | null>;
interface Bulk { productVariants?: { id: string; sku: string | null }[] | null; userErrors: UserError[] }

/** Items that a list of an input may have (https://shopify.dev/docs/api/usage/limits). */
export const listLimit = 250;
/** Metafields that one mutation sets. */
const metafieldLimit = 25;

/** The calls that change products. Throw what the shop refuses as a whole. */
export class ProductCalls {
  constructor(private readonly graphql: Graphql, private readonly system: string) {}

  /** Runs a mutation; throws what it minds. */
  async run(document: string, variables: Native, record: string): Promise<Answer> {
    const answer = await this.graphql.run<Answer>(document, variables, { record });
    const refused = refusal(Object.values(answer).flatMap((part) => part?.userErrors ?? []), { system: this.system }, record);
    if (refused) throw refused;
    return answer;
  }

  /** Fields of a product, and images to add. `whole`: tells of the product as it is afterwards. */
  async update(product: Native, images: { url: string; alt?: string }[], record: string, whole = false): Promise<Native | undefined> {
    const media = images.map(({ url, alt }) => ({ originalSource: url, mediaContentType: 'IMAGE', ...(alt === undefined ? {} : { alt }) }));
    const answer = await this.run(updateProductMutation, { product, ...(media.length > 0 ? { media } : {}), ...(whole ? { whole } : {}) }, record);
    return whole ? answer['productUpdate']?.product ?? undefined : undefined;
  }

  /** Sets one of our metafields on each owner. */
  async note(key: string, notes: { owner: string; value: object }[], record: string): Promise<void> {
    for (const some of cut(notes, metafieldLimit)) {
      await this.run(setMetafieldsMutation, { metafields: some.map(({ owner, value }) => ({ ownerId: owner, ...metafield(key, value) })) }, record);
    }
  }

  /** Updates those variants that the shop takes; tells what is wrong with the others. */
  updateVariants(id: string, parts: VariantInput[], record: string): Promise<Issue[]> {
    return this.#each(parts, async (some) => (await this.#send<'productVariantsBulkUpdate'>(updateVariantsMutation, id, some, record)).productVariantsBulkUpdate, false, record);
  }

  /** Makes those variants that the shop takes, with their ids in `made`; tells what is wrong with the others. */
  createVariants(id: string, parts: VariantInput[], made: { id: string; sku: string | null }[], record: string): Promise<Issue[]> {
    return this.#each(parts, async (some) => {
      const { productVariantsBulkCreate: answer } = await this.#send<'productVariantsBulkCreate'>(createVariantsMutation, id, some, record);
      made.push(...answer.productVariants ?? []);
      return answer;
    }, true, record);
  }

  async deleteVariants(id: string, variants: string[], record: string): Promise<void> {
    for (const some of cut(variants, listLimit)) await this.run(deleteVariantsMutation, { id, variants: some }, record);
  }

  #send<Root extends string>(document: string, id: string, parts: VariantInput[], record: string): Promise<Record<Root, Bulk>> {
    return this.graphql.run(document, { id, variants: parts.map(({ input }) => input) }, { record });
  }

  /** `together`: one that is refused has kept the others from being written, so they are sent again without it. */
  async #each(parts: VariantInput[], send: (some: VariantInput[]) => Promise<Bulk>, together: boolean, record: string): Promise<Issue[]> {
    const issues: Issue[] = [];
    for (const some of cut(parts, listLimit)) {
      for (let left = some; left.length > 0;) {
        const { userErrors } = await send(left);
        const wrong = grouped(userErrors, ({ field }) => left[indexIn(field, 'variants')]);
        const general = refusal(wrong.get(undefined), { system: this.system }, record);
        if (general) throw general;
        for (const [part, errors] of wrong) {
          const sku = part?.sku ?? '';
          issues.push(...errors.map(({ message, code }) => ({ path: `variants[${sku}]`, rule: code ?? 'refused', message: `${sku}: ${message}` })));
        }
        left = together && wrong.size > 0 ? left.filter((part) => !wrong.has(part)) : [];
      }
    }
    return issues;
  }
}

/** Which element of a list an error is about; -1 for none. */
export function indexIn(field: string[] | null | undefined, list: string): number {
  const at = field?.indexOf(list) ?? -1;
  return at < 0 ? -1 : Number(field?.[at + 1] ?? -1);
}

/** A list in pieces of at most so many. */
export function cut<T>(list: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / most) }, (_, at) => list.slice(at * most, (at + 1) * most));
}
