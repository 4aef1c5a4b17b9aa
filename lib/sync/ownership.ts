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
  /** Does that go for new records, too? Otherwise they take all fields: nobody has a value of theirs yet, and some may be required. */
  strict?: true;
}

/** What a write must respect of the system it goes to. */
export interface Owner { system: string; rules: OwnershipRule[] }

/** Records that documents can be of, in the order forms offer them. */
const entities: Entity[] = ['product', 'inventory', 'price', 'customer', 'order', 'payment', 'shipment', 'invoice', 'return'];

/** The rules as a table of a system's form. */
export const ownershipTable: SettingField = {
  name: 'owns', type: 'table', doc: 'What this system is the system of record for: writes of others are refused, or leave those fields out.',
  columns: [
    { name: 'entity', type: 'select', required: true, options: entities, doc: 'Record.' },
    { name: 'fields', type: 'text', pattern: '^[\\w.]*( +[\\w.]+)*$', doc: 'Paths in the document, with blanks between them. Empty: the whole record.' },
    { name: 'otherwise', type: 'select', default: 'refuse', options: ['refuse', 'leaveOut'], doc: 'What becomes of a write that speaks of them.' },
    { name: 'onCreate', type: 'select', default: 'take', options: ['take', 'same'], doc: 'New records: take all fields, or the same goes for them.' },
  ],
};

/** The rules of a saved form. Throws ConfigError for a row that cannot be. */
export function ownershipOf(rows: unknown): OwnershipRule[] {
  if (!Array.isArray(rows)) return [];
  return (rows as Partial<Record<string, string>>[]).filter((row) => Object.keys(row).length > 0).map(({ entity, fields = '', otherwise = 'refuse', onCreate = 'take' }, index) => {
    const rule: OwnershipRule = {
      entity: entity as Entity, fields: fields.split(/\s+/).filter(Boolean), otherwise: otherwise as OwnershipRule['otherwise'], ...(onCreate === 'same' && { strict: true }),
    };
    if (!entities.includes(rule.entity) || !['refuse', 'leaveOut'].includes(otherwise) || !['take', 'same'].includes(onCreate)) {
      throw new ConfigError('CONFIG_OWNS', `Row ${index + 1} of what the system owns names no record or no way to go on: ${String(entity)}, ${otherwise}.`);
    }
    return rule;
  });
}

/** A write that minds the owner. Throws DataError DATA_NOT_OWNER at once if nobody else may write such records at all. */
export function respectOwner(request: WriteRequest, rules: OwnershipRule[], system: string): WriteRequest {
  const its = rules.filter(({ entity }) => entity === request.entity);
  if (its.some(({ fields }) => fields.length === 0)) throw refused(request, system, 'it', []);
  return its.length > 0 ? { ...request, owner: { system, rules: its } } : request;
}

/**
 * A write once it is known whether the record is there: without the fields that are left out. The owner is one of records that
 * are there; a new one takes all fields unless a rule is strict. Throws DataError DATA_NOT_OWNER for what is refused.
 */
export function ownedApart(request: WriteRequest, isNew: boolean): WriteRequest {
  let { document, native } = request;
  const { owner } = request;
  if (!owner || request.operation === 'cancel') return request;
  for (const { fields, otherwise } of owner.rules.filter(({ strict }) => !isNew || strict)) {
    const spoken = fields.filter((path) => has(document, path.split('.')) || has(native, path.split('.')));
    if (spoken.length === 0) continue;
    if (otherwise === 'refuse') throw refused(request, owner.system, spoken.join(', '), spoken);
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
