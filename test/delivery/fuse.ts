import type { Entry, Precondition, RangeOptions, Store, Value, Write } from '../../lib/store/contract';
import { BaseStore } from '../../lib/store/base';

/** Stands for a process that is killed: after so many steps nothing it began goes on. */
export class Fuse {
  /** Resolves when the process is killed. */
  readonly blown: Promise<void>;
  #left: number;
  #blow: () => void = () => undefined;

  constructor(steps: number) {
    this.#left = steps;
    this.blown = new Promise((resolve) => { this.#blow = resolve; });
  }

  /** A moment at which the process may be killed: never resolves then. */
  step(): Promise<void> {
    this.#left--;
    if (this.#left > 0) return Promise.resolve();
    this.#blow();
    return new Promise(() => undefined);
  }

  /** May be killed before and after `work`. */
  async around<T>(work: () => T | Promise<T>): Promise<T> {
    await this.step();
    const result = await work();
    await this.step();
    return result;
  }
}

/** A process's view of a real store: dies with its fuse, before or after any call. */
export class FusedStore extends BaseStore {
  constructor(private readonly store: Store, private readonly fuse: Fuse) { super(Date.now); }
  get<T = Value>(key: string): Promise<Entry<T> | undefined> { return this.fuse.around(() => this.store.get<T>(key)); }
  commit(writes: Write[], preconditions?: Precondition[]): Promise<boolean> { return this.fuse.around(() => this.store.commit(writes, preconditions)); }
  range<T = Value>(options: RangeOptions): AsyncIterable<Entry<T>> { return this.store.range<T>(options); }
  close(): Promise<void> { return Promise.resolve(); }
}
