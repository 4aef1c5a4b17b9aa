import type { Journal, JournalEntry } from '../../journal';
import { fullRow, type EntityType, type Navigation, type Row } from './model';

/** What an index over these properties (one, or several joined by `|`) has of a row: the value itself, or the values joined. */
function indexed(row: Row, names: string): unknown {
  return names.includes('|') ? names.split('|').map((name) => String(row[name])).join('|') : row[names];
}

function add(index: Map<unknown, Set<Row>>, value: unknown, row: Row): void {
  const found = index.get(value);
  if (found) found.add(row);
  else index.set(value, new Set([row]));
}

/** A row's place in the order of a property. */
interface Place { value: string; key: string }

function ordered(rows: ReadonlyMap<string, Row>, name: string): Place[] {
  return [...rows].map(([key, row]) => ({ value: String(row[name]), key })).sort((a, b) => a.value < b.value ? -1 : a.value > b.value ? 1 : 0);
}

/** Where the first place at or after a value is. */
function firstFrom(places: readonly Place[], value: string): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.value ?? '') < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rows of one entity set, in the order they were made, found by key and by indexed properties. */
export class Table {
  readonly rows = new Map<string, Row>();
  readonly #indexed: ReadonlySet<string>;
  /** Made when they are needed: a large world starts the sooner. */
  readonly #indexes = new Map<string, Map<unknown, Set<Row>>>();
  /** Made when it is needed, forgotten when a key comes; keys that went are passed over. */
  readonly #ordered = new Map<string, Place[]>();

