import { createHash } from 'node:crypto';
import type { Limit } from '../contract';
import { combined } from './combined';
import { concurrency } from './concurrency';
import { costBucket, type Points } from './cost-bucket';
import { requestBucket } from './request-bucket';

/** What one account may do. */
export interface Budget {
  /** Calls in flight at once. */
  concurrency: number;
  /** Calls per second, or points where the vendor counts those. Absent: no limit of ours. */
  rate?: number;
  /** Calls that may start at once after a pause. Default 1. */
  burst?: number;
  /** The vendor's bucket of points, if it has one. */
  points?: Points;
}

/** The limit of an account for one of those that use it. */
export interface AccountLimit extends Limit {
  /** Its budget no longer counts. Calls in flight still do. */
  close(): void;
}

/** Limits by account: whoever signs in as the same to the same system draws from the same budget. */
export interface Limits {
  /** Of several budgets for one account the lowest figures hold. `account`: see {@link accountOf}. */
  open(account: string, budget: Budget): AccountLimit;
}

/** What names an account: vendor, address and who signs in, as a digest that tells neither user nor token. */
export function accountOf(vendor: string, baseUrl: string, ...identity: string[]): string {
  return `${vendor}-${createHash('sha256').update(JSON.stringify([new URL(baseUrl).origin, ...identity])).digest('hex').slice(0, 24)}`;
}

/** The budgets that users of one account were given. */
export class Budgets {
  readonly #open: Budget[] = [];

  constructor(private last: Budget) {}

  /** Adds a user; the function returned removes it. */
  add(budget: Budget): () => void {
    this.#open.push(budget);
    return () => {
      const at = this.#open.indexOf(budget);
      if (at < 0) return;
      this.#open.splice(at, 1);
      this.last = budget;
    };
  }

  /** Has it users? */
  get used(): boolean { return this.#open.length > 0; }
  get concurrency(): number { return Math.min(...this.#all.map((one) => one.concurrency)); }
  /** Infinity: no limit. */
  get rate(): number { return Math.min(...this.#all.map(({ rate = Infinity }) => rate)); }
  get burst(): number { return Math.min(...this.#all.map(({ burst = 1 }) => burst)); }
  get points(): Points | undefined { return this.#all[0]?.points; }

  /** Without users the budget of the last one holds for the calls that are still under way. */
  get #all(): Budget[] { return this.#open.length > 0 ? this.#open : [this.last]; }
}

/** A limit of this process for budgets that may change. */
function limitOf(budgets: Budgets): Limit {
  const { points } = budgets;
  return combined(
    concurrency(() => budgets.concurrency),
    points ? costBucket({ ...points, atMost: () => budgets.rate }) : requestBucket({ rate: () => budgets.rate, burst: budgets.burst }),
  );
}

/** Limits that hold within this process. */
class ProcessLimits implements Limits {
  readonly #accounts = new Map<string, { budgets: Budgets; limit: Limit }>();

  open(account: string, budget: Budget): AccountLimit {
    let known = this.#accounts.get(account);
    if (!known) {
      const budgets = new Budgets(budget);
      this.#accounts.set(account, known = { budgets, limit: limitOf(budgets) });
    }
    const { budgets, limit } = known;
    return { acquire: (cost, signal) => limit.acquire(cost, signal), close: budgets.add(budget) };
  }
}

/** Those of this process: what an account has used up is remembered over a deploy. */
export const processLimits: Limits = new ProcessLimits();
