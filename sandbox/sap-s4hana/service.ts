import type { SandboxAnswer } from '../answers';
import { framework, type Detail } from './odata/errors';
import { readInput } from './odata/input';
import { resolve, type Target } from './odata/path';
import { readOptions, select } from './odata/query';
import { etagOf, keyText, readShape, shown } from './odata/shape';
import type { Database, Transaction } from './odata/database';
import type { EntityType, Row } from './odata/model';
import type { WriteRules } from './system';

/** A request below a service, alone or as a part of $batch. */
export interface Call { method: string; path: string; query: string; headers: Record<string, string | string[] | undefined>; body: string }

export interface ServiceOptions {
  database: Database;
  /** Undefined for a service that is read only. */
  rules: WriteRules | undefined;
  pageSize: number;
  /** Status when a write to an entity with ETag has no If-Match; 0 lets it pass. */
  ifMatchMissing: number;
  /** Counts what was done: `created`, `updated`, `deleted`. */
  count(what: 'created' | 'updated' | 'deleted', set: string): void;
}

/** Answers one request for entities. Writes go into the transaction; committing it is the caller's. Throws ODataError. */
export function serve(call: Call, service: string, root: string, to: Transaction, options: ServiceOptions): SandboxAnswer {
  const target = resolve(options.database, service, call.path);
  const verb = call.method === 'POST' ? String(call.headers['x-http-method'] ?? 'POST') : call.method;
  if (verb === 'GET' || verb === 'HEAD') return read(call, target, service, root, options);
  const { rules } = options;
  if (!rules) throw framework.notAllowed(verb, target.table.type.set);
  switch (verb) {
    case 'POST': return create(call, target, root, to, rules, options);
    case 'PATCH': case 'MERGE': return update(call, target, to, rules, options);
    case 'DELETE': return remove(call, target, to, rules, options);
    default: throw framework.notAllowed(verb, target.table.type.set);
  }
}

function read(call: Call, target: Target, service: string, root: string, { database, pageSize }: ServiceOptions): SandboxAnswer {
  const query = readOptions(call.query);
  const { table, row } = target;
  const place = { root, source: database };
  if (row) {
    const shape = readShape(database, table.type, query.get('$select'), query.get('$expand'));
    return json(200, { d: shown(row, shape, place) }, etagHeader(table.type, row));
  }
  const result = select(database, table, query, target.count ? Infinity : pageSize, target.rows);
  if (target.count) return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8', dataserviceversion: '2.0' }, body: String(result.rows.length) };
  const answer: Record<string, unknown> = { results: result.rows.map((found) => shown(found, result.shape, place)) };
  if (result.count !== undefined) answer.__count = String(result.count);
  if (result.skiptoken !== undefined) {
    query.set('$skiptoken', String(result.skiptoken));
    answer.__next = `${root}/${service}/${call.path}?${new URLSearchParams([...query]).toString().replace(/%24/g, '$').replace(/\+/g, '%20')}`;
  }
  return json(200, { d: answer });
}

function create(call: Call, target: Target, root: string, to: Transaction, rules: WriteRules, options: ServiceOptions): SandboxAnswer {
  const { type } = target.table;
  if (target.single || target.count || (!type.creatable && !target.rows)) throw framework.notAllowed('POST', type.set);
  const input = readInput(options.database, type, call.body);
  const { row, warnings } = rules.create(to, type, input, target.parent);
  options.count('created', type.set);
  const expand = [...input.children].flatMap(([name, children]) => [name, ...new Set(children.flatMap((child) => [...child.children.keys()].map((inner) => `${name}/${inner}`)))]);
  const shape = readShape(options.database, type, undefined, expand.join(','));
  return json(201, { d: shown(row, shape, { root, source: to }) }, {
    location: `${root}/${type.service}/${type.set}(${keyText(type, row)})`, ...etagHeader(type, row), ...warningHeader(warnings),
  });
}

function update(call: Call, target: Target, to: Transaction, rules: WriteRules, options: ServiceOptions): SandboxAnswer {
  const { type, row } = writable(call, target, to, options);
  const { values, children } = readInput(options.database, type, call.body);
  if (children.size > 0) throw framework.malformed('relatives cannot be updated with their parent');
  const { warnings } = rules.update(to, type, row, values);
  options.count('updated', type.set);
  return { status: 204, headers: { dataserviceversion: '2.0', ...warningHeader(warnings) } };
}

function remove(call: Call, target: Target, to: Transaction, rules: WriteRules, options: ServiceOptions): SandboxAnswer {
  const { type, row } = writable(call, target, to, options);
  if (!type.deletable) throw framework.notAllowed('DELETE', type.set);
  rules.remove(to, type, row);
  options.count('deleted', type.set);
  return { status: 204, headers: { dataserviceversion: '2.0' } };
}

/** The entity a write names, if its ETag agrees. */
function writable({ method, headers }: Call, { table, row: found }: Target, to: Transaction, { ifMatchMissing }: ServiceOptions): { type: EntityType; row: Row } {
  const { type } = table;
  const row = found && to.get(type.set, table.keyOf(found));
  if (!row) throw framework.notAllowed(method, type.set);
  if (type.etag !== undefined) {
    const match = headers['if-match'];
    if (match === undefined) {
      if (ifMatchMissing > 0) throw framework.unconditional(ifMatchMissing);
    } else if (match !== '*' && match !== etagOf(type, row)) throw framework.stale();
  }
  return { type, row };
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): SandboxAnswer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8', dataserviceversion: '2.0', ...headers }, body: JSON.stringify(body) };
}

const etagHeader = (type: EntityType, row: Row): Record<string, string> => type.etag === undefined ? {} : { etag: etagOf(type, row) };

/** Warnings of a write that succeeded, as the vendor sends them: JSON in one header. */
function warningHeader([first, ...others]: Detail[] = []): Record<string, string> {
  if (!first) return {};
  const shownAs = ({ code, message, target = '', severity = 'warning' }: Detail): unknown => ({ code, message, severity, target });
  return { 'sap-message': JSON.stringify({ ...shownAs(first) as object, details: others.map(shownAs) }) };
}
