import type { Node, NodeAPI } from 'node-red';
import type { RecordState } from '../../lib/delivery/records';
import { toError } from '../../lib/errors';
import type { SnapshotProgress } from '../../lib/sync/snapshot';
import { countsText, StatusLine } from './status';

/** The second copy of something is no news: webhook and poll see every record twice. */
const noNews = ['unchanged', 'stale', 'superseded', 'not selected'];

/** What a node that sends changes shows: how many of its records ended how, the last one's number, and what is wrong if something is. */
export class ChangesStatus {
  readonly #line: StatusLine;
  readonly #counts: Record<RecordState, number> = { done: 0, retrying: 0, dead: 0, skipped: 0 };
  #waiting = 0;
  #last: string | undefined;
  #trouble: string | undefined;
  #reading: SnapshotProgress | undefined;

  constructor(private readonly RED: NodeAPI, node: Node) { this.#line = new StatusLine(node); }

  /** The system answers. */
  well(): void {
    this.#trouble = undefined;
    this.#reading = undefined;
    this.#show();
  }

  /** A record ended; `waiting` are those that have not. */
  settled(state: RecordState, reason: string | undefined, number: string | undefined, waiting: number): void {
    if (state !== 'skipped' || !noNews.includes(reason ?? '')) {
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
    const { done, retrying, dead, skipped } = this.#counts;
    this.#line.show(() => ({
      fill: dead > 0 ? 'red' : retrying > 0 ? 'yellow' : 'green', shape: this.#waiting > 0 ? 'dot' : 'ring',
      text: countsText(this.RED, { read: this.#reading?.read ?? 0, done, waiting: this.#waiting, toRetry: retrying, skipped, dead }, this.#last),
    }));
  }
}
