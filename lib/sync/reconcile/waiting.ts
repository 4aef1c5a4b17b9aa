import type { EventAttributes } from '../../documents/event';
import { DeadLetters } from '../../delivery/dead-letters';
import type { InboxEntry } from '../../delivery/inbox';
import { RetryStore, scheduleNames } from '../../delivery/retry-store';
import { prefixEnd, type Store, type Write } from '../../store/contract';

/** Where a message of a record waits. */
export type Where = 'inbox' | 'retry' | 'dead letter';

const batchSize = 200;

/** Every record that a message waits of, by its partition key (`order:<id>`), of the least patient place last. */
async function* waiting(store: Store): AsyncIterable<[key: string, where: Where]> {
  const letters = new DeadLetters(store);
  for (let after: string | undefined; ;) {
    const { entries, next } = await letters.list(after === undefined ? { limit: batchSize } : { limit: batchSize, after });
    for (const { message, event } of entries) yield [keyOf(message, event), 'dead letter'];
    if (next === undefined) break;
    after = next;
  }
  for await (const name of scheduleNames(store)) for await (const { message } of new RetryStore(store, name).entries()) yield [keyOf(message), 'retry'];
  for await (const { value: { laneKey = '' } } of store.range<InboxEntry>({ from: 'inbox/', to: prefixEnd('inbox/') })) yield [laneKey, 'inbox'];
}

function keyOf(message: unknown, event = (message as { event?: Partial<EventAttributes> } | null)?.event): string {
  return event?.partitionkey ?? event?.subject ?? '';
}

/** Notes where messages of records wait, under the key that `at` makes of a partition key: as many as there are need no memory. */
export async function noteWaiting(store: Store, at: (partitionKey: string) => string): Promise<void> {
  let writes: Write[] = [];
  for await (const [key, where] of waiting(store)) {
    if (key === '') continue;
    writes.push({ put: at(key), value: where });
    if (writes.length < batchSize) continue;
    await store.commit(writes);
    writes = [];
  }
  if (writes.length > 0) await store.commit(writes);
}
