import type { Product } from '../catalogue';
import { partsConnection, type PageArgs } from '../connection';
import { gid, parseGid } from '../ids';
import type { NodeContext } from './context';

/** Where the shop sells: publications of channels, of markets and of catalogues of companies, by their number (1 …). */
export const publications = [
  { number: 1, name: 'Online Store', type: 'APP' }, { number: 2, name: 'Point of Sale', type: 'APP' }, { number: 3, name: 'Germany', type: 'MARKET' },
  { number: 4, name: 'Wholesale', type: 'COMPANY_LOCATION' },
] as const;

type CatalogType = typeof publications[number]['type'];

/** The number of the publication that a gid names. */
export function publicationOf({ state }: NodeContext, id: string): number | undefined {
  const { type, id: digits } = parseGid(id);
  const number = type === 'Publication' ? state.ids.indexOf('Publication', digits) : 0;
  return publications.some((one) => one.number === number) ? number : undefined;
}

/** A product is in all of them or in none. */
export function isInPublication(product: Product, publication: number): boolean { return product.published && publication > 0; }

/** The fields of `Publishable`. */
export function publishableFields(context: NodeContext, isIn: (publication: number) => boolean): object {
  const { ids } = context.state;
  return {
    publishedOnPublication: ({ publicationId }: { publicationId: string }) => {
      const number = publicationOf(context, publicationId);
      return number !== undefined && isIn(number);
    },
    resourcePublicationsV2: ({ catalogType, onlyPublished = true, ...args }: PageArgs & { catalogType?: CatalogType | null; onlyPublished?: boolean }) => {
      const found = publications.filter(({ number, type }) => type === (catalogType ?? 'APP') && (!onlyPublished || isIn(number)));
      return partsConnection(args, found, `publications ${catalogType ?? ''}`, ({ number }) => ({
        isPublished: isIn(number), publishDate: null, publication: { __typename: 'Publication', id: gid('Publication', ids.of('Publication', number)) },
      }));
    },
  };
}
