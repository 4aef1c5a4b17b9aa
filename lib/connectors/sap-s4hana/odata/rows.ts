import type { Native } from '../../contract';

/** One page of a collection. */
export interface Rows { rows: Native[]; /** Where the server wants us to go on, verbatim. */ next: string | undefined }

/** The collection in an answer: `d.results`, or `d` as an array as older services send it. */
export function rowsOf(body: unknown): Rows {
  const d = dOf(body);
  const list = Array.isArray(d) ? d : (d as { results?: unknown } | undefined)?.results;
  const next = (d as { __next?: unknown } | undefined)?.__next;
  return { rows: Array.isArray(list) ? list.map((row) => plain(row) as Native) : [], next: typeof next === 'string' ? next : undefined };
}

/** The single record in an answer. */
export function rowOf(body: unknown): Native { return (plain(dOf(body)) ?? {}) as Native; }

function dOf(body: unknown): unknown { return (body as { d?: unknown } | undefined)?.d; }

/** Collections inside a record as plain arrays, links that were not expanded left out. `__metadata` stays: it holds the etag. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if ('results' in value && Array.isArray(value.results)) return value.results.map(plain);
  if ('__deferred' in value) return undefined;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, name === '__metadata' ? inner : plain(inner)] as const)
    .filter(([, inner]) => inner !== undefined));
}

/** The etag of a record as the server gave it, to be sent back byte for byte. */
export function etagOf(row: Native): string | undefined {
  const etag = (row['__metadata'] as { etag?: unknown } | undefined)?.etag;
  return typeof etag === 'string' ? etag : undefined;
}
