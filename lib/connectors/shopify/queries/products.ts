import { handlesAtOnce, own, product, variant } from './fragments';

export const productsQuery = `query Products($first: Int!, $after: String, $query: String) {
  products(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) { pageInfo { hasNextPage endCursor } nodes { ${product} } }
} ${variant}`;

export const productQuery = `query Product($id: ID!) { product(id: $id) { ${product} } } ${variant}`;

export const variantProductQuery = 'query VariantProduct($id: ID!) { productVariant(id: $id) { product { id } } }';

export const productVariantsQuery = `query ProductVariants($id: ID!, $first: Int!, $after: String) {
  product(id: $id) { updatedAt variants(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { ...VariantFields } } }
} ${variant}`;

export const variantsQuery = `query Variants($query: String!) {
  productVariants(first: 5, query: $query) { nodes { id sku barcode product { id } } }
}`;

/** Products that have any of some SKUs, and the one of a handle: the search index lags behind, a handle does not. */
const owner = `id sync: ${own('sync')}`;

export const productLookupQuery = `query ProductLookup($query: String!, $first: Int!, $handle: String!) {
  productVariants(first: $first, query: $query) { nodes { id sku barcode product { ${owner} } } }
  productByIdentifier(identifier: { handle: $handle }) { ${owner} }
}`;

export const productOwnersQuery = `query ProductOwners($query: String!, $first: Int!) {
  productVariants(first: $first, query: $query) { nodes { id sku barcode product { ${owner} } } }
}`;

const places = Array.from({ length: handlesAtOnce }, (_, at) => String(at));

/** The products at so many addresses, by no index that lags behind. */
export const productsAtHandlesQuery = `query ProductsAtHandles(${places.map((at) => `$h${at}: String!`).join(', ')}) {
  ${places.map((at) => `p${at}: productByIdentifier(identifier: { handle: $h${at} }) { ${owner} }`).join('\n  ')}
}`;
