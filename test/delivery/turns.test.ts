import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger } from '../../lib/delivery/ledger';
import { DataError, TransientError } from '../../lib/errors';
import type { Store } from '../../lib/store/contract';
import { openLmdbStore } from '../../lib/store/lmdb';

describe('ledger: turns', () => {
  let dir: string;
  let store: Store;
  let now: number;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'b2b-turns-'));
    store = await openLmdbStore(dir);
  });
  beforeEach(() => { now = Date.UTC(2026, 10, 1); });
  after(async () => { await store.close(); await rm(dir, { recursive: true }); });

  const ledgerOf = (owner = 'local'): Ledger => new Ledger(store, { owner, now: () => now, wait: (ms) => { now += ms; return Promise.resolve(); } });
  /** Appends a letter to the note. */
  const letter = (text: string, during: () => Promise<void> = () => Promise.resolve()) => ({
    begin: (note: string | undefined) => ({ note: `${note ?? ''}(${text})` }),
    write: async (note: string | undefined) => { await during(); return { result: `${note ?? ''}${text}`, note: `${note ?? ''}${text}` }; },
  });

  it('of one key come one after the other, each in view of the note before, though one fails', async () => {
    const ledger = ledgerOf();
    let under = 0;
    const alone = async (): Promise<void> => {
      assert.equal(++under, 1);
      await new Promise((resolve) => { setImmediate(resolve); });
      under--;
    };
    const failing = letter('b', async () => { await alone(); throw new DataError('DATA_NO', 'no'); });
    const ended = await Promise.allSettled([ledger.inTurn('k1', letter('a', alone)), ledger.inTurn('k1', failing), ledger.inTurn('k1', letter('c', alone))]);
    assert.deepEqual(ended.map((one) => one.status === 'fulfilled' ? one.value.result : 'failed'), ['a', 'failed', 'a(b)c'], 'what was begun is remembered');
    assert.equal(await ledger.noteOf('k1'), 'a(b)c');
  });

  it('that find nothing to do write nothing', async () => {
    const ledger = ledgerOf();
    await ledger.inTurn('k2', letter('a'));
    const { result, outcome } = await ledger.inTurn<string, string>('k2', { begin: (note) => ({ result: `had ${note ?? ''}` }), write: () => assert.fail('must not write') });
    assert.deepEqual([result, outcome, await ledger.noteOf('k2')], ['had a', 'stored', 'a']);
  });

  it('wait until an uncertain one has settled, also after a new start', async () => {
    const lost = letter('a', () => Promise.reject(new TransientError('TRANSIENT_TIMEOUT', 'no answer', { unknownOutcome: true })));
    const before = now;
    await assert.rejects(ledgerOf().inTurn('k3', lost), { code: 'TRANSIENT_TIMEOUT' });
    assert.equal((await ledgerOf().inTurn('k3', letter('b'))).result, '(a)b');
    assert.ok(now - before >= 2000);
  });

  it('of another process are respected as long as it lives', async () => {
    let finish: () => void = () => undefined;
    const working = ledgerOf('one').inTurn('k4', letter('a', () => new Promise((resolve) => { finish = resolve; })));
    await assert.rejects(ledgerOf('two').inTurn('k4', letter('b')), { code: 'TRANSIENT_CLAIMED' });
    finish();
    await working;
    assert.equal((await ledgerOf('two').inTurn('k4', letter('b'))).result, 'ab');
  });

  it('leave notes that are forgotten with what is old', async () => {
    const ledger = ledgerOf();
    await ledger.inTurn('k5', letter('a'));
    await ledger.prune(now + 1);
    assert.equal(await ledger.noteOf('k5'), undefined);
    await store.commit([ledger.noteWrite('k5', 'made')]);
    assert.equal((await ledger.inTurn('k5', letter('b'))).result, 'madeb');
  });
});
