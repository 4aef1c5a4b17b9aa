import type { ExternalId, Native, WriteResult } from '../connectors/contract';
import type { Ran } from '../delivery/ledger';
import type { Entity } from '../documents/event';
import { ConflictError } from '../errors';
import type { Write } from '../store/contract';
import type { Services } from './operation';

interface Creation {
  entity: Entity;
  /** The record where it was born: two tries with the same origin are the same record. */
  origin: ExternalId;
  /** The document, made only when it is needed. */
  native: () => Promise<Native>;
  write: () => Promise<WriteResult>;
  /** Brings a record that an interrupted try had made to what the document says; without it, it is taken as it is. */
  adopt?: (found: ExternalId) => Promise<WriteResult>;
  /** Writes to commit together with the result. */
  onDone?: (result: WriteResult) => Write[];
}

/** What the ledger keeps a record under that was born elsewhere. */
export function creationKey(system: string, entity: Entity, origin: ExternalId): string { return `${system}|${entity}|${origin.system}:${origin.id}`; }

/**
 * Creates a record once, however often it is asked for: by the ledger, and by the link that outlives the ledger's entry.
 * Throws what `native` and `write` throw, and ConflictError for an origin that is linked to several records.
 */
export function createOnce({ entity, origin, native, write, adopt, onDone }: Creation, services: Services): Promise<Ran<WriteResult>> {
  const { connection, ledger, links, breaker } = services;
  return ledger.run<WriteResult>(creationKey(connection.system, entity, origin), {
    find: async () => {
      const sought = connection.referenceOf(entity, await native());
      if (!sought) return [];
      const hints = sought.party === undefined ? {} : { party: sought.party };
      const found = await breaker.run(() => connection.findByReference(entity, sought.reference, hints));
      const [only, another] = found;
      return adopt && only && !another ? [await adopt(only.externalId)] : found;
    },
    write: async () => {
      const linked = await linkedTo(origin, services);
      return linked ? { entity, outcome: 'existing', externalId: linked } : write();
    },
    onDone: async (done) => [...done.externalId.system === connection.system ? await links.writes(origin, done.externalId) : [], ...onDone?.(done) ?? []],
  });
}

/** The one record of the connection's system that a record of another system is linked to. Throws ConflictError for several. */
export async function linkedTo(of: ExternalId, { connection, links }: Services): Promise<ExternalId | undefined> {
  const linked = (await links.linkedIds(of)).filter((one) => one.system === connection.system);
  if (linked.length < 2) return linked[0];
  throw new ConflictError('CONFLICT_AMBIGUOUS_LINK',
    `${of.type} ${of.number ?? of.id} is linked to several records of ${connection.system}: ${linked.map((one) => one.number ?? one.id).join(', ')}. Remove the wrong link.`,
    { system: connection.system, record: `${of.type} ${of.number ?? of.id}` });
}
