import { join } from 'node:path';
import { Breaker } from './delivery/breaker';
import { DeadLetters } from './delivery/dead-letters';
import { FlowCompletion } from './delivery/flow-completion';
import { Holds } from './delivery/lanes';
import { Ledger } from './delivery/ledger';
import { Links } from './delivery/links';
import { defaultRetention, prune, pruneDaily, type Retention } from './delivery/retention';
import { shutLanes } from './delivery/retry';
import { Source, type SourceOptions } from './delivery/source';
import { openLmdbStore } from './store/lmdb';
import type { Store } from './store/contract';

export interface RuntimeOptions {
  /** Where the store keeps its files. */
  dataDir: string;
  /** Dead letters at most. Default 100,000. */
  deadLetterQuota?: number;
  /** How long what is settled is remembered. Default {@link defaultRetention}. */
  retention?: Partial<Retention>;
  /** Hears of errors nobody waits for. */
  onError: (error: unknown) => void;
}

/** Opens the store in `<dataDir>/store`. Throws ConfigError if it cannot be opened. */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const store = await openLmdbStore(join(options.dataDir, 'store'));
  const runtime = new Runtime(store, options);
  await shutLanes(store, runtime.holds);
  return runtime;
}

/** The services of one process, put together. */
export class Runtime {
  readonly completion = new FlowCompletion();
  readonly holds = new Holds();
  readonly ledger: Ledger;
  readonly links: Links;
  readonly deadLetters: DeadLetters;
  readonly #breakers = new Map<string, Breaker>();
  readonly #stopPruning: () => void;

  constructor(readonly store: Store, private readonly options: RuntimeOptions) {
    this.ledger = new Ledger(store);
    this.links = new Links(store);
    this.deadLetters = new DeadLetters(store, options.deadLetterQuota === undefined ? {} : { quota: options.deadLetterQuota });
    const retention = { ...defaultRetention, ...options.retention };
    this.#stopPruning = pruneDaily(() => prune(store, this.ledger, retention, Date.now()), options.onError);
  }

  /** The circuit breaker of a target system; `threshold` changes after how many failures in a row it opens. */
  breaker(system: string, threshold?: number): Breaker {
    let breaker = this.#breakers.get(system);
    if (!breaker) this.#breakers.set(system, breaker = new Breaker({ system }));
    if (threshold !== undefined) breaker.threshold = threshold;
    return breaker;
  }

  /** Systems whose breaker is open. */
  get down(): string[] { return [...this.#breakers].filter(([, { state }]) => state.kind !== 'closed').map(([system]) => system); }

  /** Where a node's messages enter its flow. */
  openSource(options: Pick<SourceOptions, 'id' | 'parallel' | 'timeLimitMs' | 'send'> & Partial<Pick<SourceOptions, 'onError'>>): Source {
    return new Source({ onError: this.options.onError, ...options, completion: this.completion, holds: this.holds });
  }

  async close(): Promise<void> {
    this.completion.detach();
    this.#stopPruning();
    await this.store.close();
  }
}
