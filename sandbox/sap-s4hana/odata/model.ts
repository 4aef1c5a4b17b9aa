/** What a value is on the wire: text, decimal text, true/false, `/Date(ms)/`, `/Date(ms+0000)/`, `PT…`, or a GUID. */
export type EdmType = 'Edm.String' | 'Edm.Decimal' | 'Edm.Boolean' | 'Edm.DateTime' | 'Edm.DateTimeOffset' | 'Edm.Time' | 'Edm.Guid';

export interface Property {
  name: string;
  type: EdmType;
  key: boolean;
  maxLength?: number;
  /** Digits in all and after the point of a decimal. */
  precision?: number;
  scale?: number;
  /** May not be sent: the system sets it. */
  readOnly: boolean;
  /** Stored padded with zeros, shown without them (conversion exit ALPHA, and NUMC). */
  alpha: boolean;
  /** May $filter, and may $orderby, name it? */
  filterable: boolean;
  sortable: boolean;
}

export interface Navigation {
  name: string;
  /** Entity set it leads to. */
  to: string;
  many: boolean;
  /** Property here -> property there. */
  on: [own: string, other: string][];
}

export interface EntityType {
  service: string;
  set: string;
  properties: Map<string, Property>;
  keys: Property[];
  navigations: Map<string, Navigation>;
  /** The property the ETag is made of; none without it. */
  etag?: string;
  /** A text whose order rows are often read in, besides that of the first key property. Of a row it never changes. */
  sorted?: string;
  creatable: boolean;
  updatable: boolean;
  deletable: boolean;
  /** Every property with its empty value. */
  empty: Row;
}

/** A value as it is on the wire. */
export type Value = string | boolean | null;
export type Row = Record<string, Value>;

const types: Record<string, EdmType> = {
  Date: 'Edm.DateTime', Stamp: 'Edm.DateTimeOffset', Bool: 'Edm.Boolean', Time: 'Edm.Time', Guid: 'Edm.Guid',
};

export interface EntityOptions { etag?: string; sorted?: string; creatable?: boolean; updatable?: boolean; deletable?: boolean; to?: Record<string, string> }

/**
 * Describes an entity set, one property a line: `[*]Name type [ro] [alpha] [unfiltered] [unsorted]`, `*` for keys; type is a text's greatest
 * length, a decimal's `precision.scale`, or Date, Stamp, Bool, Time, Guid. `to` gives the navigations:
 * `to_Item: 'A_SalesOrderItem[] SalesOrder'`, with `Own=Other` where the property names differ.
 */
export function entity(service: string, set: string, table: string, options: EntityOptions = {}): EntityType {
  const properties = table.trim().split('\n').map((line) => property(line.trim()));
  const navigations = Object.entries(options.to ?? {}).map(([name, text]) => navigation(name, text));
  return {
    service, set, creatable: options.creatable ?? true, updatable: options.updatable ?? true, deletable: options.deletable ?? true,
    properties: new Map(properties.map((p) => [p.name, p])), empty: Object.fromEntries(properties.map((p) => [p.name, emptyValue(p)])), keys: properties.filter((p) => p.key),
    navigations: new Map(navigations.map((n) => [n.name, n])),
    ...(options.etag === undefined ? {} : { etag: options.etag }), ...(options.sorted === undefined ? {} : { sorted: options.sorted }),
  };
}

function property(line: string): Property {
  const [marked = '', size = '', ...flags] = line.split(/\s+/);
  const key = marked.startsWith('*');
  const base = { name: key ? marked.slice(1) : marked, key, readOnly: flags.includes('ro'), alpha: flags.includes('alpha'), filterable: !flags.includes('unfiltered'), sortable: !flags.includes('unsorted') };
  const type = types[size];
  if (type) return { ...base, type };
  const [precision, scale] = size.split('.').map(Number);
  if (precision === undefined || Number.isNaN(precision)) throw new RangeError(`No type in "${line}"`);
  return scale === undefined ? { ...base, type: 'Edm.String', ...(precision > 0 ? { maxLength: precision } : {}) }
    : { ...base, type: 'Edm.Decimal', precision, scale };
}

function navigation(name: string, text: string): Navigation {
  const [target = '', ...pairs] = text.split(' ');
  return {
    name, to: target.replace('[]', ''), many: target.endsWith('[]'),
    on: pairs.map((pair) => { const [own = '', other = own] = pair.split('='); return [own, other]; }),
  };
}

/** The value of a property that nobody has set. */
function emptyValue(property: Property): Value {
  switch (property.type) {
    case 'Edm.String': return '';
    case 'Edm.Decimal': return (0).toFixed(property.scale);
    case 'Edm.Boolean': return false;
    default: return null;
  }
}

/** A row with these values; every other property is there too, empty, but costs nothing: it lives in the prototype. */
export function fullRow(type: EntityType, values: Row): Row {
  return Object.assign(Object.create(type.empty) as Row, values);
}

/** A copy of a row with some values changed. */
export function changedRow(row: Row, values: Row = {}): Row {
  return Object.assign(Object.create(Object.getPrototypeOf(row) as object) as Row, row, values);
}

/** A row as a plain object with every property its own. */
export function plainRow(row: Row): Row { return { ...Object.getPrototypeOf(row) as Row, ...row }; }

/** A stored key or number as it is shown: without leading zeros if it is a number. */
export const withoutZeros = (text: string): string => /^0+\d/.test(text) && /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : text;

/** Wire forms of a moment and of a day. */
export const stamp = (ms: number): string => `/Date(${String(ms)}+0000)/`;
export const day = (ms: number): string => `/Date(${String(ms - (ms % 86_400_000))})/`;
export const timeOfDay = (ms: number): string => `PT${new Date(ms).toISOString().slice(11, 19).replace(':', 'H').replace(':', 'M')}S`;
/** ms since 1970 of a wire date. */
export const msOf = (wire: string): number => Number(/^\/Date\((-?\d+)/.exec(wire)?.[1] ?? NaN);
