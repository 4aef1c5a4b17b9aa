import type { Native } from '../../connectors/contract';
import { errorClass, toError } from '../../errors';
import { prefixEnd } from '../../store/contract';
import type { Candidate, Comparison, Seen, Side } from './comparison';
import { pathValue } from './leaves';
import type { Tally } from './report';
import type { Found, Kind, ReconcileStore, Row } from './store';

/** One run, as far as its reading goes. */
export interface Reading {
  tally: Tally;
  /** Records changed before this time (ms since 1970) are not looked for. */
  since: number | undefined;
  signal: AbortSignal | undefined;
  /** What may be a difference: how many. */
  candidates: number;
  /** `of`: how many there are, where the system says so. */
  onPage: (side: Side, of: number | undefined) => void;
}

/** The other side is read so much further back, ms: it heard of a change later, and by another clock. */
const marginMs = 86_400_000;
/** Writes in one commit, where no page bounds them. */
const batchSize = 200;

/** Finds which records of two systems are the same, which seem to differ, and which seem to be missing: each becomes a candidate in the store. */
export class Pairing {
  constructor(private readonly comparison: Comparison, private readonly kept: ReconcileStore, private readonly run: Reading) {}

  async readHere(): Promise<void> {
    for await (const page of this.#pages('here')) {
      const writes = new Map<string, unknown>();
      for (const seen of page) await this.#keep(seen, writes);
      await this.kept.put(writes);
    }
  }

