import { createHash } from 'node:crypto';
import type { Product, Translation } from './catalogue';
import { nodeOf } from './queries';
import { publicationOf } from './graph/publications';
import { limited, type MutationContext } from './mutations';
import { productOf, variantOf } from './product-parts';
import type { QueryContext } from './resources';
import { hasVariantPublishing } from './schema';
import { utcTime } from './times';

/** Facts of the shop that say where and in which languages it sells. */
export interface PlacesContext extends MutationContext {
  apiVersion: string;
  locales: readonly ShopLocale[];
}

export interface ShopLocale { locale: string; name: string; primary: boolean; published: boolean }

interface TranslationInput { key: string; locale: string; translatableContentDigest: string; value: string }

const digestOf = (value: string): string => createHash('sha256').update(value).digest('hex');

/** What of a product can be translated; what is empty has no digest, so nothing can be registered for it. */
function contentOf(product: Product): { key: string; value: string | null; digest: string | null }[] {
  const values: [string, string][] = [['title', product.title], ['body_html', product.descriptionHtml], ['handle', product.handle], ['product_type', product.productType], ['meta_title', ''], ['meta_description', '']];
  return values.map(([key, value]) => value === '' ? { key, value: null, digest: null } : { key, value, digest: digestOf(value) });
}

function translationNode(product: Product, { locale, key, value, digest, updatedAt }: Translation): object {
  return { locale, key, value, outdated: contentOf(product).find((one) => one.key === key)?.digest !== digest, updatedAt: utcTime(updatedAt) };
}

export const placesQueries = {
  productByIdentifier: ({ identifier }: { identifier: { id?: string; handle?: string } }, context: QueryContext) => {
    const { catalogue, ids } = context.state;
    if (identifier.id !== undefined) return nodeOf(context, identifier.id);
    const found = catalogue.withHandle(identifier.handle ?? '');
    return found ? nodeOf(context, `gid://shopify/Product/${ids.of('Product', found.index)}`) : null;
  },
  shopLocales: ({ published }: { published?: boolean | null }, context: PlacesContext) => context.locales.filter((one) => published !== true || one.published),
  translatableResource: ({ resourceId }: { resourceId: string }, context: PlacesContext) => {
    const product = productOf(context, resourceId);
    const primary = context.locales.find((one) => one.primary)?.locale ?? 'en';
    return product ? {
      resourceId, translatableContent: () => contentOf(product).map((one) => ({ ...one, locale: primary })),
      translations: ({ locale }: { locale: string }) => product.translations.filter((one) => one.locale === locale).map((one) => translationNode(product, one)),
    } : null;
  },
};

export const placesMutations = {
  translationsRegister: ({ resourceId, translations }: { resourceId: string; translations: TranslationInput[] }, context: PlacesContext) => {
    const product = productOf(context, resourceId);
    if (!product) return { translations: null, userErrors: [{ field: ['resourceId'], message: `Resource ${resourceId} does not exist`, code: 'RESOURCE_NOT_FOUND' }] };
    if (translations.length > 100) return { translations: null, userErrors: [{ field: ['translations'], message: 'Too many translation keys for the resource', code: 'TOO_MANY_KEYS_FOR_RESOURCE' }] };
    const contents = contentOf(product);
    const userErrors = translations.flatMap(({ key, locale, value, translatableContentDigest: digest }, at) => {
      const content = contents.find((one) => one.key === key);
      const error = (name: string, message: string, code: string): object[] => [{ field: ['translations', String(at), name], message, code }];
      if (!context.locales.some((one) => one.locale === locale && !one.primary)) return error('locale', `Locale '${locale}' is not a valid locale for the shop`, 'INVALID_LOCALE_FOR_SHOP');
      if (!content) return error('key', `Key ${key} is not a valid translatable field`, 'INVALID_KEY_FOR_MODEL');
      if (value === '') return error('value', "Value can't be blank", 'BLANK');
      return content.digest === digest ? [] : error('translatableContentDigest', 'Translatable content hash is invalid', 'INVALID_TRANSLATABLE_CONTENT');
    });
    if (userErrors.length > 0) return { translations: null, userErrors };
    const now = context.now();
    const made = translations.map(({ translatableContentDigest: digest, ...one }): Translation => ({ ...one, digest, updatedAt: now }));
    const kept = product.translations.filter((old) => !made.some(({ key, locale }) => key === old.key && locale === old.locale));
    context.actions.keepProduct({ ...product, translations: [...kept, ...made] });
    return { translations: made.map((one) => translationNode(product, one)), userErrors: [] };
  },
  publishablePublish: (args: PublishArgs, context: PlacesContext) => publish(args, context, true),
  publishableUnpublish: (args: PublishArgs, context: PlacesContext) => publish(args, context, false),
};

interface PublishArgs { id: string; input: { publicationId?: string | null }[] }

/** Of the products themselves the sandbox knows only whether they are sold; variants can be sold here and not there. */
function publish({ id, input }: PublishArgs, context: PlacesContext, sold: boolean): object {
  limited(input, 'input', 250);
  const refuse = (field: string[], message: string): object => ({ publishable: null, userErrors: [{ field, message }] });
  const numbers = input.map(({ publicationId }) => publicationOf(context, publicationId ?? ''));
  const unknown = numbers.indexOf(undefined);
  const product = productOf(context, id);
  const variant = hasVariantPublishing(context.apiVersion) ? variantOf(context, id) : undefined;
  if (!product && !variant) return refuse(['id'], 'Resource does not exist or is not publishable');
  if (unknown >= 0) return refuse(['input', String(unknown), 'publicationId'], 'Publication does not exist or is not publishable');
  if (product) context.actions.putProduct({ ...product, published: sold });
  if (variant) {
    const others = variant.unpublished.filter((number) => !numbers.includes(number));
    const owner = context.state.catalogue.product(variant.product);
    if (owner) context.actions.putProduct(owner, [{ ...variant, unpublished: sold ? others : [...others, ...numbers.flatMap((number) => number ?? [])] }]);
  }
  return { publishable: () => nodeOf(context, id), userErrors: [] };
}