  constructor(readonly type: EntityType, indexes: ReadonlySet<string>) { this.#indexed = indexes; }

  /** Without rows, with the same indexes. */
  emptied(): Table { return new Table(this.type, this.#indexed); }

  keyOf(row: Row): string { return this.type.keys.map((key) => String(row[key.name])).join('|'); }

  set(key: string, row: Row): void {
    const old = this.rows.get(key);
    if (old) this.#unindex(old);
    else this.#ordered.clear();
    this.rows.set(key, row);
    for (const [names, index] of this.#indexes) add(index, indexed(row, names), row);
  }

  delete(key: string): void {
    const old = this.rows.get(key);
    if (old) this.#unindex(old);
    this.rows.delete(key);
  }

  /** The rows whose property (or properties, both joined by `|`) has this value; undefined when there is no index for it. */
  by(names: string, value: unknown): Iterable<Row> | undefined {
    const index = this.#index(names);
    return index && (index.get(value) ?? []);
  }

  /** The same for several values. */
  among(names: string, values: readonly unknown[]): Row[] | undefined {
    const index = this.#index(names);
    return index && [...new Set(values)].flatMap((value) => [...index.get(value) ?? []]);
  }

  /** The rows in the order of their first key property or of the one they are `sorted` by, a text, from a value of it on. */
  *ascending(name: string, from = ''): Generator<Row> {
    const places = this.#ordered.get(name) ?? ordered(this.rows, name);
    this.#ordered.set(name, places);
    for (let at = firstFrom(places, from); at < places.length; at++) {
      const row = this.rows.get(places[at]?.key ?? '');
      if (row) yield row;
    }
  }

  /** The rows that belong to a row of another table. */
  related(row: Row, on: Navigation['on']): Iterable<Row> { return this.by(theirs(on), indexed(row, on.map(([own]) => own).join('|'))) ?? []; }

  #index(names: string): Map<unknown, Set<Row>> | undefined {
    const known = this.#indexes.get(names);
    if (known || !this.#indexed.has(names)) return known;
    const index = new Map<unknown, Set<Row>>();
    for (const row of this.rows.values()) add(index, indexed(row, names), row);
    this.#indexes.set(names, index);
    return index;
  }

  #unindex(row: Row): void {
    for (const [names, index] of this.#indexes) {
      const value = indexed(row, names);
      const found = index.get(value);
      if (found?.delete(row) && found.size === 0) index.delete(value);
    }
  }
}

/** Every table of a system. Writes are gathered in a transaction and reach tables and journal together. */
export class Database {
  readonly #tables = new Map<string, Table>();
  #listener: ((news: RowNews[]) => void) | undefined;
  readonly #journal: Journal;

  /** `indexes`: more properties to find rows by, per entity set; the ends of navigations are indexed by themselves. */
  constructor(readonly types: readonly EntityType[], indexes: Record<string, string[]>, journal: Journal) {
    this.#journal = journal;
    const wanted = new Map(types.map((type) => [type.set, new Set(indexes[type.set] ?? [])]));
    for (const { to, on } of types.flatMap((type) => [...type.navigations.values()])) wanted.get(to)?.add(theirs(on));
    for (const type of types) this.#tables.set(type.set, new Table(type, wanted.get(type.set) ?? new Set()));
  }

  has(set: string): boolean { return this.#tables.has(set); }

  table(set: string): Table {
    const table = this.#tables.get(set);
    if (!table) throw new RangeError(`The sandbox has no ${set}`);
    return table;
  }

  /** The rows that a navigation leads to. */
  related(row: Row, { to, on }: Navigation): Row[] {
    return [...this.table(to).related(row, on)];
  }

  begin(): Transaction { return new Transaction(this); }

  /** Tells of every commit from now on, with the rows as they are after it, or were before they went. */
  listen(listener: (news: RowNews[]) => void): void { this.#listener = listener; }

  /** Applies what a transaction gathered: first the journal, then the tables. */
  apply(changes: Changes): void {
    const entries: JournalEntry[] = [];
    for (const [{ type }, { rows, gone }] of changes) {
      for (const key of gone) entries.push([type.set, key]);
      for (const [key, row] of rows.rows) entries.push([type.set, key, row]);
    }
    this.#journal.commit(...entries);
    const news = this.#listener ? newsOf(changes) : [];
    for (const [table, { rows, gone }] of changes) {
      for (const key of gone) table.delete(key);
      for (const [key, row] of rows.rows) table.set(key, row);
    }
    this.#listener?.(news);
  }

  /** Takes back what the journal kept. Returns how many rows there were. */
  restore(): number {
    for (const [set, key, row] of this.#journal.entries) if (this.has(set)) this.table(set).set(key, fullRow(this.table(set).type, row as Row));
    return this.#journal.entries.length;
  }
}

/** The properties at the far end of a navigation, as an index names them. */
function theirs(on: Navigation['on']): string { return on.map(([, name]) => name).join('|'); }

/** What became of a row. */
export interface RowNews { set: string; what: 'created' | 'changed' | 'deleted'; row: Row }

/** What changes will make of the rows there are. */
function newsOf(changes: Changes): RowNews[] {
  return [...changes].flatMap(([table, { rows, gone }]): RowNews[] => {
    const { set } = table.type;
    return [
      ...[...gone].flatMap((key) => { const row = table.rows.get(key); return row ? [{ set, what: 'deleted' as const, row }] : []; }),
      ...[...rows.rows].map(([key, row]) => ({ set, what: table.rows.has(key) ? 'changed' as const : 'created' as const, row })),
    ];
  });
}

/** What is new and which keys are gone, by table. */
type Changes = Map<Table, { rows: Table; gone: Set<string> }>;

/** Writes that belong together, seen by nobody until `commit`. A changeset of $batch, or one request. */
export class Transaction {
  readonly #changes: Changes = new Map();

  constructor(readonly database: Database) {}

  put(set: string, row: Row): Row {
    const table = this.database.table(set);
    const key = table.keyOf(row);
    const { rows, gone } = this.#of(table);
    gone.delete(key);
    rows.set(key, row);
    return row;
  }

  delete(set: string, row: Row): void {
    const table = this.database.table(set);
    const key = table.keyOf(row);
    const { rows, gone } = this.#of(table);
    rows.delete(key);
    gone.add(key);
  }

  get(set: string, key: string): Row | undefined {
    const table = this.database.table(set);
    const changes = this.#changes.get(table);
    return changes?.gone.has(key) === true ? undefined : changes?.rows.rows.get(key) ?? table.rows.get(key);
  }

  /** The rows a navigation leads to, with what this transaction has changed. */
  related(row: Row, navigation: Navigation): Row[] {
    const table = this.database.table(navigation.to);
    const changes = this.#changes.get(table);
    const stored = this.database.related(row, navigation);
    if (!changes) return stored;
    const { rows, gone } = changes;
    const found = new Map(stored.map((other) => [table.keyOf(other), other]));
    const changed = new Map([...rows.related(row, navigation.on)].map((other) => [table.keyOf(other), other]));
    for (const key of found.keys()) if (gone.has(key) || (rows.rows.has(key) && !changed.has(key))) found.delete(key);
    for (const [key, other] of changed) found.set(key, other);
    return [...found.values()];
  }

  /** How many rows have changed. */
  get size(): number {
    let size = 0;
    for (const { rows, gone } of this.#changes.values()) size += rows.rows.size + gone.size;
    return size;
  }

  commit(): void { this.database.apply(this.#changes); }

  #of(table: Table): { rows: Table; gone: Set<string> } {
    const known = this.#changes.get(table) ?? { rows: table.emptied(), gone: new Set<string>() };
    this.#changes.set(table, known);
    return known;
  }
}
