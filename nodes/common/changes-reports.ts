import type { Entity } from '../../lib/documents/event';
import type { BackfillProgress } from '../../lib/sync/backfill';
import type { Late } from '../../lib/sync/owed';

/** A message of the second output. */
export interface Report { topic: 'backfill' | 'held' | 'late'; payload: object }

/** Progress leaves the node this often at most, ms. */
const everyMs = 1000;

/** What leaves by the second output of a node that sends changes: progress, and what somebody should look at. */
export class ChangesReports {
  readonly #last = new Map<string, number>();
  constructor(private readonly send: (report: Report) => void, private readonly now: () => number = Date.now) {}

  /** Each second, and at the end. */
  backfill(progress: BackfillProgress): void {
    const before = this.#last.get(progress.run);
    if (progress.state === 'running' && before !== undefined && this.now() - before < everyMs) return;
    this.#last.set(progress.run, this.now());
    if (progress.state !== 'running') this.#last.delete(progress.run);
    this.send({ topic: 'backfill', payload: progress });
  }

  /** Records that are gone, too many to be believed: when there are more or fewer than before. True if so. */
  held(entity: Entity, gone: number): boolean {
    const isNews = this.#differs(`held ${entity}`, gone);
    if (isNews) this.send({ topic: 'held', payload: { entity, gone } });
    return isNews;
  }

  /** Records whose change is not in the other system in time: when there are more or fewer than before. */
  late(entity: Entity, late: Late): void { if (this.#differs(`late ${entity}`, late.count)) this.send({ topic: 'late', payload: { entity, ...late } }); }

  #differs(name: string, count: number): boolean {
    const before = this.#last.get(name) ?? 0;
    this.#last.set(name, count);
    return before !== count;
  }
}
