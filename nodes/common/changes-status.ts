import type { Node, NodeAPI } from 'node-red';
import type { RecordState } from '../../lib/delivery/records';
import { toError } from '../../lib/errors';
import type { Entity } from '../../lib/documents/event';
import type { BackfillProgress } from '../../lib/sync/backfill';
import type { SnapshotProgress } from '../../lib/sync/snapshot';
import { countsText, SkipCounts, StatusLine } from './status';

/** What a node that sends changes shows: how many of its records ended how, the last one's number, and what is wrong if something is. */
export class ChangesStatus {
  readonly #line: StatusLine;
  readonly #counts: Record<Exclude<RecordState, 'skipped'>, number> = { done: 0, retrying: 0, dead: 0 };
  readonly #skips = new SkipCounts();
  #waiting = 0;
  #last: string | undefined;
  #trouble: string | undefined;
  #reading: SnapshotProgress | undefined;
  readonly #backfills = new Map<Entity, BackfillProgress>();
  readonly #held = new Map<Entity, number>();
  readonly #late = new Map<Entity, number>();

  constructor(private readonly RED: NodeAPI, node: Node) { this.#line = new StatusLine(node); }

  /** The system answers. */
  well(): void {
    this.#trouble = undefined;
    this.#reading = undefined;
    this.#show();
  }

  /** A record ended; `waiting` are those that have not. */
  settled(state: RecordState, reason: string | undefined, number: string | undefined, waiting: number): void {
    if (state === 'skipped') this.#skips.add(reason ?? '');
    else {
      this.#counts[state]++;
      this.#last = number ?? this.#last;
    }
    this.#waiting = waiting;
    this.#trouble = undefined;
    this.#show();
  }

  /** A long list is being read. */
  progress(progress: SnapshotProgress): void {
    this.#reading = progress;
    this.#show();
  }

  /** The past is being read: `450 of 1000 · 12/s · 46 s left`. */
  backfill(progress: BackfillProgress): void {
    if (progress.state === 'running') this.#backfills.set(progress.entity, progress);
    else this.#backfills.delete(progress.entity);
    this.#trouble = undefined;
    this.#reading = undefined;
    this.#show();
  }

  /** So many records are gone that somebody must confirm it. */
  held(entity: Entity, count: number): void {
    this.#held.set(entity, count);
    this.#show();
  }

  /** So many changes are not in the other system in time. */
  late(entity: Entity, count: number): void {
    this.#late.set(entity, count);
    this.#show();
  }

  trouble(reason: unknown): void {
    this.#trouble = toError(reason).message;
    this.#show();
  }

  close(): void { this.#line.close(); }

  #show(): void {
    if (this.#trouble !== undefined) {
      this.#line.show({ fill: 'red', shape: 'ring', text: this.#trouble });
      return;
    }
    const { done, retrying, dead } = this.#counts;
    const held = sum(this.#held), late = sum(this.#late);
    const [backfill] = this.#backfills.values();
    this.#line.show(() => ({
      fill: dead + held > 0 ? 'red' : retrying + late > 0 ? 'yellow' : 'green', shape: this.#waiting > 0 ? 'dot' : 'ring',
      text: backfill ? this.#backfillText(backfill)
        : countsText(this.RED, { held, late, read: this.#reading?.read ?? 0, done, waiting: this.#waiting, toRetry: retrying, dead, ...this.#skips.all }, this.#last),
    }));
  }

  #backfillText({ entity, done, of, read, rate, leftMs, dead }: BackfillProgress): string {
    const parts = [this.RED._('common.status.backfill', { entity: this.RED._(`common.entities.${entity}`), done, of: of ?? read }), `${rate.toFixed(rate < 10 ? 1 : 0)}/s`];
    if (leftMs !== undefined) parts.push(this.RED._('common.status.left', { time: durationText(leftMs) }));
    if (dead > 0) parts.push(this.RED._('common.status.dead', { count: dead }));
    return parts.join(' · ');
  }
}

function sum(counts: ReadonlyMap<Entity, number>): number { return [...counts.values()].reduce((total, count) => total + count, 0); }

/** `45 s`, `12 min`, `3 h`: how long something takes, roughly. */
function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 100 ? `${String(seconds)} s` : seconds < 6000 ? `${String(Math.ceil(seconds / 60))} min` : `${String(Math.ceil(seconds / 3600))} h`;
}
