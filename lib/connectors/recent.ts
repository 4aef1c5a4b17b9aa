/** What was found lately: forgotten after a while, and never more than so many. */
export class Recent<T> {
  readonly #entries = new Map<string, { value: T; until: number }>();
  constructor(private readonly most: number, private readonly keptMs: number, private readonly now: () => number = Date.now) {}

  get size(): number { return this.#entries.size; }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry && entry.until > this.now()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  /** The oldest makes room. */
  set(key: string, value: T): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, until: this.now() + this.keptMs });
    if (this.#entries.size <= this.most) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  delete(key: string): void { this.#entries.delete(key); }
}
