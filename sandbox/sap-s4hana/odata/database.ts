import type { Journal, JournalEntry } from '../../journal';
import { fullRow, type EntityType, type Navigation, type Row } from './model';

/** The rows of one entity set, in the order they were made, found by key and by indexed properties. */
export class Table {
  readonly rows = new Map<string, Row>();
  readonly #indexes = new Map<string, Map<unknown, Set<Row>>>();

  constructor(readonly type: EntityType, indexed: Iterable<string>) {
    for (const name of indexed) this.#indexes.set(name, new Map());
  }

  keyOf(row: Row): string { return this.type.keys.map((key) => String(row[key.name])).join('|'); }

  set(key: string, row: Row): void {
    const old = this.rows.get(key);
    if (old) this.#unindex(old);
    this.rows.set(key, row);
    for (const [name, index] of this.#indexes) {
      const found = index.get(row[name]);
      if (found) found.add(row);
      else index.set(row[name], new Set([row]));
    }
  }

  delete(key: string): void {
    const old = this.rows.get(key);
    if (old) this.#unindex(old);
    this.rows.delete(key);
  }

  /** The rows whose property has this value; undefined when there is no index for it. */
  by(name: string, value: unknown): Iterable<Row> | undefined {
    const index = this.#indexes.get(name);
    return index && (index.get(value) ?? []);
  }

  #unindex(row: Row): void {
    for (const [name, index] of this.#indexes) {
      const found = index.get(row[name]);
      if (found?.delete(row) && found.size === 0) index.delete(row[name]);
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
    for (const { to, on } of types.flatMap((type) => [...type.navigations.values()])) if (on[0]) wanted.get(to)?.add(on[0][1]);
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
    const [first, ...rest] = on;
    if (!first) return [];
    const table = this.table(to);
    const found: Row[] = [];
    for (const other of table.by(first[1], row[first[0]]) ?? []) {
      if (rest.every(([own, theirs]) => row[own] === other[theirs])) found.push(other);
    }
    return found;
  }

  begin(): Transaction { return new Transaction(this); }

  /** Applies what a transaction gathered: first the journal, then the tables. */
  apply(changes: Changes): void {
    const entries: JournalEntry[] = [];
    for (const [{ type }, rows] of changes) for (const [key, row] of rows) entries.push(row ? [type.set, key, row] : [type.set, key]);
    this.#journal.commit(...entries);
    for (const [table, rows] of changes) {
      for (const [key, row] of rows) {
        if (row) table.set(key, row);
        else table.delete(key);
      }
    }
  }

  /** Takes back what the journal kept. Returns how many rows there were. */
  restore(): number {
    for (const [set, key, row] of this.#journal.entries) if (this.has(set)) this.table(set).set(key, fullRow(this.table(set).type, row as Row));
    return this.#journal.entries.length;
  }
}

/** New rows by table and key; undefined for rows that are gone. */
type Changes = Map<Table, Map<string, Row | undefined>>;

/** Writes that belong together, seen by nobody until `commit`. A changeset of $batch, or one request. */
export class Transaction {
  readonly #changes: Changes = new Map();

  constructor(readonly database: Database) {}

  put(set: string, row: Row): Row {
    const table = this.database.table(set);
    this.#of(table).set(table.keyOf(row), row);
    return row;
  }

  delete(set: string, row: Row): void {
    const table = this.database.table(set);
    this.#of(table).set(table.keyOf(row), undefined);
  }

  get(set: string, key: string): Row | undefined {
    const table = this.database.table(set);
    const changes = this.#changes.get(table);
    return changes?.has(key) === true ? changes.get(key) : table.rows.get(key);
  }

  /** The rows a navigation leads to, with what this transaction has changed. */
  related(row: Row, navigation: Navigation): Row[] {
    const table = this.database.table(navigation.to);
    const changes = this.#changes.get(table);
    const stored = this.database.related(row, navigation);
    if (!changes) return stored;
    const found = new Map(stored.map((other) => [table.keyOf(other), other]));
    for (const [key, other] of changes) {
      if (other && navigation.on.every(([own, theirs]) => row[own] === other[theirs])) found.set(key, other);
      else found.delete(key);
    }
    return [...found.values()];
  }

  commit(): void { this.database.apply(this.#changes); }

  #of(table: Table): Map<string, Row | undefined> {
    const known = this.#changes.get(table) ?? new Map<string, Row | undefined>();
    this.#changes.set(table, known);
    return known;
  }
}
