import { DataError } from '../../errors';
import { Recent } from '../recent';
import type { PriceWrite } from './price-documents';

/** So many whole lists may be on their way at once, for so long (ms). Only the SKUs they name are kept. */
const kept = { lists: 20, ms: 86_400_000 };
/** More deletions than this, or than this per cent of a list's prices, ask a person. */
const guard = { prices: 50, percent: 5 };

/** What pages of whole lists have named, until the last one tells that the rest may go. */
export class PriceSnapshots {
  readonly #named = new Recent<{ pages: Set<number>; skus: Set<string> }>(kept.lists, kept.ms);

  note({ list, currency, whole, entries }: PriceWrite): void {
    if (!whole) return;
    const key = keyOf(list, currency, whole.id);
    // Without an id nothing but its first page tells one whole list from the next.
    const known = whole.id === undefined && whole.index === 0 ? undefined : this.#named.get(key);
    const named = known ?? { pages: new Set(), skus: new Set() };
    named.pages.add(whole.index);
    for (const { sku } of entries) named.skus.add(sku);
    this.#named.set(key, named);
  }

  /** SKUs of the whole list that this page is the last of; undefined where pages before it are not known. */
  named({ list, currency, whole }: PriceWrite): ReadonlySet<string> | undefined {
    const named = whole && this.#named.get(keyOf(list, currency, whole.id));
    return named && Array.from({ length: whole.index + 1 }, (_, index) => index).every((index) => named.pages.has(index)) ? named.skus : undefined;
  }

  done({ list, currency, whole }: PriceWrite): void { if (whole) this.#named.delete(keyOf(list, currency, whole.id)); }
}

function keyOf(list: string, currency: string, snapshot = ''): string { return JSON.stringify([list, currency, snapshot]); }

/** Throws DataError where a whole list leaves out more prices than a machine should delete. */
export function guardDeletions(gone: number, all: number, record: string, system: string): void {
  if (gone <= guard.prices && gone * 100 <= all * guard.percent) return;
  const message = `${String(gone)} of the ${String(all)} prices that ${system} has would be deleted`;
  throw new DataError('DATA_MASS_DELETE',
    `The whole ${record} leaves prices out: ${message}. More than ${String(guard.prices)}, or more than ${String(guard.percent)} %, are for a person to decide: `
    + 'delete them in the shop, or send them as entries with the operation delete.', { system, record, issues: [{ path: 'entries', rule: 'mass-delete', message }] });
}
