import { GraphQLError } from 'graphql';

/** The arguments every connection takes. */
export interface PageArgs {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
  reverse?: boolean | null;
}

/** Where an item stands in its list: by value, then by id. */
export type Key = readonly [value: number | string, id: string];

export interface ConnectionOptions<T> {
  /** Items in ascending order of `key`. */
  items: readonly T[];
  key: (item: T) => Key;
  /** What a cursor is bound to; one of another query is refused. */
  scope: string;
  toNode: (item: T) => object;
}

/** The most items of one page. */
const maxPage = 250;

export function badRequest(message: string): GraphQLError { return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } }); }

/**
 * One page by key, not by position: an item that moves to the end of the list between two pages is met there again,
 * and none is skipped.
 */
export function connection<T>(args: PageArgs, { items, key, scope, toNode }: ConnectionOptions<T>): object {
  const backwards = args.last !== undefined && args.last !== null;
  const size = (backwards ? args.last : args.first) ?? undefined;
  if (size === undefined) throw badRequest('you must provide one of first or last');
  if (size > maxPage) throw badRequest(`${backwards ? 'last' : 'first'} cannot exceed ${String(maxPage)}`);
  if (size < 0) throw badRequest(`${backwards ? 'last' : 'first'} cannot be negative`);

  const bound = `${scope}|${String(args.reverse === true)}`;
  const ordered = args.reverse === true ? [...items].reverse() : items;
  const order = args.reverse === true ? -1 : 1;
  const position = (cursor: string, beyond: boolean): number => {
    const mark = readCursor(cursor, bound);
    return lowerBound(ordered, (item) => {
      const way = compareKeys(key(item), mark) * order;
      return beyond ? way > 0 : way >= 0;
    });
  };
  let from = typeof args.after === 'string' ? position(args.after, true) : 0;
  let to = typeof args.before === 'string' ? position(args.before, false) : ordered.length;
  if (backwards) from = Math.max(from, to - size);
  else to = Math.min(to, from + size);

  const page = ordered.slice(from, to);
  const edges = page.map((item) => ({ cursor: () => writeCursor(key(item), bound), node: () => toNode(item) }));
  return {
    edges, nodes: () => page.map(toNode),
    pageInfo: {
      hasNextPage: to < ordered.length, hasPreviousPage: from > 0,
      startCursor: edges[0] ? edges[0].cursor() : null, endCursor: edges[edges.length - 1]?.cursor() ?? null,
    },
  };
}

/** A connection over the parts of one object, in the order they have there. */
export function partsConnection<T>(args: PageArgs, parts: readonly T[], scope: string, toNode: (item: T) => object): object {
  const items = parts.map((part, at) => ({ part, at }));
  return connection(args, { items, key: ({ at }) => [at, ''], scope, toNode: ({ part }) => toNode(part) });
}

export function compareKeys(a: Key, b: Key): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  return a[1].length - b[1].length || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0);
}

function lowerBound<T>(items: readonly T[], reached: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reached(items[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function writeCursor([value, id]: Key, scope: string): string {
  return Buffer.from(JSON.stringify({ last_id: id, last_value: value, q: fingerprint(scope) })).toString('base64url');
}

function readCursor(cursor: string, scope: string): Key {
  try {
    const mark = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as { last_id: string; last_value: number | string; q: number };
    if (mark.q === fingerprint(scope)) return [mark.last_value, mark.last_id];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw badRequest('Invalid cursor for current pagination sort.');
}

/** FNV-1a. */
function fingerprint(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
