import type { Canonical, Connection, ExternalId, LineQuantities, Native, Operation, WriteResult } from '../connectors/contract';
import type { Links } from '../delivery/links';
import type { Breaker } from '../delivery/breaker';
import type { Ledger } from '../delivery/ledger';
import { nextHop, type Entity, type EventAttributes } from '../documents/event';
import { ConfigError, ConflictError, DataError } from '../errors';
import { createOnce, linkedTo } from './create-once';
import type { Write } from '../store/contract';
import { duringWrite, markWrites } from './echo';
import { withOrderIds } from './order-refs';
import { ownedApart, type Owner } from './ownership';
import type { Policies } from './parties';
import { resolveItems, resolveKnown, resolveMissing } from './parties';
import { searchCustomer } from './party-search';
import { createdWrites, isRevision, writeRevision } from './revisions';

export interface WriteRequest {
  operation: Extract<Operation, 'create' | 'upsert' | 'update' | 'cancel'>;
  entity: Entity;
  /** What `msg.payload` holds: a canonical document, or anything with `externalIds`. */
  document: unknown;
  /** The vendor's own document, if a mapper made one. */
  native?: Native | undefined;
  event?: Partial<EventAttributes> | undefined;
  policies: Policies;
  /** What the system keeps for itself; see ownership.ts. */
  owner?: Owner;
}

export interface Services { connection: Connection; ledger: Ledger; links: Links; breaker: Breaker }

/** What a write node sends on. */
export interface Written {
  /** The canonical document with the system's number in it, or `{entity, outcome, confirmation?, externalIds, document}`. */
  payload: Record<string, unknown>;
  result: WriteResult;
  /** The result was already there: nothing was written now. */
  repeated: boolean;
}

/** A document of lib/documents, told by what all of them carry. */
export function isCanonical(value: unknown): value is Canonical & { id: string; externalIds: ExternalId[] } {
  return typeof value === 'object' && value !== null && 'schemaVersion' in value && 'id' in value && Array.isArray((value as { externalIds?: unknown }).externalIds);
}

/**
 * Writes one record so that a repeated, interrupted or concurrent try never writes it twice. States of an order replace
 * each other only forwards, see {@link writeRevision}. An order that was cancelled before it came is not created. Throws
 * DataError DATA_LOOP for a change that has gone round too often.
 */
export async function write(request: WriteRequest, services: Services): Promise<Written> {
  nextHop(request.event);
  const given = await withOrders(request, services);
  return writeOnce(given, services).catch((reason: unknown) => skippedFor(reason, given, services));
}

/** What a write leaves behind. What goes back to where a record is at home adds a number to it, and nothing that would come back as a change. */
function marksOf(request: WriteRequest, result: WriteResult, { connection }: Services, { sent, state }: Trace): Write[] {
  const { systemOfRecord } = (request.document ?? {}) as { systemOfRecord?: string };
  return systemOfRecord === connection.system ? [] : markWrites(connection, { ...result, ...(state && { state }) }, request.event, [request.document, sent]);
}

/** Writes to a record that is there and notes what came of it, before anybody who is told of the record looks at it. */
function writeMarked(request: WriteRequest, id: string, services: Services, work: (trace: Trace) => Promise<{ result: WriteResult; repeated: boolean }>): Promise<{ result: WriteResult; repeated: boolean }> {
  const { connection: { system }, ledger: { store } } = services;
  return duringWrite(store, system, request.entity, id, async () => {
    const trace: Trace = { sent: [] };
    const ended = await work(trace);
    const marks = ended.repeated ? [] : marksOf(request, ended.result, services, trace);
    if (marks.length > 0) await store.commit(marks);
    return ended;
  });
}

/** What is known of a write for as long as it takes: the ledger keeps results, not whole records. */
interface Trace { sent: Native[]; state?: NonNullable<WriteResult['state']> }

function traced(trace: Trace, document: Native, { state, ...result }: WriteResult): WriteResult {
  trace.sent.push(document);
  if (state) trace.state = state;
  return result;
}

/** Nothing is there that could be archived: so it is, and shall be, unless the record comes back. Rethrows any other error. */
export function skippedFor(reason: unknown, request: WriteRequest, services: Services): Written {
  if (!isNothingToDo(reason)) throw reason;
  const result: WriteResult = { entity: request.entity, outcome: 'skipped', externalId: originOf(request, services.connection.system), reason: reason.message };
  return withResult(request, result, services, false);
}

/** Is the error that there is nothing to do? */
export function isNothingToDo(reason: unknown): reason is DataError { return reason instanceof DataError && reason.code === 'DATA_NOTHING_TO_ARCHIVE'; }

/** Why a write changed nothing; undefined if it did, or if what it had changed before is told again. */
export function skipReason({ result: { outcome, reason } }: Written): string | undefined {
  return outcome === 'skipped' ? reason ?? outcome : outcome === 'stale' || outcome === 'unchanged' ? outcome : undefined;
}

