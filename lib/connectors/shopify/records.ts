import { DataError } from '../../errors';
import type { Native } from '../contract';
import { gidOf, gidParts } from './gid';

/** `2026-11-23T09:15:00Z` of any ISO 8601 time; undefined for anything else. Milliseconds stay if there are any. */
export function utc(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace('.000Z', 'Z');
}

/** What names a record of either shape, GraphQL or webhook, and when it changed. Throws DataError if one of them is missing. */
export function identify(native: Native, system: string): { id: string; time: string } {
  const id = gidOf(native);
  if (id === undefined) throw new DataError('DATA_NO_ID', `A record of ${system} has neither admin_graphql_api_id nor a gid.`, { system });
  const time = changedAt(native);
  if (time === undefined) throw new DataError('DATA_NO_TIME', `${id} of ${system} does not say when it changed.`, { system, record: id });
  return { id, time };
}

/** When a record changed, ISO 8601 UTC. */
export function changedAt(native: Native): string | undefined {
  return utc(native['updatedAt']) ?? utc(native['updated_at']) ?? utc(native['committed_at']) ?? utc(native['processed_at']) ?? utc(native['created_at']);
}

/** An order in texts, where only its id is known. */
export function nameOf(id: string): string { return `order ${gidParts(id)?.tail ?? id}`; }

/** A value quoted for Shopify's search syntax. */
export function quoted(value: string): string { return `"${value.replace(/[\\"]/g, '\\$&')}"`; }

/** A page of a GraphQL connection. */
export interface NodePage<T = Native> { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: T[] }
