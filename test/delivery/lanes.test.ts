import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Holds, Lanes } from '../../lib/delivery/lanes';

/** Time that passes only when the test says so: jobs end in the order of their times. */
class Clock {
  now = 0;
  #waiting: { at: number; resolve: () => void }[] = [];
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => { this.#waiting.push({ at: this.now + ms, resolve }); });
  }
  /** Ends what waits, earliest first, until nothing does. */
  async runOut(): Promise<void> {
    for (;;) {
      await new Promise(setImmediate);
      this.#waiting.sort((a, b) => a.at - b.at);
      const next = this.#waiting.shift();
      if (!next) return;
      this.now = next.at;
      next.resolve();
    }
  }
}

describe('lanes', () => {
  it('C61 keep the order of each key whatever each job takes (0-60 s), and never run more than they may', async () => {
    const work = fc.array(fc.record({ key: fc.integer({ min: 0, max: 5 }), ms: fc.integer({ min: 0, max: 60_000 }) }), { maxLength: 200 });
    await fc.assert(fc.asyncProperty(work, fc.integer({ min: 1, max: 8 }), async (jobs, parallel) => {
      const clock = new Clock();
      const lanes = new Lanes('source', parallel, new Holds());
      const started: number[][] = [];
      const running = new Set<number>();
      let most = 0;
      jobs.forEach(({ key, ms }, i) => {
        lanes.add(String(key), async () => {
          assert.ok(!running.has(key), 'two jobs of one key at once');
          running.add(key);
          most = Math.max(most, running.size);
          (started[key] ??= []).push(i);
          await clock.wait(ms);
          running.delete(key);
        });
      });
      await clock.runOut();
      assert.equal(started.flat().length, jobs.length);
      for (const order of started.filter(Boolean)) assert.deepEqual(order, [...order].sort((a, b) => a - b));
      assert.ok(most <= parallel);
      assert.equal(lanes.waiting + lanes.running, 0);
    }), { numRuns: 100 });
  });

  it('background work goes behind all other, in half of the places, but never out of the order of its key', async () => {
    const clock = new Clock();
    const lanes = new Lanes('source', 4, new Holds());
    const ran: string[] = [];
    let background = 0;
    let most = 0;
    const job = (name: string) => async (): Promise<void> => {
      const later = name.startsWith('b');
      if (later) most = Math.max(most, ++background);
      ran.push(name);
      await clock.wait(1);
      if (later) background--;
    };
    for (let n = 0; n < 6; n++) lanes.add(`key ${String(n)}`, job(`b${String(n)}`), true);
    for (let n = 0; n < 4; n++) lanes.add(`live ${String(n)}`, job(`live ${String(n)}`));
    lanes.add('key 5', job('live after b5'));
    await clock.runOut();
    assert.equal(most, 2);
    assert.deepEqual(ran.slice(0, 4), ['b0', 'b1', 'live 0', 'live 1']);
    assert.ok(ran.indexOf('live 3') < ran.indexOf('b2'));
    assert.ok(ran.indexOf('b5') < ran.indexOf('live after b5') && ran.indexOf('live after b5') < ran.indexOf('b4'), ran.join());
    assert.equal(ran.length, 11);
  });

  it('C48 live work goes before that of a backfill, whatever comes when: none is begun while live work could be', async () => {
    const work = fc.array(fc.record({ key: fc.nat(4), ms: fc.integer({ min: 1, max: 50 }), background: fc.boolean(), at: fc.integer({ min: 0, max: 200 }) }), { maxLength: 80, size: 'max' });
    await fc.assert(fc.asyncProperty(work, fc.integer({ min: 1, max: 6 }), async (jobs, parallel) => {
      const clock = new Clock();
      const lanes = new Lanes('source', parallel, new Holds());
      const waiting: number[] = [], running = new Set<number>(), order: number[] = [];
      const key = (job: number): number | undefined => jobs[job]?.key;
      const isBusy = (one: number): boolean => [...running].some((other) => key(other) === key(one));
      // What waits in the background of a key with live work is waited for.
      const isLive = (one: number): boolean => waiting.some((other) => key(other) === key(one) && !jobs[other]?.background);
      jobs.forEach(({ ms, background, at }, job) => void clock.wait(at).then(() => {
        waiting.push(job);
        lanes.add(String(key(job)), async () => {
          if (background && !isLive(job)) assert.ok(!waiting.some((other) => !jobs[other]?.background && !isBusy(other)), 'live work could have begun');
          waiting.splice(waiting.indexOf(job), 1);
          running.add(job);
          order.push(job);
          assert.ok(running.size <= parallel);
          await clock.wait(ms);
          running.delete(job);
        }, background);
      }));
      await clock.runOut();
      assert.equal(order.length, jobs.length);
      for (const one of new Set(jobs.map((job) => job.key))) {
        const came = jobs.map((job, i) => ({ ...job, i })).filter((job) => job.key === one).sort((a, b) => a.at - b.at).map(({ i }) => i);
        assert.deepEqual(order.filter((job) => key(job) === one), came, 'in the order of its key');
      }
    }), { numRuns: 100 });
  });

  it('a held key waits without taking a place from others, and goes on where it stood', async () => {
    const clock = new Clock();
    const holds = new Holds();
    const lanes = new Lanes('source', 1, holds);
    const ran: string[] = [];
    const job = (name: string) => async (): Promise<void> => { ran.push(name); await clock.wait(1); };
    const lane = { source: 'source', key: 'a' };
    holds.hold(lane, 'retry 1');
    lanes.add('a', job('a1'));
    lanes.add('a', job('a2'));
    lanes.add('b', job('b1'));
    await clock.runOut();
    assert.deepEqual(ran, ['b1']);
    holds.hold(lane, 'retry 2');
    holds.release(lane, 'retry 1');
    await clock.runOut();
    assert.deepEqual(ran, ['b1'], 'the second holder keeps it shut');
    holds.release(lane, 'retry 2');
    await clock.runOut();
    assert.deepEqual(ran, ['b1', 'a1', 'a2']);
  });

  it('a lane that is shut by its own running job stays shut for the next one', async () => {
    const clock = new Clock();
    const holds = new Holds();
    const lanes = new Lanes('source', 4, holds);
    const ran: string[] = [];
    const lane = { source: 'source', key: 'a' };
    lanes.add('a', async () => { ran.push('fails'); await clock.wait(5); holds.hold(lane, 'retry'); });
    lanes.add('a', () => { ran.push('next'); return Promise.resolve(); });
    await clock.runOut();
    assert.deepEqual(ran, ['fails']);
    holds.release(lane, 'retry');
    await clock.runOut();
    assert.deepEqual(ran, ['fails', 'next']);
  });

  it('jobs without a key never wait for each other', async () => {
    const clock = new Clock();
    const lanes = new Lanes('source', 3, new Holds());
    const ended: number[] = [];
    for (const ms of [30, 20, 10]) lanes.add(undefined, async () => { await clock.wait(ms); ended.push(ms); });
    await clock.runOut();
    assert.deepEqual(ended, [10, 20, 30]);
  });

  it('nothing starts after close', async () => {
    const clock = new Clock();
    const lanes = new Lanes('source', 1, new Holds());
    const ran: number[] = [];
    for (const i of [1, 2, 3]) lanes.add(String(i), async () => { ran.push(i); await clock.wait(1); });
    lanes.close();
    await clock.runOut();
    assert.deepEqual(ran, [1]);
  });

  it('a burst of urgent work is done first, for ten seconds at most: then one job at a time, all places again afterwards', async () => {
    let now = 0;
    const lanes = new Lanes('source', 4, new Holds(), () => now);
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => { answer = resolve; });
    const burst = Array.from({ length: 8 }, () => lanes.urgent(() => answered));
    const ends: (() => void)[] = [];
    const full = new Promise<void>((resolve) => {
      for (let i = 0; i < 4; i++) lanes.add(undefined, () => new Promise<void>((end) => { if (ends.push(end) === 4) resolve(); }));
    });
    assert.equal(lanes.running, 0);
    now = 10_000;
    burst.push(lanes.urgent(() => answered));
    assert.equal(lanes.running, 1);
    answer();
    await Promise.all(burst);
    // Though the one job that runs never ends.
    await full;
    assert.equal(lanes.running, 4);
    lanes.close();
  });
});
