import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BulkOutcome, Native, WriteResult } from '../../lib/connectors/contract';
import { DataError, ThrottledError, TransientError, type SyncError } from '../../lib/errors';
import { sendApart } from '../../lib/sync/bulk';
import { Gatherer } from '../../lib/sync/gatherer';

const done = (id: unknown): WriteResult => ({ entity: 'inventory', outcome: 'updated', externalId: { system: 'shop', type: 'InventoryLevel', id: String(id) } });
const records = (count: number): Native[] => Array.from({ length: count }, (_, id) => ({ id }));

/** A system that refuses a whole batch, without saying why, if one of these is in it. */
function opaque(poison: ReadonlySet<number>, error: () => SyncError): { calls: number; written: number[]; send: (documents: Native[]) => Promise<BulkOutcome[]> } {
  const system = {
    calls: 0, written: [] as number[],
    send: (documents: Native[]): Promise<BulkOutcome[]> => {
      system.calls++;
      const ids = documents.map(({ id }) => id as number);
      if (ids.some((id) => poison.has(id))) return Promise.reject(error());
      system.written.push(...ids);
      return Promise.resolve(ids.map((id) => ({ result: done(id) })));
    },
  };
  return system;
}

const internal = (): SyncError => new TransientError('TRANSIENT_INTERNAL_SERVER_ERROR', 'failed inside the shop');

describe('a bulk write', () => {
  it('C11 of 250 with one that makes it fail writes 249, and the one gets the error, in few calls more', async () => {
    for (const poison of [0, 131, 249]) {
      const system = opaque(new Set([poison]), internal);
      const outcomes = await sendApart(records(250), system.send);
      assert.deepEqual(outcomes.flatMap((outcome, index) => 'error' in outcome ? [[index, outcome.error.code]] : []), [[poison, 'TRANSIENT_INTERNAL_SERVER_ERROR']]);
      assert.equal(new Set(system.written).size, 249);
      assert.ok(system.calls <= 18, `${String(system.calls)} calls`);
    }
  });

  it('writes each good record once and tells each bad one, wherever they are (property)', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 300 }), fc.uniqueArray(fc.nat(299), { maxLength: 8 }), async (count, bad) => {
      const poison = new Set(bad.filter((id) => id < count));
      const system = opaque(poison, () => new DataError('DATA_REFUSED', 'something is wrong'));
      const outcomes = await sendApart(records(count), system.send);
      assert.deepEqual(system.written.sort((a, b) => a - b), records(count).map(({ id }) => id).filter((id) => !poison.has(id as number)));
      outcomes.forEach((outcome, id) => { assert.equal('error' in outcome, poison.has(id)); });
    }), { numRuns: 50 });
  });

  it('that is throttled, or meets a system that is down, is not sent in parts', async () => {
    for (const error of [new ThrottledError('THROTTLED_COST', 'wait', { retryAfterMs: 1000 }), new TransientError('TRANSIENT_TIMEOUT', 'no answer')]) {
      const system = opaque(new Set([7]), () => error);
      assert.deepEqual(await sendApart(records(10), system.send), records(10).map(() => ({ error })));
      assert.equal(system.calls, 1);
    }
  });
});

describe('gathered writes', () => {
  /** Records each batch; answers when it is told to. */
  function desk(most: number): { batches: Native[][]; answer: (() => void)[]; gatherer: Gatherer } {
    const batches: Native[][] = [];
    const answer: (() => void)[] = [];
    const gatherer = new Gatherer({
      most, lingerMs: 1, send: (documents) => {
        batches.push(documents);
        return new Promise((resolve) => {
          answer.push(() => { resolve(documents.map(({ id, bad }) => bad === true ? { error: new DataError('DATA_REFUSED', `no ${String(id)}`) } : { result: done(id) })); });
        });
      },
    });
    return { batches, answer, gatherer };
  }
  const sent = async (batches: unknown[], count: number): Promise<void> => { while (batches.length < count) await new Promise((resolve) => { setTimeout(resolve, 1); }); };

  it('go together, and each ends by itself', async () => {
    const { batches, answer, gatherer } = desk(250);
    const results = Promise.allSettled([gatherer.add('a', { id: 1 }), gatherer.add('b', { id: 2, bad: true }), gatherer.add('c', { id: 3 })]);
    await sent(batches, 1);
    answer[0]?.();
    assert.deepEqual((await results).map((one) => one.status === 'fulfilled' ? one.value.externalId.id : (one.reason as Error).message), ['1', 'no 2', '3']);
    assert.equal(batches.length, 1);
  });

  it('that come while one is under way go with the next, never more than fit', async () => {
    const { batches, answer, gatherer } = desk(2);
    const all = Promise.all(['a', 'b', 'c', 'd', 'e'].map((key) => gatherer.add(key, { id: key })));
    for (let n = 1; n <= 3; n++) {
      await sent(batches, n);
      assert.equal(batches.length, n);
      answer[n - 1]?.();
    }
    await all;
    assert.deepEqual(batches.map((batch) => batch.map(({ id }) => id)), [['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('of one record while it waits: the last is sent, once, and all of them end with it', async () => {
    const { batches, answer, gatherer } = desk(250);
    const [first, last] = [gatherer.add('a', { id: 'old' }), gatherer.add('a', { id: 'new' })];
    await sent(batches, 1);
    answer[0]?.();
    assert.deepEqual([(await first).externalId.id, (await last).externalId.id], ['new', 'new']);
    assert.deepEqual(batches, [[{ id: 'new' }]]);
  });

  it('fail together if the batch fails as a whole, and the next goes on', async () => {
    let fail = true;
    const gatherer = new Gatherer({ most: 10, lingerMs: 1, send: (documents) => fail ? Promise.reject(new TransientError('TRANSIENT_TIMEOUT', 'no answer')) : Promise.resolve(documents.map(({ id }) => ({ result: done(id) }))) });
    const ended = await Promise.allSettled([gatherer.add('a', { id: 1 }), gatherer.add('b', { id: 2 })]);
    assert.deepEqual(ended.map(({ status }) => status), ['rejected', 'rejected']);
    fail = false;
    assert.equal((await gatherer.add('c', { id: 3 })).externalId.id, '3');
  });
});
