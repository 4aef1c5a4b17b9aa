import type { Node, NodeAPI } from 'node-red';
import type { RecordState } from '../../lib/delivery/records';
import { toError } from '../../lib/errors';
import { StatusLine } from '../common/status';

/** What an events node shows: how many of its records ended how, and what is wrong if something is. */
export class EventsStatus {
  readonly #line: StatusLine;
  readonly #counts: Record<RecordState, number> = { done: 0, retrying: 0, dead: 0, skipped: 0 };
  #pending = 0;
  #healed = 0;
  #trouble: string | undefined;

  constructor(private readonly RED: NodeAPI, node: Node) { this.#line = new StatusLine(node); }

  ready(): void { this.#show(); }

  settled(state: RecordState, reason: string | undefined, pending: number): void {
    // The second copy of something is no news: webhook and poll see every record twice.
    if (state !== 'skipped' || (reason !== 'unchanged' && reason !== 'stale' && reason !== 'not selected')) this.#counts[state]++;
    this.#pending = pending;
    this.#trouble = undefined;
    this.#show();
  }

  /** Records that polling found and no webhook had brought. */
  healed(count: number): void {
    this.#trouble = undefined;
    this.#healed += count;
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
    this.#line.show(() => {
      const { dead, retrying } = this.#counts;
      return {
        fill: dead > 0 ? 'red' : retrying > 0 ? 'yellow' : 'green', shape: this.#pending > 0 ? 'dot' : 'ring',
        text: this.RED._('b2b-commerce-events.status.counts', { done: this.#counts.done, pending: this.#pending, retrying, dead }),
      };
    });
  }
}
