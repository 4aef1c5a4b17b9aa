import assert from 'node:assert/strict';
import { Breaker, type BreakerState } from '../../lib/delivery/breaker';
import { AuthError, ConfigError, ConflictError, DataError, errorDetails, ThrottledError, TransientError } from '../../lib/errors';

const down = new TransientError('TRANSIENT_TIMEOUT', 'down');

describe('breaker', () => {
  let now: number;
  let breaker: Breaker;
  let seen: BreakerState['kind'][];

  beforeEach(() => {
    now = 1_000_000;
    seen = [];
    breaker = new Breaker({ system: 'erp', threshold: 3, openMs: 1000, maxOpenMs: 4000, now: () => now });
    breaker.onChange(({ kind }) => seen.push(kind));
  });

  const fail = (error: Error = down): Promise<void> => assert.rejects(breaker.run(() => Promise.reject(error)), error);
  const succeed = (): Promise<unknown> => breaker.run(() => Promise.resolve('ok'));
  const refuse = (): Promise<void> => assert.rejects(breaker.run(() => assert.fail('called')), { code: 'TRANSIENT_CIRCUIT_OPEN' });
  const openIt = async (): Promise<void> => { for (let i = 0; i < 3; i++) await fail(); };

  it('opens after failures in a row, and calls the system no more', async () => {
    await openIt();
    await refuse();
    assert.deepEqual(breaker.state, { kind: 'open', until: now + 1000, code: 'TRANSIENT_TIMEOUT', openings: 1 });
    assert.equal(breaker.until, now + 1000);
    assert.deepEqual(seen, ['open']);
  });

  it('counts only failures in a row', async () => {
    for (let i = 0; i < 5; i++) {
      await fail();
      await fail();
      await succeed();
    }
    assert.equal(breaker.state.kind, 'closed');
    assert.equal(breaker.until, undefined);
  });

  it('opens at once when credentials are refused', async () => {
    await fail(new AuthError('AUTH_REFUSED', 'no'));
    await refuse();
  });

  it('is not opened by what is wrong with a message, by throttling or by bugs', async () => {
    for (const error of [new DataError('DATA_X', 'x'), new ConflictError('CONFLICT_X', 'x'), new ThrottledError('THROTTLED_X', 'x'), new ConfigError('CONFIG_X', 'x'), new TypeError('x')]) {
      for (let i = 0; i < 5; i++) await fail(error);
    }
    assert.equal(breaker.state.kind, 'closed');
  });

  it('lets one probe through when the time has come, and closes if it succeeds', async () => {
    await openIt();
    now += 999;
    await refuse();
    now += 1;
    let answer: () => void = () => undefined;
    const probe = breaker.run(() => new Promise<void>((resolve) => { answer = resolve; }));
    assert.equal(breaker.state.kind, 'half-open');
    await refuse();
    answer();
    await probe;
    assert.equal(await succeed(), 'ok');
    assert.deepEqual(seen, ['open', 'half-open', 'closed']);
  });

  it('waits twice as long after each probe that fails, up to a limit, and starts anew once closed', async () => {
    await openIt();
    for (const wait of [1000, 2000, 4000, 4000]) {
      assert.equal((breaker.until ?? 0) - now, wait);
      now += wait;
      await fail();
    }
    now += 4000;
    await succeed();
    await openIt();
    assert.equal((breaker.until ?? 0) - now, 1000);
  });

  it('takes a refused document as a sign of life', async () => {
    await openIt();
    now += 1000;
    await fail(new DataError('DATA_X', 'x'));
    assert.equal(breaker.state.kind, 'closed');
  });

  it('stays open when the probe never reached the system', async () => {
    for (const error of [new ConfigError('CONFIG_X', 'x'), new TypeError('x')]) {
      breaker.reset();
      await openIt();
      now += 1000;
      await fail(error);
      assert.equal(breaker.state.kind, 'open');
    }
  });

  it('says how long to wait, and waits at least as long as the server asked', async () => {
    await fail();
    await fail();
    await fail(new TransientError('TRANSIENT_UNAVAILABLE', 'x', { retryAfterMs: 30_000 }));
    now += 10_000;
    await assert.rejects(succeed(), (error: unknown) => errorDetails(error).retryAfterMs === 20_000 && errorDetails(error).system === 'erp');
  });

  it('is not closed by a call that began before it opened', async () => {
    let answer: () => void = () => undefined;
    const early = breaker.run(() => new Promise<void>((resolve) => { answer = resolve; }));
    await openIt();
    answer();
    await early;
    assert.equal(breaker.state.kind, 'open');
  });

  it('is not opened further by failures of calls that began before', async () => {
    let fails: (error: Error) => void = () => undefined;
    const early = breaker.run(() => new Promise<void>((_, reject) => { fails = reject; }));
    await openIt();
    const { until } = breaker;
    fails(down);
    await assert.rejects(early);
    assert.equal(breaker.until, until);
  });

  it('may be closed by hand, and tells nobody who stopped listening', async () => {
    const unwatch = breaker.onChange(() => { assert.fail('told'); });
    unwatch();
    await openIt();
    breaker.reset();
    assert.equal(await succeed(), 'ok');
    assert.deepEqual(seen, ['open', 'closed']);
  });
});
