import { hash } from 'node:crypto';
import type { Canonical, ExternalId } from '../../connectors/contract';
import { prefixEnd, type Entry, type Store } from '../../store/contract';
import { sweep } from '../../store/sweep';
import type { Candidate, Side } from './comparison';
import type { FieldDifference } from './leaves';
import type { Report } from './report';

export type Kind = 'different' | 'missingHere' | 'missingThere';

/** What is kept of a record of the side that is right, until the run ends. */
export interface Row {
  id: string;
  key?: string;
  number: string;
  own?: ExternalId;
  /** See {@link Compared.printOf}. */
  print?: string;
  /** Nothing of it is missed elsewhere. */
  over?: true;
  /** When it came about, ms since 1970. */
  since?: number;
  families?: string[];
  /** The record of the other side that is the same one. */
  match?: string;
}

/** A difference, or what may be one as long as nobody has looked at both sides again. */
export interface Found extends Candidate {
  kind: Kind;
  /** Set once both sides were looked at again: what a message of it says. */
  told?: { fields: FieldDifference[]; document: Canonical; time: number; verb: 'created' | 'updated' | 'cancelled' | 'deleted'; masked: number; linked?: string };
}

/** Where a run keeps what it has read: memory does not grow with the number of records. */
export class ReconcileStore {
  readonly #prefix: string;
  #found = 0;

  constructor(readonly store: Store, id: string) { this.#prefix = `reconcile/${id}/`; }

  row(name: string): string { return `${this.#prefix}row/${part(name)}`; }
  name(key: string): string { return `${this.#prefix}key/${part(key)}`; }
  family(side: Side, family: string): string { return `${this.#prefix}family/${side}/${part(family)}`; }
  waits(partitionKey: string): string { return `${this.#prefix}waits/${part(partitionKey)}`; }
  get report(): string { return `${this.#prefix}report`; }
  nextFound(): string { return `${this.#prefix}found/${String(this.#found++).padStart(12, '0')}`; }

  async get<T>(key: string): Promise<T | undefined> { return (await this.store.get<T>(key))?.value; }
  rows(): AsyncIterable<Entry<Row>> { return this.#range<Row>('row/'); }
  found(): AsyncIterable<Entry<Found>> { return this.#range<Found>('found/'); }

  /** Writes all of it in one commit; what is undefined goes. */
  async put(values: ReadonlyMap<string, unknown>): Promise<void> {
    if (values.size > 0) await this.store.commit([...values].map(([key, value]) => value === undefined ? { delete: key } : { put: key, value }));
  }

  /** Forgets what was read, not what was found. */
  async clearRead(): Promise<void> {
    for (const name of ['row/', 'key/', 'family/', 'waits/']) await sweep(this.store, this.#prefix + name, ({ key }) => [key]);
  }

  async clear(): Promise<void> { await sweep(this.store, this.#prefix, ({ key }) => [key]); }

  /** Forgets what a run left behind that was killed. What waits for somebody to confirm it stays. */
  async tidy(): Promise<void> { await (await this.get<Report>(this.report) ? this.clearRead() : this.clear()); }

  #range<T>(name: string): AsyncIterable<Entry<T>> { return this.store.range<T>({ from: this.#prefix + name, to: prefixEnd(this.#prefix + name) }); }
}

/** Keys of the store have an end; a long name is known by its hash. */
function part(name: string): string {
  const encoded = encodeURIComponent(name);
  return encoded.length <= 300 ? encoded : `#${hash('sha256', name)}`;
}
