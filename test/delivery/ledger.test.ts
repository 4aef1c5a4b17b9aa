import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Ledger, type Once, type Ran } from '../../lib/delivery/ledger';
import { linkWrites, Links } from '../../lib/delivery/links';
import { AuthError, ConfigError, ConflictError, DataError, errorDetails, ThrottledError, TransientError } from '../../lib/errors';
import type { Store, Write } from '../../lib/store/contract';
import { openLmdbStore } from '../../lib/store/lmdb';
import { Fuse, FusedStore } from './fuse';

interface Order { number: string }

/** A system that writes whatever it is told, and finds it by reference. */
class Erp {
  readonly orders = new Map<string, Order[]>();
  #next = 1;

  write(reference: string): Order {
    const order = { number: String(this.#next++) };
    this.orders.set(reference, [...this.find(reference), order]);
    return order;
  }
  find(reference: string): Order[] { return this.orders.get(reference) ?? []; }
  once(reference: string): Once<Order> {
    return { find: () => Promise.resolve(this.find(reference)), write: () => Promise.resolve(this.write(reference)), uncertainMs: 0 };
  }
}

const shop = (id: string): { system: string; type: string; id: string } => ({ system: 'shop', type: 'Order', id });
const lost = (): TransientError => new TransientError('TRANSIENT_TIMEOUT', 'no answer', { unknownOutcome: true });

describe('ledger', () => {
  let dir: string;
  let store: Store;
  let erp: Erp;
  let now: number;
  let waited: number[];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'b2b-ledger-'));
    store = await openLmdbStore(dir);
    erp = new Erp();
    now = 1_000_000;
    waited = [];
  });
  afterEach(async () => {
    await store.close();
    await rm(dir, { recursive: true });
  });

  /** A ledger whose clock only moves when it waits. */
  const clocked = (owner: string, onWait: (ms: number) => void = () => undefined): Ledger => new Ledger(store, {
    owner, now: () => now, wait: (ms) => {
      waited.push(ms);
      now += ms;
      onWait(ms);
      return Promise.resolve();
    },
  });
  const failing = (error: Error, effect: () => void = () => undefined): Once<Order> => ({
    find: () => Promise.resolve([]), write: () => { effect(); return Promise.reject(error); },
  });

  it('writes once and then returns what is stored, also after a restart', async () => {
    const first = await new Ledger(store).run('k', erp.once('k'));
    assert.deepEqual(first, { result: { number: '1' }, outcome: 'first' });
    assert.deepEqual(await new Ledger(store).run('k', erp.once('k')), { result: { number: '1' }, outcome: 'stored' });
    assert.equal(erp.find('k').length, 1);
  });

  it('asks nothing of the system before a first write', async () => {
    const { outcome } = await new Ledger(store).run('k', { ...erp.once('k'), find: () => Promise.reject(new Error('asked')) });
    assert.equal(outcome, 'first');
  });

  it('C02 two workers at the same instant, two calls each, 1,000 rounds: one write', async () => {
    const workers = [new Ledger(store, { owner: 'a' }), new Ledger(store, { owner: 'b' })];
    for (let begin = 0; begin < 1000; begin += 100) {
      await Promise.all(Array.from({ length: 100 }, async (_, i) => {
        const key = `order ${String(begin + i)}`;
        const ran = await Promise.all([...workers, ...workers].map((worker) => worker.run(key, erp.once(key))));
        assert.equal(ran.filter(({ outcome }) => outcome === 'first').length, 1);
        assert.equal(new Set(ran.map(({ result }) => result.number)).size, 1);
      }));
    }
    assert.equal(erp.orders.size, 1000);
    for (const [key, orders] of erp.orders) assert.equal(orders.length, 1, key);
  });

  it('lets concurrent calls of a process share one try and its failure', async () => {
    const ledger = new Ledger(store);
    let tries = 0;
    const runs = await Promise.allSettled(Array.from({ length: 10 }, () => ledger.run('k', failing(new DataError('DATA_REFUSED', 'no'), () => { tries++; }))));
    assert.equal(tries, 1);
    for (const run of runs) assert.ok(run.status === 'rejected' && run.reason instanceof DataError);
    assert.equal((await ledger.run('k', erp.once('k'))).outcome, 'first');
  });

  it('commits links together with the result', async () => {
    await new Ledger(store).run('k', { ...erp.once('k'), onDone: ({ number }) => linkWrites(shop('1'), { system: 'erp', type: 'Order', id: number }) });
    assert.deepEqual((await new Links(store).linkedIds(shop('1'))).map(({ id }) => id), ['1']);
  });

  describe('killed at any step', () => {
    const links = (key: string) => ({ number }: Order): Write[] => linkWrites(shop(key), { system: 'erp', type: 'Order', id: number });

    /** What a process does for one order, dying where the fuse says. */
    function work(key: string, fuse: Fuse): Promise<Ran<Order> | 'killed'> {
      const run = new Ledger(new FusedStore(store, fuse), { owner: 'me' }).run(key, {
        find: () => fuse.around(() => erp.find(key)), write: () => fuse.around(() => erp.write(key)), uncertainMs: 0, onDone: links(key),
      });
      return Promise.race([run, fuse.blown.then((): 'killed' => 'killed')]);
    }

    it('C08 once, twice or three times, the order is written once and linked', async () => {
      let kills = 0;
      for (let first = 1, survived = false; !survived; first++) {
        for (let second = 1, through = false; !through; second++) {
          const key = `${String(first)} ${String(second)}`;
          survived = await work(key, new Fuse(first)) !== 'killed';
          through = await work(key, new Fuse(second)) !== 'killed';
          if (!through) await work(key, new Fuse(second + 2));
          kills += Number(!survived) + Number(!through);
          const { result } = await new Ledger(store, { owner: 'me' }).run(key, { ...erp.once(key), onDone: links(key) });
          assert.deepEqual(erp.find(key), [result], `killed at steps ${key}`);
          assert.deepEqual((await new Links(store).linkedIds(shop(key))).map(({ id }) => id), [result.number]);
          if (survived) break;
        }
      }
      assert.ok(kills > 50, `only ${String(kills)} places to be killed at`);
    });
  });

  describe('after a failure that cannot have written', () => {
    const errors = [
      new ConfigError('CONFIG_X', 'x'), new DataError('DATA_X', 'x'), new AuthError('AUTH_X', 'x'), new ConflictError('CONFLICT_X', 'x'),
      new ThrottledError('THROTTLED_X', 'x', { retryAfterMs: 10 }), new TransientError('TRANSIENT_CONNECTION_REFUSED', 'x'), new TransientError('TRANSIENT_CIRCUIT_OPEN', 'x'),
    ];
    for (const error of errors) {
      it(`${error.code}: the next try writes at once, without asking`, async () => {
        const ledger = clocked('me');
        await assert.rejects(ledger.run('k', failing(error)), error);
        const { outcome } = await ledger.run('k', { ...erp.once('k'), find: () => Promise.reject(new Error('asked')) });
        assert.equal(outcome, 'first');
        assert.deepEqual(waited, []);
      });
    }
  });

  describe('after a failure that may have written', () => {
    for (const [name, error] of [['a lost answer', lost()], ['a server error', new TransientError('TRANSIENT_SERVER_ERROR', 'x')], ['a bug', new TypeError('x')]] as const) {
      it(`${name}: finds what was written`, async () => {
        const ledger = clocked('me');
        await assert.rejects(ledger.run('k', failing(error, () => { erp.write('k'); })), error);
        assert.deepEqual(await ledger.run('k', erp.once('k')), { result: { number: '1' }, outcome: 'found' });
        assert.deepEqual(await ledger.run('k', erp.once('k')), { result: { number: '1' }, outcome: 'stored' });
      });

      it(`${name}: writes again if nothing was written`, async () => {
        const ledger = clocked('me');
        await assert.rejects(ledger.run('k', failing(error)), error);
        assert.equal((await ledger.run('k', erp.once('k'))).outcome, 'first');
      });
    }

    it('waits until a slow system has settled, then finds what it wrote late', async () => {
      const ledger = clocked('me', () => { erp.write('k'); });
      await assert.rejects(ledger.run('k', { ...failing(lost()), uncertainMs: 3000 }));
      assert.equal((await ledger.run('k', erp.once('k'))).outcome, 'found');
      assert.deepEqual(waited, [3000]);
    });

    it('says when to come back if the settling takes longer than it may wait', async () => {
      const ledger = clocked('me');
      const error = lost();
      await assert.rejects(ledger.run('k', { ...failing(error), uncertainMs: 60_000 }));
      assert.equal(errorDetails(error).retryAfterMs, 60_000);
      now += 1000;
      await assert.rejects(ledger.run('k', erp.once('k')), (reason: unknown) =>
        reason instanceof TransientError && reason.code === 'TRANSIENT_UNCERTAIN' && (reason.cause.retryAfterMs ?? 0) > 0);
      now += 59_000;
      assert.equal((await ledger.run('k', erp.once('k'))).outcome, 'first');
    });

    it('keeps asking first, also when a later try failed without writing', async () => {
      const ledger = clocked('me');
      await assert.rejects(ledger.run('k', failing(lost())));
      now += 10_000;
      await assert.rejects(ledger.run('k', failing(new ThrottledError('THROTTLED_X', 'x'))));
      erp.write('k');
      assert.equal((await ledger.run('k', erp.once('k'))).outcome, 'found');
    });

    it('does not write while the system cannot be asked', async () => {
      const ledger = clocked('me');
      await assert.rejects(ledger.run('k', failing(lost(), () => { erp.write('k'); })));
      const down = new TransientError('TRANSIENT_TIMEOUT', 'find timed out');
      await assert.rejects(ledger.run('k', { ...erp.once('k'), find: () => Promise.reject<Order[]>(down) }), down);
      assert.equal((await ledger.run('k', erp.once('k'))).outcome, 'found');
      assert.equal(erp.find('k').length, 1);
    });

    it('refuses to choose between several, and names them', async () => {
      const ledger = clocked('me');
      await assert.rejects(ledger.run('k', failing(lost())));
      const found = [{ externalId: { id: '1', number: '4711' } }, { externalId: { id: '2', number: '4712' } }];
      await assert.rejects(ledger.run('k', { find: () => Promise.resolve(found), write: () => Promise.reject<typeof found[0]>(new Error('written')) }),
        (reason: unknown) => reason instanceof ConflictError && reason.code === 'CONFLICT_DUPLICATE_REFERENCE' && reason.message.includes('4711, 4712'));
    });
  });

  describe('with another process', () => {
    /** Starts a try that never ends. */
    async function hang(ledger: Ledger, key: string): Promise<void> {
      await new Promise<void>((started) => {
        void ledger.run(key, { find: () => Promise.resolve([]), write: () => new Promise(() => { started(); }) });
      });
    }

    it('waits a while for its result', async () => {
      const other = new Ledger(store, { owner: 'other' });
      let answer: (order: Order) => void = () => undefined;
      let theirs: Promise<unknown> = Promise.resolve();
      await new Promise<void>((started) => {
        theirs = other.run<Order>('k', { ...erp.once('k'), write: () => new Promise((resolve) => { answer = resolve; started(); }) });
      });
      const me = new Ledger(store, { owner: 'me' });
      const mine = me.run('k', erp.once('k'));
      answer({ number: '77' });
      await theirs;
      assert.deepEqual(await mine, { result: { number: '77' }, outcome: 'stored' });
    });

    it('gives up waiting for a live one, and says to come back', async () => {
      await hang(clocked('other'), 'k');
      await assert.rejects(clocked('me').run('k', erp.once('k')), (reason: unknown) => reason instanceof TransientError && reason.code === 'TRANSIENT_CLAIMED' && reason.cause.retryAfterMs !== undefined);
      assert.ok(waited.length > 3);
      assert.equal(erp.find('k').length, 0);
    });

    it('takes over from one that gave no sign of life, asking first', async () => {
      await hang(clocked('other'), 'k');
      erp.write('k');
      now += 60_000;
      assert.deepEqual(await clocked('me').run('k', erp.once('k')), { result: { number: '1' }, outcome: 'found' });
    });

    it('takes over at once what its own earlier life left, but lets its last request settle', async () => {
      await hang(clocked('me'), 'k');
      const outcome = await clocked('me', () => { erp.write('k'); }).run('k', { ...erp.once('k'), uncertainMs: 500 });
      assert.deepEqual(outcome, { result: { number: '1' }, outcome: 'found' });
      assert.deepEqual(waited, [500]);
    });

    it('keeps the result that was stored first when a stalled try comes back late', async () => {
      let answer: (order: Order) => void = () => undefined;
      let stalled: Promise<Ran<Order>> | undefined;
      await new Promise<void>((started) => {
        stalled = clocked('other').run('k', { ...erp.once('k'), write: () => new Promise((resolve) => { answer = resolve; started(); }) });
      });
      now += 60_000;
      const order = erp.write('k');
      await clocked('me').run('k', erp.once('k'));
      answer(order);
      assert.deepEqual(await stalled, { result: order, outcome: 'stored' });
    });

    it('renews its claim while the system is slow', async () => {
      const until = async (): Promise<number> => (await store.get<{ until: number }>('ledger/k'))?.value.until ?? NaN;
      let answer: (order: Order) => void = () => undefined;
      let slow: Promise<Ran<Order>> | undefined;
      await new Promise<void>((started) => {
        slow = new Ledger(store, { owner: 'slow', leaseMs: 60, now: () => now }).run('k', { ...erp.once('k'), write: () => new Promise((resolve) => { answer = resolve; started(); }) });
      });
      for (let lease = 0; lease < 5; lease++) {
        now += 59;
        while (await until() !== now + 60) await new Promise(setImmediate);
      }
      await assert.rejects(new Ledger(store, { owner: 'me', waitMs: 0, now: () => now }).run('k', erp.once('k')), { code: 'TRANSIENT_CLAIMED' });
      answer(erp.write('k'));
      assert.equal((await slow)?.outcome, 'first');
      assert.equal(erp.find('k').length, 1);
    });
  });

  it('writes once whatever fails, in whatever order (property)', async () => {
    const step = fc.constantFrom<'ok' | 'lost' | 'lost, written' | 'refused' | 'throttled' | 'restart'>('ok', 'lost', 'lost, written', 'refused', 'throttled', 'restart');
    let n = 0;
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const key = `property ${String(n++)}`;
      let ledger = clocked('me');
      for (const what of steps) {
        if (what === 'restart') ledger = clocked('me');
        else if (what === 'ok') await ledger.run(key, erp.once(key));
        else {
          const error = what === 'refused' ? new DataError('DATA_X', 'x') : what === 'throttled' ? new ThrottledError('THROTTLED_X', 'x') : lost();
          await ledger.run(key, { ...erp.once(key), write: () => { if (what === 'lost, written') erp.write(key); return Promise.reject(error); } }).catch((reason: unknown) => { assert.equal(reason, error); });
        }
      }
      await ledger.run(key, erp.once(key));
      assert.equal(erp.find(key).length, 1);
    }), { numRuns: 150 });
  });

  it('forgets what is told or old, and nothing else', async () => {
    const ledger = clocked('me');
    await ledger.run('old', erp.once('old'));
    await assert.rejects(ledger.run('uncertain', failing(lost())));
    now += 1000;
    await ledger.run('new', erp.once('new'));
    assert.equal(await ledger.prune(now), 1);
    assert.equal((await ledger.run('new', erp.once('new'))).outcome, 'stored');
    assert.equal((await ledger.run('old', erp.once('old'))).outcome, 'first');
    await ledger.forget('new');
    assert.equal((await ledger.run('new', erp.once('new'))).outcome, 'first');
  });
});
