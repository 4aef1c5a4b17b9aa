import type { ExternalId, Native } from '../contract';

/** `gid://shopify/Order/123` from the number in a webhook; nothing for a number that JSON.parse has rounded (beyond 2^53). */
export function gid(type: string, id: unknown): string | undefined {
  if (typeof id === 'number') return Number.isSafeInteger(id) && id > 0 ? `gid://shopify/${type}/${String(id)}` : undefined;
  return typeof id === 'string' && /^\d+$/.test(id) ? `gid://shopify/${type}/${id}` : undefined;
}

/** `Order` and `123` of `gid://shopify/Order/123`. */
export function gidParts(id: string): { type: string; tail: string } | undefined {
  const match = /^gid:\/\/shopify\/(\w+)\/(.+)$/.exec(id);
  return match?.[1] && match[2] ? { type: match[1], tail: match[2] } : undefined;
}

/** The gid of a record of either shape: GraphQL's `id` or a webhook's `admin_graphql_api_id`. */
export function gidOf(native: Native): string | undefined {
  for (const id of [native['admin_graphql_api_id'], native['id']]) if (typeof id === 'string' && gidParts(id)) return id;
  return undefined;
}

/** Canonical id of a record: `shopify:acme.myshopify.com:Order:123`. The same whichever way the record came. */
export function canonicalId(system: string, id: string): string {
  const parts = gidParts(id);
  return parts ? `${system}:${parts.type}:${parts.tail}` : `${system}:${id}`;
}

/** The record in `externalIds`. */
export function externalId(system: string, id: string, number?: string | null): ExternalId {
  return { system, type: gidParts(id)?.type ?? 'Unknown', id, ...(number ? { number } : {}) };
}
