import type { Database, Transaction } from './database';
import { framework } from './errors';
import { msOf, type EntityType, type Navigation, type Property, type Row } from './model';

/** What of an entity is shown: properties and, by navigation, what is shown of its relatives. */
export interface Shape { type: EntityType; properties: readonly string[]; expand: Map<string, Shape>; navigations: readonly Navigation[] }

const plainShapes = new WeakMap<EntityType, Shape>();

/** Reads `$select` and `$expand`. Throws ODataError for names the type does not have. */
export function readShape(database: Database, type: EntityType, select?: string, expand?: string): Shape {
  if (!select && !expand) {
    const known = plainShapes.get(type) ?? { type, properties: [...type.properties.keys()], expand: new Map(), navigations: [...type.navigations.values()] };
    plainShapes.set(type, known);
    return known;
  }
  const selected = split(select);
  const expanded = split(expand);
  const all = selected.length === 0 || selected.includes('*');
  const chosen = new Set(selected.map(head));
  for (const name of chosen) if (name !== '*' && !type.properties.has(name) && !type.navigations.has(name)) throw framework.noProperty(name, `${type.set}Type`);
  const shapes = new Map<string, Shape>();
  for (const name of new Set(expanded.map(head))) {
    const navigation = type.navigations.get(name);
    if (!navigation) throw framework.noSegment(name);
    shapes.set(name, readShape(database, database.table(navigation.to).type, tails(selected, name), tails(expanded, name)));
  }
  return {
    type, expand: shapes,
    properties: [...type.properties.keys()].filter((name) => all || chosen.has(name)),
    navigations: [...type.navigations.values()].filter(({ name }) => all || chosen.has(name)),
  };
}

const split = (list: string | undefined): string[] => list ? list.split(',').map((part) => part.trim()) : [];
const head = (path: string): string => path.split('/', 1)[0] ?? path;
const tails = (paths: string[], name: string): string =>
  paths.filter((path) => path.startsWith(`${name}/`)).map((path) => path.slice(name.length + 1)).join(',');

/** Who answers: the address in front of the entities, and where their relatives are read. */
export interface Place { root: string; source: Database | Transaction }

/** An entity as V2 JSON. */
export function shown(row: Row, shape: Shape, place: Place): Record<string, unknown> {
  const { type } = shape;
  const uri = `${place.root}/${type.service}/${type.set}(${keyText(type, row)})`;
  const metadata: Record<string, string> = { id: uri, uri, type: `${type.service}.${type.set}Type` };
  if (type.etag !== undefined) metadata.etag = etagOf(type, row);
  const entity: Record<string, unknown> = { __metadata: metadata };
  for (const name of shape.properties) entity[name] = row[name];
  for (const navigation of shape.navigations) {
    const inner = shape.expand.get(navigation.name);
    entity[navigation.name] = inner ? relatives(row, navigation, inner, place) : { __deferred: { uri: `${uri}/${navigation.name}` } };
  }
  return entity;
}

function relatives(row: Row, navigation: Navigation, shape: Shape, place: Place): unknown {
  const found = place.source.related(row, navigation).map((other) => shown(other, shape, place));
  return navigation.many ? { results: found } : found[0] ?? null;
}

/** The key as it stands between the parentheses of an address. */
export function keyText(type: EntityType, row: Row): string {
  const [only, ...others] = type.keys;
  if (only && others.length === 0) return keyLiteral(only, row);
  return type.keys.map((key) => `${key.name}=${keyLiteral(key, row)}`).join(',');
}

function keyLiteral(key: Property, row: Row): string {
  const value = String(row[key.name]);
  if (key.type === 'Edm.DateTime') return `datetime'${encodeURIComponent(new Date(msOf(value)).toISOString().slice(0, 19))}'`;
  if (key.type === 'Edm.DateTimeOffset') return `datetimeoffset'${encodeURIComponent(new Date(msOf(value)).toISOString().replace('.000', ''))}'`;
  return `'${encodeURIComponent(value.replace(/'/g, "''"))}'`;
}

/** The weak ETag of an entity: its change stamp as a literal, percent-encoded as the vendor does, or the text that stands for its state. */
export function etagOf(type: EntityType, row: Row): string {
  const value = type.etag === undefined ? null : row[type.etag];
  if (type.properties.get(type.etag ?? '')?.type === 'Edm.String') return `W/"'${String(value)}'"`;
  const time = typeof value === 'string' ? new Date(msOf(value)).toISOString().replace('Z', '0000Z') : '';
  return `W/"datetimeoffset'${time.replace(/:/g, '%3A')}'"`;
}
