import assert from 'node:assert/strict';
import { once, EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackoffPolicy } from '../../lib/delivery/backoff';
import { DataError, errorDetails, TransientError, type SyncError } from '../../lib/errors';
import type { FlowMessage } from '../../lib/delivery/flow-completion';
import { recordOf } from '../../lib/delivery/records';
import { Retry, type FailedMessage } from '../../lib/delivery/retry';
import { openRuntime, type Runtime } from '../../lib/runtime';

const policy: BackoffPolicy = { baseMs: 1, capMs: 2, factor: 2, maxTries: 3, maxAgeMs: 60_000 };

/** What a Catch node makes of an error. */
const caught = (error: SyncError): object => ({ message: error.message, code: error.code, cause: errorDetails(error) });
const message = (n: number, key: string, error: SyncError): FailedMessage => ({
  payload: { orderNumber: `#${String(n)}` }, error: caught(error), event: { id: `event ${String(n)}`, source: '/b2b/x', subject: `order/${String(n)}`, partitionkey: key },
} as unknown as FailedMessage);
const down = new TransientError('TRANSIENT_TEST', 'down', { system: 'erp' });

describe('retry', () => {
  let dir: string;
  let runtime: Runtime;
  let retry: Retry;
  let dead: FailedMessage[];
  const events = new EventEmitter();

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'b2b-retry-'));
    dead = [];
  });
  afterEach(async () => {
    await retry.close(false);
    await runtime.close();
    await rm(dir, { recursive: true, force: true });
  });

  /** Opens the node's part on the store; `flow` is what its first output is wired to. */
  async function open(flow: (message: FlowMessage & { payload?: { orderNumber?: string } }) => void, options: { policy?: BackoffPolicy; keepLaneShut?: boolean } = {}): Promise<void> {
    runtime = await openRuntime({ dataDir: dir, onError: (error) => { throw error as Error; } });
    let busy = false;
    const source = runtime.openSource({ id: 'retry', parallel: 4, timeLimitMs: 5000, send: (m) => { retry.sending(m); flow(m); } });
    retry = new Retry({
      store: runtime.store, id: 'retry', source, completion: runtime.completion, holds: runtime.holds, deadLetters: runtime.deadLetters,
      policy: options.policy ?? policy, keepLaneShut: options.keepLaneShut ?? false, breaker: (system) => runtime.breaker(system),
      onDead: (m) => { dead.push(m); events.emit('dead'); }, onChange: ({ waiting }) => {
        if (busy && waiting === 0) events.emit('empty');
        busy = waiting > 0;
      }, onError: (error) => { throw error as Error; },
    });
    await retry.open();
  }

  it('sends a failed message again until the flow is done with it', async () => {
    let tries = 0;
    await open(() => { if (++tries < 2) throw down; });
    const empty = once(events, 'empty');
    await retry.take(message(1, 'a', down));
    await empty;
    assert.equal(tries, 2);
    assert.equal((await recordOf(runtime.store, 'event 1'))?.state, 'done');
    assert.deepEqual((await runtime.deadLetters.list()).entries, []);
  });

  it('gives up after the tries it may, with the error, and says so on the second output', async () => {
    await open(() => { throw down; });
    const buried = once(events, 'dead');
    await retry.take(message(1, 'a', down));
    await buried;
    const [letter] = (await runtime.deadLetters.list()).entries;
    assert.equal(letter?.tries, 3);
    assert.equal(letter.error.code, 'TRANSIENT_TEST');
    assert.equal((dead[0]?.error as { code?: string }).code, 'TRANSIENT_TEST');
    assert.equal((await recordOf(runtime.store, 'event 1'))?.state, 'dead');
  });

  it('gives a permanent error up at once', async () => {
    await open(() => { throw new Error('must not be sent'); });
    await retry.take(message(1, 'a', new DataError('DATA_TEST', 'wrong for ever')));
    assert.equal(dead.length, 1);
  });

  it('C42 parks an order with an unknown item and releases it when the item has appeared', async () => {
    let known = false;
    await open(() => { if (!known) throw new DataError('DATA_UNKNOWN_ITEM', 'MAT-9 is not known'); }, { policy: { ...policy, park: { everyMs: 5, maxAgeMs: 60_000 } } });
    const empty = once(events, 'empty');
    await retry.take(message(1, 'a', new DataError('DATA_UNKNOWN_ITEM', 'MAT-9 is not known')));
    known = true;
    await empty;
    assert.equal((await recordOf(runtime.store, 'event 1'))?.state, 'done');
  });

  it('C61 keeps the order of a key and holds the lane of its source meanwhile', async () => {
    const sent: (string | undefined)[] = [];
    await open((m) => { sent.push(m.payload?.orderNumber); });
    const lane = { source: 'retry', key: 'a' };
    const empty = once(events, 'empty');
    for (const n of [1, 2, 3]) await retry.take(message(n, 'a', down));
    assert.equal(runtime.holds.isHeld(lane), true);
    await empty;
    assert.deepEqual(sent, ['#1', '#2', '#3']);
    assert.equal(runtime.holds.isHeld(lane), false);
  });

  it('goes on after a restart, with the lanes shut from the start', async () => {
    await open(() => undefined);
    // Told to wait, it is certain not to be due before the restart.
    await retry.take(message(1, 'a', new TransientError('TRANSIENT_TEST', 'down', { retryAfterMs: 200 })));
    await retry.close(false);
    await runtime.close();
    const sent: unknown[] = [];
    const empty = once(events, 'empty');
    await open((m) => { sent.push(m.payload); });
    assert.equal(runtime.holds.isHeld({ source: 'retry', key: 'a' }), true);
    assert.equal(sent.length, 0);
    await empty;
    assert.deepEqual(sent, [{ orderNumber: '#1' }]);
  });

  it('keeps the lane shut behind a dead letter if told so, until the letter is gone', async () => {
    await open(() => undefined, { keepLaneShut: true });
    await retry.take(message(1, 'a', new DataError('DATA_TEST', 'wrong')));
    const lane = { source: 'retry', key: 'a' };
    assert.equal(runtime.holds.isHeld(lane), true);
    const [letter] = (await runtime.deadLetters.list()).entries;
    const opened = new Promise<void>((resolve) => { runtime.holds.listen('retry', () => { resolve(); }); });
    await runtime.deadLetters.remove(letter?.id ?? '');
    await opened;
    assert.equal(runtime.holds.isHeld(lane), false);
  });

  it('makes dead letters of what it keeps when the node is deleted', async () => {
    await open(() => undefined, { policy: { ...policy, maxAgeMs: Infinity } });
    await retry.take(message(1, 'a', new TransientError('TRANSIENT_TEST', 'down', { retryAfterMs: 3_000_000 })));
    await retry.close(true);
    assert.deepEqual((await runtime.deadLetters.list()).entries.map((l) => l.error.code), ['CONFIG_RETRY_REMOVED']);
    assert.equal(runtime.holds.isHeld({ source: 'retry', key: 'a' }), false);
  });
});
