import { createHash } from 'node:crypto';
import { canonicalJson } from '../../documents/hash';
import { Recent } from '../recent';
import type { Graphql } from './graphql';
import type { ProductCalls } from './product-calls';
import type { ProductWrite } from './product-documents';
import { localesQuery, translatableQuery, translateMutation } from './queries';

interface Locale { locale: string; primary: boolean }
interface Translatable { translatableContent: { key: string; digest: string | null }[]; translations: { key: string; value: string | null; outdated: boolean }[] }

/** For so long the languages of a shop are taken as they were told, ms. */
const keptMs = 300_000;
const keys = ['title', 'body_html', 'meta_title', 'meta_description'] as const;

/** Texts of products in the languages of the shop. */
export class ProductTranslations {
  readonly #kept = new Recent<Locale[]>(1, keptMs);

  constructor(private readonly graphql: Graphql, private readonly calls: ProductCalls) {}

  /** The document for this shop: its texts in the shop's first language as the product's own, and of the others those that the shop has. */
  async localised(write: ProductWrite): Promise<ProductWrite> {
    if (write.translations.length === 0) return write;
    const locales = await this.#locales();
    const found = write.translations.flatMap((one) => {
      const locale = localeOf(one.language, locales);
      return locale ? [{ ...one, language: locale.locale, primary: locale.primary }] : [];
    });
    const own = found.find(({ primary }) => primary);
    return {
      ...write, ...(own?.title !== undefined && write.title !== undefined ? { title: own.title } : {}), ...(own?.body_html !== undefined ? { descriptionHtml: own.body_html } : {}),
      translations: found.filter(({ primary }) => !primary).map(({ language, title, body_html, meta_title, meta_description }) => Object.fromEntries(
        Object.entries({ language, title, body_html, meta_title, meta_description }).filter(([, value]) => value !== undefined && value !== '')) as unknown as ProductWrite['translations'][number]),
    };
  }

  /** Registers what differs from what the shop has; nothing can be for a text that the product itself lacks. True if anything did. */
  async write(id: string, { translations, record }: ProductWrite): Promise<boolean> {
    const wanted: object[] = [];
    for (const { language: locale, ...texts } of translations) {
      const { translatableResource: found } = await this.graphql.run<{ translatableResource: Translatable | null }>(translatableQuery, { id, locale }, { record });
      for (const key of keys) {
        const value = texts[key];
        const digest = found?.translatableContent.find((one) => one.key === key)?.digest;
        const there = found?.translations.find((one) => one.key === key);
        if (value === undefined || !digest || (there?.value === value && !there.outdated)) continue;
        wanted.push({ locale, key, value, translatableContentDigest: digest });
      }
    }
    if (wanted.length > 0) await this.calls.run(translateMutation, { id, translations: wanted }, record);
    return wanted.length > 0;
  }

  async #locales(): Promise<Locale[]> {
    const kept = this.#kept.get('');
    if (kept) return kept;
    const { shopLocales } = await this.graphql.run<{ shopLocales: Locale[] }>(localesQuery);
    this.#kept.set('', shopLocales);
    return shopLocales;
  }
}

/** What the translations depend on: as long as it stays the same they need not be looked at. */
export function translationsDigest({ title, descriptionHtml, translations }: ProductWrite): string | undefined {
  if (translations.length === 0) return undefined;
  return createHash('sha256').update(canonicalJson([title ?? null, descriptionHtml ?? null, translations])).digest('base64url').slice(0, 16);
}

/** The shop's locale for a language: the very same, else that of the language without its country. */
function localeOf(language: string, locales: readonly Locale[]): Locale | undefined {
  const wanted = language.toLowerCase();
  return locales.find(({ locale }) => locale.toLowerCase() === wanted) ?? locales.find(({ locale }) => locale.toLowerCase() === wanted.split('-')[0])
    ?? locales.find(({ locale }) => locale.toLowerCase().split('-')[0] === wanted);
}