  async #keep(seen: Seen, writes: Map<string, unknown>): Promise<void> {
    const { rule, compared } = this.comparison;
    const { id, key, own } = seen;
    const families = this.comparison.familiesOf(seen);
    for (const family of families) writes.set(this.kept.family('here', family), 1);
    const name = rule.linked ? id : key;
    if (name === undefined) { this.run.tally.add('unreadable', { key: id, here: id, reason: `It has no ${rule.key.join(', ')}.` }); return; }
    const at = this.kept.row(name);
    const before = rule.linked ? undefined : writes.get(at) as Row | undefined ?? await this.kept.get<Row>(at);
    if (before && before.id !== id) { this.run.tally.add('duplicate', { key: name, here: id, reason: `${before.id} has the same key.` }); return; }
    const since = rule.since === undefined ? NaN : Date.parse(String(pathValue(seen.document, rule.since)));
    const print = compared.printOf(seen.part);
    const row: Row = {
      id, number: numberOf(seen), ...(key === undefined ? {} : { key }), ...(own ? { own } : {}), ...(print === undefined ? {} : { print }),
      ...(compared.isOver(seen.part) ? { over: true } : {}), ...(Number.isNaN(since) ? {} : { since }), ...(families.length > 0 ? { families } : {}),
    };
    writes.set(at, row);
    if (rule.linked && key !== undefined) writes.set(this.kept.name(key), name);
  }

  async readThere(): Promise<void> {
    for await (const page of this.#pages('there')) {
      const writes = new Map<string, unknown>();
      for (const seen of page) await this.#match(seen, writes);
      await this.kept.put(writes);
    }
  }

  async #match(seen: Seen, writes: Map<string, unknown>): Promise<void> {
    const families = this.comparison.familiesOf(seen);
    for (const family of families) writes.set(this.kept.family('there', family), 1);
    const found = await this.#rowOf(seen, writes);
    const number = numberOf(seen);
    if (!found) {
      // What has neither a link nor a name can be told to be missing nowhere.
      const isNamed = seen.key !== undefined || (await this.comparison.linked('here', seen.own)).length > 0;
      const isElsewhere = !isNamed || await this.comparison.isForeign('there', seen.own) || !await this.#hasAll('here', families);
      if (isElsewhere) this.run.tally.add('skipped', { key: number, there: seen.id, reason: 'not of the other system' });
      else this.#candidate('missingHere', { key: seen.key ?? '', number, there: seen.id, ...(seen.own ? { own: seen.own } : {}) }, writes);
      return;
    }
    const [at, row] = found;
    // A record that changes while it is listed comes twice.
    if (row.match === seen.id) return;
    if (row.match !== undefined) {
      this.run.tally.add('duplicate', { key: row.number, here: row.id, there: seen.id, reason: `${row.match} is the same record.` });
      return;
    }
    writes.set(at, { ...row, match: seen.id });
    if (this.comparison.compared.agree(row.print, this.comparison.compared.printOf(seen.part))) this.run.tally.add('equal');
    else this.#candidate('different', { key: row.key ?? '', number: row.number, here: row.id, there: seen.id }, writes);
  }

  /** The row of the same record: by link, else by key. */
  async #rowOf(seen: Seen, writes: ReadonlyMap<string, unknown>): Promise<[string, Row] | undefined> {
    const row = async (name: string | undefined): Promise<[string, Row] | undefined> => {
      if (name === undefined) return undefined;
      const at = this.kept.row(name);
      const value = writes.get(at) as Row | undefined ?? await this.kept.get<Row>(at);
      return value && [at, value];
    };
    for (const { id } of await this.comparison.linked('here', seen.own)) {
      const found = await row(id);
      if (found) return found;
    }
    if (seen.key === undefined) return undefined;
    return row(this.comparison.rule.linked ? await this.kept.get<string>(this.kept.name(seen.key)) : seen.key);
  }

  async leftOver(): Promise<void> {
    const begun = this.run.since === undefined ? undefined : await this.#begun();
    let writes = new Map<string, unknown>();
    for await (const { value: { id, key = '', number, own, over, since, families = [], match } } of this.kept.rows()) {
      if (match !== undefined) continue;
      const reason = over ? 'over before it was there' : since !== undefined && begun !== undefined && since < begun ? 'older than the synchronisation'
        : await this.comparison.isForeign('here', own) || !await this.#hasAll('there', families) ? 'not of the other system' : undefined;
      if (reason !== undefined) this.run.tally.add('skipped', { key: number, here: id, reason });
      else this.#candidate('missingThere', { key, number, here: id }, writes);
      if (writes.size < batchSize) continue;
      this.run.signal?.throwIfAborted();
      await this.kept.put(writes);
      writes = new Map();
    }
    await this.kept.put(writes);
  }

  /** When a node began to take records of the system, ms: what is older was never to be sent. Undefined if none does. */
  async #begun(): Promise<number | undefined> {
    const system = `/${encodeURIComponent(this.comparison.options.here.system)}`;
    let first: number | undefined;
    for await (const { key, value } of this.kept.store.range<number>({ from: 'start/', to: prefixEnd('start/') })) {
      if (key.endsWith(system)) first = Math.min(first ?? Infinity, value - value % 1000);
    }
    return first;
  }

  async #hasAll(side: Side, families: string[]): Promise<boolean> {
    for (const family of families) if (await this.kept.get(this.kept.family(side, family)) === undefined) return false;
    return true;
  }

  #candidate(kind: Kind, candidate: Candidate, writes: Map<string, unknown>): void {
    this.run.candidates++;
    writes.set(this.kept.nextFound(), { kind, ...candidate } satisfies Found);
  }

  /** What is compared of each page. A record that cannot be a document is told and left out. */
  async *#pages(side: Side): AsyncGenerator<Seen[]> {
    const { comparison, run: { since, signal, tally, onPage } } = this;
    const from = since === undefined ? undefined : since - (side === 'there' ? marginMs : 0);
    const connection = comparison.options[side];
    const window = from === undefined ? {} : { updatedSince: new Date(from).toISOString() };
    const of = await connection.count?.(comparison.entity, window);
    for await (const { records } of connection.list(comparison.entity, { ...window, ...(signal ? { signal } : {}) })) {
      const page = records.flatMap((native) => this.#seen(side, native));
      for (const seen of page) tally.saw(side, numberOf(seen));
      yield page;
      onPage(side, of);
      signal?.throwIfAborted();
    }
  }

  #seen(side: Side, native: Native): Seen[] {
    try {
      return this.comparison.seen(side, native);
    } catch (reason) {
      if (errorClass(reason) !== 'DATA') throw reason;
      const { id } = this.comparison.options[side].identify(this.comparison.entity, native);
      this.run.tally.add('unreadable', { key: id, [side]: id, reason: toError(reason).message });
      return [];
    }
  }
}

/** What people know a record by. */
export function numberOf({ number, own, id }: Seen): string { return number ?? own?.number ?? id; }
