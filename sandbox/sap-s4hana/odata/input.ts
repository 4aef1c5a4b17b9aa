import type { Database } from './database';
import { framework, type Detail, ODataError } from './errors';
import { stamp, withoutZeros, type EntityType, type Property, type Row, type Value } from './model';

/** A body read against its entity type: own values, and the deep-inserted relatives by navigation. */
export interface Input { values: Row; children: Map<string, Input[]> }

/** Checks a JSON body; throws one ODataError that lists everything wrong with it. */
export function readInput(database: Database, type: EntityType, body: string): Input {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw framework.malformed('the body is not JSON');
  }
  const faults: Detail[] = [];
  const input = readEntity(database, type, unwrapped(parsed), faults);
  const [first, ...others] = faults;
  if (first) throw new ODataError(400, first, ...others);
  return input;
}

const unwrapped = (parsed: unknown): unknown => isObject(parsed) && isObject(parsed.d) ? parsed.d : parsed;
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function readEntity(database: Database, type: EntityType, body: unknown, faults: Detail[]): Input {
  const input: Input = { values: {}, children: new Map() };
  if (!isObject(body)) throw framework.malformed(`${type.set} must be an object`);
  for (const [name, value] of Object.entries(body)) {
    const property = type.properties.get(name);
    const navigation = type.navigations.get(name);
    try {
      if (property) input.values[name] = readValue(property, value);
      else if (navigation) input.children.set(name, readList(value).map((child) => readEntity(database, database.table(navigation.to).type, child, faults)));
      else if (name !== '__metadata') throw framework.noProperty(name, `${type.set}Type`);
    } catch (error) {
      if (!(error instanceof ODataError)) throw error;
      faults.push(...error.details);
    }
  }
  return input;
}

function readList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (isObject(value)) return Array.isArray(value.results) ? value.results : '__deferred' in value ? [] : [value];
  return [];
}

/** A JSON value as it is kept. Throws ODataError for a wrong type, an excess of length or digits, or a property that is not the client's to set. */
function readValue(property: Property, value: unknown): Value {
  const { name, type } = property;
  if (property.readOnly && !property.key) throw framework.badValue(name, 'is read-only and must not be sent');
  if (value === null) return type === 'Edm.String' ? '' : null;
  if (type === 'Edm.Boolean') {
    if (typeof value !== 'boolean') throw framework.badValue(name, 'must be true or false');
    return value;
  }
  if (typeof value !== 'string') throw framework.badValue(name, `of type ${type} must be sent as a string`);
  switch (type) {
    case 'Edm.String':
      if (property.maxLength !== undefined && value.length > property.maxLength) {
        throw framework.badValue(name, `has ${String(value.length)} characters, at most ${String(property.maxLength)} are allowed`);
      }
      return property.alpha ? withoutZeros(value) : value;
    case 'Edm.Decimal': return readDecimal(property, value);
    case 'Edm.DateTime': case 'Edm.DateTimeOffset': return readMoment(property, value);
    default: return value;
  }
}

function readDecimal({ name, precision = 0, scale = 0 }: Property, value: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
  if (whole === '') throw framework.badValue(name, 'is not a decimal number');
  const cut = fraction.replace(/0+$/, '');
  if (cut.length > scale || whole.replace(/^0+/, '').length > precision - scale) {
    throw framework.badValue(name, `has too many digits for (${String(precision)},${String(scale)})`);
  }
  return `${sign}${whole}${scale > 0 ? `.${cut.padEnd(scale, '0')}` : ''}`;
}

function readMoment({ name, type }: Property, value: string): string {
  const wire = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/.exec(value);
  const ms = wire ? Number(wire[1]) : Date.parse(/^\d{4}-\d\d-\d\dT/.test(value) ? (/Z$/.test(value) ? value : `${value}Z`) : '');
  if (Number.isNaN(ms)) throw framework.badValue(name, 'is not a date such as /Date(1700000000000)/');
  return type === 'Edm.DateTime' ? `/Date(${String(ms)})/` : stamp(ms);
}
