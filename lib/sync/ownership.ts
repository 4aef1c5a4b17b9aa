import type { SettingField } from '../connectors/contract';
import type { Entity } from '../documents/event';
import { ConfigError, DataError } from '../errors';
import type { WriteRequest } from './operation';

/** What a system is the system of record for: nobody else may write it there. */
export interface OwnershipRule {
  entity: Entity;
  /** Paths in the document such as `description` or `variants.gtin`; none: the whole record. */
  fields: string[];
  /** What becomes of a write that speaks of such fields. */
  otherwise: 'refuse' | 'leaveOut';
}

/** Records that documents can be of, in the order forms offer them. */
const entities: Entity[] = ['product', 'inventory', 'price', 'customer', 'order', 'payment', 'shipment', 'invoice', 'return'];

/** The rules as a table of a system's form. */
export const ownershipTable: SettingField = {
  name: 'owns', type: 'table', doc: 'What this system is the system of record for: writes of others are refused, or leave those fields out.',
  columns: [
    { name: 'entity', type: 'select', required: true, options: entities, doc: 'Record.' },
    { name: 'fields', type: 'text', pattern: '^[\\w.]*( +[\\w.]+)*$', doc: 'Paths in the document, with blanks between them. Empty: the whole record.' },
    { name: 'otherwise', type: 'select', default: 'refuse', options: ['refuse', 'leaveOut'], doc: 'What becomes of a write that speaks of them.' },
  ],
};

/** The rules of a saved form. Throws ConfigError for a row that cannot be. */
export function ownershipOf(rows: unknown): OwnershipRule[] {
  if (!Array.isArray(rows)) return [];
  return (rows as Partial<Record<string, string>>[]).filter((row) => Object.keys(row).length > 0).map(({ entity, fields = '', otherwise = 'refuse' }, index) => {
    const rule = { entity: entity as Entity, fields: fields.split(/\s+/).filter(Boolean), otherwise: otherwise as OwnershipRule['otherwise'] };
    if (!entities.includes(rule.entity) || !['refuse', 'leaveOut'].includes(otherwise)) {
      throw new ConfigError('CONFIG_OWNS', `Row ${index + 1} of what the system owns names no record or no way to go on: ${String(entity)}, ${otherwise}.`);
    }
    return rule;
  });
}

/**
 * A write as the owner of its fields allows it: without those that are left out. A new record is complete: only a rule for
 * all of it keeps it from being created. Throws DataError DATA_NOT_OWNER for what is refused.
 */
export function respectOwner(request: WriteRequest, rules: OwnershipRule[], system: string): WriteRequest {
  let { document, native } = request;
  for (const { entity, fields, otherwise } of rules) {
    if (entity !== request.entity) continue;
    if (fields.length === 0) throw refused(request, system, 'it', []);
    if (request.operation === 'create' || request.operation === 'cancel') continue;
    const spoken = fields.filter((path) => has(document, path.split('.')) || has(native, path.split('.')));
    if (spoken.length === 0) continue;
    if (otherwise === 'refuse') throw refused(request, system, spoken.join(', '), spoken);
    for (const path of spoken) {
      document = without(document, path.split('.'));
      native = native && without(native, path.split('.'));
    }
  }
  return { ...request, document, native };
}

function refused({ entity, operation, event }: WriteRequest, system: string, what: string, fields: string[]): DataError {
  const record = event?.subject ?? entity;
  return new DataError('DATA_NOT_OWNER',
    `${record} was not written (${operation}): ${system} is the system of record for ${what}. Change it there, or change what the system owns in its node.`,
    { system, record, issues: fields.map((path) => ({ path, rule: 'owner', message: `belongs to ${system}` })) });
}

/** A path goes through lists: `variants.gtin` is that of any variant. */
function has(value: unknown, path: string[]): boolean {
  const [name = '', ...rest] = path;
  if (Array.isArray(value)) return value.some((one) => has(one, path));
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false;
  return rest.length === 0 || has((value as Record<string, unknown>)[name], rest);
}

function without<T>(value: T, path: string[]): T {
  const [name = '', ...rest] = path;
  if (Array.isArray(value)) return value.map((one: unknown) => without(one, path)) as T;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return value;
  const { [name]: inner, ...others } = value as Record<string, unknown>;
  return (rest.length === 0 ? others : { ...others, [name]: without(inner, rest) }) as T;
}