async function writeOnce(request: WriteRequest, services: Services): Promise<Written> {
  const own = await ownIdOf(request, services);
  if (request.operation === 'create') return create(request, services);
  if (request.operation === 'upsert' && isCancelled(request)) return writeOnce({ ...request, operation: 'cancel' }, services);
  if (!own && (request.operation === 'upsert' || (request.operation === 'cancel' && isCancelled(request)))) {
    const made = await create(request, services);
    // It was there already, perhaps in an older state.
    return made.repeated && isThere(made.result, services) ? change(request, made.result.externalId, services) : made;
  }
  if (!own) {
    throw new DataError('DATA_UNKNOWN_RECORD',
      `${name(request)} cannot be ${request.operation === 'cancel' ? 'cancelled' : 'updated'} in ${services.connection.system}: its id there is not known. Create it first, or put the id into externalIds.`,
      { system: services.connection.system, record: name(request) });
  }
  return change(request, own, services);
}

/** A request whose document knows its orders by their ids in the system written to, see order-refs.ts. */
export async function withOrders(request: WriteRequest, services: Services): Promise<WriteRequest> {
  if (request.native !== undefined || request.operation === 'cancel' || !isCanonical(request.document)) return request;
  return { ...request, document: await withOrderIds(request.document, services) };
}

async function create(request: WriteRequest, services: Services): Promise<Written> {
  const { connection, breaker } = services;
  const { entity } = request;
  const origin = originOf(request, connection.system);
  let made: Promise<Native> | undefined;
  const native = (): Promise<Native> => made ??= prepared(ownedApart(request, true), services);
  // A customer who is there, made by hand or by an interrupted try, becomes what the document says.
  const adopt = async (found: ExternalId): Promise<WriteResult> => {
    const change = ownedApart(request, false);
    const document = await prepared(change, services);
    return (await writeMarked(change, found.id, services, async (trace) => (
      { result: traced(trace, document, await breaker.run(() => connection.update(entity, found.id, document))), repeated: false }
    ))).result;
  };
  const trace: Trace = { sent: [] };
  let isNew = false;
  const ran = await createOnce({
    entity, origin, native, ...(entity === 'customer' && { adopt }),
    write: async () => {
      if (isCancelled(request)) return neverCreated(request, origin, connection.system);
      const match = entity === 'customer' ? await searchCustomer(request, origin, services) : undefined;
      if (match) return adopt(match);
      const result = await mended(ownedApart(request, true), await native(), services, async (document) => traced(trace, document, await breaker.run(() => connection.create(entity, document))));
      isNew = true;
      return result;
    },
    onDone: (result) => isNew ? [...createdWrites(request, result, services), ...marksOf(request, result, services, trace)] : [],
  }, services);
  const repeated = ran.outcome !== 'first' || ran.result.outcome === 'existing';
  return withResult(request, { ...ran.result, ...(repeated && isThere(ran.result, services) && { outcome: 'existing' }) }, services, repeated);
}

/** Look-ups cost calls: only an order that the system refused for them is looked up and sent once more, for each cause. */
async function mended(request: WriteRequest, document: Native, services: Services, send: (document: Native) => Promise<WriteResult>, before: string[] = []): Promise<WriteResult> {
  try {
    return await send(document);
  } catch (reason) {
    const { code } = reason as { code?: string };
    if (request.entity !== 'order' || code === undefined || before.includes(code)) throw reason;
    const again = await resolveMissing(reason, request, document, () => converted(request, services), services);
    if (!again) throw reason;
    return mended(request, again, services, send, [...before, code]);
  }
}

/** Cancelled where it was placed. */
function isCancelled({ entity, document }: WriteRequest): boolean {
  return entity === 'order' && isCanonical(document) && document['orderStatus'] === 'cancelled';
}

/** Kept in place of an order, so that an older message does not create it after all. */
function neverCreated(request: WriteRequest, origin: ExternalId, system: string): WriteResult {
  const { cancellation } = request.document as { cancellation?: { reason?: string } };
  const why = cancellation?.reason === undefined ? '' : ` (${cancellation.reason})`;
  return { entity: request.entity, outcome: 'cancelled', externalId: origin, warnings: [`${name(request)} was cancelled${why} before it was in ${system}: nothing was created there.`] };
}

function isThere({ externalId }: WriteResult, { connection }: Services): boolean { return externalId.system === connection.system; }

function converted(request: WriteRequest, { connection }: Services): Native {
  return structuredClone(request.native) ?? connection.fromCanonical(request.entity, canonicalOf(request));
}

async function prepared(request: WriteRequest, services: Services): Promise<Native> {
  const native = converted(request, services);
  if (request.entity === 'order' && !isCancelled(request)) await resolveKnown(request, native, services);
  return native;
}

