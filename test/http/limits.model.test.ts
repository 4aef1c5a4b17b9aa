import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { HttpResponse, Limit } from '../../lib/http/contract';
import { concurrency } from '../../lib/http/limits/concurrency';
import { costBucket, type CostReport } from '../../lib/http/limits/cost-bucket';
import { requestBucket } from '../../lib/http/limits/request-bucket';
import { FakeClock } from './fake-clock';

/** What happens to a limit: a call comes, the nth one under way ends, the nth one waiting is ended, time passes. */
type Step = { call: number } | { end: number; used: number; refused: boolean } | { cancel: number } | { pass: number };

const steps = fc.array(fc.oneof(
  { weight: 4, arbitrary: fc.record({ call: fc.integer({ min: 1, max: 90 }) }) },
  { weight: 3, arbitrary: fc.record({ end: fc.nat(7), used: fc.nat(100), refused: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ cancel: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ pass: fc.integer({ min: 1, max: 400 }) }) },
), { minLength: 20, maxLength: 80, size: 'max' });

/**
 * What a limit ought to do, told from the whole past alone: no state but the list of what has happened. `mayStart` answers for
 * one call at one instant; that calls start in the order they came, and as soon as they may, is the same for every limit.
 */
interface Call { cost: number; at?: number; endedAt?: number; used?: number; refused?: boolean; cancelled?: true }
type Model = (started: Call[], call: Call, now: number) => boolean;

const inFlight = (started: Call[]): Call[] => started.filter(({ endedAt }) => endedAt === undefined);

/** Runs the same steps through a limit and its model, ms by ms, and compares which calls have started after each. */
async function compare(all: Step[], limit: Limit, clock: FakeClock, mayStart: Model, respond: (call: Call) => HttpResponse | undefined): Promise<void> {
  const calls: Call[] = [], started: Call[] = [];
  const real: number[] = [];
  const release = new Map<Call, (response?: HttpResponse) => void>();
  const abort = new Map<Call, AbortController>();
  const waiting = (): Call[] => calls.filter((call) => call.at === undefined && !call.cancelled);
  const startWhatMay = (): void => {
    for (const call of waiting()) {
      if (!mayStart(started, call, clock.now())) return;
      call.at = clock.now();
      started.push(call);
    }
  };
  const check = async (): Promise<void> => {
    startWhatMay();
    await clock.move(0);
    assert.deepEqual(real, started.map((call) => calls.indexOf(call)), `at ${String(clock.now())} ms`);
  };
  for (const step of all) {
    if ('call' in step) {
      const call: Call = { cost: step.call };
      const index = calls.push(call) - 1;
      const controller = new AbortController();
      abort.set(call, controller);
      limit.acquire(call.cost, controller.signal).then((done) => { real.push(index); release.set(call, done); }, (error: unknown) => {
        assert.equal((error as { code?: string }).code, 'TRANSIENT_ABORTED');
      });
    } else if ('end' in step) {
      const call = inFlight(started)[step.end];
      if (call) {
        Object.assign(call, { endedAt: clock.now(), used: Math.floor(call.cost * step.used / 100), refused: step.refused });
        release.get(call)?.(respond(call));
      }
    } else if ('cancel' in step) {
      const call = waiting()[step.cancel];
      if (call) {
        call.cancelled = true;
        abort.get(call)?.abort();
      }
    } else {
      for (let ms = 0; ms < step.pass; ms++) {
        await clock.move(1);
        startWhatMay();
      }
    }
    await check();
  }
}

describe('limits against a model: any calls, endings and cancellations', () => {
  it('C20 concurrency: first come, first served, as soon as there is a place', async () => {
    await fc.assert(fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), async (all, max) => {
      await compare(all, concurrency(max), new FakeClock(), (started) => inFlight(started).length < max, () => undefined);
    }), { numRuns: 100 });
  });

  it('C19 request bucket: no window of time holds more than burst + rate x time, none starts in a pause, none later than it may', async () => {
    // A ms is a tick of the model, so rates are whole numbers of calls in so many ms.
    await fc.assert(fc.asyncProperty(steps, fc.constantFrom(1, 2, 5, 10, 50, 100), fc.integer({ min: 1, max: 5 }), async (all, rate, burst) => {
      const clock = new FakeClock();
      const mayStart: Model = (started, _call, now) => started.every((one, i) => started.length - i + 1 <= burst + rate * (now - (one.at ?? 0)) / 1000 + 1e-6)
        && started.every(({ endedAt, refused }) => !refused || endedAt === undefined || now >= endedAt + 200);
      await compare(all, requestBucket({ rate, burst, pauseMs: 200, clock }), clock, mayStart,
        ({ refused }) => refused ? { status: 429, headers: {}, body: {} } : undefined);
    }), { numRuns: 100 });
  });

  it('C19 cost bucket: what the books allow, dear calls not behind cheap ones, and what was not used comes back', async () => {
    const maximum = 100;
    await fc.assert(fc.asyncProperty(steps, fc.constantFrom(50, 200, 1000), async (all, rate) => {
      const clock = new FakeClock();
      // The books, ms by ms: `points` as they are before what happens at `at`.
      let [at, points] = [0, maximum];
      const events = (started: Call[]): number => started.reduce((sum, { at: began, endedAt, cost, used = 0 }) =>
        sum - (began === at ? cost : 0) + (endedAt === at ? cost - used : 0), 0);
      const left = (started: Call[], now: number): number => {
        while (at < now) {
          points += events(started);
          at++;
          const onTheirWay = started.filter(({ endedAt }) => endedAt === undefined || endedAt >= at).reduce((sum, { cost }) => sum + cost, 0);
          points = Math.min(points + rate / 1000, maximum - onTheirWay);
        }
        return points + events(started);
      };
      const mayStart: Model = (started, { cost }, now) => cost <= left(started, now) + 1e-6
        && cost <= maximum - inFlight(started).reduce((sum, one) => sum + one.cost, 0);
      await compare(all, costBucket({ maximum, restoreRate: rate, report: ({ body }) => body as CostReport, clock }), clock, mayStart,
        ({ used }) => ({ status: 200, headers: {}, body: { actual: used } }));
    }), { numRuns: 60 });
  });
});
