/**
 * How far a stream has been read: everything up to `committed` is settled. A stream forgets nothing and knows no
 * acknowledgement, so a reader has to remember by itself where to go on.
 */
export class StreamCursor {
  readonly #open = new Set<number>();
  #seen: number;

  /** `committed`: the last offset of an earlier reader; undefined if there was none. */
  constructor(committed?: number) { this.#seen = committed ?? -1; }

  /** The last offset of which nothing before is open; undefined if nothing was settled yet. */
  get committed(): number | undefined {
    let lowest = this.#seen + 1;
    for (const offset of this.#open) if (offset < lowest) lowest = offset;
    return lowest > 0 ? lowest - 1 : undefined;
  }

  delivered(offset: number): void {
    this.#open.add(offset);
    this.#seen = Math.max(this.#seen, offset);
  }

  settled(offset: number): void { this.#open.delete(offset); }

  /** The subscription ended: what is open will be read again. */
  rewind(): void {
    this.#seen = this.committed ?? -1;
    this.#open.clear();
  }
}
