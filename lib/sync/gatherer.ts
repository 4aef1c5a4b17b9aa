import type { BulkOutcome, Native, WriteResult } from '../connectors/contract';
import { toError } from '../errors';

export interface GathererOptions {
  /** Records in one go at most. */
  most: number;
  /** How long the first record waits for company, ms. Default 25. */
  lingerMs?: number;
  send: (documents: Native[]) => Promise<BulkOutcome[]>;
  /** Which of two that wait under one key is sent. Default: the later one. */
  newer?: (waiting: Native, coming: Native) => Native;
}

interface Waiting { document: Native; ends: { resolve: (result: WriteResult) => void; reject: (error: Error) => void }[] }

/** Makes bulk writes of single ones: what comes while one is under way goes with the next. Each ends by itself. */
export class Gatherer {
  readonly #waiting = new Map<string, Waiting>();
  #timer: NodeJS.Timeout | undefined;
  #running = false;

  constructor(private readonly options: GathererOptions) {}

  /** Resolves once the record is written, rejects with its own error. Of several that wait under one key the newest is sent, for all. */
  add(key: string, document: Native): Promise<WriteResult> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(key);
      const chosen = waiting && this.options.newer ? this.options.newer(waiting.document, document) : document;
      this.#waiting.set(key, { document: chosen, ends: [...waiting?.ends ?? [], { resolve, reject }] });
      this.#wake();
    });
  }

  #wake(): void {
    if (this.#running || this.#waiting.size === 0) return;
    if (this.#waiting.size >= this.options.most) void this.#run();
    else this.#timer ??= setTimeout(() => { void this.#run(); }, this.options.lingerMs ?? 25);
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running = true;
    const batch = [...this.#waiting].slice(0, this.options.most);
    for (const [key] of batch) this.#waiting.delete(key);
    let outcomes: (BulkOutcome | { error: Error })[];
    try {
      outcomes = await this.options.send(batch.map(([, { document }]) => document));
    } catch (reason) {
      outcomes = batch.map(() => ({ error: toError(reason) }));
    }
    batch.forEach(([, { ends }], index) => {
      const outcome = outcomes[index] ?? { error: new Error('A bulk write did not say how one of its records ended.') };
      for (const { resolve, reject } of ends) {
        if ('result' in outcome) resolve(outcome.result);
        else reject(outcome.error);
      }
    });
    this.#running = false;
    this.#wake();
  }
}
