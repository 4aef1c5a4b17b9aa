import type { EventAttributes, FoundBy } from '../documents/event';
import { prefixEnd, type Store, type Write } from '../store/contract';
import { sweep } from '../store/sweep';

/** Where a record stands. Each ends as done, dead or skipped; retrying is on its way. */
export type RecordState = 'done' | 'retrying' | 'dead' | 'skipped';

/** What became of one event: found by the event's id and by the record's business number. */
export interface RecordEntry {
  event: string;
  source: string;
  subject: string;
  /** Business number, e.g. `#1001`, where the document has one. */
  number?: string;
  state: RecordState;
  /** Why, for everything but done: an error code and text, or `stale`, `unchanged`, `duplicate`. */
  reason?: string;
  /** ms since 1970 */
  at: number;
  /** With `done`: no webhook had brought it, this healed the gap. */
  foundby?: FoundBy;
}

type RecordEvent = Pick<EventAttributes, 'id' | 'source' | 'subject' | 'foundby'>;

/** The writes that note where a record stands, to be committed with the step that brought it there. */
export function recordWrites(event: RecordEvent, entry: Omit<RecordEntry, 'event' | 'source' | 'subject' | 'foundby'>): Write[] {
  const record: RecordEntry = { event: event.id, source: event.source, subject: event.subject, ...(event.foundby ? { foundby: event.foundby } : {}), ...entry };
  const writes: Write[] = [{ put: `record/${event.id}`, value: record }];
  if (entry.number !== undefined) writes.push({ put: numberKey(entry.number, event.id), value: event.id });
  return writes;
}

/** Forgets how records ended that have not changed since a time (ms since 1970). Returns how many. */
export async function pruneRecords(store: Store, before: number): Promise<number> {
  return sweep<RecordEntry>(store, 'record/', ({ key, value: { state, at, number, event } }) => {
    if (at >= before || state === 'retrying') return undefined;
    return number === undefined ? [key] : [key, numberKey(number, event)];
  });
}

function numberKey(number: string, eventId: string): string { return `number/${number}/${eventId}`; }

export async function recordOf(store: Store, eventId: string): Promise<RecordEntry | undefined> {
  return (await store.get<RecordEntry>(`record/${eventId}`))?.value;
}

/** Every record of a business number, e.g. `#1001`. */
export async function recordsByNumber(store: Store, number: string): Promise<RecordEntry[]> {
  const prefix = `number/${number}/`;
  const found: RecordEntry[] = [];
  for await (const { value } of store.range<string>({ from: prefix, to: prefixEnd(prefix) })) {
    const record = await recordOf(store, value);
    if (record) found.push(record);
  }
  return found;
}
