import { product, variant } from './fragments';

/** With `$whole` a mutation answers with the whole product as it is afterwards. */
const whole = `... on Product @include(if: $whole) { ${product} }`;

export const setProductMutation = `mutation SetProduct($handle: String!, $input: ProductSetInput!) {
  productSet(identifier: { handle: $handle }, input: $input) { product { id } userErrors { field message code } }
}`;

export const updateProductMutation = `mutation UpdateProduct($product: ProductUpdateInput!, $media: [CreateMediaInput!], $whole: Boolean = false) {
  productUpdate(product: $product, media: $media) { product { id ${whole} } userErrors { field message } }
} ${variant}`;

export const createVariantsMutation = `mutation CreateVariants($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkCreate(productId: $id, variants: $variants) { productVariants { id sku } userErrors { field message code } }
}`;

/** What of the variants can be written is. */
export const updateVariantsMutation = `mutation UpdateVariants($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $id, variants: $variants, allowPartialUpdates: true) { userErrors { field message code } }
}`;

export const deleteVariantsMutation = `mutation DeleteVariants($id: ID!, $variants: [ID!]!) {
  productVariantsBulkDelete(productId: $id, variantsIds: $variants) { userErrors { field message code } }
}`;

export const setMetafieldsMutation = `mutation SetMetafields($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) { userErrors { field message code } }
}`;

export const localesQuery = 'query Locales { shopLocales { locale primary } }';

export const translatableQuery = `query Translatable($id: ID!, $locale: String!) {
  translatableResource(resourceId: $id) { translatableContent { key digest } translations(locale: $locale) { key value outdated } }
}`;

export const translateMutation = `mutation Translate($id: ID!, $translations: [TranslationInput!]!) {
  translationsRegister(resourceId: $id, translations: $translations) { userErrors { field message code } }
}`;

const sold = 'nodes { publication { id } }';

/** Where variants are sold: in channels, markets and companies' catalogues. Versions before 2026-07 tell nothing of variants. */
export const soldInQuery = `query SoldIn($ids: [ID!]!) {
  nodes(ids: $ids) { id ... on Publishable {
    channels: resourcePublicationsV2(first: 20) { ${sold} }
    markets: resourcePublicationsV2(first: 20, catalogType: MARKET) { ${sold} }
    companies: resourcePublicationsV2(first: 50, catalogType: COMPANY_LOCATION) { ${sold} }
  } }
}`;

export const unpublishMutation = `mutation Unpublish($id: ID!, $input: [PublicationInput!]!) {
  publishableUnpublish(id: $id, input: $input) { userErrors { field message } }
}`;

export const publishMutation = `mutation Publish($id: ID!, $input: [PublicationInput!]!) {
  publishablePublish(id: $id, input: $input) { userErrors { field message } }
}`;
