import type { BulkOutcome, Native } from '../connectors/contract';
import { errorClass, errorDetails, SyncError } from '../errors';

/** Sends records in one go and tells how each ended; throws what concerns all of them. */
export type SendMany = (documents: Native[]) => Promise<BulkOutcome[]>;

/**
 * Sends records in one go. If an answer does not tell which of them it minds, they are halved until it does: one bad
 * record costs a few calls more and holds up no other. Throws only bugs; what concerns all is told of each.
 */
export async function sendApart(documents: Native[], send: SendMany): Promise<BulkOutcome[]> {
  const outcomes = new Map<number, BulkOutcome>();
  // Level by level: a half that works shows that the system is not down, before the next one fails.
  const parts = [documents.map((_, index) => index)];
  for (let part = parts.shift(); part; part = parts.shift()) {
    const indexes = part;
    try {
      const ended = await send(indexes.map((index) => documents[index] as Native));
      ended.forEach((outcome, at) => outcomes.set(indexes[at] as number, outcome));
    } catch (reason) {
      if (!(reason instanceof SyncError)) throw reason;
      const middle = Math.ceil(indexes.length / 2);
      if (indexes.length > 1 && mindsSome(reason)) parts.push(indexes.slice(0, middle), indexes.slice(middle));
      else for (const index of indexes) outcomes.set(index, { error: reason });
    }
  }
  return documents.map((_, index) => outcomes.get(index) as BulkOutcome);
}

/** May another selection of the records be taken? */
function mindsSome(reason: SyncError): boolean {
  return errorClass(reason) === 'DATA' || reason.code === 'TRANSIENT_INTERNAL_SERVER_ERROR' || errorDetails(reason).status === 500;
}
