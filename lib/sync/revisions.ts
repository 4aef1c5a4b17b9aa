import type { ExternalId, LineQuantities, WriteResult } from '../connectors/contract';
import { contentHash } from '../documents/hash';
import type { Order } from '../documents/types';
import type { Services, WriteRequest } from './operation';

/** What is noted of the state of an order that was written to a system last. */
interface Note {
  /** When the state came to be where the order is at home (ms since 1970), its revision, and a hash of its content. */
  asOf: number;
  revision: number;
  hash: string;
  /** The idempotency key of the event that brought it. */
  event?: string | undefined;
  result: WriteResult;
  /** What the lines have there by it; absent if that is not known. While a write is under way also what they will have. */
  quantities?: LineQuantities;
  /** When it was written, ms since 1970. */
  at: number;
}

/** Before the first write. */
const nothing = { asOf: 0, revision: 0, hash: '', at: 0 };

type State = Pick<Note, 'asOf' | 'revision' | 'hash' | 'event'> & { wanted: LineQuantities };
type Write = (before: LineQuantities | undefined) => Promise<WriteResult>;

/** Is the document a state of an order that is at home in another system? Such states replace each other. */
export function isRevision({ entity, document }: WriteRequest, { connection }: Services): boolean {
  const { version, systemOfRecord, lines } = (document ?? {}) as Partial<Order>;
  return entity === 'order' && version?.sourceUpdatedAt !== undefined && Array.isArray(lines) && systemOfRecord !== connection.system;
}

/**
 * Writes a state of an order: never over a newer one (outcome `stale`), and that of one message once. States of one order are
 * written one after the other, by whatever worker. `write` gets what the lines have in the system as far as we wrote it;
 * a write that is cut off is done again by the next try.
 */
export async function writeRevision(request: WriteRequest, own: ExternalId, services: Services, write: Write): Promise<{ result: WriteResult; repeated: boolean }> {
  const { ledger, connection } = services;
  const state = stateOf(request);
  const back = await noteBack(request, own, services);
  /** What both systems had last: what was written there, or what came from there and was written here. */
  const agreed = (note: Note | undefined): LineQuantities | undefined => back && back.at > (note?.at ?? 0) ? back.quantities : note?.quantities;
  const { result, outcome } = await ledger.inTurn<Note, WriteResult>(keyOf(connection.system, own.id), {
    begin: (note) => {
      if (note && isOlder(state, note) && request.operation !== 'cancel') return { result: { entity: 'order', outcome: 'stale', externalId: own } };
      if (note && isSame(state, note)) return { result: note.result };
      const quantities = agreed(note);
      return { note: { ...nothing, result: { entity: 'order', outcome: 'unchanged', externalId: own }, ...note, ...(quantities && { quantities: merged(quantities, state.wanted) }) } };
    },
    write: async (note) => {
      const written = await write(agreed(note));
      return { result: written, note: { ...newer(state, note), quantities: state.wanted, result: written, at: Date.now() } };
    },
  });
  return { result, repeated: outcome === 'stored' };
}

/** The write that notes the state an order was created in. */
export function createdWrites(request: WriteRequest, result: WriteResult, services: Services): ReturnType<Services['ledger']['noteWrite']>[] {
  if (!isRevision(request, services)) return [];
  const { wanted, ...state } = stateOf(request);
  const note: Note = { ...state, quantities: wanted, result, at: Date.now() };
  return [services.ledger.noteWrite(keyOf(services.connection.system, result.externalId.id), note)];
}

function keyOf(system: string, id: string): string { return `${system}|order|revision|${id}`; }

function stateOf({ document, native, operation, event }: WriteRequest): State {
  const { version, revision, lines } = document as Order;
  const content = { document: contentHash(document as object), native, operation: operation === 'cancel' };
  return {
    asOf: Date.parse(version.sourceUpdatedAt), revision, hash: contentHash(content), event: event?.idempotencykey,
    wanted: Object.fromEntries(lines.map(({ id, quantity }) => [id, [operation === 'cancel' ? '0' : quantity.value]])),
  };
}

/** Of the writes in the other direction, from the system that is written to now. */
async function noteBack({ document }: WriteRequest, own: ExternalId, { ledger, connection }: Services): Promise<Note | undefined> {
  const home = (document as Order).externalIds.find(({ system }) => system !== connection.system && system !== own.system);
  return home && await ledger.noteOf(keyOf(home.system, home.id)) as Note | undefined;
}

/** Shops tell whole seconds: within one, the revision tells. */
function isOlder(state: State, note: Note): boolean { return state.asOf < note.asOf || (state.asOf === note.asOf && state.revision < note.revision); }
/** The same message again. Another one with the same state is written: somebody may want to put right what went astray. */
function isSame(state: State, note: Note): boolean { return state.event !== undefined && state.event === note.event && state.hash === note.hash; }
function newer({ asOf, revision, hash, event }: State, note: Note | undefined): Omit<State, 'wanted'> {
  return note && note.asOf > asOf ? { asOf: note.asOf, revision: note.revision, hash, event } : { asOf, revision, hash, event };
}

function merged(quantities: LineQuantities, wanted: LineQuantities): LineQuantities {
  const lines = new Map(Object.entries(quantities));
  for (const [line, values] of Object.entries(wanted)) lines.set(line, [...new Set([...lines.get(line) ?? [], ...values])]);
  return Object.fromEntries(lines);
}
