import type { Node, NodeAPI } from 'node-red';
import type { Breaker } from '../../lib/delivery/breaker';
import { toError } from '../../lib/errors';
import { skipReason, type Written } from '../../lib/sync/operation';
import { onOwnPart, onPartChange } from './limits';
import { countsText, SkipCounts, StatusLine } from './status';

/** What a commerce or ERP node shows: how many are done, the last number, and whether the system is down. */
export class OperationStatus {
  readonly #line: StatusLine;
  #done = 0;
  /** Since the last write. */
  #tried = 0;
  readonly #skips = new SkipCounts();
  #working = 0;
  #last: string | undefined;
  #trouble: string | undefined;
  /** Says more than the errors that come of it. */
  #down: string | undefined;
  #unwatch: (() => void) | undefined;
  readonly #unwatchLimits: () => void;

  constructor(private readonly RED: NodeAPI, node: Node) {
    this.#line = new StatusLine(node);
    this.#unwatchLimits = onPartChange(() => { this.#show(); });
  }

  /** Follows the system's circuit breaker, so that "system down" shows also while no message comes. */
  watch(breaker: Breaker): void {
    this.#unwatch = breaker.onChange((state) => {
      this.#down = state.kind === 'closed' ? undefined : this.RED._('common.status.down', { until: new Date(breaker.until ?? Date.now()).toLocaleTimeString() });
      this.#show();
    });
  }

  idle(): void { this.#show(); }

  /** A message arrived; call what it returns with the result, with the error, or with nothing after a read. */
  working(): (ended?: unknown) => void {
    this.#working++;
    this.#show();
    return (ended) => {
      this.#working--;
      if (ended instanceof Error) this.#trouble = toError(ended).message;
      else {
        this.#trouble = undefined;
        const written = ended as Written | undefined;
        const skipped = written?.result && skipReason(written);
        const isDry = typeof ended === 'object' && ended !== null && 'dryRun' in ended;
        if (isDry) this.#tried++;
        else this.#tried = 0;
        if (skipped !== undefined) this.#skips.add(skipped);
        else if (!isDry) this.#done++;
        const { externalId } = written?.result ?? {};
        this.#last = externalId?.number ?? externalId?.id ?? this.#last;
      }
      this.#show();
    };
  }

  close(): void {
    this.#unwatch?.();
    this.#unwatchLimits();
    this.#line.close();
  }

  #show(): void {
    const wrong = this.#down ?? this.#trouble;
    const slow = onOwnPart();
    const more = [...(slow ? [this.RED._('common.status.noRedis')] : []), ...(this.#last === undefined ? [] : [this.#last])];
    this.#line.show(() => wrong !== undefined
      ? { fill: 'red', shape: 'ring', text: wrong }
      : {
          fill: slow ? 'yellow' : 'green', shape: this.#working > 0 ? 'dot' : 'ring',
          text: countsText(this.RED, this.#tried > 0 ? { tried: this.#tried } : { done: this.#done, ...this.#skips.all }, more.join(' · ') || undefined),
        });
  }
}
