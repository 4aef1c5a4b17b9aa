import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultBackoff } from '../../lib/delivery/backoff';
import { DeadLetters } from '../../lib/delivery/dead-letters';
import { FlowCompletion, type FlowMessage } from '../../lib/delivery/flow-completion';
import { Inbox, type InboxEntry, type InboxOptions, type Prepared } from '../../lib/delivery/inbox';
import { Holds } from '../../lib/delivery/lanes';
import { recordOf, recordsByNumber } from '../../lib/delivery/records';
import { Source } from '../../lib/delivery/source';
import { typeOf, type EventAttributes } from '../../lib/documents/event';
import { DataError, TransientError } from '../../lib/errors';
import type { Store } from '../../lib/store/contract';
import { openLmdbStore } from '../../lib/store/lmdb';

type Send = (message: FlowMessage & { payload?: unknown }) => void;

/** An inbox and the flow behind it: `send` is the flow, and a message it does not throw for is done. */
describe('inbox', () => {
  let dir: string;
  let store: Store;
  let deadLetters: DeadLetters;
  const completion = new FlowCompletion();
  let inbox: Inbox;
  let source: Source;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'b2b-inbox-'));
    await reopen();
  });
  afterEach(async () => {
    source.close();
    await store.close();
    await rm(dir, { recursive: true, force: true });
  });
  async function reopen(): Promise<void> {
    store = await openLmdbStore(dir);
    deadLetters = new DeadLetters(store);
  }

  /** Opens the inbox on the store; resolves `settled` with each ending. */
  async function open(send: Send, options: Partial<InboxOptions> = {}, onError: (error: unknown) => void = (error) => { throw error as Error; }): Promise<{ settled: (count: number) => Promise<string[]> }> {
    source = new Source({ id: 'node', parallel: 4, timeLimitMs: 5000, send, completion, holds: new Holds(), onError });
    const endings: string[] = [];
    let wake: () => void = () => undefined;
    inbox = new Inbox({
      store, id: 'node', source, deadLetters, backoff: { ...defaultBackoff, baseMs: 1, maxTries: 3 }, prepare: (entry) => Promise.resolve(prepared(entry)),
      onSettled: (state, reason) => { endings.push(reason === undefined ? state : `${state}: ${reason}`); wake(); }, ...options,
    });
    await inbox.open();
    return {
      settled: async (count) => {
        while (endings.length < count) await new Promise<void>((resolve) => { wake = resolve; });
        return endings;
      },
    };
  }

  const event = (key: string): EventAttributes => ({
    specversion: '1.0', id: `event ${key}`, source: '/b2b/node', type: typeOf('order', 'created'), time: '2026-11-23T00:00:00Z', subject: `order/${key}`,
    datacontenttype: 'application/json', dataschema: 'urn:b2b-sync:order:v1', partitionkey: `order:${key}`, idempotencykey: `order:x:${key}:1`, correlationid: key,
  });
  const prepared = (entry: InboxEntry): Prepared => ({ message: { payload: entry.body, topic: 'order.created', event: event(entry.key) }, number: `#${entry.key}` });
  const accept = (key: string, body = key): Promise<boolean> => inbox.accept({ key, laneKey: key, head: {}, body });

  it('delivers what it accepted and forgets it when the flow is done', async () => {
    const got: unknown[] = [];
    const { settled } = await open((message) => { got.push(message.payload); });
    assert.equal(await accept('1'), true);
    assert.deepEqual(await settled(1), ['done']);
    assert.deepEqual(got, ['1']);
    assert.equal(inbox.pending, 0);
    assert.equal((await recordOf(store, 'event 1'))?.state, 'done');
    assert.deepEqual((await recordsByNumber(store, '#1')).map((r) => r.subject), ['order/1']);
  });

  it('C01 C02 drops a repeated delivery, also one at the same instant', async () => {
    const got: unknown[] = [];
    const { settled } = await open((message) => { got.push(message.payload); });
    const rounds = await Promise.all(Array.from({ length: 200 }, (_, i) => Promise.all([accept(String(i)), accept(String(i)), accept(String(i))])));
    for (const answers of rounds) assert.equal(answers.filter(Boolean).length, 1);
    assert.equal((await settled(200)).length, 200);
    assert.equal(await accept('7'), false);
    assert.equal(got.length, 200);
  });

  it('C08 goes on with what an earlier process had accepted, in its order', async () => {
    let release: () => void = () => undefined;
    await open(() => { throw new Error('must not run'); }, { prepare: () => new Promise((resolve) => { release = () => { resolve({ skip: 'late', event: event('x') }); }; }) });
    for (const key of ['a', 'b', 'c']) await inbox.accept({ key, laneKey: 'one lane', head: {}, body: key });
    source.close();
    await store.close();
    release();
    await reopen();
    const got: unknown[] = [];
    const { settled } = await open((message) => { got.push(message.payload); });
    await settled(3);
    assert.deepEqual(got, ['a', 'b', 'c']);
    assert.equal(await accept('b'), false, 'still known after the restart');
  });

  it('C10 leaves the state of finished messages as it was over a restart', async () => {
    const { settled } = await open(() => undefined);
    await accept('1');
    await settled(1);
    const before = await recordOf(store, 'event 1');
    source.close();
    await store.close();
    await reopen();
    await open(() => { throw new Error('nothing is delivered again'); });
    assert.equal(inbox.pending, 0);
    assert.deepEqual(await recordOf(store, 'event 1'), before);
  });

  it('tries a failed message again, keeping later ones of its lane behind it', async () => {
    const got: unknown[] = [];
    let failures = 2;
    const { settled } = await open((message) => {
      got.push(message.payload);
      if (message.payload === 'first' && failures-- > 0) throw new TransientError('TRANSIENT_TEST', 'not yet');
    });
    await inbox.accept({ key: '1', laneKey: 'lane', head: {}, body: 'first' });
    await inbox.accept({ key: '2', laneKey: 'lane', head: {}, body: 'second' });
    assert.deepEqual(await settled(2), ['done', 'done']);
    assert.deepEqual(got, ['first', 'first', 'first', 'second']);
  });

  it('buries what is permanently wrong, and what failed too often, with its reason', async () => {
    const { settled } = await open((message) => {
      throw message.payload === 'bad' ? new DataError('DATA_TEST', 'never') : new TransientError('TRANSIENT_TEST', 'not again');
    });
    await accept('1', 'bad');
    await accept('2', 'often');
    assert.deepEqual((await settled(2)).sort(), ['dead: never', 'dead: not again']);
    const { entries } = await deadLetters.list();
    assert.deepEqual(entries.map((letter) => [letter.error.code, letter.tries]).sort(), [['DATA_TEST', 1], ['TRANSIENT_TEST', 3]]);
    assert.equal((await recordOf(store, 'event 2'))?.state, 'dead');
  });

  it('C53 buries a document that cannot be made into a message, with the body and the reason', async () => {
    const { settled } = await open(() => undefined, { prepare: () => Promise.reject(new DataError('DATA_INVALID_ORDER', 'BR-CO-15 is broken')) });
    await accept('1', '{"cut":');
    assert.deepEqual(await settled(1), ['dead: BR-CO-15 is broken']);
    const [letter] = (await deadLetters.list()).entries;
    assert.equal((letter?.message as { payload?: unknown }).payload, '{"cut":');
    assert.equal(await accept('2', 'next'), true, 'and the next one is taken');
  });

  it('records a skipped message with its reason', async () => {
    const { settled } = await open(() => undefined, { prepare: () => Promise.resolve({ skip: 'stale', event: event('1'), number: '#1' }) });
    await accept('1');
    assert.deepEqual(await settled(1), ['skipped: stale']);
    assert.equal((await recordOf(store, 'event 1'))?.reason, 'stale');
  });

  it('records a message that every node left for the reason of the first, and as done if another one wrote', async () => {
    const { settled } = await open((message) => {
      completion.noted(message, 'nothing to archive');
      completion.noted(message, message.payload === 'both' ? undefined : 'stale');
    });
    await accept('1', 'left');
    await accept('2', 'both');
    assert.deepEqual((await settled(2)).sort(), ['done', 'skipped: nothing to archive']);
  });

  it('asks again for a document while the shop does not answer, and buries what is wrong with it', async () => {
    let asked = 0;
    const { settled } = await open(() => undefined, {
      prepare: (entry) => {
        if (entry.key === 'bad') return Promise.reject(new DataError('DATA_TEST', 'bad'));
        return ++asked < 2 ? Promise.reject(new TransientError('TRANSIENT_TEST', 'down')) : Promise.resolve(prepared(entry));
      },
    }, () => undefined);
    await accept('late');
    await accept('bad');
    assert.deepEqual((await settled(2)).sort(), ['dead: bad', 'done']);
    assert.equal(await deadLetters.count(), 1);
  });

  it('C59 keeps a message that can be neither sent nor buried, until there is room', async () => {
    deadLetters = new DeadLetters(store, { quota: 1 });
    const other = await deadLetters.put({ node: 'other', message: {}, error: new Error('first'), tries: 1, firstTriedAt: 0 });
    const heard: unknown[] = [];
    let full: () => void = () => undefined;
    const isFull = new Promise<void>((resolve) => { full = resolve; });
    const { settled } = await open(() => undefined, { prepare: () => Promise.reject(new DataError('DATA_TEST', 'bad')) }, (error) => { heard.push(error); full(); });
    await accept('1');
    await isFull;
    assert.equal((heard[0] as TransientError).code, 'TRANSIENT_DEAD_LETTERS_FULL');
    assert.equal(inbox.pending, 1);
    await deadLetters.remove(other.id);
    assert.deepEqual(await settled(1), ['dead: bad']);
  }).timeout(60_000);
});
