import Ajv2020, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { DataError, type ErrorCode, type Issue } from '../errors';
import { rules } from './rules';
import common from './schemas/common.schema.json';
import customer from './schemas/customer.schema.json';
import inventoryLevel from './schemas/inventory-level.schema.json';
import invoice from './schemas/invoice.schema.json';
import order from './schemas/order.schema.json';
import payment from './schemas/payment.schema.json';
import priceList from './schemas/price-list.schema.json';
import product from './schemas/product.schema.json';
import returns from './schemas/return.schema.json';
import shipment from './schemas/shipment.schema.json';
import type { Documents } from './types';

/** The kinds of canonical documents, and `tombstone`, which stands for a deleted one of any kind. */
export type DocumentKind = keyof Documents;

const schemas: Record<DocumentKind, object> = {
  product, 'inventory-level': inventoryLevel, 'price-list': priceList, customer, order, payment, shipment, invoice, return: returns,
  tombstone: { $id: 'urn:b2b-sync:tombstone:v1', $ref: 'urn:b2b-sync:common:v1#/$defs/Tombstone' },
};

/** At most this many issues are listed; one more then says how many there were. */
const limit = 100;

let ajv: Ajv2020 | undefined;
const validators = new Map<DocumentKind, ValidateFunction>();

/** Compiling takes tens of milliseconds, so it is done once a kind, when the first document of it comes. */
function validator(kind: DocumentKind): ValidateFunction {
  let validate = validators.get(kind);
  if (!validate) {
    ajv ??= makeAjv();
    validators.set(kind, validate = ajv.compile(schemas[kind]));
  }
  return validate;
}

function makeAjv(): Ajv2020 {
  const made = new Ajv2020({ allErrors: true, strictTypes: false, strictRequired: false });
  addFormats(made);
  made.addSchema(common);
  return made;
}

/** Is there a schema for documents of this kind? */
export function isDocumentKind(kind: string): kind is DocumentKind { return Object.hasOwn(schemas, kind); }

/**
 * What is wrong with a document: every violation of its schema or, if there is none, of its rules (see money.ts and rules.ts).
 * Empty for a good one. Paths look like `lines[2].item.sku`; messages never hold values that people typed.
 */
export function checkDocument(kind: DocumentKind, document: unknown): Issue[] {
  const validate = validator(kind);
  if (!validate(document)) return toIssues(validate.errors ?? []);
  const issues: Issue[] = [];
  (rules[kind] as (document: unknown, issues: Issue[]) => void)(document, issues);
  return cut(issues);
}

/** Throws DataError `DATA_INVALID_<KIND>` listing all issues if a document is not a good one. `record` names it in the message. */
export function assertDocument<K extends DocumentKind>(kind: K, document: unknown, record?: string): asserts document is Documents[K] {
  const issues = checkDocument(kind, document);
  if (issues.length === 0) return;
  const code: ErrorCode = `DATA_INVALID_${kind.toUpperCase().replace('-', '_')}`;
  throw new DataError(code, `${record ?? kind} is not a valid ${kind} document. ${describeIssues(issues)}`, { ...(record === undefined ? {} : { record }), issues });
}

/** The first three issues in one line of text. */
export function describeIssues(issues: readonly Issue[]): string {
  const shown = issues.slice(0, 3).map(({ path, rule, message }) => `${path === '' ? 'document' : path}: ${message} (${rule})`);
  return shown.join('; ') + (issues.length > shown.length ? `; and ${issues.length - shown.length} more.` : '.');
}

/** What ajv found, as issues: of alternatives only that none fits, not what each of them would have wanted. */
export function toIssues(errors: readonly ErrorObject[]): Issue[] {
  const choices = new Set(errors.filter((error) => error.keyword === 'anyOf').map((error) => error.instancePath));
  return cut(errors.filter((error) => error.keyword !== 'if' && (error.keyword === 'anyOf' || !choices.has(error.instancePath))).map(toIssue));
}

function cut(issues: Issue[]): Issue[] {
  if (issues.length <= limit) return issues;
  return [...issues.slice(0, limit), { path: '', rule: 'more', message: `and ${issues.length - limit} more` }];
}

function toIssue({ instancePath, keyword, params, message = 'is not allowed' }: ErrorObject): Issue {
  const at = toPath(instancePath);
  const { missingProperty, additionalProperty, allowedValues, allowedValue } = params as {
    missingProperty?: string; additionalProperty?: string; allowedValues?: unknown[]; allowedValue?: unknown;
  };
  if (missingProperty !== undefined) return { path: join(at, missingProperty), rule: keyword, message: 'is missing' };
  if (additionalProperty !== undefined) return { path: join(at, additionalProperty), rule: keyword, message: 'is not a field of this document' };
  if (keyword === 'anyOf') return { path: at, rule: keyword, message: 'has none of the forms allowed here' };
  if (allowedValues) return { path: at, rule: keyword, message: `must be one of ${allowedValues.join(', ')}` };
  return { path: at, rule: keyword, message: keyword === 'const' ? `must be ${String(allowedValue)}` : message };
}

function toPath(pointer: string): string {
  return pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).reduce(join, '');
}

function join(path: string, part: string): string {
  if (/^\d+$/.test(part)) return `${path}[${part}]`;
  if (!/^[\w$-]+$/.test(part)) return `${path}[${JSON.stringify(part)}]`;
  return path === '' ? part : `${path}.${part}`;
}
