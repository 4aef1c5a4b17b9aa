import type { Database, Table } from './database';
import { framework } from './errors';
import { comparable, compileFilter, propertyOf } from './filter';
import type { EntityType, Row } from './model';
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
  let rows = filtered(table, options.get('$filter'), among);
  const order = options.get('$orderby');
  if (order) rows = [...rows].sort(ordering(type, order));
  const count = rows.length;
  const skip = natural(options, '$skip') ?? 0;
  const top = natural(options, '$top');
  if (skip > 0 || top !== undefined) rows = rows.slice(skip, top === undefined ? undefined : skip + top);
  const start = natural(options, '$skiptoken') ?? 0;
  const more = rows.length > start + pageSize;
  if (start > 0 || more) rows = rows.slice(start, start + pageSize);
  return {
    rows, shape,
    ...(options.get('$inlinecount') === 'allpages' ? { count } : {}),
    ...(more ? { skiptoken: start + pageSize } : {}),
  };
}

function filtered(table: Table, text: string | undefined, among: Row[] | undefined): Row[] {
  if (text === undefined) return among ?? [...table.rows.values()];
  const filter = compileFilter(text, table.type);
  let source: Iterable<Row> | undefined = among;
  for (const [name, value] of filter.equal) source ??= table.by(name, value);
  const found: Row[] = [];
  for (const row of source ?? table.rows.values()) if (filter.test(row)) found.push(row);
  return found;
}

function ordering(type: EntityType, text: string): (a: Row, b: Row) => number {
  const parts = text.split(',').map((part) => {
    const [name = '', direction = 'asc'] = part.trim().split(/\s+/);
    return { property: propertyOf(type, name), sign: direction === 'desc' ? -1 : 1 };
  });
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
