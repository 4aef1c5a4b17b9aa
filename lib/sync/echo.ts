import type { Canonical, Connection, Native, WriteResult } from '../connectors/contract';
import { nextHop, type Entity, type EventAttributes } from '../documents/event';
import { contentHash, contentOf } from '../documents/hash';
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
  /** Content of the record after the write, where the system told it and it is ours. */
  hash?: string;
  /** When the record had changed last before, ms since 1970; absent if it was not there. */
  before?: number;
}

/** A change that comes back later than this is taken for somebody's own, ms. */
const validMs = 86_400_000;
/** What is changed within this time after ours came back may be an answer to it, ms. */
const answerMs = 600_000;

/** Writes under way, by the key of their mark. One process owns a store. */
const underWay = new WeakMap<Store, Map<string, Promise<unknown>>>();

function keyOf(system: string, entity: Entity, id: string): string { return `echo/${encodeURIComponent(system)}/${entity}/${encodeURIComponent(id)}`; }

/** Runs a write of a record with all that is noted of it: who is told of the record meanwhile can wait for its end, see {@link writesEnded}. */
export async function duringWrite<T>(store: Store, system: string, entity: Entity, id: string, work: () => Promise<T>): Promise<T> {
  const writes = underWay.get(store) ?? new Map<string, Promise<unknown>>();
  underWay.set(store, writes);
  const key = keyOf(system, entity, id);
  const running = work();
  const all = Promise.allSettled([writes.get(key), running]);
  writes.set(key, all);
  try {
    return await running;
  } finally {
    if (writes.get(key) === all) writes.delete(key);
  }
}

/** Resolves when no write of ours to the record is under way: a write in several steps is not read half done. */
export async function writesEnded(store: Store, system: string, entity: Entity, id: string): Promise<void> {
  await underWay.get(store)?.get(keyOf(system, entity, id));
}

/**
 * The writes that mark a record as made or changed because of an event; `sent`: all that was sent. Nothing was changed,
 * nothing is marked. What somebody else changed between our reading and writing is no echo.
 */
export function markWrites(connection: Connection, { entity, outcome, externalId, state }: WriteResult, event: Partial<EventAttributes> | undefined, sent: unknown): Write[] {
  if (outcome !== 'created' && outcome !== 'updated' && outcome !== 'cancelled') return [];
  const after = state && canonicalOf(connection, entity, state.record);
  const before = state?.before && canonicalOf(connection, entity, state.before);
  const isOurs = after !== undefined && (outcome === 'created' || (before !== undefined && saysOnly(before, after, sent)));
  if (outcome === 'created' && !isOurs) return [];
  const mark: WriteMark = {
    at: Date.now(), hops: nextHop(event),
    ...(event?.correlationid === undefined ? {} : { correlationid: event.correlationid }), ...(event?.id === undefined ? {} : { causationid: event.id }),
    ...(isOurs ? { hash: contentHash(after) } : {}), ...(state?.before ? { before: Date.parse(connection.identify(entity, state.before).time) } : {}),
  };
  return [{ put: keyOf(connection.system, entity, externalId.id), value: mark }];
}

/**
 * The mark of a record, and what becomes of it: `also` takes it off, for one change comes of one write; `seen` leaves it for a
 * while where ours came back as it was, for another program may answer it by a change of its own.
 */
export async function markOf(store: Store, system: string, entity: Entity, id: string): Promise<{ mark?: WriteMark; also: Write[]; seen: Write[] }> {
  const key = keyOf(system, entity, id);
  const mark = (await store.get<WriteMark>(key))?.value;
  if (!mark) return { also: [], seen: [] };
  const now = Date.now();
  const isValid = now - mark.at < validMs;
  const value: WriteMark = { ...mark, at: Math.min(mark.at, now - validMs + answerMs) };
  return { ...(isValid ? { mark } : {}), also: [{ delete: key }], seen: [isValid ? { put: key, value } : { delete: key }] };
}

/** Is this state just what we wrote, on top of nothing or of one that was seen before? Then nobody else has changed anything. */
export function isEcho(mark: WriteMark | undefined, hash: string, seen: { updatedAt: number } | undefined): boolean {
  return mark?.hash === hash && (mark.before === undefined || (seen !== undefined && seen.updatedAt >= mark.before));
}

function canonicalOf(connection: Connection, entity: Entity, record: Native): Canonical | undefined {
  try {
    return connection.toCanonical(entity, record);
  } catch (reason) {
    if (errorClass(reason) === undefined) throw reason;
    return undefined;
  }
}

/** Does all that is other than before stand in what was sent? Numbers that a system gives its own parts need not; what is gone was not ours to take. */
function saysOnly(before: Canonical, after: Canonical, sent: unknown): boolean {
  const [was, is] = [leaves(contentOf(before)), leaves(contentOf(after))];
  const ours = new Set([...leaves(sent).values()]);
  return [...is].every(([path, value]) => was.get(path) === value || ours.has(value) || /(^|\.)(id|externalIds\..*)$/.test(path)) && [...was.keys()].every((path) => is.has(path));
}

/** Scalars by their path; numbers and texts alike. */
function leaves(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'object' && value !== null) for (const [name, inner] of Object.entries(value)) leaves(inner, path === '' ? name : `${path}.${name}`, found);
  else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') found.set(path, String(value));
  return found;
}