async function change(given: WriteRequest, own: ExternalId, services: Services): Promise<Written> {
  const request = ownedApart(given, false);
  const { connection, ledger, breaker } = services;
  const { entity, operation, event } = request;
  const { result, repeated } = await writeMarked(request, own.id, services, async (trace) => {
    const once = async (before?: LineQuantities): Promise<WriteResult> => {
      if (operation === 'cancel') {
        const reason = (request.document as { cancellation?: { reason?: string } }).cancellation?.reason;
        return traced(trace, {}, await breaker.run(() => connection.cancel(entity, own.id, reason)));
      }
      const native = converted(request, services);
      if (entity === 'order') await resolveItems(request, native, services);
      return mended(request, native, services, async (document) => traced(trace, document, await breaker.run(() => connection.update(entity, own.id, document, before))));
    };
    if (isRevision(request, services)) return writeRevision(request, own, services, once);
    const key = event?.idempotencykey;
    if (key === undefined) return { result: await once(), repeated: false };
    const ran = await ledger.run<WriteResult>(`${connection.system}|${entity}|${operation}|${own.id}|${key}`, { find: () => Promise.resolve([]), write: () => once() });
    return { result: ran.result, repeated: ran.outcome !== 'first' };
  });
  return withResult(request, result, services, repeated);
}

/** The canonical document of a message. Throws DataError if it holds none. */
export function canonicalOf(request: WriteRequest): Canonical {
  if (isCanonical(request.document)) return request.document;
  throw new DataError('DATA_NOT_CANONICAL',
    `The node got neither a canonical ${request.entity} nor a native document. Wire it behind an events node or a mapper, or check its document property.`);
}

/** The record's identity where it was born: what makes two tries the same order. */
export function originOf(request: WriteRequest, target: string): { system: string; type: string; id: string; number?: string } {
  const { document, event, entity } = request;
  const ids = externalIds(document).filter((e) => e.system !== target);
  const home = ids.find((e) => e.system === event?.originsystem) ?? ids[0];
  if (home) return home;
  const id = event?.subject?.slice(event.subject.indexOf('/') + 1);
  if (id && event?.originsystem) return { system: event.originsystem, type: entity, id };
  throw new ConfigError('CONFIG_NO_IDEMPOTENCY_KEY',
    `A ${entity} without identity cannot be created safely: give the document externalIds, or the message an event with subject and originsystem.`);
}

/**
 * The record in the connection's system that a message is about, if it is known: by a link made by hand, by its ids, its event,
 * or a link. Throws ConflictError for several links, and for an id that is linked by hand to another record.
 */
export async function ownIdOf(request: WriteRequest, services: Services): Promise<ExternalId | undefined> {
  const own = ownId(request, services.connection.system);
  return own ? unlessLocked(own, request, services) : linkedId(request, services);
}

/** A link made by hand is stronger than the ids of a document. */
async function unlessLocked(own: ExternalId, request: WriteRequest, { connection, links }: Services): Promise<ExternalId> {
  for (const other of externalIds(request.document).filter(({ system }) => system !== connection.system)) {
    const [locked, elsewhere] = await Promise.all([links.lockedTo(other, own), links.lockedTo(own, other)]);
    if (locked) return locked;
    if (elsewhere && elsewhere.id !== other.id) {
      throw new ConflictError('CONFLICT_LOCKED_LINK',
        `${name(request)} names ${own.type} ${own.number ?? own.id} of ${connection.system}, which is linked by hand to ${elsewhere.type} ${elsewhere.number ?? elsewhere.id} of ${elsewhere.system}. Unlink the two, or mend the ids.`,
        { system: connection.system, record: name(request) });
    }
  }
  return own;
}

function ownId(request: WriteRequest, system: string): ExternalId | undefined {
  const own = externalIds(request.document).find((e) => e.system === system);
  if (own) return own;
  const { event } = request;
  if (event?.originsystem !== system || !event.subject?.startsWith(`${request.entity}/`)) return undefined;
  return { system, type: request.entity, id: event.subject.slice(request.entity.length + 1) };
}

async function linkedId(request: WriteRequest, services: Services): Promise<ExternalId | undefined> {
  for (const id of externalIds(request.document)) {
    const linked = await linkedTo(id, services);
    if (linked) return linked;
  }
  return undefined;
}

function externalIds(document: unknown): ExternalId[] {
  const ids = typeof document === 'object' && document !== null ? (document as { externalIds?: unknown }).externalIds : undefined;
  return Array.isArray(ids) ? ids as ExternalId[] : [];
}

function name(request: WriteRequest): string {
  const { orderNumber, customerNumber } = (request.document ?? {}) as { orderNumber?: string; customerNumber?: string };
  return `${request.entity} ${orderNumber ?? customerNumber ?? request.event?.subject ?? '(no number)'}`;
}

/** What a write node sends on: the message's document with the record's id in it. */
export function withResult(request: WriteRequest, result: WriteResult, { connection }: Services, repeated: boolean): Written {
  const { document, entity, event } = request;
  if (isCanonical(document) && result.externalId.system !== connection.system) return { payload: document, result, repeated };
  const others = externalIds(document).filter((e) => e.system !== connection.system || e.type !== result.externalId.type);
  if (isCanonical(document)) {
    const payload: Record<string, unknown> = { ...document, externalIds: [...others, result.externalId] };
    return { payload, result, repeated };
  }
  const origin = others.length > 0 || !event?.originsystem || event.originsystem === connection.system ? [] : [originOf(request, connection.system)];
  const { outcome, confirmation } = result;
  return { payload: { entity, outcome, ...(confirmation && { confirmation }), externalIds: [...others, ...origin, result.externalId], document }, result, repeated };
}
