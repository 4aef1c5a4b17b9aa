/** Work on the same things goes one after the other, whatever becomes of it; other work goes on meanwhile. */
export class OneByOne {
  readonly #busy = new Map<string, Promise<void>>();

  /** Begins once all earlier work that has a key in common has ended. */
  async run<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = keys.flatMap((key) => this.#busy.get(key) ?? []);
    const run = Promise.all(before).then(work);
    const ended = run.then(() => undefined, () => undefined);
    for (const key of keys) this.#busy.set(key, ended);
    try {
      return await run;
    } finally {
      for (const key of keys) if (this.#busy.get(key) === ended) this.#busy.delete(key);
    }
  }
}
