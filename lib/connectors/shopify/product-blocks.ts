import type { Graphql } from './graphql';
import { cut, listLimit, type ProductCalls } from './product-calls';
import type { VariantBlock } from './product-plan';
import { publishMutation, soldInQuery, unpublishMutation } from './queries';

interface Places { nodes: { publication: { id: string } }[] }
interface Sold { id: string; channels?: Places; markets?: Places; companies?: Places }

/** Variants whose places are asked for at once: each costs some 25 points of a thousand. */
const placesBatch = 20;

/** Takes single variants out of sale by taking them out of every publication, and gives them back to those they were in. */
export class VariantBlocks {
  constructor(private readonly graphql: Graphql, private readonly calls: ProductCalls) {}

  /** True if any was sold until now. Where each is sold is noted before it is taken away: an interrupted try loses nothing. */
  async block(variants: VariantBlock[], record: string): Promise<boolean> {
    let changed = false;
    for (const some of cut(variants, placesBatch)) {
      let left = some.map(({ id, note }) => ({ id, known: note.blocked === true, places: note.publications ?? [] }));
      while (left.length > 0) {
        const soldIn = await this.#soldIn(left.map(({ id }) => id));
        left = left.filter(({ id, known }) => !known || (soldIn.get(id) ?? []).length > 0)
          .map(({ id, places }) => ({ id, known: true, places: [...new Set([...places, ...soldIn.get(id) ?? []])] }));
        changed ||= left.length > 0;
        await this.calls.note('block', left.map(({ id, places }) => ({ owner: id, value: { blocked: true, publications: places } })), record);
        for (const { id } of left) await this.#move(unpublishMutation, id, soldIn.get(id) ?? [], record);
        // The places that were told of may not have been all of them.
      }
    }
    return changed;
  }

  async unblock(variants: VariantBlock[], record: string): Promise<void> {
    for (const { id, note } of variants) await this.#move(publishMutation, id, note.publications ?? [], record);
    await this.calls.note('block', variants.map(({ id }) => ({ owner: id, value: { blocked: false, publications: [] } })), record);
  }

  async #move(mutation: string, id: string, publications: string[], record: string): Promise<void> {
    for (const some of cut(publications, listLimit)) await this.calls.run(mutation, { id, input: some.map((publicationId) => ({ publicationId })) }, record);
  }

  /** The publications that variants are in. */
  async #soldIn(ids: string[]): Promise<Map<string, string[]>> {
    const { nodes } = await this.graphql.run<{ nodes: (Sold | null)[] }>(soldInQuery, { ids });
    const placesOf = ({ channels, markets, companies }: Sold): string[] => [channels, markets, companies].flatMap((places) => places?.nodes ?? []).map(({ publication }) => publication.id);
    return new Map(nodes.flatMap((node) => node ? [[node.id, placesOf(node)]] : []));
  }
}
