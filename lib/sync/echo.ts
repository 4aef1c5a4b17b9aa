import type { Connection, WriteResult } from '../connectors/contract';
import { nextHop, type Entity, type EventAttributes } from '../documents/event';
import { contentHash } from '../documents/hash';
import { errorClass } from '../errors';
import type { Store, Write } from '../store/contract';

/** What a write of ours leaves behind, so that its coming back is known for what it is. */
export interface WriteMark {
  /** ms since 1970 */
  at: number;
  /** How many times the change has been sent on by now. */
  hops: number;
  correlationid?: string;
  /** The event that caused the write. */
  causationid?: string;
  /** Content of the record after the write, where the system told it. */
  hash?: string;
  /** When the record had changed last before, ms since 1970. */
  before?: number;
}

/** A change that comes back later than this is taken for somebody's own, ms. */
const validMs = 86_400_000;

function keyOf(system: string, entity: Entity, id: string): string { return `echo/${encodeURIComponent(system)}/${entity}/${encodeURIComponent(id)}`; }

/** The writes that mark a record as changed because of an event. Nothing was changed, nothing is marked. */
export function markWrites(connection: Connection, { entity, outcome, externalId, state }: WriteResult, event: Partial<EventAttributes> | undefined): Write[] {
  if (outcome !== 'updated' && outcome !== 'cancelled') return [];
  const before = Date.parse(state?.before ?? '');
  const hash = state && hashOf(connection, entity, state.record);
  const mark: WriteMark = {
    at: Date.now(), hops: nextHop(event),
    ...(event?.correlationid === undefined ? {} : { correlationid: event.correlationid }), ...(event?.id === undefined ? {} : { causationid: event.id }),
    ...(hash === undefined ? {} : { hash }), ...(Number.isNaN(before) ? {} : { before }),
  };
  return [{ put: keyOf(connection.system, entity, externalId.id), value: mark }];
}

/** The mark of a record, and the write that takes it off: one change comes of one write. */
export async function markOf(store: Store, system: string, entity: Entity, id: string): Promise<{ mark?: WriteMark; also: Write[] }> {
  const key = keyOf(system, entity, id);
  const mark = (await store.get<WriteMark>(key))?.value;
  if (!mark) return { also: [] };
  return { ...(Date.now() - mark.at < validMs ? { mark } : {}), also: [{ delete: key }] };
}

/** Is this state just what we wrote, on top of one that was seen before? Then nobody else has changed anything. */
export function isEcho(mark: WriteMark | undefined, hash: string, seen: { updatedAt: number } | undefined): boolean {
  return mark?.hash === hash && mark.before !== undefined && seen !== undefined && seen.updatedAt >= mark.before;
}

function hashOf(connection: Connection, entity: Entity, record: NonNullable<WriteResult['state']>['record']): string | undefined {
  try {
    return contentHash(connection.toCanonical(entity, record));
  } catch (reason) {
    if (errorClass(reason) === undefined) throw reason;
    return undefined;
  }
}
