import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { BackoffPolicy } from '../../lib/delivery/backoff';
import { RetrySchedule, type FailedMessage, type RetryEntry, type RetryScheduleOptions } from '../../lib/delivery/retry-schedule';
import { RetryStore, scheduleNames } from '../../lib/delivery/retry-store';
import { DataError, ThrottledError, TransientError } from '../../lib/errors';
import { prefixEnd, type Store } from '../../lib/store/contract';
import { openLmdbStore } from '../../lib/store/lmdb';
import { FakeTimers } from './fake-timers';
import { Fuse, FusedStore } from './fuse';

const policy: BackoffPolicy = { baseMs: 1000, capMs: 8000, factor: 2, maxTries: 5, maxAgeMs: 3_600_000, park: { everyMs: 600_000, maxAgeMs: 3_000_000 } };
const down = new TransientError('TRANSIENT_TIMEOUT', 'down', { system: 'erp' });
const lane = (key: string): { source: string; key: string } => ({ source: 'shop', key });
const failed = (n: number, changes: Partial<FailedMessage> = {}): FailedMessage => ({ id: `m${String(n)}`, message: { payload: n }, error: down, ...changes });

describe('retry schedule', () => {
  let dir: string;
  let store: Store;
  let timers: FakeTimers;
  let schedule: RetrySchedule;
  let released: string[];
  let events: EventEmitter;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'b2b-schedule-'));
    store = await openLmdbStore(dir);
    timers = new FakeTimers();
    released = [];
    events = new EventEmitter();
    schedule = make();
  });
  afterEach(async () => {
    await schedule.close();
    await store.close();
    await rm(dir, { recursive: true });
  });

  /** A schedule without jitter: the waits are 1, 2, 4 and 8 seconds. */
  function make(options: Partial<RetryScheduleOptions> = {}): RetrySchedule {
    return new RetrySchedule({
      store, name: 'node 1', policy, random: () => 1 - 1e-12, now: () => timers.now, timers,
      release: ({ id }) => { released.push(id); events.emit('released'); }, onChange: () => { events.emit('settled'); },
      onError: (error) => { throw error; }, ...options,
    });
  }

  /** Runs `work` and waits until the schedule has looked at its entries after it. */
  async function settled<T>(work: () => T | Promise<T>): Promise<T> {
    const changed = once(events, 'settled');
    const result = await work();
    await changed;
    return result;
  }
  const pass = (ms: number): Promise<void> => settled(() => { timers.advance(ms); });
  const open = (): Promise<unknown> => settled(() => schedule.open());
  const add = (n: number, changes: Partial<FailedMessage> = {}): Promise<unknown> => settled(() => schedule.add(failed(n, changes)));
  const done = (n: number): Promise<boolean> => settled(() => schedule.done(`m${String(n)}`));
  const again = (n: number, error: Error = down): Promise<unknown> => settled(() => schedule.again(`m${String(n)}`, error));
  async function left(): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of store.range({ from: 'retry/', to: prefixEnd('retry/') })) keys.push(key);
    return keys;
  }

  it('releases a message when its time has come, not before, and forgets it when it is done', async () => {
    await open();
    assert.deepEqual(await schedule.add(failed(1)), { kind: 'waiting', id: 'm1', due: timers.now + 1000, tries: 1, parked: false });
    await once(events, 'settled');
    timers.advance(999);
    assert.deepEqual(released, []);
    await pass(1);
    assert.deepEqual(released, ['m1']);
    assert.deepEqual(schedule.status, { waiting: 1, underWay: 1 });
    await done(1);
    assert.deepEqual(schedule.status, { waiting: 0, underWay: 0 });
    assert.deepEqual(await left(), []);
    assert.equal(timers.size, 0);
  });

  it('gives the message back as it was, with tries, error and source', async () => {
    const entries: RetryEntry[] = [];
    schedule = make({ release: (entry) => { entries.push(entry); } });
    await open();
    await add(1, { source: 'inbox 5', lane: lane('a'), message: { payload: Buffer.from('x'), req: {} } });
    await pass(1000);
    const [entry] = entries;
    assert.deepEqual(entry?.message, { payload: { $buffer: 'eA==' } });
    assert.deepEqual(entry.notes, ['req: not plain data']);
    assert.deepEqual([entry.tries, entry.source, entry.error.code, entry.lane], [1, 'inbox 5', 'TRANSIENT_TIMEOUT', lane('a')]);
  });

  it('waits longer after each try, then gives up, and keeps the entry until the dead letter is written', async () => {
    await open();
    await add(1);
    for (const [wait, tries] of [[1000, 2], [2000, 3], [4000, 4]] as const) {
      await pass(wait);
      assert.deepEqual(await again(1), { kind: 'waiting', id: 'm1', due: timers.now + wait * 2, tries, parked: false });
    }
    await pass(8000);
    assert.deepEqual(await schedule.again('m1', down), { kind: 'dead', id: 'm1', tries: 5, firstAt: 1_000_000, reason: 'tries' });
    assert.equal(schedule.status.waiting, 1);
    await done(1);
    assert.deepEqual(await left(), []);
  });

  it('stores nothing of what waiting cannot mend', async () => {
    await open();
    assert.deepEqual(await schedule.add(failed(1, { error: new DataError('DATA_X', 'x') })), { kind: 'dead', id: 'm1', tries: 1, firstAt: timers.now, reason: 'permanent' });
    assert.deepEqual(await left(), []);
  });

  it('says when the age was the reason', async () => {
    await open();
    await add(1);
    await pass(1000);
    timers.now += policy.maxAgeMs;
    const verdict = await schedule.again('m1', down);
    assert.equal(verdict?.kind === 'dead' && verdict.reason, 'age');
  });

  it('does not count throttling as a try', async () => {
    await open();
    await add(1, { error: new ThrottledError('THROTTLED_X', 'x', { retryAfterMs: 500 }) });
    for (let i = 0; i < 20; i++) {
      await pass(2000);
      const verdict = await again(1, new ThrottledError('THROTTLED_X', 'x', { retryAfterMs: 500 })) as { tries: number };
      assert.equal(verdict.tries, 0);
    }
  });

  it('takes the message as it failed last', async () => {
    const payloads: unknown[] = [];
    schedule = make({ release: ({ message }) => { payloads.push((message as { payload: unknown }).payload); } });
    await open();
    await add(1);
    await pass(1000);
    await settled(() => schedule.again('m1', down, { payload: 'enriched' }));
    await pass(2000);
    assert.deepEqual(payloads, [1, 'enriched']);
  });

  it('commits other writes together with its own', async () => {
    await open();
    await store.put('inbox/1', 'waiting');
    await add(1, { also: [{ delete: 'inbox/1' }] });
    assert.equal(await store.get('inbox/1'), undefined);
    await settled(() => schedule.done('m1', [{ put: 'record/1', value: 'done' }]));
    assert.equal((await store.get('record/1'))?.value, 'done');
  });

  it('takes a message that is handed over twice once', async () => {
    await open();
    await add(1);
    await add(1);
    assert.equal(schedule.status.waiting, 1);
    await pass(2000);
    assert.deepEqual(released, ['m1']);
  });

  it('knows nothing of entries that are gone', async () => {
    await open();
    assert.equal(await schedule.again('nobody', down), undefined);
    assert.equal(await settled(() => schedule.done('nobody')), false);
    assert.equal(schedule.status.waiting, 0);
  });

  it('has one timer, for the message that is due first', async () => {
    await open();
    await add(1, { error: new TransientError('TRANSIENT_X', 'x', { retryAfterMs: 7000 }) });
    const { nextDue } = schedule.status;
    assert.ok(nextDue !== undefined && nextDue >= timers.now + 7000);
    await add(2);
    assert.equal(schedule.status.nextDue, timers.now + 1000);
    assert.equal(timers.size, 1);
  });

  it('waits longer than a JavaScript timer can', async () => {
    const month = 30 * 24 * 3_600_000;
    schedule = make({ policy: { ...policy, maxAgeMs: 2 * month } });
    await open();
    await add(1, { error: new TransientError('TRANSIENT_X', 'x', { retryAfterMs: month }) });
    await pass(2 ** 31 - 1);
    assert.deepEqual(released, []);
    await pass(month);
    assert.deepEqual(released, ['m1']);
  });

  it('releases no more at a time than it is told', async () => {
    schedule = make({ parallel: 3 });
    await open();
    for (let n = 0; n < 10; n++) await add(n);
    await pass(1000);
    assert.equal(released.length, 3);
    for (let n = 3; n <= 10; n++) {
      await settled(() => schedule.done(released.at(-1) ?? ''));
      assert.equal(released.length, Math.min(10, n + 1));
      assert.ok(schedule.status.underWay <= 3);
    }
    assert.equal(new Set(released).size, 10);
  });

  describe('lanes', () => {
    it('C61 release the messages of a key in the order they came, one at a time', async () => {
      await open();
      await add(1, { lane: lane('a'), error: new TransientError('TRANSIENT_X', 'x', { retryAfterMs: 5000 }) });
      await add(2, { lane: lane('a') });
      await add(3, { lane: lane('b') });
      await add(4, { lane: lane('a') });
      await pass(1000);
      assert.deepEqual(released, ['m3']);
      await pass(10_000);
      assert.deepEqual(released, ['m3', 'm1']);
      await again(1);
      await pass(2000);
      assert.deepEqual(released, ['m3', 'm1', 'm1']);
      await done(1);
      assert.deepEqual(released.slice(3), ['m2']);
      await done(2);
      assert.deepEqual(released.slice(4), ['m4']);
      for (const n of [3, 4]) await done(n);
      assert.deepEqual(await left(), []);
    });

    it('go on when a message in the middle is removed by hand', async () => {
      await open();
      for (const n of [1, 2, 3]) await add(n, { lane: lane('a') });
      await done(2);
      await pass(1000);
      await done(1);
      assert.deepEqual(released, ['m1', 'm3']);
      assert.equal(await schedule.waitingIn(lane('a')), 1);
    });

    it('of different sources with the same key are independent', async () => {
      await open();
      await add(1, { lane: { source: 'shop', key: 'a/b' } });
      await add(2, { lane: { source: 'shop', key: 'a' } });
      await add(3, { lane: { source: 'erp', key: 'a/b' } });
      await pass(1000);
      assert.equal(released.length, 3);
    });

    it('lose nobody when messages come and go at the same instant', async () => {
      await open();
      await Promise.all(Array.from({ length: 30 }, (_, n) => schedule.add(failed(n, { lane: lane(String(n % 2)) }))));
      timers.now += 1000;
      const order: string[] = [];
      for (let more = 30; released.length < 60;) {
        if (released.length === order.length) await settled(() => { timers.advance(1); return schedule.done('nobody'); });
        const under = released.slice(order.length);
        order.push(...under);
        await Promise.all([...under.map((id) => schedule.done(id)), ...under.map(() => more < 60 ? schedule.add(failed(more++, { lane: lane(String(more % 2)) })) : undefined)]);
        timers.now += 1000;
      }
      assert.equal(new Set(released).size, 60);
      await Promise.all(released.map((id) => schedule.done(id)));
      assert.deepEqual(await left(), []);
    });
  });

  describe('holding', () => {
    it('keeps messages of a system that is down until its time, while others go', async () => {
      let until: number | undefined = timers.now + 30_000;
      schedule = make({ holdUntil: (system) => system === 'erp' ? until : undefined });
      await open();
      await add(1);
      await add(2, { error: new TransientError('TRANSIENT_X', 'x', { system: 'shop' }) });
      await pass(1000);
      assert.deepEqual(released, ['m2']);
      assert.equal(schedule.status.nextDue, until);
      until += 5000;
      await pass(29_000);
      assert.deepEqual(released, ['m2']);
      until = undefined;
      await pass(5000);
      assert.deepEqual(released, ['m2', 'm1']);
    });

    it('C42 parks an unknown item at a fixed interval and wakes it when told', async () => {
      await open();
      const unknown = new DataError('DATA_UNKNOWN_ITEM', 'x');
      const verdict = await add(1, { error: unknown }) as { parked: boolean; due: number; tries: number };
      assert.deepEqual([verdict.parked, verdict.due, verdict.tries], [true, timers.now + 600_000, 0]);
      await add(2);
      assert.equal(await settled(() => schedule.wakeParked()), 1);
      assert.deepEqual(released, ['m1']);
      await again(1, unknown);
      await pass(600_000);
      assert.deepEqual(released, ['m1', 'm2', 'm1']);
    });
  });

  describe('restart', () => {
    async function restart(): Promise<unknown> {
      await schedule.close();
      await store.close();
      store = await openLmdbStore(dir);
      timers = new FakeTimers(timers.now);
      released = [];
      schedule = make();
      return open();
    }

    it('goes on with everything, what was under way included, in its order', async () => {
      await open();
      for (const n of [1, 2]) await add(n, { lane: lane('a') });
      await add(3);
      await pass(1000);
      assert.deepEqual([...released].sort(), ['m1', 'm3']);
      assert.deepEqual(await restart(), [{ source: 'shop', key: 'a', count: 2 }]);
      assert.deepEqual([...released].sort(), ['m1', 'm3']);
      assert.deepEqual(schedule.status.waiting, 3);
      await done(1);
      assert.deepEqual(released.at(-1), 'm2');
    });

    it('keeps tries and times', async () => {
      await open();
      await add(1);
      await pass(1000);
      await again(1);
      await restart();
      assert.equal(schedule.status.nextDue, timers.now + 2000);
      await pass(2000);
      assert.equal((await again(1) as { tries: number }).tries, 3);
    });

    it('releases nothing after close', async () => {
      await open();
      await add(1);
      await schedule.close();
      timers.advance(100_000);
      assert.deepEqual([released, timers.size], [[], 0]);
    });

    it('is kept apart from other schedules', async () => {
      await open();
      await add(1);
      const other = make({ name: 'node 1/b' });
      assert.deepEqual(await other.open(), []);
      assert.equal(other.status.waiting, 0);
      await other.add(failed(7));
      await other.close();
      const names: string[] = [];
      for await (const name of scheduleNames(store)) names.push(name);
      assert.deepEqual(names.sort(), ['node 1', 'node 1/b']);
    });

    it('C08 loses no message, whichever step it is killed at', async () => {
      let kills = 0;
      for (let steps = 1, isThrough = false; !isThrough; steps++) {
        const fuse = new Fuse(steps);
        const name = `killed at ${String(steps)}`;
        await store.commit([{ put: `${name}/inbox/1`, value: 1 }, { put: `${name}/inbox/2`, value: 2 }]);
        const dying = make({ name, store: new FusedStore(store, fuse), release: () => undefined, onChange: () => undefined });
        const inbox = (n: number): FailedMessage => failed(n, { lane: lane('a'), also: [{ delete: `${name}/inbox/${String(n)}` }] });
        const life = (async (): Promise<boolean> => {
          await dying.open();
          await dying.add(inbox(1));
          await dying.add(inbox(2));
          await dying.again('m1', down);
          await dying.done('m1', [{ put: `${name}/done/1`, value: 1 }]);
          return true;
        })();
        isThrough = await Promise.race([life, fuse.blown.then(() => false)]);
        kills += Number(!isThrough);
        void dying.close();
        const entries = new Set<string>();
        for await (const { id } of new RetryStore(store, name).entries()) entries.add(id);
        for (const n of [1, 2]) {
          const places = [entries.has(`m${String(n)}`), await store.get(`${name}/inbox/${String(n)}`), await store.get(`${name}/done/${String(n)}`)].filter(Boolean);
          assert.equal(places.length, 1, `message ${String(n)} ${name} is in ${String(places.length)} places`);
        }
        const next: string[] = [];
        const heir = make({ name, release: ({ id }) => { next.push(id); } });
        timers.now += 10_000;
        await settled(() => heir.open());
        while (next.length < entries.size) await settled(() => heir.done(next.at(-1) ?? ''));
        assert.deepEqual(new Set(next), entries, name);
        await heir.close();
      }
      assert.ok(kills > 20, `only ${String(kills)} places to be killed at`);
    });
  });

  describe('trouble', () => {
    it('tries again when the flow could not take a message', async () => {
      const errors: string[] = [];
      let fails = true;
      schedule = make({ onError: ({ message }) => { errors.push(message); events.emit('error seen'); }, release: ({ id }) => {
        if (fails) throw new Error('flow is gone');
        released.push(id);
      } });
      await open();
      await add(1);
      const seen = once(events, 'error seen');
      timers.advance(1000);
      await seen;
      fails = false;
      await new Promise(setImmediate);
      await pass(1000);
      assert.deepEqual([released, errors], [['m1'], ['flow is gone']]);
    });
  });

  it('C61 keeps every lane in order whatever the waits and failures (property)', async () => {
    let run = 0;
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ key: fc.constantFrom('a', 'b'), waits: fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 3 }) }), { minLength: 1, maxLength: 8 }), async (messages) => {
      const finished: Record<string, number[]> = { a: [], b: [] };
      const tries = new Map<string, number>();
      const mine: RetrySchedule = make({ name: `run ${String(run++)}`, release: ({ id }) => { events.emit('go', id); } });
      const underWay: string[] = [];
      const listen = (id: string): void => { underWay.push(id); };
      events.on('go', listen);
      const late = (ms: number): TransientError => new TransientError('TRANSIENT_CIRCUIT_OPEN', 'x', { retryAfterMs: ms });
      await settled(() => mine.open());
      for (const [n, { key, waits }] of messages.entries()) await settled(() => mine.add({ id: String(n), message: { payload: n }, error: late(waits[0] ?? 0), lane: lane(key) }));
      for (let turns = 0; mine.status.waiting > 0; turns++) {
        assert.ok(turns < 200, 'stuck');
        const id = underWay.shift();
        if (id === undefined) {
          await settled(() => { timers.advance(120_000); return mine.done('nobody'); });
          continue;
        }
        const { key, waits } = messages[Number(id)] ?? assert.fail();
        const tried = (tries.get(id) ?? 0) + 1;
        tries.set(id, tried);
        const wait = waits[tried];
        if (wait !== undefined) await settled(() => mine.again(id, late(wait)));
        else {
          finished[key]?.push(Number(id));
          await settled(() => mine.done(id));
        }
      }
      for (const order of Object.values(finished)) assert.deepEqual(order, [...order].sort((a, b) => a - b));
      assert.equal(Object.values(finished).flat().length, messages.length);
      events.off('go', listen);
      await mine.close();
    }), { numRuns: 40 });
  });
});
