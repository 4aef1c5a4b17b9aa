import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeadLetters, type DeadLetterInput, type DeadLetterOptions } from '../../lib/delivery/dead-letters';
import { DataError, TransientError } from '../../lib/errors';
import { prefixEnd, type Store } from '../../lib/store/contract';
import { openLmdbStore } from '../../lib/store/lmdb';

describe('dead letters', () => {
  let dir: string;
  let store: Store;
  let now: number;
  let letters: DeadLetters;
  const open = (options: DeadLetterOptions = {}): DeadLetters => new DeadLetters(store, { now: () => now, ...options });

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'b2b-dead-'));
    store = await openLmdbStore(dir);
    now = 1_000_000;
    letters = open();
  });
  afterEach(async () => {
    await store.close();
    await rm(dir, { recursive: true });
  });

  const input = (n: number, changes: Partial<DeadLetterInput> = {}): DeadLetterInput => ({
    node: 'retry', message: { payload: { orderNumber: `#${String(n)}` }, event: { id: `e${String(n)}` } },
    error: new DataError('DATA_TOTALS', `order #${String(n)} does not add up`, { record: `order #${String(n)}`, answer: 'V1/311' }), tries: 3, firstTriedAt: 5, ...changes,
  });

  it('C53 keep message, event, error with the answer of the system, tries and times', async () => {
    const { id } = await letters.put(input(1001, { lane: { source: 'shop', key: 'order:1' } }));
    assert.deepEqual(await open().get(id), {
      id, at: now, node: 'retry', message: { payload: { orderNumber: '#1001' }, event: { id: 'e1001' } }, event: { id: 'e1001' }, notes: [],
      error: { code: 'DATA_TOTALS', message: 'order #1001 does not add up', details: { record: 'order #1001', answer: 'V1/311' } },
      tries: 3, firstTriedAt: 5, lane: { source: 'shop', key: 'order:1' }, numbers: ['1001'],
    });
  });

  it('are found by business number, with or without the hash', async () => {
    await letters.put(input(1001));
    await letters.put(input(10010));
    await letters.put(input(1001, { message: { payload: 'unreadable' } }));
    for (const number of ['#1001', '1001']) assert.equal((await letters.findByNumber(number)).length, 2);
    assert.deepEqual(await letters.findByNumber('999'), []);
  });

  it('are listed newest or oldest first, page by page, each once', async () => {
    for (let n = 0; n < 25; n++) {
      now += n % 3;
      await letters.put(input(n));
    }
    for (const oldestFirst of [false, true]) {
      const seen: { at: number; id: string }[] = [];
      let after: string | undefined;
      let pages = 0;
      do {
        const page = await letters.list({ oldestFirst, limit: 10, ...(after === undefined ? {} : { after }) });
        seen.push(...page.entries);
        after = page.next;
        pages++;
      } while (after !== undefined);
      assert.equal(pages, 3);
      assert.equal(new Set(seen.map(({ id }) => id)).size, 25);
      const times = seen.map(({ at }) => at);
      assert.deepEqual(times, [...times].sort((a, b) => oldestFirst ? a - b : b - a));
    }
  });

  it('end their list at a full last page', async () => {
    for (let n = 0; n < 4; n++) await letters.put(input(n));
    const first = await letters.list({ limit: 2 });
    assert.ok(first.next);
    assert.deepEqual((await letters.list({ limit: 2, after: first.next })).next, undefined);
  });

  it('leave nothing behind when removed, and commit what goes with it', async () => {
    const { id } = await letters.put(input(1001));
    assert.equal(await letters.remove(id, [{ put: 'replayed', value: id }]), true);
    assert.equal(await letters.remove(id, [{ put: 'replayed', value: 'twice' }]), false);
    const keys: string[] = [];
    for await (const { key } of store.range({ from: 'dead/', to: prefixEnd('dead/') })) keys.push(key);
    assert.deepEqual(keys, []);
    assert.equal((await store.get('replayed'))?.value, id);
  });

  it('are removed by exactly one of several at the same instant', async () => {
    const { id } = await letters.put(input(1));
    const removed = await Promise.all(Array.from({ length: 5 }, () => letters.remove(id)));
    assert.equal(removed.filter(Boolean).length, 1);
    assert.equal(await letters.count(), 0);
  });

  it('put again with the same id replace the earlier one', async () => {
    await letters.put(input(1001, { id: 'a' }));
    now += 1000;
    await letters.put(input(1002, { id: 'a' }));
    assert.equal(await letters.count(), 1);
    assert.deepEqual(await letters.findByNumber('1001'), []);
    assert.deepEqual((await letters.list()).entries.map(({ id, at }) => [id, at]), [['a', now]]);
  });

  it('keep what can be kept of any message, and say what could not', async () => {
    const { id } = await letters.put(input(1, { message: { req: {}, payload: { call: (): void => undefined, data: Buffer.from('x') } }, error: 'text' }));
    const letter = await letters.get(id);
    assert.ok(letter);
    assert.deepEqual(letter.notes, ['req: not plain data', 'payload.call: a function']);
    assert.deepEqual(letter.error, { code: 'UNEXPECTED', message: 'text', details: {} });
    assert.equal((await letters.put(input(1, { message: undefined }))).message, null);
  });

  it('C59 are refused at the quota of 10, with the way out, and never dropped', async () => {
    letters = open({ quota: 10 });
    const put = await Promise.allSettled(Array.from({ length: 25 }, (_, n) => letters.put(input(n))));
    assert.equal(put.filter(({ status }) => status === 'fulfilled').length, 10);
    for (const result of put) {
      if (result.status === 'rejected') assert.ok(result.reason instanceof TransientError && result.reason.code === 'TRANSIENT_DEAD_LETTERS_FULL' && result.reason.cause.retryAfterMs !== undefined);
    }
    const [first] = (await letters.list()).entries;
    await letters.put(input(99, { id: first?.id ?? '' }));
    await letters.remove(first?.id ?? '');
    await letters.put(input(26));
    assert.equal(await letters.count(), 10);
  });

  it('C59 at the quota notice that another process made room', async () => {
    letters = open({ quota: 3 });
    for (let n = 0; n < 3; n++) await letters.put(input(n, { id: String(n) }));
    await assert.rejects(letters.put(input(4)), TransientError);
    await open().remove('0');
    await letters.put(input(4));
    assert.equal(await letters.count(), 3);
  });

  it('tell their count, at once and with every change, also after a restart', async () => {
    const seen: [number, number][] = [];
    const stop = letters.onChange((count, quota) => seen.push([count, quota]));
    const { id } = await letters.put(input(1));
    await letters.put(input(2));
    await letters.remove(id);
    stop();
    await letters.put(input(3));
    assert.deepEqual(seen, [[1, 100_000], [2, 100_000], [1, 100_000]]);
    assert.equal(await open().count(), 2);
  });
});
