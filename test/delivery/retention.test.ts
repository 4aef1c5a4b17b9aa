import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger } from '../../lib/delivery/ledger';
import { recordOf, recordsByNumber, recordWrites } from '../../lib/delivery/records';
import { defaultRetention, prune } from '../../lib/delivery/retention';
import type { Store } from '../../lib/store/contract';
import { openLmdbStore } from '../../lib/store/lmdb';
import { sweep } from '../../lib/store/sweep';

describe('retention', () => {
  let dir: string;
  let store: Store;
  const day = 86_400_000, now = 1_000 * day;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'b2b-retention-'));
    store = await openLmdbStore(dir);
  });
  afterEach(async () => {
    await store.close();
    await rm(dir, { recursive: true });
  });

  it('forgets what is settled and old, and nothing else', async () => {
    const ledger = (at: number): Ledger => new Ledger(store, { now: () => at });
    const once = { find: () => Promise.resolve([]), write: () => Promise.resolve('1') };
    await ledger(now - 401 * day).run('old', once);
    await ledger(now - 399 * day).run('new', once);
    await store.put('seen/node/old', now - 31 * day);
    await store.put('seen/node/new', now - 29 * day);
    await store.put('latest/node/order/old', { subject: 'order/old', updatedAt: now - 31 * day, hash: '', status: '' });
    await store.put('inbox/node/1', { receivedAt: 0 });
    await store.put('dead/entry/1', { at: 0 });
    const event = (id: string): { id: string; source: string; subject: string } => ({ id, source: '/b2b/x', subject: `order/${id}` });
    await store.commit([
      ...recordWrites(event('old'), { state: 'done', at: now - 91 * day, number: '#1' }), ...recordWrites(event('new'), { state: 'done', at: now - 89 * day, number: '#1' }),
      ...recordWrites(event('waiting'), { state: 'retrying', at: now - 91 * day }),
    ]);

    assert.equal(await prune(store, new Ledger(store), defaultRetention, now), 4);
    const left: string[] = [];
    for await (const { key } of store.range({ from: ' ', to: '~' })) left.push(key);
    assert.deepEqual(left, ['dead/entry/1', 'inbox/node/1', 'ledger/new', 'number/#1/new', 'record/new', 'record/waiting', 'seen/node/new']);
    assert.deepEqual([await recordOf(store, 'old'), (await recordsByNumber(store, '#1')).length], [undefined, 1]);
  });

  it('keeps what changes while it sweeps', async () => {
    await store.commit(Array.from({ length: 450 }, (_, i) => ({ put: `x/${String(i).padStart(3, '0')}`, value: 1 })));
    let changed: Promise<void> | undefined;
    const swept = await sweep<number>(store, 'x/', ({ key }) => {
      if (key === 'x/010') changed = store.put(key, 2);
      return [key];
    });
    await changed;
    assert.equal(swept, 250);
    assert.equal((await store.get('x/010'))?.value, 2);
    assert.equal(await sweep(store, 'x/', ({ key }) => [key]), 200);
  });
});
