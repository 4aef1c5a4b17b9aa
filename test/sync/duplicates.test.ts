import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultBackoff } from '../../lib/delivery/backoff';
import { DeadLetters } from '../../lib/delivery/dead-letters';
import { FlowCompletion } from '../../lib/delivery/flow-completion';
import { Inbox } from '../../lib/delivery/inbox';
import { Holds } from '../../lib/delivery/lanes';
import { Ledger, type Once } from '../../lib/delivery/ledger';
import { Source } from '../../lib/delivery/source';
import type { Store } from '../../lib/store/contract';
import { openLmdbStore } from '../../lib/store/lmdb';
import { Intake } from '../../lib/sync/intake';
import { Random } from '../../sandbox/random';
import { sign } from '../../sandbox/shopify/webhooks';
import { openShop, type Shop } from '../contract/shopify/support';

const count = 10_000;
const workers = 8;
const time = '2026-11-24T10:00:00Z';

/** A system that writes whatever it is told. */
class Erp {
  readonly orders: string[] = [];
  once(reference: string): Once<string> {
    return { find: () => Promise.resolve(this.orders.filter((order) => order === reference)), write: () => { this.orders.push(reference); return Promise.resolve(reference); } };
  }
  /** Throws unless each order was written, once. */
  assertOneEach(): void { assert.deepEqual([this.orders.length, new Set(this.orders).size], [count, count]); }
}

describe(`C01 ${String(count)} orders, each by one to five webhooks and seen by polling, ${String(workers)} workers`, function () {
  this.timeout(120_000);
  let dir: string;
  let store: Store;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'b2b-duplicates-'));
    store = await openLmdbStore(dir);
  });
  afterEach(async () => {
    await store.close();
    await rm(dir, { recursive: true });
  });

  it('the inbox sends each order once; the others are answered or skipped as known, not failed', async () => {
    await using shop = await openShop();
    const random = new Random(1);
    const erp = new Erp();
    const ledger = new Ledger(store);
    const runs: Promise<unknown>[] = [];
    const source = new Source({
      id: 'node', parallel: workers, timeLimitMs: 60_000, completion: new FlowCompletion(), holds: new Holds(), onError: (error) => { throw error as Error; },
      send: ({ event }) => { const { subject = '' } = event as { subject?: string }; runs.push(ledger.run(subject, erp.once(subject))); },
    });
    const intake = new Intake({ id: 'node', connection: shop.connection, wanted: { order: ['created'] }, format: 'native', createdSince: 0 });
    const endings = new Map<string, number>();
    let allSettled: () => void = () => undefined;
    const settled = new Promise<void>((resolve) => { allSettled = resolve; });
    const inbox: Inbox = new Inbox({
      store, id: 'node', source, deadLetters: new DeadLetters(store), backoff: defaultBackoff, prepare: (entry) => intake.prepare(inbox, entry),
      onSettled: (state, reason = '') => {
        endings.set(`${state} ${reason}`, (endings.get(`${state} ${reason}`) ?? 0) + 1);
        if ([...endings.values()].reduce((a, b) => a + b) === 2 * count) allSettled();
      },
    });
    await inbox.open();

    let copies = 0;
    const answers = new Map<string, number>();
    // The arrivals of one order stand at the same place of several workers' lists, so that they race.
    const lists: (() => Promise<void>)[][] = Array.from({ length: workers }, () => []);
    for (let i = 0; i < count; i++) {
      const webhook = arrival(shop, i);
      const poll = async (): Promise<void> => { await intake.take(inbox, 'order', { id: gid(i), name: `#${String(i)}`, createdAt: time, updatedAt: time }); };
      const deliver = async (): Promise<void> => {
        const { status, text } = await intake.receive(inbox, webhook.body, webhook.headers);
        answers.set(`${String(status)} ${text}`, (answers.get(`${String(status)} ${text}`) ?? 0) + 1);
      };
      const times = random.int(1, 5);
      copies += times;
      const arrivals = [...Array.from({ length: times }, () => deliver), poll];
      arrivals.forEach((work, n) => lists[(i + n) % workers]?.push(work));
    }
    await Promise.all(lists.map(async (list) => { for (const work of list) await work(); }));
    await settled;
    await Promise.all(runs);

    erp.assertOneEach();
    assert.deepEqual(Object.fromEntries(answers), { '200 Received.': count, '200 Received before.': copies - count });
    assert.deepEqual(Object.fromEntries(endings), { 'done ': count, 'skipped unchanged': count });
    source.close();
  });

  it('the ledger writes each order once, and hands its result to the others', async () => {
    const random = new Random(2);
    const erp = new Erp();
    const ledgers = Array.from({ length: workers }, (_, i) => new Ledger(store, { owner: `worker ${String(i)}` }));
    const outcomes = new Map<string, number>();
    let calls = 0;
    for (let begin = 0; begin < count; begin += 500) {
      const runs = [];
      for (let i = begin; i < begin + 500; i++) {
        for (let copy = random.int(1, 5); copy >= 0; copy--) {
          const worker = ledgers[(i + copy) % workers];
          if (worker) runs.push(worker.run(gid(i), erp.once(gid(i))));
        }
      }
      calls += runs.length;
      for (const { outcome } of await Promise.all(runs)) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    erp.assertOneEach();
    assert.deepEqual(Object.fromEntries(outcomes), { first: count, stored: calls - count });
  });
});

function gid(i: number): string { return `gid://shopify/Order/${String(1_000_000 + i)}`; }

function arrival({ sandbox }: Shop, i: number): { body: Buffer; headers: Record<string, string> } {
  const body = Buffer.from(JSON.stringify({ admin_graphql_api_id: gid(i), name: `#${String(i)}`, created_at: time, updated_at: time }));
  return { body, headers: { 'x-shopify-topic': 'orders/create', 'x-shopify-webhook-id': `webhook-${String(i)}`, 'x-shopify-hmac-sha256': sign(body, sandbox.secrets['webhookSecret'] ?? '') } };
}
