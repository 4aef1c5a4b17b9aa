import assert from 'node:assert/strict';
import { prefixEnd, timeKey, type Entry, type Store } from '../../lib/store/contract';
import { TransientError, DataError } from '../../lib/errors';

/** A store under test: `open` may be called again after close() and finds what was there. */
export interface StoreUnderTest {
  open: (options?: { now?: () => number }) => Promise<Store>;
  /** Removes everything; called after each test, with all stores closed. */
  clean: () => Promise<void>;
}

/** What every store must do, sentence by sentence of the contract. */
export function storeSuite(name: string, begin: () => Promise<StoreUnderTest>): void {
  describe(`${name} store`, () => {
    let under: StoreUnderTest;
    let store: Store;

    beforeEach(async () => {
      under = await begin();
      store = await under.open();
    });
    afterEach(async () => {
      await store.close();
      await under.clean();
    });

    const keys = async (range: AsyncIterable<Entry>): Promise<string[]> => (await all(range)).map(({ key }) => key);
    const rejects = (work: Promise<unknown>, code: string): Promise<void> =>
      assert.rejects(work, (error: unknown) => error instanceof Error && 'code' in error && error.code === code);

    describe('values', () => {
      it('come back as they were put', async () => {
        const value = { text: 'Müller & Söhne 🚚', list: [1, -0.5, null, true, []], deep: { 'a/b': { c: '' } } };
        await store.put('k', value);
        assert.deepEqual((await store.get('k'))?.value, value);
      });

      it('may be any JSON, also null and an empty string', async () => {
        for (const value of [null, '', 0, false, [], {}]) {
          await store.put('k', value);
          assert.deepEqual((await store.get('k'))?.value, value);
        }
      });

      it('of a megabyte come back whole', async () => {
        const value = 'x€'.repeat(2 ** 19);
        await store.put('k', value);
        assert.equal((await store.get('k'))?.value, value);
      });

      it('are those of the moment of the call, whatever becomes of the object', async () => {
        const value = { n: 1 };
        const written = store.put('k', value);
        value.n = 2;
        await written;
        assert.deepEqual((await store.get('k'))?.value, { n: 1 });
      });

      it('that are not plain data are refused, and nothing of their batch is written', async () => {
        const circular: Record<string, unknown> = {};
        circular['self'] = circular;
        for (const value of [circular, undefined, 1n, (): void => undefined]) {
          await rejects(store.commit([{ put: 'a', value: 1 }, { put: 'b', value }]), 'DATA_NOT_PLAIN');
        }
        assert.equal(await store.get('a'), undefined);
      });
    });

    describe('keys', () => {
      it('may be 1,000 characters of any language', async () => {
        for (const key of ['€'.repeat(1000), '🚚'.repeat(500), 'x'.repeat(1000), ' ', 'a/b|c%2F', '\u0001']) {
          assert.equal(await store.putIfAbsent(key, key.length), true);
          assert.equal((await store.get(key))?.value, key.length);
        }
      });

      it('that no store could keep are refused', async () => {
        for (const key of ['', 'x'.repeat(1001), 'a\0b', 'lone \ud83d']) {
          await assert.rejects(store.put(key, 1), DataError);
          await assert.rejects(store.get(key), DataError);
        }
      });
    });

    describe('versions', () => {
      it('change with every write of the key, also after it was deleted', async () => {
        const seen = new Set<number>();
        for (let round = 0; round < 5; round++) {
          await store.put('k', round);
          seen.add((await store.get('k'))?.version ?? -1);
          await store.put('k', round);
          seen.add((await store.get('k'))?.version ?? -1);
          await store.delete('k');
        }
        assert.equal(seen.size, 10);
      });

      it('are the same in get and range', async () => {
        await store.put('k', 1);
        const [entry] = await all(store.range({ from: 'k', to: prefixEnd('k') }));
        assert.deepEqual(entry, await store.get('k'));
      });

      it('guard a compare-and-set', async () => {
        await store.put('k', 'old');
        const version = (await store.get('k'))?.version ?? -1;
        assert.equal(await store.compareAndSet('k', version, 'new'), true);
        assert.equal(await store.compareAndSet('k', version, 'late'), false);
        assert.equal((await store.get('k'))?.value, 'new');
        assert.equal(await store.compareAndSet('absent', version, 'x'), false);
        assert.equal(await store.get('absent'), undefined);
      });

      it('are not taken over by a key that was deleted and put again', async () => {
        await store.put('k', 1);
        const version = (await store.get('k'))?.version ?? -1;
        await store.delete('k');
        await store.put('k', 1);
        assert.equal(await store.compareAndSet('k', version, 2), false);
      });
    });

    describe('claims', () => {
      it('are given once', async () => {
        assert.equal(await store.putIfAbsent('k', 1), true);
        assert.equal(await store.putIfAbsent('k', 2), false);
        assert.equal((await store.get('k'))?.value, 1);
        await store.delete('k');
        assert.equal(await store.putIfAbsent('k', 3), true);
      });

      it('C02 go to exactly one of two at the same instant, 1,000 rounds', async () => {
        const rounds = await Promise.all(Array.from({ length: 1000 }, async (_, round) => {
          const key = `claim/${String(round)}`;
          const won = await Promise.all([store.putIfAbsent(key, 'a'), store.putIfAbsent(key, 'b')]);
          return { won, kept: (await store.get(key))?.value };
        }));
        for (const { won, kept } of rounds) {
          assert.equal(won.filter(Boolean).length, 1);
          assert.equal(kept, won[0] ? 'a' : 'b');
        }
      });

      it('lose no increment among concurrent compare-and-sets', async () => {
        await store.put('n', 0);
        const increment = async (): Promise<void> => {
          for (;;) {
            const entry = await store.get<number>('n');
            assert.ok(entry);
            if (await store.compareAndSet('n', entry.version, entry.value + 1)) return;
          }
        };
        await Promise.all(Array.from({ length: 50 }, increment));
        assert.equal((await store.get('n'))?.value, 50);
      });
    });

    describe('batches', () => {
      it('are applied whole, in their order', async () => {
        await store.put('gone', 1);
        assert.equal(await store.commit([{ put: 'a', value: 1 }, { put: 'a', value: 2 }, { delete: 'gone' }, { delete: 'never there' }, { put: 'b', value: 3 }]), true);
        assert.deepEqual((await all(store.range({ from: '', to: prefixEnd('') }))).map(({ key, value }) => [key, value]), [['a', 2], ['b', 3]]);
      });

      it('write nothing if one precondition of several does not hold', async () => {
        await store.put('k', 1);
        const version = (await store.get('k'))?.version ?? -1;
        for (const wrong of [{ key: 'k', version: null }, { key: 'k', version: version + 1 }, { key: 'absent', version }]) {
          assert.equal(await store.commit([{ put: 'x', value: 1 }, { delete: 'k' }], [{ key: 'k', version }, wrong]), false);
        }
        assert.deepEqual(await keys(store.range({ from: '', to: prefixEnd('') })), ['k']);
        assert.equal(await store.commit([{ put: 'x', value: 1 }], [{ key: 'k', version }, { key: 'absent', version: null }]), true);
      });

      it('without writes only check the preconditions', async () => {
        assert.equal(await store.commit([], [{ key: 'k', version: null }]), true);
        await store.put('k', 1);
        assert.equal(await store.commit([], [{ key: 'k', version: null }]), false);
        assert.equal(await store.commit([]), true);
      });

      it('of the same turn see each other in the order of their calls', async () => {
        const committed = await Promise.all([
          store.commit([{ put: 'k', value: 1 }], [{ key: 'k', version: null }]),
          store.commit([{ delete: 'k' }, { put: 'done', value: 1 }]),
          store.commit([{ put: 'k', value: 2 }], [{ key: 'k', version: null }]),
        ]);
        assert.deepEqual(committed, [true, true, true]);
        assert.equal((await store.get('k'))?.value, 2);
      });

      it('keep two entries equal under concurrent moves', async () => {
        await store.commit([{ put: 'from', value: 500 }, { put: 'to', value: 0 }]);
        const move = async (): Promise<void> => {
          for (;;) {
            const [from, to] = await Promise.all([store.get<number>('from'), store.get<number>('to')]);
            assert.ok(from && to);
            if (await store.commit([{ put: 'from', value: from.value - 10 }, { put: 'to', value: to.value + 10 }],
              [{ key: 'from', version: from.version }, { key: 'to', version: to.version }])) return;
          }
        };
        await Promise.all(Array.from({ length: 30 }, move));
        assert.deepEqual([(await store.get('from'))?.value, (await store.get('to'))?.value], [200, 300]);
      });
    });

    describe('ranges', () => {
      const count = 1234;
      const key = (n: number): string => `r/${timeKey(n)}`;
      const fill = (): Promise<unknown> => Promise.all(Array.from({ length: count }, (_, n) => store.put(key(n), n)));

      it('come in key order, from inclusive, to exclusive, in both directions', async () => {
        await Promise.all(['a', 'b', 'b/1', 'b/2', 'c', 'd'].map((k) => store.put(k, 1)));
        assert.deepEqual(await keys(store.range({ from: 'b', to: 'd' })), ['b', 'b/1', 'b/2', 'c']);
        assert.deepEqual(await keys(store.range({ from: 'b', to: 'd', reverse: true })), ['c', 'b/2', 'b/1', 'b']);
        assert.deepEqual(await keys(store.range({ from: 'b/', to: prefixEnd('b/') })), ['b/1', 'b/2']);
        assert.deepEqual(await keys(store.range({ from: 'd', to: 'b' })), []);
        assert.deepEqual(await keys(store.range({ from: 'b', to: 'b', reverse: true })), []);
      });

      it('hold every key of a prefix, whatever characters follow, by code point', async () => {
        const wanted = ['\u0001', 'A', 'z', 'é', '\ue000', '\uffff', '🚚'].map((tail) => `p/${tail}`);
        await Promise.all([...wanted, 'p', 'p0', 'q/'].map((k) => store.put(k, 1)));
        assert.deepEqual(await keys(store.range({ from: 'p/', to: prefixEnd('p/') })), wanted);
        assert.deepEqual(await keys(store.range({ from: 'p/', to: prefixEnd('p/'), reverse: true })), [...wanted].reverse());
      });

      it('go past the size of a chunk, forward and back, each key once', async () => {
        await fill();
        const wanted = Array.from({ length: count }, (_, n) => key(n));
        assert.deepEqual(await keys(store.range({ from: 'r/', to: prefixEnd('r/') })), wanted);
        assert.deepEqual(await keys(store.range({ from: 'r/', to: prefixEnd('r/'), reverse: true })), wanted.reverse());
      });

      it('stop at the limit', async () => {
        await fill();
        for (const limit of [0, 1, 199, 200, 201, 400, count + 1]) {
          assert.equal((await keys(store.range({ from: 'r/', to: prefixEnd('r/'), limit }))).length, Math.min(limit, count));
          assert.equal((await keys(store.range({ from: 'r/', to: prefixEnd('r/'), limit, reverse: true })))[0], limit === 0 ? undefined : key(count - 1));
        }
      });

      it('see every key that stays, while others are written and deleted', async () => {
        await fill();
        const seen: number[] = [];
        for await (const { value } of store.range<number>({ from: 'r/', to: prefixEnd('r/') })) {
          seen.push(value);
          if (value % 100 === 0) await store.commit([{ delete: key(value) }, { delete: key(value + 1) }, { put: `r/${timeKey(value)}/new`, value: -1 }]);
        }
        const stayed = seen.filter((n) => n >= 0 && n % 100 !== 1);
        assert.deepEqual(stayed, Array.from({ length: count }, (_, n) => n).filter((n) => n % 100 !== 1));
        assert.equal(new Set(stayed).size, stayed.length);
      });

      it('may be left early', async () => {
        await fill();
        for await (const { value } of store.range({ from: 'r/', to: prefixEnd('r/') })) {
          if (value === 3) break;
        }
        await store.put('after', 1);
        assert.equal((await store.get('after'))?.value, 1);
      });
    });

    describe('leases', () => {
      let now = 1_000_000;
      const clocked = async (): Promise<void> => {
        await store.close();
        now = 1_000_000;
        store = await under.open({ now: () => now });
      };

      it('are held by one owner until they expire', async () => {
        await clocked();
        assert.equal(await store.lease('poll', 'a', 100), true);
        assert.equal(await store.lease('poll', 'b', 100), false);
        now += 99;
        assert.equal(await store.lease('poll', 'b', 100), false);
        now += 1;
        assert.equal(await store.lease('poll', 'b', 100), true);
        assert.equal(await store.lease('poll', 'a', 100), false);
      });

      it('are renewed by their owner and given back early', async () => {
        await clocked();
        await store.lease('poll', 'a', 100);
        now += 90;
        assert.equal(await store.lease('poll', 'a', 100), true);
        now += 90;
        assert.equal(await store.lease('poll', 'b', 100), false);
        await store.release('poll', 'b');
        assert.equal(await store.lease('poll', 'b', 100), false);
        await store.release('poll', 'a');
        assert.equal(await store.lease('poll', 'b', 100), true);
      });

      it('of different names are independent', async () => {
        assert.equal(await store.lease('one', 'a', 1000), true);
        assert.equal(await store.lease('two', 'b', 1000), true);
      });

      it('go to exactly one of many at the same instant', async () => {
        await clocked();
        for (let round = 0; round < 20; round++) {
          const won = await Promise.all(Array.from({ length: 10 }, (_, n) => store.lease('poll', `owner ${String(n)}`, 100)));
          assert.equal(won.filter(Boolean).length, 1);
          now += 100;
        }
      });

      it('outlive the process that holds them', async () => {
        await clocked();
        await store.lease('poll', 'a', 100);
        await store.close();
        store = await under.open({ now: () => now });
        assert.equal(await store.lease('poll', 'b', 100), false);
      });
    });

    describe('closing', () => {
      it('keeps everything for the next opening', async () => {
        await Promise.all(Array.from({ length: 500 }, (_, n) => store.put(`k/${timeKey(n)}`, n)));
        const before = await all(store.range({ from: '', to: prefixEnd('') }));
        await store.close();
        store = await under.open();
        assert.deepEqual(await all(store.range({ from: '', to: prefixEnd('') })), before);
      });

      it('waits for the writes under way', async () => {
        const writes = Array.from({ length: 100 }, (_, n) => store.put(`k/${timeKey(n)}`, n));
        await store.close();
        await Promise.all(writes);
        store = await under.open();
        assert.equal((await keys(store.range({ from: 'k/', to: prefixEnd('k/') }))).length, 100);
      });

      it('may be done twice, and refuses everything after it', async () => {
        await store.close();
        await store.close();
        for (const work of [store.get('k'), store.put('k', 1), store.lease('l', 'a', 1), all(store.range({ from: 'a', to: 'b' }))]) {
          await assert.rejects(work, TransientError);
        }
        store = await under.open();
        assert.equal(await store.get('k'), undefined);
      });

      it('makes no old version valid again', async () => {
        await store.put('k', 1);
        const version = (await store.get('k'))?.version ?? -1;
        await store.delete('k');
        await store.close();
        store = await under.open();
        await store.put('k', 2);
        assert.equal(await store.compareAndSet('k', version, 3), false);
      });
    });
  });
}

async function all(range: AsyncIterable<Entry>): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of range) entries.push(entry);
  return entries;
}
