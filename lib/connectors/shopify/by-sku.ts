import { grouped } from '../../documents/grouped';
import { quoted } from './records';

/** Records a query may return, and so the SKUs it is asked for: a page of many costs hardly more points than one of few. */
const most = 250;

/** Records by exactly their SKU, asked for by one search for each 250. */
export async function bySku<T extends { sku: string | null }>(
  skus: Iterable<string>, ask: (search: { query: string; first: number }) => Promise<T[]>,
): Promise<Map<string, T[]>> {
  const found: T[] = [];
  for (let wanted = [...new Set(skus)]; wanted.length > 0;) {
    const some = wanted.slice(0, most);
    const records = await ask({ query: some.map((sku) => `sku:${quoted(sku)}`).join(' OR '), first: most });
    found.push(...records);
    const seen = new Set(records.map(({ sku }) => sku));
    const missing = some.filter((sku) => !seen.has(sku));
    // Records that share a SKU may have pushed others off a full page.
    wanted = [...records.length === most && missing.length < some.length ? missing : [], ...wanted.slice(most)];
  }
  return grouped(found, ({ sku }) => sku ?? '');
}
