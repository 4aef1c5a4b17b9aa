import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Connection, ListOptions, Native, Page } from '../../lib/connectors/contract';
import { defaultBackoff } from '../../lib/delivery/backoff';
import { Inbox } from '../../lib/delivery/inbox';
import type { Source } from '../../lib/delivery/source';
import type { EventAttributes } from '../../lib/documents/event';
import { openRuntime, type Runtime } from '../../lib/runtime';
import { CatchUp } from '../../lib/sync/catch-up';
import { Intake } from '../../lib/sync/intake';

const overlapMs = 10_000;

/** A version of a record; its time is told in whole seconds, and the list shows it only from `seen` on. */
interface Version { id: string; version: number; at: number; seen: number }

/** A system that lists by time of change and id, goes on behind the last row it gave, and is late with some of its rows. */
class World {
  now = Date.parse('2026-11-24T00:00:00Z');
  pagesRead = 0;
  /** Called before each page is read. */
  between: () => void = () => undefined;
  readonly versions: Version[] = [];

  change(id: string, lagMs: number): void {
    const version = this.versions.filter((one) => one.id === id).length + 1;
    // A row is seen no earlier than its older versions.
    const seen = Math.max(this.now + lagMs, ...this.versions.filter((one) => one.id === id).map((one) => one.seen));
    this.versions.push({ id, version, at: this.now - this.now % 1000, seen });
  }

  /** The rows as a reader sees them now. */
  rows(): Version[] {
    const rows = new Map<string, Version>();
    for (const version of this.versions) if (version.seen <= this.now) rows.set(version.id, version);
    return [...rows.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  }

  readonly connection = {
    system: 'model:1', vendor: 'custom',
    list: (_entity: string, options: ListOptions) => this.#list(options),
    get: (_entity: string, id: string) => Promise.resolve(this.rows().filter((row) => row.id === id).map(native)[0]),
    identify: (_entity: string, { id, updatedAt }: Native) => ({ id: String(id), time: String(updatedAt) }),
    toCanonical: (_entity: string, { id, version, updatedAt }: Native) => ({ id, updatedAt, title: `version ${String(version)}`, externalIds: [{ system: 'model:1', type: 'Product', id }] }),
  } as unknown as Connection;

  pageSize = 1;

  async* #list({ updatedSince = '' }: ListOptions): AsyncGenerator<Page> {
    let [at, id] = [Date.parse(updatedSince), ''];
    for (;;) {
      this.between();
      this.pagesRead++;
      const rest = this.rows().filter((row) => row.at > at || (row.at === at && row.id > id));
      const records = rest.slice(0, this.pageSize);
      const last = records.at(-1);
      await Promise.resolve();
      const more = rest.length > records.length;
      yield { records: records.map(native), ...(more ? { cursor: 'next' } : {}) };
      if (!more || !last) return;
      ({ at, id } = last);
    }
  }
}

function native({ id, version, at }: Version): Native { return { id, version, updatedAt: new Date(at).toISOString() }; }

interface Sent { id: string; version: number; key: string }

/** A node that reads the world, kills and restarts included. */
class Reader {
  readonly sent: Sent[] = [];
  #source: Source | undefined;

  constructor(private readonly runtime: Runtime, private readonly world: World, private readonly id: string) {}

  /** Reads once. `killAfter`: the process ends before this page of the run is read, whatever is under way. */
  async run(killAfter = Infinity): Promise<void> {
    const { runtime, world, id } = this;
    const { connection } = world;
    const source = this.#source = runtime.openSource({ id, parallel: 4, timeLimitMs: 5000, send: (m) => {
      const { payload, event } = m as unknown as { payload: { id: string; title: string }; event: EventAttributes };
      this.sent.push({ id: payload.id, version: Number(payload.title.split(' ')[1]), key: event.idempotencykey });
    } });
    const intake = new Intake({ id, connection, wanted: { product: ['created', 'updated'] }, format: 'canonical', createdSince: 0 });
    let idle: () => void = () => undefined;
    const inbox: Inbox = new Inbox({
      store: runtime.store, id, source, deadLetters: runtime.deadLetters, backoff: defaultBackoff, prepare: (entry) => intake.prepare(inbox, entry),
      onSettled: () => { if (inbox.pending === 0) idle(); }, now: () => world.now,
    });
    await inbox.open();
    let pages = 0;
    const between = world.between;
    world.between = () => {
      between();
      if (pages++ >= killAfter) throw new Error('killed');
    };
    try {
      await new CatchUp({ id, store: runtime.store, connection, intake, inbox, lookbackMs: 3_600_000, overlapMs, now: () => world.now }).run('product');
      while (inbox.pending > 0) await new Promise<void>((resolve) => { idle = resolve; });
    } catch (error) {
      assert.equal((error as Error).message, 'killed');
    } finally {
      world.between = between;
      source.close();
    }
  }
}

