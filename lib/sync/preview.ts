import type { ExternalId, Native, Operation, WriteResult } from '../connectors/contract';
import { fieldChanges, type FieldChange } from '../documents/changes';
import type { Entity } from '../documents/event';
import { canonicalOf, isNothingToDo, originOf, ownIdOf, withOrders, type Services, type WriteRequest } from './operation';
import { ownedApart } from './ownership';
import { resolveKnown } from './parties';
import { searchCustomer } from './party-search';

/** What a write would do, told without doing it. */
export interface Preview {
  dryRun: true;
  /** Which record of its source this is about, as in `msg.event.subject`. */
  record?: string;
  system: string;
  entity: Entity;
  operation: Operation;
  outcome: Extract<WriteResult['outcome'], 'created' | 'updated' | 'cancelled' | 'unchanged' | 'skipped'>;
  /** With `skipped`. */
  reason?: string;
  /** The record that is there. */
  externalId?: ExternalId;
  changes: FieldChange[];
}

/** What stands for the number of a customer that a real run would create. */
const newCustomer = '(new customer)';

/** Everything but the write: finds the record, converts the document, and tells field by field what would change. Throws what the write would before it is sent. */
export async function preview(given: WriteRequest, services: Services): Promise<Preview> {
  const request = await withOrders(given, services);
  const { connection, breaker } = services;
  const { entity, operation } = request;
  const { subject } = request.event ?? {};
  const facts = { dryRun: true as const, ...(subject === undefined ? {} : { record: subject }), system: connection.system, entity, operation };
  const own = await ownIdOf(request, services);
  if (operation === 'cancel') {
    const before = own && await breaker.run(() => connection.get(entity, own.id));
    const status = before && (connection.toCanonical(entity, before) as { orderStatus?: string; status?: string });
    const at = status?.orderStatus === undefined ? 'status' : 'orderStatus';
    return { ...facts, outcome: 'cancelled', ...(own ? { externalId: own } : {}), changes: [{ path: at, ...(status ? { before: status[at] } : {}), after: 'cancelled' }] };
  }
  const fresh = await prepared(ownedApart(request, true), services);
  const match = own ?? (entity === 'customer' && operation !== 'update' ? await searchCustomer(request, originOf(request, connection.system), services) : undefined);
  const there = match ?? (operation === 'update' ? undefined : await found(request, fresh, services));
  const native = there && request.owner ? await prepared(ownedApart(request, false), services) : fresh;
  // A record that is there is not created again; a customer who is found becomes what the document says.
  if (there && operation === 'create' && (own ?? entity !== 'customer')) return { ...facts, outcome: 'unchanged', externalId: there, changes: [] };
  const changes = await breaker.run(async () => await connection.preview?.(entity, native, there?.id)
    ?? fieldChanges(there && await connection.get(entity, there.id), native)).catch((reason: unknown) => {
    if (isNothingToDo(reason)) return reason;
    throw reason;
  });
  if (changes instanceof Error) return { ...facts, outcome: 'skipped', reason: changes.message, changes: [] };
  // Of prices and stock nothing but what was there before tells whether they were.
  const outcome = changes.length === 0 ? 'unchanged' : there ?? changes.find(({ before }) => before !== undefined) ? 'updated' : 'created';
  return { ...facts, outcome, ...(there ? { externalId: there } : {}), changes };
}

async function prepared(request: WriteRequest, services: Services): Promise<Native> {
  const native = structuredClone(request.native) ?? services.connection.fromCanonical(request.entity, canonicalOf(request));
  if (request.entity !== 'order') return native;
  const { policies } = request;
  const harmless = policies.onMissingCustomer === 'create' ? { ...policies, onMissingCustomer: 'default' as const, defaultCustomer: newCustomer } : policies;
  await resolveKnown({ ...request, policies: harmless }, native, services);
  return native;
}

/** What an earlier run or somebody by hand has made of it. */
async function found({ entity }: WriteRequest, native: Native, { connection, breaker }: Services): Promise<ExternalId | undefined> {
  const sought = connection.referenceOf(entity, native);
  if (!sought) return undefined;
  const [first] = await breaker.run(() => connection.findByReference(entity, sought.reference, sought.party === undefined ? {} : { party: sought.party }));
  return first?.externalId;
}
