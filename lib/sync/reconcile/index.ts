import { errorClass, toError } from '../../errors';
import type { Entry, Store } from '../../store/contract';
import { Comparison, type ComparisonOptions, type Seen, type Side } from './comparison';
import { Pairing, type Reading } from './pairing';
import { Tally, type Outcome, type Report, type Sample } from './report';
import { ReconcileStore, type Found } from './store';
import { noteWaiting, type Where } from './waiting';

export interface ReconcileOptions extends ComparisonOptions {
  /** The node's id: names what it keeps in the store. */
  id: string;
  store: Store;
  /** Of orders those changed in the last so many days; 0 for all. */
  days: number;
  /** More differences than this, and than this share of the records, are held. */
  guard: { most: number; percent: number };
  /** Records named in the report, of each kind. */
  samples: number;
  /** Sends nothing. */
  dry?: boolean;
  /** Takes a difference over for good; `run` tells it from the same one of another run. */
  take: (found: Found, run: number) => Promise<void>;
  onProgress?: (progress: Progress) => void;
  now?: () => number;
}

export interface Progress { phase: Side | 'checking' | 'sending'; done: number; of?: number; perSecond: number }

interface Run extends Reading { startedAt: number }

const dayMs = 86_400_000;
/** Records looked at again at once; the connections keep their own limits. */
const parallel = 8;

/**
 * Compares the records of two systems. One side is read whole into small rows on disk, then the other is streamed past
 * them; what seems different or missing is looked at again on both sides before it counts. A run that was killed starts anew.
 */
export class Reconciliation {
  readonly #comparison: Comparison;
  readonly #kept: ReconcileStore;
  readonly #now: () => number;
  #running: Promise<Report> | undefined;
  #confirmed = false;

  constructor(private readonly options: ReconcileOptions) {
    this.#comparison = new Comparison(options);
    this.#kept = new ReconcileStore(options.store, options.id);
    this.#now = options.now ?? Date.now;
  }

  /** Forgets what a killed run left behind. Resolves to the report of a run whose differences wait for somebody to confirm them. */
  async open(): Promise<Report | undefined> {
    await this.#kept.tidy();
    return this.#kept.get<Report>(this.#kept.report);
  }

  /** Forgets everything: the node was deleted. */
  async remove(): Promise<void> { await this.#kept.clear(); }

  /**
   * One run; a second call while it runs joins it. `confirm` lets go what the last run held; if that held nothing, the
   * differences of this run go, however many they are. Rejects with what the systems answer, and when it is aborted.
   */
  run({ confirm = false, signal }: { confirm?: boolean; signal?: AbortSignal } = {}): Promise<Report> {
    this.#confirmed ||= confirm;
    return this.#running ??= this.#start(signal).finally(() => { this.#running = undefined; this.#confirmed = false; });
  }

  /** A difference that has waited, as it is now; undefined if there is none any more. */
  async again(found: Found): Promise<Found | undefined> {
    const judged = await this.#judge(found, undefined);
    return 'found' in judged ? judged.found : undefined;
  }

  async #start(signal?: AbortSignal): Promise<Report> {
    const held = await this.#kept.get<Report>(this.#kept.report);
    if (held && this.#confirmed && !this.options.dry) return this.#release(held, signal);
    const startedAt = this.#now();
    const { days, samples } = this.options;
    const since = this.#comparison.rule.since !== undefined && days > 0 ? startedAt - days * dayMs : undefined;
    const progress = this.#progress();
    const tally = new Tally(samples);
    const run: Run = { startedAt, since, tally, candidates: 0, signal, onPage: (side, of) => { progress(side, tally.read[side].count, of); } };
    await this.#kept.clear();
    const pairing = new Pairing(this.#comparison, this.#kept, run);
    await pairing.readHere();
    await pairing.readThere();
    await pairing.leftOver();
    if (run.candidates > 0) await noteWaiting(this.options.store, (key) => this.#kept.waits(key));
    await this.#check(run);
    await this.#kept.clearRead();
    return this.#end(run);
  }

  /** Looks at every candidate again. Past the limit it is held anyway, and looked at when somebody lets it go. */
  async #check(run: Run): Promise<void> {
    const progress = this.#progress();
    let done = 0;
    for await (const chunk of chunks(this.#kept.found())) {
      const writes = new Map<string, unknown>();
      const isPast = !this.#confirmed && !this.options.dry && run.tally.differences > this.#limit(run);
      await Promise.all(chunk.map(async ({ key, value }) => {
        if (isPast) { run.tally.add(value.kind, sampleOf(value)); return; }
        const judged = await this.#judge(value, run);
        run.tally.add(judged.outcome, judged.sample);
        writes.set(key, 'found' in judged ? judged.found : undefined);
      }));
      await this.#kept.put(writes);
      progress('checking', done += chunk.length, run.candidates);
      run.signal?.throwIfAborted();
    }
  }

  /** What became of a candidate. Without a run nothing is under way: its message is. */
  async #judge(candidate: Found, run: Run | undefined): Promise<{ outcome: Outcome; sample: Sample } | { outcome: Found['kind']; sample: Sample; found: Found }> {
    const sample = sampleOf(candidate);
    const where = run && await this.#whereWaits(candidate);
    if (where) return { outcome: 'underWay', sample: { ...sample, reason: where } };
    let pair: { here?: Seen; there?: Seen };
    try {
      pair = await this.#comparison.again(candidate);
    } catch (reason) {
      if (errorClass(reason) !== 'DATA') throw reason;
      return { outcome: 'unreadable', sample: { ...sample, reason: toError(reason).message } };
    }
    const { here, there } = pair;
    const skipped = await this.#comparison.missedNowhere(pair);
    if (skipped !== undefined) return { outcome: 'skipped', sample: { ...sample, reason: skipped } };
    const fields = here && there ? this.#comparison.differing(here, there) : [];
    if (here && there && fields.length === 0) return { outcome: 'equal', sample };
    const found = await this.#comparison.told(candidate, pair, fields, this.#now());
    const told = sampleOf(found);
    // Systems tell whole seconds.
    const isNewer = run && this.#comparison.isTimed && [here, there].some((seen) => seen && seen.time >= run.startedAt - run.startedAt % 1000);
    return isNewer ? { outcome: 'underWay', sample: { ...told, reason: 'changed meanwhile' } } : { outcome: found.kind, sample: told, found };
  }

  /** A dead letter keeps a record from being made behind its back; it does not keep one that is there from being mended. */
  async #whereWaits({ kind, here, there }: Found): Promise<Where | undefined> {
    const where = await this.#kept.get<Where>(this.#kept.waits(`${this.#comparison.entity}:${here ?? there ?? ''}`));
    return where === 'dead letter' && kind !== 'missingThere' ? undefined : where;
  }

  #limit({ tally: { read } }: Run): number {
    const { most, percent } = this.options.guard;
    return Math.max(most, Math.floor(Math.max(read.here.count, read.there.count) * percent / 100));
  }

