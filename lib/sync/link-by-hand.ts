import type { ExternalId } from '../connectors/contract';
import { DataError } from '../errors';
import { creationKey } from './create-once';
import { withResult, type Services, type WriteRequest, type Written } from './operation';

/** What somebody decides of two records: that they are the same, or that they are not. */
export type LinkRequest = Omit<WriteRequest, 'operation' | 'native' | 'policies'> & { operation: 'link' | 'unlink' };

/**
 * Links two records by hand, so that nothing that runs by itself changes it, or takes a link away. The document names both in
 * `externalIds`: one of the connection's system, the other of another. Throws DataError for other ids and for a record the
 * system does not have, ConflictError if one of them is linked by hand to another.
 */
export async function linkByHand(request: LinkRequest, services: Services): Promise<Written> {
  const { connection, ledger, links } = services;
  const { entity, operation } = request;
  const { own: named, other } = pairOf(request, connection.system);
  const own = operation === 'link' ? await there(request, named, services) : named;
  const changed = operation === 'link' ? await links.lock(own, other) : await links.unlink(own, other);
  // What was made of either before this holds no longer.
  if (changed) await Promise.all([ledger.forget(creationKey(own.system, entity, other)), ledger.forget(creationKey(other.system, entity, own))]);
  const result = { entity, outcome: changed ? 'updated' as const : 'unchanged' as const, externalId: own };
  return withResult({ ...request, operation: 'update', policies: noPolicies }, result, services, !changed);
}

/** The id of a record as its system writes it, so that it is found again. */
async function there({ entity }: LinkRequest, named: ExternalId, { connection, breaker }: Services): Promise<ExternalId> {
  const native = await breaker.run(() => connection.get(entity, named.id));
  if (!native) {
    const record = `${entity} ${named.number ?? named.id}`;
    throw new DataError('DATA_NOT_FOUND', `${connection.system} has no ${record}: nothing was linked.`, { system: connection.system, record });
  }
  const { externalIds = [] } = connection.toCanonical(entity, native) as { externalIds?: ExternalId[] };
  return externalIds.find(({ system }) => system === connection.system) ?? named;
}

const noPolicies: WriteRequest['policies'] = { onMissingCustomer: 'refuse', onMissingItem: 'refuse', matchCustomersBy: [], matchItemsBy: [] };

function pairOf({ document, entity, operation }: LinkRequest, system: string): { own: ExternalId; other: ExternalId } {
  const { externalIds } = (typeof document === 'object' && document !== null ? document : {}) as { externalIds?: unknown };
  const ids = (Array.isArray(externalIds) ? externalIds as Partial<ExternalId>[] : []).filter((id): id is ExternalId => [id.system, id.type, id.id].every((part) => typeof part === 'string' && part !== ''));
  const [own, ...owns] = ids.filter((id) => id.system === system);
  const [other, ...others] = ids.filter((id) => id.system !== system);
  if (own && other && owns.length + others.length === 0) return { own, other };
  throw new DataError('DATA_LINK_IDS',
    `To ${operation} a ${entity}, externalIds must name one record of ${system} and one of another system, each with system, type and id; it names ${String(owns.length + (own ? 1 : 0))} and ${String(others.length + (other ? 1 : 0))}.`, {
      system, issues: [{ path: 'externalIds', rule: 'link', message: `one of ${system} and one of another system` }],
    });
}
