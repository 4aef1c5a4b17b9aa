import type { Database, Table } from './database';
import { framework } from './errors';
import { comparable, compileFilter, everything, propertyOf, type Filter } from './filter';
import type { EntityType, Property, Row } from './model';
import { readShape, type Shape } from './shape';

/** The system query options of a request, decoded. */
export type Options = Map<string, string>;

const known = new Set(['$filter', '$select', '$expand', '$top', '$skip', '$orderby', '$inlinecount', '$format', '$skiptoken']);

/** Reads a query string; unknown system options are refused, others (sap-client, sap-language) pass. */
export function readOptions(query: string): Options {
  const options: Options = new Map();
  if (query === '') return options;
  for (const [name, value] of new URLSearchParams(query)) {
    if (name.startsWith('$') && !known.has(name)) throw framework.malformed(`unknown query option '${name}'`);
    options.set(name, value);
  }
  const format = options.get('$format');
  if (format !== undefined && format !== 'json' && format !== 'xml') throw framework.malformed(`$format ${format}`);
  return options;
}

export interface Result {
  rows: Row[];
  shape: Shape;
  /** Matches before $top and $skip, if $inlinecount asked for them. */
  count?: number;
  /** Where the next page starts, if there is one. */
  skiptoken?: number;
}

/** Answers a query over a table or over the rows a navigation led to. `$skiptoken` is an offset, as the vendor's is. */
export function select(database: Database, table: Table, options: Options, pageSize: number, among?: Row[]): Result {
  const { type } = table;
  const shape = readShape(database, type, options.get('$select'), options.get('$expand'));
  const counted = options.get('$inlinecount') === 'allpages';
  const skip = natural(options, '$skip') ?? 0;
  const top = natural(options, '$top') ?? Infinity;
  const start = natural(options, '$skiptoken') ?? 0;
  const matches = matching(table, options, among, counted ? Infinity : skip + Math.min(top, start + pageSize + 1));
  let rows = matches.slice(skip, skip + top);
  const more = rows.length > start + pageSize;
  if (start > 0 || more) rows = rows.slice(start, start + pageSize);
  return {
    rows, shape,
    ...(counted ? { count: matches.length } : {}),
    ...(more ? { skiptoken: start + pageSize } : {}),
  };
}

/** The matches in their order; as soon as they are enough, no more are looked for where the order allows it. */
function matching(table: Table, options: Options, among: Row[] | undefined, enough: number): Row[] {
  const text = options.get('$filter');
  const filter = text === undefined ? everything : compileFilter(text, table.type);
  const order = readOrder(table.type, options.get('$orderby'));
  const few = among ?? indexed(table, filter);
  const name = few ? undefined : walkable(table.type, order);
  const walk = name === undefined ? undefined : table.ascending(name, filter.from.get(name));
  const sorted = walk !== undefined || order.length === 0;
  const found: Row[] = [];
  for (const row of few ?? walk ?? table.rows.values()) {
    if (!filter.test(row)) continue;
    found.push(row);
    if (sorted && found.length >= enough) break;
  }
  return sorted ? found : found.sort(ordering(order));
}

/** The fewest rows that an index has all matches among. */
function indexed(table: Table, { equal }: Filter): Row[] | undefined {
  let fewest: Row[] | undefined;
  for (const [name, values] of equal) {
    const found = table.among(name, values);
    if (found && found.length < (fewest?.length ?? Infinity)) fewest = found;
  }
  return fewest;
}

type Order = { property: Property; sign: 1 | -1 }[];

function readOrder(type: EntityType, text = ''): Order {
  if (text === '') return [];
  return text.split(',').map((part) => {
    const [name = '', direction = 'asc'] = part.trim().split(/\s+/);
    return { property: propertyOf(type, name, 'sortable'), sign: direction === 'desc' ? -1 : 1 };
  });
}

/** The property it is the order of, and of nothing else, if the table can be walked in that order. */
function walkable({ keys, sorted }: EntityType, [first, ...others]: Order): string | undefined {
  const name = first?.property.name;
  return first?.sign === 1 && others.length === 0 && (first.property === keys[0] || name === sorted) ? name : undefined;
}

function ordering(parts: Order): (a: Row, b: Row) => number {
  return (a, b) => {
    for (const { property, sign } of parts) {
      const [x, y] = [comparable(property, a[property.name] ?? null) ?? '', comparable(property, b[property.name] ?? null) ?? ''];
      if (x !== y) return x < y ? -sign : sign;
    }
    return 0;
  };
}

function natural(options: Options, name: string): number | undefined {
  const text = options.get(name);
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw framework.malformed(`${name} must be a number`);
  return Number(text);
}
