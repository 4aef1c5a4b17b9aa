import type { Connection, ListOptions, Native } from '../connectors/contract';
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

/** A result, or a record of a list that cannot be a canonical document, with the reason. */
export type Found = { payload: unknown } | { native: Native; error: DataError };

/**
 * What a read node sends: for get one canonical document, for find the ids that match (an array, empty if none), for
 * list every document or every page. Throws DataError DATA_NOT_FOUND if get finds nothing.
 */
export async function* read(request: ReadRequest, connection: Connection, breaker: Breaker, each: 'record' | 'page'): AsyncGenerator<Found> {
  const { operation, entity } = request;
  if (operation === 'list') yield* list(request, connection, each);
  else if (operation === 'find') yield { payload: await breaker.run(() => find(entity, request.key, connection)) };
  else {
    const id = typeof request.key === 'number' ? String(request.key) : request.key;
    if (typeof id !== 'string' || id === '') throw new ConfigError('CONFIG_NO_KEY', `Which ${entity}? The node's key is empty.`);
    const native = await breaker.run(() => connection.get(entity, id));
    if (!native) throw new DataError('DATA_NOT_FOUND', `${connection.system} has no ${entity} ${id}.`, { system: connection.system, record: `${entity} ${id}` });
    yield { payload: connection.toCanonical(entity, native) };
  }
}

/** One record that is wrong must not hide those after it: it is told, and the list goes on. */
async function* list({ entity, updatedSince, pageSize }: ReadRequest, connection: Connection, each: 'record' | 'page'): AsyncGenerator<Found> {
  const options: ListOptions = { ...(updatedSince === undefined ? {} : { updatedSince }), ...(pageSize === undefined ? {} : { pageSize }) };
  for await (const { records } of connection.list(entity, options)) {
    const found = records.map((native): Found => {
      try {
        return { payload: connection.toCanonical(entity, native) };
      } catch (error) {
        if (error instanceof DataError) return { native, error };
        throw error;
      }
    });
    if (each === 'record') yield* found;
    else {
      const good = found.flatMap((one) => 'payload' in one ? [one.payload] : []);
      if (good.length > 0) yield { payload: good };
      yield* found.filter((one) => 'error' in one);
    }
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
