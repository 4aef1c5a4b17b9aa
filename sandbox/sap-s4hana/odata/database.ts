import type { Journal, JournalEntry } from '../../journal';
import { fullRow, type EntityType, type Navigation, type Row } from './model';

/** What an index over these properties (one, or several joined by `|`) has of a row: the value itself, or the values joined. */
function indexed(row: Row, names: string): unknown {
  return names.includes('|') ? names.split('|').map((name) => String(row[name])).join('|') : row[names];
}

/** The rows of one entity set, in the order they were made, found by key and by indexed properties. */
export class Table {
  readonly rows = new Map<string, Row>();
  readonly #indexes = new Map<string, Map<unknown, Set<Row>>>();

  constructor(readonly type: EntityType, indexes: Iterable<string>) {
    for (const names of indexes) this.#indexes.set(names, new Map());
  }

  /** Without rows, with the same indexes. */
  emptied(): Table { return new Table(this.type, this.#indexes.keys()); }

  keyOf(row: Row): string { return this.type.keys.map((key) => String(row[key.name])).join('|'); }

  set(key: string, row: Row): void {
    const old = this.rows.get(key);
    if (old) this.#unindex(old);
    this.rows.set(key, row);
    for (const [names, index] of this.#indexes) {
      const value = indexed(row, names);
      const found = index.get(value);
      if (found) found.add(row);
      else index.set(value, new Set([row]));
    }
  }

  delete(key: string): void {
    const old = this.rows.get(key);
    if (old) this.#unindex(old);
    this.rows.delete(key);
  }

  /** The rows whose property (or properties, both joined by `|`) has this value; undefined when there is no index for it. */
  by(names: string, value: unknown): Iterable<Row> | undefined {
    const index = this.#indexes.get(names);
    return index && (index.get(value) ?? []);
  }

  /** The rows that belong to a row of another table. */
  related(row: Row, on: Navigation['on']): Iterable<Row> { return this.by(theirs(on), indexed(row, on.map(([own]) => own).join('|'))) ?? []; }

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
  readonly #journal: Journal;

  /** `indexes`: more properties to find rows by, per entity set; the ends of navigations are indexed by themselves. */
  constructor(readonly types: readonly EntityType[], indexes: Record<string, string[]>, journal: Journal) {
    this.#journal = journal;
    const wanted = new Map(types.map((type) => [type.set, new Set(indexes[type.set] ?? [])]));
    for (const { to, on } of types.flatMap((type) => [...type.navigations.values()])) wanted.get(to)?.add(theirs(on));
    for (const type of types) this.#tables.set(type.set, new Table(type, wanted.get(type.set) ?? []));
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

  /** Applies what a transaction gathered: first the journal, then the tables. */
  apply(changes: Changes): void {
    const entries: JournalEntry[] = [];
    for (const [{ type }, { rows, gone }] of changes) {
      for (const key of gone) entries.push([type.set, key]);
      for (const [key, row] of rows.rows) entries.push([type.set, key, row]);
    }
    this.#journal.commit(...entries);
    for (const [table, { rows, gone }] of changes) {
      for (const key of gone) table.delete(key);
      for (const [key, row] of rows.rows) table.set(key, row);
    }
  }

  /** Takes back what the journal kept. Returns how many rows there were. */
  restore(): number {
    for (const [set, key, row] of this.#journal.entries) if (this.has(set)) this.table(set).set(key, fullRow(this.table(set).type, row as Row));
    return this.#journal.entries.length;
  }
}

/** The properties at the far end of a navigation, as an index names them. */
function theirs(on: Navigation['on']): string { return on.map(([, name]) => name).join('|'); }

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

  commit(): void { this.database.apply(this.#changes); }

  #of(table: Table): { rows: Table; gone: Set<string> } {
    const known = this.#changes.get(table) ?? { rows: table.emptied(), gone: new Set<string>() };
    this.#changes.set(table, known);
    return known;
  }
}
