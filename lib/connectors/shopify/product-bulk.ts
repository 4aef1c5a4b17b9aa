import { SyncError } from '../../errors';
import type { BulkOutcome } from '../contract';
import type { BulkOperations } from './bulk-operations';
import type { ProductWrite } from './product-documents';
import type { Existing } from './product-lookup';
import type { ProductWrites, SetProductAnswer } from './product-writes';
import { setProductMutation } from './queries';

/** From so many new products on a bulk operation is sooner done than single calls: it takes some seconds, however few they are. */
export const bulkFrom = 50;

/**
 * Writes many products: new ones by a bulk operation if they are many, all others one by one. The address a product gets is
 * its own: what an interrupted operation has made is found by the next try and not made again.
 */
export class ProductBulk {
  constructor(private readonly writes: ProductWrites, private readonly operations: BulkOperations) {}

  async write(writes: ProductWrite[]): Promise<BulkOutcome[]> {
    if (writes.length < bulkFrom) return Promise.all(writes.map((write) => outcomeOf(() => this.writes.upsert(write))));
    const existing = await this.writes.existing(writes);
    const isNew = existing.map((one) => !(one instanceof SyncError) && one.id === undefined);
    if (isNew.filter(Boolean).length < bulkFrom) return Promise.all(writes.map((write) => outcomeOf(() => this.writes.upsert(write))));
    const fresh = writes.flatMap((write, at) => isNew[at] ? [{ write, taken: (existing[at] as Existing).taken }] : []);
    const made = await this.#make(fresh);
    return Promise.all(writes.map(async (write, at): Promise<BulkOutcome> => {
      const found = existing[at] as Existing | SyncError;
      return found instanceof SyncError ? { error: found } : made.get(write) ?? await outcomeOf(() => this.writes.upsert(write));
    }));
  }

  async #make(fresh: { write: ProductWrite; taken: string | undefined }[]): Promise<Map<ProductWrite, BulkOutcome>> {
    const inputs = await Promise.all(fresh.map(({ write, taken }) => outcomeOf(() => this.writes.newOne(write, taken))));
    const good = fresh.flatMap(({ write }, at) => { const input = inputs[at]; return input && 'result' in input ? [{ write, input: input.result }] : []; });
    const answers = good.length === 0 ? [] : await this.operations.run(setProductMutation, good.map(({ input }) => input), `${String(good.length)} products`);
    const outcomes = new Map<ProductWrite, BulkOutcome>(fresh.flatMap(({ write }, at) => { const input = inputs[at]; return input && 'error' in input ? [[write, input]] : []; }));
    await Promise.all(good.map(async ({ write }, at) => {
      const answer = answers[at];
      outcomes.set(write, answer instanceof SyncError ? { error: answer } : await outcomeOf(() => this.writes.made(write, (answer as unknown as SetProductAnswer).productSet)));
    }));
    return outcomes;
  }
}

async function outcomeOf<T>(work: () => Promise<T>): Promise<{ result: T } | { error: SyncError }> {
  try {
    return { result: await work() };
  } catch (reason) {
    if (reason instanceof SyncError) return { error: reason };
    throw reason;
  }
}
