import assert from 'node:assert/strict';
import fc from 'fast-check';
import { countsAsTry, isParkable, nextDelay, type BackoffPolicy, type Failure } from '../../lib/delivery/backoff';
import { AuthError, ConfigError, ConflictError, DataError, ThrottledError, TransientError } from '../../lib/errors';

const policy: BackoffPolicy = { baseMs: 1000, capMs: 60_000, factor: 2, maxTries: 8, maxAgeMs: 24 * 3_600_000 };
const down = new TransientError('TRANSIENT_TIMEOUT', 'down');
const failure = (changes: Partial<Failure>): Failure => ({ tries: 1, firstAt: 0, now: 0, error: down, ...changes });
const bound = (tries: number): number => Math.min(policy.capMs, policy.baseMs * policy.factor ** (tries - 1));

describe('backoff', () => {
  it('C60 doubles the upper bound of the wait up to the cap', () => {
    const bounds = [1, 2, 3, 4, 5, 6, 7].map((tries) => nextDelay(policy, failure({ tries, random: () => 1 - 1e-12 })));
    assert.deepEqual(bounds, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000]);
  });

  it('C60 spreads the waits evenly from nothing to the bound', () => {
    const draws = 20_000;
    for (const tries of [1, 4, 7]) {
      const buckets = Array<number>(10).fill(0);
      for (let i = 0; i < draws; i++) {
        const delay = nextDelay(policy, failure({ tries, random: seeded(i * 7919 + tries) })) ?? NaN;
        assert.ok(delay >= 0 && delay <= bound(tries));
        const bucket = Math.min(9, Math.floor(delay / bound(tries) * 10));
        buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      }
      // Chi-squared with nine degrees of freedom: 27.9 is passed by one in a thousand evenly spread samples.
      const expected = draws / 10;
      const chi = buckets.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
      assert.ok(chi < 27.9, `tries ${String(tries)}: ${buckets.join(' ')}`);
    }
  });

  it('C19 C60 never comes back before the server said, whatever the error and the draw (property)', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 3_600_000 }), fc.integer({ min: 1, max: 7 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.boolean(), (wait, tries, draw, isThrottled) => {
      const error = isThrottled ? new ThrottledError('THROTTLED_BY_SERVER', 'x', { retryAfterMs: wait }) : new TransientError('TRANSIENT_UNAVAILABLE', 'x', { retryAfterMs: wait });
      const delay = nextDelay(policy, failure({ tries, error, random: () => draw }));
      assert.ok(delay !== undefined && delay >= wait);
      if (isThrottled) assert.ok(delay <= wait + Math.min(policy.baseMs, wait * 0.1 + 50) + 1, 'jitter stays small');
    }));
  });

  it('C60 spreads those who were all told to wait the same time', () => {
    const error = new ThrottledError('THROTTLED_BY_SERVER', 'x', { retryAfterMs: 2000 });
    const delays = new Set(Array.from({ length: 100 }, (_, i) => nextDelay(policy, failure({ error, random: seeded(i * 104_729) }))));
    assert.ok(delays.size > 50);
  });

  it('gives up when the tries or the age are used up', () => {
    assert.notEqual(nextDelay(policy, failure({ tries: 7 })), undefined);
    assert.equal(nextDelay(policy, failure({ tries: 8 })), undefined);
    assert.equal(nextDelay(policy, failure({ now: policy.maxAgeMs, random: () => 0.5 })), undefined);
    assert.equal(nextDelay(policy, failure({ error: new ThrottledError('THROTTLED_X', 'x', { retryAfterMs: policy.maxAgeMs + 1 }) })), undefined);
  });

  it('does not count throttling, refused credentials and tries that never began', () => {
    for (const error of [new ThrottledError('THROTTLED_X', 'x'), new AuthError('AUTH_X', 'x'), new TransientError('TRANSIENT_CIRCUIT_OPEN', 'x'), new TransientError('TRANSIENT_CLAIMED', 'x')]) {
      assert.equal(countsAsTry(error), false);
      assert.notEqual(nextDelay(policy, failure({ tries: 999, error })), undefined, error.code);
    }
    assert.equal(countsAsTry(down), true);
  });

  it('waits longer from throttling to throttling when the server names no time', () => {
    const error = new ThrottledError('THROTTLED_X', 'x');
    const delays = [1, 2, 3].map((throttles) => nextDelay(policy, failure({ tries: 0, throttles, error, random: () => 0.5 })));
    assert.deepEqual(delays, [500, 1000, 2000]);
  });

  it('gives up at once what waiting cannot mend, and bugs', () => {
    for (const error of [new DataError('DATA_X', 'x'), new ConfigError('CONFIG_X', 'x'), new TypeError('x'), 'text', undefined]) {
      assert.equal(nextDelay(policy, failure({ error })), undefined);
    }
    assert.notEqual(nextDelay(policy, failure({ error: new ConflictError('CONFLICT_X', 'x') })), undefined);
  });

  it('knows errors that a Catch node handed on', () => {
    assert.equal(nextDelay(policy, failure({ error: { message: 'x', code: 'THROTTLED_X', cause: { retryAfterMs: 700 } }, random: () => 0 })), 700);
    assert.equal(nextDelay(policy, failure({ error: { message: 'x', code: 'DATA_X' } })), undefined);
  });

  it('C42 tries unknown items and customers at a fixed interval up to an age, if the policy says so', () => {
    const parking = { ...policy, park: { everyMs: 600_000, maxAgeMs: 3_600_000 } };
    for (const code of ['DATA_UNKNOWN_ITEM', 'DATA_UNKNOWN_CUSTOMER', 'DATA_UNKNOWN_ORDER'] as const) {
      const error = new DataError(code, 'x');
      assert.equal(nextDelay(parking, failure({ tries: 99, error })), 600_000);
      assert.equal(nextDelay(parking, failure({ error, now: 3_000_000 })), 600_000);
      assert.equal(nextDelay(parking, failure({ error, now: 3_000_001 })), undefined);
      assert.equal(nextDelay(policy, failure({ error })), undefined);
      assert.equal(isParkable(parking, error), true);
    }
    assert.equal(isParkable(parking, new DataError('DATA_OTHER', 'x')), false);
  });
});

/** Always the same draw for a seed, evenly spread over seeds (mulberry32). */
function seeded(seed: number): () => number {
  let t = Math.imul(seed + 0x6d2b79f5, 1) | 0;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return () => ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
