import type { HttpResponse, Limit } from '../contract';
import { systemClock, type Clock } from './clock';
import { WaitingLine } from './waiting-line';

/** What an answer says about the bucket; every part may be missing. */
export interface CostReport {
  /** What the call did cost; null or 0 if it was not run. */
  actual?: number | null | undefined;
  maximumAvailable?: number | undefined;
  currentlyAvailable?: number | undefined;
  /** Points per second. */
  restoreRate?: number | undefined;
}

/** A vendor's bucket of points. */
export interface Points {
  /** Size and restore rate until the server tells its own. */
  maximum: number;
  restoreRate: number;
  /** Finds the report in an answer. */
  report: (response: HttpResponse) => CostReport | undefined;
}

export interface CostBucketOptions extends Points {
  /** Points per second at most, whatever the server restores. Default: no limit. */
  atMost?: () => number;
  /** What is in the bucket now. Default: it is full. */
  available?: number;
  clock?: Clock;
}

/**
 * A bucket of points as Shopify keeps one per app and shop: a call's cost must fit before it starts, the difference to
 * what it did cost comes back afterwards. A server's figure is believed when it is lower than our own books (others draw
 * from the same bucket), never when it is higher: the server may not have seen all calls that are on their way. For the
 * same reason the bucket counts as full at its size less what is on its way.
 */
export function costBucket(options: CostBucketOptions): Limit {
  const { clock = systemClock, atMost = () => Infinity } = options;
  let { maximum, restoreRate } = options;
  let available = options.available ?? maximum;
  let onTheirWay = 0;
  let countedAt = clock.now();

  const rate = (): number => Math.min(restoreRate, atMost());

  function restore(): void {
    const now = clock.now();
    available = Math.min(maximum - onTheirWay, available + Math.max(0, now - countedAt) * rate() / 1000);
    countedAt = now;
  }

  const line = new WaitingLine(clock);

  /** Takes `cost` if it is there, or says how long it will be until then, ms. */
  function take(cost: number): number {
    restore();
    if (cost > maximum - onTheirWay) return Infinity;
    if (available < cost - 1e-9) return Math.max(1, Math.ceil((cost - available) * 1000 / rate()));
    available -= cost;
    onTheirWay += cost;
    return 0;
  }

  function learn(reserved: number, response: HttpResponse | undefined): void {
    restore();
    onTheirWay -= reserved;
    const report = response && options.report(response);
    if (!report) return;
    const { actual, maximumAvailable, currentlyAvailable, restoreRate: told } = report;
    if (told !== undefined && told > 0) restoreRate = told;
    if (maximumAvailable !== undefined && maximumAvailable > 0) {
      available += maximumAvailable - maximum;
      maximum = maximumAvailable;
    }
    if (actual !== undefined) available += Math.max(0, reserved - (actual ?? 0));
    available = Math.min(available, maximum - onTheirWay, currentlyAvailable ?? Infinity);
  }

  return {
    async acquire(cost, signal) {
      let reserved = 0;
      await line.enter(() => {
        reserved = Math.min(cost, maximum); // above the whole bucket: goes at a full one, and the server decides
        return take(reserved);
      }, signal);
      let done = false;
      return (response) => {
        if (done) return;
        done = true;
        learn(reserved, response);
        line.pump();
      };
    },
  };
}
