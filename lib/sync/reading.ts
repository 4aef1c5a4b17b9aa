import type { Canonical, Connection, ListOptions } from '../connectors/contract';
import type { Breaker } from '../delivery/breaker';
import type { Entity } from '../documents/event';
import { ConfigError, DataError } from '../errors';

export interface ReadRequest {
  operation: 'get' | 'find' | 'list';
  entity: Entity;
  /** For get the id, for find our reference, or keys such as `{email}`, `{sku}`. */
  key?: unknown;
  updatedSince?: string;
  pageSize?: number;
}

/**
 * What a read node sends: for get one canonical document, for find the ids that match (an array, empty if none), for
 * list every document or every page. Throws DataError DATA_NOT_FOUND if get finds nothing.
 */
export async function* read(request: ReadRequest, connection: Connection, breaker: Breaker, each: 'record' | 'page'): AsyncGenerator {
  const { operation, entity } = request;
  if (operation === 'list') yield* list(request, connection, each);
  else if (operation === 'find') yield await breaker.run(() => find(entity, request.key, connection));
  else {
    const id = typeof request.key === 'number' ? String(request.key) : request.key;
    if (typeof id !== 'string' || id === '') throw new ConfigError('CONFIG_NO_KEY', `Which ${entity}? The node's key is empty.`);
    const native = await breaker.run(() => connection.get(entity, id));
    if (!native) throw new DataError('DATA_NOT_FOUND', `${connection.system} has no ${entity} ${id}.`, { system: connection.system, record: `${entity} ${id}` });
    yield connection.toCanonical(entity, native);
  }
}

async function* list({ entity, updatedSince, pageSize }: ReadRequest, connection: Connection, each: 'record' | 'page'): AsyncGenerator {
  const options: ListOptions = { ...(updatedSince === undefined ? {} : { updatedSince }), ...(pageSize === undefined ? {} : { pageSize }) };
  for await (const page of connection.list(entity, options)) {
    const documents = page.records.map((record): Canonical => connection.toCanonical(entity, record));
    if (each === 'page') yield documents;
    else yield* documents;
  }
}

async function find(entity: Entity, key: unknown, connection: Connection): Promise<unknown> {
  if (typeof key === 'object' && key !== null) {
    if (entity === 'customer' && connection.findParty) return connection.findParty(key);
    if (entity === 'product' && connection.findItem) return connection.findItem(key);
  }
  if ((typeof key !== 'string' && typeof key !== 'number') || key === '') throw new ConfigError('CONFIG_NO_KEY', `Which ${entity}? The node's key is empty.`);
  if (entity === 'product' && connection.findItem) return connection.findItem({ sku: String(key) });
  return connection.findByReference(entity, String(key));
}
