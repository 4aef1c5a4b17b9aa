/** How one field of a resource is searched; `op` is '' for equality. */
export type Filter<T> = (item: T, op: '' | '<' | '<=' | '>' | '>=', value: string) => boolean;

export interface SearchWarning { field: string; message: string }

/** Finds what equals a value, by the field that is searched, without looking at all there is. */
export type Lookups<T> = Record<string, (value: string) => readonly T[]>;

interface Term { field: string | undefined; op: '' | '<' | '<=' | '>' | '>='; value: string; not: boolean }

/**
 * Compiles a search query (`updated_at:>='2026-01-01T00:00:00Z' AND status:any`). A field that does not exist is
 * ignored with a warning, as the vendor does, so a typing error finds everything.
 */
export function compileSearch<T>(
  query: string, filters: Record<string, Filter<T>>, text: (item: T) => string, lookups: Lookups<T> = {},
): { test: (item: T) => boolean; warnings: SearchWarning[]; candidates: T[] | undefined } {
  const warnings: SearchWarning[] = [];
  const parsed = parse(query);
  const groups = parsed.map((terms) => terms.flatMap((term): ((item: T) => boolean)[] => {
    const { field, op, value } = term;
    if (field === undefined) return [(item) => text(item).toLowerCase().includes(value.toLowerCase()) !== term.not];
    const filter = Object.hasOwn(filters, field) ? filters[field] : undefined;
    if (!filter) { warnings.push({ field, message: 'Invalid search field for this query.' }); return []; }
    return [(item) => filter(item, op, value) !== term.not];
  }));
  return {
    test: (item) => groups.some((terms) => terms.every((term) => term(item))), warnings,
    candidates: candidates(parsed, lookups),
  };
}

/** All that the query can find, unless one of its groups has nothing to look up. */
function candidates<T>(groups: Term[][], lookups: Lookups<T>): T[] | undefined {
  const found = new Set<T>();
  for (const terms of groups) {
    const term = terms.find(({ field, op, value, not }) => {
      return field !== undefined && Object.hasOwn(lookups, field) && op === '' && !not && !value.endsWith('*');
    });
    if (term?.field === undefined) return undefined;
    for (const item of lookups[term.field]?.(term.value) ?? []) found.add(item);
  }
  return [...found];
}

/** Terms joined by AND (or a space) in groups joined by OR. */
function parse(query: string): Term[][] {
  const groups: Term[][] = [[]];
  const pattern = /\s*(\bOR\b|\bAND\b|(-|\bNOT\s+)?(?:([a-z_]+):(<=|>=|<|>)?)?(?:"((?:\\.|[^"\\])*)"|'([^']*)'|([^\s]+)))\s*/gy;
  for (let match = pattern.exec(query); match; match = pattern.exec(query)) {
    const [, word, not, field, op, double, single, bare] = match;
    if (word === 'OR') groups.push([]);
    else if (word !== 'AND') {
      groups[groups.length - 1]?.push({
        field, op: (op ?? '') as Term['op'], value: double?.replace(/\\(.)/g, '$1') ?? single ?? bare ?? '', not: not !== undefined,
      });
    }
  }
  return groups;
}

/** Whole seconds, as the index keeps them. */
export function timeFilter<T>(of: (item: T) => number | null): Filter<T> {
  return (item, op, value) => {
    const at = of(item);
    const bound = Date.parse(value);
    if (at === null || Number.isNaN(bound)) return false;
    return compare(Math.floor(at / 1000), op, Math.floor(bound / 1000));
  };
}

/** By the digits of an id or by its gid. */
export function idFilter<T>(type: string, of: (item: T) => string): Filter<T> {
  return (item, op, value) => {
    const digits = value.replace(`gid://shopify/${type}/`, '');
    if (!/^\d+$/.test(digits)) return false;
    return compare(BigInt(of(item) || '0'), op, BigInt(digits));
  };
}

/** Equal without regard to case; a star at the end matches any rest. */
export function textFilter<T>(of: (item: T) => string | null): Filter<T> {
  return (item, _op, value) => {
    const text = of(item)?.toLowerCase() ?? '';
    const wanted = value.toLowerCase();
    return wanted.endsWith('*') ? text.startsWith(wanted.slice(0, -1)) : text === wanted;
  };
}

/** True if it is of any part of an item. */
export function someOf<T, P>(parts: (item: T) => readonly P[], filter: Filter<P>): Filter<T> {
  return (item, op, value) => parts(item).some((part) => filter(part, op, value));
}

function compare<T extends number | bigint>(a: T, op: Term['op'], b: T): boolean {
  switch (op) {
    case '': return a === b;
    case '<': return a < b;
    case '<=': return a <= b;
    case '>': return a > b;
    case '>=': return a >= b;
  }
}