type Step = { change: number; lagMs: number } | { passMs: number } | { read: number; kill: number | undefined };
const change = fc.record({ change: fc.nat(5), lagMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: overlapMs - 1000 })) });
const pass = fc.record({ passMs: fc.oneof(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 20_000 })) });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: change }, { weight: 3, arbitrary: pass },
  { weight: 2, arbitrary: fc.record({ read: fc.constant(0), kill: fc.option(fc.nat(3), { nil: undefined }) }) });

describe('reading by cursor with an overlap', () => {
  let dir: string;
  let runtime: Runtime;
  let nodes = 0;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'b2b-overlap-'));
    runtime = await openRuntime({ dataDir: dir, onError: (error) => { throw error as Error; } });
  });
  after(async () => {
    await runtime.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('C46 C47 whatever changes while pages are read, and wherever a run is cut off: the last state of each record leaves, in order, no state twice, and then nothing', async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(step, { minLength: 4, maxLength: 40, size: 'max' }), fc.array(fc.array(fc.oneof(change, pass), { maxLength: 3 }), { maxLength: 12 }), fc.integer({ min: 1, max: 4 }),
      async (steps, meanwhile, pageSize) => {
        const world = new World();
        world.pageSize = pageSize;
        const apply = (one: Step): void => {
          if ('change' in one) world.change(`p${String(one.change)}`, one.lagMs);
          else if ('passMs' in one) world.now += one.passMs;
        };
        // Between two pages, too.
        world.between = () => { meanwhile.shift()?.forEach(apply); };
        const reader = new Reader(runtime, world, `node-${String(nodes++)}`);
        let kills = 0;
        for (const one of steps) {
          if (!('read' in one)) { apply(one); continue; }
          if (one.kill !== undefined) kills++;
          await reader.run(one.kill);
        }
        meanwhile.length = 0;
        world.now += overlapMs;
        await reader.run();

        const last = new Map(world.rows().map(({ id, version }) => [id, version]));
        for (const [id, version] of last) {
          const versions = reader.sent.filter((one) => one.id === id).map((one) => one.version);
          assert.equal(versions.at(-1), version, `${id}: ${versions.join()}, and the last is ${String(version)}`);
          assert.deepEqual(versions, [...versions].sort((a, b) => a - b), `${id} in order`);
          // What is sent as another state is written as another one: a target that knows its key would drop it.
          const states = new Map(reader.sent.filter((one) => one.id === id).map((one) => [one.key, one.version]));
          assert.deepEqual([...states.values()], [...new Set(versions)], `${id}: keys of its states`);
          if (kills === 0) assert.deepEqual(versions, [...new Set(versions)], `${id} no state twice`);
        }
        const before = reader.sent.length;
        const pages = world.pagesRead;
        world.pageSize = 250;
        await reader.run();
        assert.equal(reader.sent.length, before, 'nothing has changed');
        assert.equal(world.pagesRead, pages + 1);
      }), { numRuns: 40 });
  });

  it('C46 a record that is dated in the future does not hide what changes until then', async () => {
    const world = new World();
    const reader = new Reader(runtime, world, 'future');
    world.versions.push({ id: 'p0', version: 1, at: world.now + 86_400_000, seen: 0 });
    await reader.run();
    world.now += overlapMs;
    world.change('p1', 0);
    await reader.run();
    assert.deepEqual(reader.sent.map(({ id }) => id), ['p0', 'p1']);
  });
});
