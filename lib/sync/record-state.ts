import type { Canonical, Connection, Native } from '../connectors/contract';
import { numberOf } from '../delivery/business-numbers';
import type { Entity } from '../documents/event';
import { contentHash } from '../documents/hash';
import { errorClass } from '../errors';

/** What `status` says of a record that is gone. */
export const gone = 'gone';

/** One state of a record: what is sent of it, and what it is told from others by. Times are ms since 1970. */
export interface State { document: Canonical; updatedAt: number; number: string | undefined; hash: string; status: string; createdAt: number }

/** A record as it is since `time` (ISO 8601 UTC). Throws DataError for one that cannot be a canonical document, if that is what is sent. */
export function stateOf(connection: Connection, format: 'canonical' | 'native', entity: Entity, native: Native, time: string): State {
  return format === 'native' ? nativeState(connection, entity, native, time) : canonicalState(connection, entity, native, time);
}

/** That of a record which is no longer there. */
export function goneState(connection: Connection, entity: Entity, id: string, time: string): State {
  const document = connection.gone?.(entity, id, time) ?? {};
  return { document, updatedAt: Date.parse(time), number: numberOf(document), hash: contentHash(document), status: gone, createdAt: 0 };
}

function canonicalState(connection: Connection, entity: Entity, native: Native, time: string): State {
  const document = connection.toCanonical(entity, native);
  return {
    document, updatedAt: Date.parse(time), number: numberOf(document), hash: contentHash(document), status: text(document['orderStatus']) ?? '',
    createdAt: Date.parse(text(document['issuedAt']) ?? text(document['createdAt']) ?? time),
  };
}

/** The two shapes of one record, of the API and of a webhook, are compared by what they mean; where that is not known, by their time. */
function nativeState(connection: Connection, entity: Entity, native: Native, time: string): State {
  try {
    return { ...canonicalState(connection, entity, native, time), document: native };
  } catch (reason) {
    if (errorClass(reason) === undefined) throw reason;
  }
  const cancelled = native['cancelledAt'] ?? native['cancelled_at'];
  const updatedAt = Date.parse(time);
  return {
    document: native, updatedAt, hash: String(updatedAt), status: cancelled ? 'cancelled' : '', number: text(native['name']),
    createdAt: Date.parse(text(native['createdAt']) ?? text(native['created_at']) ?? time),
  };
}

function text(value: unknown): string | undefined { return typeof value === 'string' ? value : undefined; }
