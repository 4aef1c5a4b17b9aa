import assert from 'node:assert/strict';
import { delayAtLeast, delayFor } from '../../../lib/brokers/rabbitmq/delay';
import { judge, type FailurePolicy } from '../../../lib/brokers/rabbitmq/settlement';
import { countsAsTry } from '../../../lib/delivery/backoff';
import { AuthError, DataError, ThrottledError, TransientError } from '../../../lib/errors';

const policy: FailurePolicy = { onFailure: 'requeue', maxTries: 3, firstDelayMs: 1000, maxDelayMs: 60_000, countsAsTry };
const transient = new TransientError('TRANSIENT_TIMEOUT', 'no answer');

describe('RabbitMQ settlement', () => {
  for (const state of ['done', 'retrying', 'dead', 'skipped'] as const) {
    it(`acknowledges what ended as ${state}`, () => {
      assert.deepEqual(judge({ state, error: transient }, 0, policy), { act: 'ack' });
    });
  }

  it('tries again what waiting may mend, later each time', () => {
    assert.deepEqual(judge({ state: 'failed', error: transient }, 0, policy), { act: 'requeue', delayMs: 1000, tries: 1 });
    assert.deepEqual(judge({ state: 'timeout', error: transient }, 1, policy), { act: 'requeue', delayMs: 2000, tries: 2 });
    assert.equal(judge({ state: 'failed', error: new AuthError('AUTH_REFUSED', 'x') }, 0, policy).act, 'requeue');
  });

  it('keeps the message here if its order matters', () => {
    assert.deepEqual(judge({ state: 'failed', error: transient }, 0, { ...policy, onFailure: 'wait' }), { act: 'wait', delayMs: 1000, tries: 1 });
  });

  it('makes a dead letter of the last try', () => {
    assert.deepEqual(judge({ state: 'failed', error: transient }, 2, policy), { act: 'dead-letter', error: transient, tries: 3 });
  });

  it('makes a dead letter at once of what nobody but a human can mend', () => {
    for (const error of [new DataError('DATA_SCHEMA', 'x'), new TypeError('a bug')]) {
      assert.equal(judge({ state: 'failed', error }, 0, policy).act, 'dead-letter');
    }
    assert.equal(judge({ state: 'failed', error: transient }, 0, { ...policy, onFailure: 'dead-letter' }).act, 'dead-letter');
  });

  it('waits as long as a throttling server asked, which is no try', () => {
    const error = new ThrottledError('THROTTLED_429', 'slow down', { retryAfterMs: 3500 });
    assert.deepEqual(judge({ state: 'failed', error }, 2, policy), { act: 'requeue', delayMs: 4000, tries: 2 });
  });

  it('has few different delays, none above the longest', () => {
    assert.deepEqual([1, 2, 3, 9].map((tries) => delayFor(tries, 1000, 60_000)), [1000, 2000, 4000, 60_000]);
    assert.deepEqual([1, 1001, 59_000, 1e9].map((wait) => delayAtLeast(wait, 1000, 60_000)), [1000, 2000, 60_000, 60_000]);
  });
});
