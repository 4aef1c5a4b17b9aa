import type { Database, Table } from './database';
import { framework } from './errors';
import { withoutZeros, stamp, type EntityType, type Row } from './model';

/** What a path names: rows of a table, one of them if a key was given, its count, or one property of it. */
export interface Target {
  table: Table;
  /** What a navigation led to. */
  rows?: Row[];
  /** Whose navigation it was. */
  parent?: Row;
  row?: Row;
  single: boolean;
  count: boolean;
}

/**
 * Follows `A_SalesOrder('1')/to_Item(SalesOrder='1',SalesOrderItem='10')` and `…/$count` below a service.
 * Throws ODataError 404 for what is not there.
 */
export function resolve(database: Database, service: string, path: string): Target {
  let target: Target | undefined;
  for (const segment of segments(path)) {
    if (segment === '$count' && target && !target.single) { target.count = true; continue; }
    const [, name = '', keys] = /^([\w$]+)(?:\((.*)\))?$/s.exec(segment) ?? [];
    target = target ? related(database, target, name) : entitySet(database, service, name);
    if (keys !== undefined && keys !== '') pick(target, keys);
  }
  if (!target) throw framework.noSegment(path);
  return target;
}

/** Segments between slashes that are not inside quotes, decoded. */
function segments(path: string): string[] {
  return decodeURIComponent(path).match(/(?:'(?:[^']|'')*'|[^/'])+/g) ?? [];
}

function entitySet(database: Database, service: string, name: string): Target {
  if (!database.has(name) || database.table(name).type.service !== service) throw framework.noSegment(name);
  return { table: database.table(name), single: false, count: false };
}

function related(database: Database, target: Target, name: string): Target {
  const navigation = target.table.type.navigations.get(name);
  if (!navigation || !target.row) throw framework.noSegment(name);
  const rows = database.related(target.row, navigation);
  const found: Target = { table: database.table(navigation.to), rows, parent: target.row, single: !navigation.many, count: false };
  if (!navigation.many) {
    const [row] = rows;
    if (!row) throw framework.noSegment(name);
    found.row = row;
  }
  return found;
}

function pick(target: Target, text: string): void {
  const key = readKey(target.table.type, text);
  const row = target.table.rows.get(key);
  if (!row || (target.rows && !target.rows.includes(row))) throw framework.noSegment(`${target.table.type.set}(${text})`);
  target.row = row;
  target.single = true;
}

/** A key predicate as the table's key. */
export function readKey(type: EntityType, text: string): string {
  const values = new Map<string, string>();
  for (const [, name = type.keys[0]?.name ?? '', literal, quoted = ''] of text.matchAll(/(?:(\w+)=)?(datetimeoffset|datetime|guid)?'((?:[^']|'')*)'/g)) {
    values.set(name, literal === 'datetime' ? `/Date(${String(Date.parse(`${quoted}Z`))})/` : literal === 'datetimeoffset' ? stamp(Date.parse(quoted)) : quoted.replace(/''/g, "'"));
  }
  return type.keys.map((key) => {
    const value = values.get(key.name);
    if (value === undefined) throw framework.malformed(`key property '${key.name}' is missing`);
    return key.alpha ? withoutZeros(value) : value;
  }).join('|');
}