  async #end(run: Run): Promise<Report> {
    const { tally, startedAt, since, signal } = run;
    const { entity, here, there, dry } = this.options;
    const limit = this.#limit(run);
    const held = tally.differences > limit && !this.#confirmed;
    const ended = held || dry ? { sent: 0, unconfirmed: dry ? 0 : tally.differences } : await this.#send(startedAt, tally.differences, signal);
    const report: Report = {
      entity, here: here.system, there: there.system, startedAt: new Date(startedAt).toISOString(), endedAt: new Date(this.#now()).toISOString(),
      ...(since === undefined ? {} : { since: new Date(since).toISOString() }), read: tally.read, counts: tally.counts, samples: tally.samples, held, limit, ...ended,
    };
    // Written last: without it, whatever was found is forgotten at the next start and found anew.
    if (report.unconfirmed > 0) await this.#kept.put(new Map([[this.#kept.report, report]]));
    else await this.#kept.clear();
    return report;
  }

  /** Lets go what the last run held. Each is looked at again when its turn comes. */
  async #release(held: Report, signal?: AbortSignal): Promise<Report> {
    const { sent } = await this.#send(this.#now(), held.unconfirmed, signal, true);
    await this.#kept.clear();
    return { ...held, endedAt: new Date(this.#now()).toISOString(), held: false, sent: held.sent + sent, unconfirmed: 0 };
  }

  /** Sends what was found; no deletion without confirmation. `late`: what was told of them may be true no longer. */
  async #send(run: number, of: number, signal?: AbortSignal, late = false): Promise<Pick<Report, 'sent' | 'unconfirmed'>> {
    const progress = this.#progress();
    const ended = { sent: 0, unconfirmed: 0 };
    for await (const { key, value } of this.#kept.found()) {
      signal?.throwIfAborted();
      if (value.kind === 'missingHere' && !this.#confirmed) {
        ended.unconfirmed++;
        continue;
      }
      const { told, ...bare } = value;
      await this.options.take(late || !told ? bare : value, run);
      await this.options.store.delete(key);
      progress('sending', ++ended.sent, of);
    }
    return ended;
  }

  /** Tells how far a phase is and how fast it goes. */
  #progress(): (phase: Progress['phase'], done: number, of?: number) => void {
    const began = this.#now();
    return (phase, done, of) => {
      const perSecond = Math.round(done / Math.max(0.001, (this.#now() - began) / 1000));
      this.options.onProgress?.({ phase, done, perSecond, ...(of === undefined ? {} : { of }) });
    };
  }
}

function sampleOf({ number, here, there, told }: Found): Sample {
  return { key: number, ...(here === undefined ? {} : { here }), ...(there === undefined ? {} : { there }), ...(told && told.fields.length > 0 ? { fields: told.fields } : {}) };
}

async function* chunks<T>(entries: AsyncIterable<Entry<T>>): AsyncGenerator<Entry<T>[]> {
  let chunk: Entry<T>[] = [];
  for await (const entry of entries) {
    chunk.push(entry);
    if (chunk.length < parallel) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
