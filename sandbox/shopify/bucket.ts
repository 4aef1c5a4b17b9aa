/** What a plan's cost bucket holds and how many points come back a second (the vendor's published restore rates). */
export const plans = {
  standard: { size: 2_000, restoreRate: 100 },
  advanced: { size: 4_000, restoreRate: 200 },
  plus: { size: 20_000, restoreRate: 1_000 },
  enterprise: { size: 40_000, restoreRate: 2_000 },
} as const;
export type Plan = keyof typeof plans;

/** The leaky bucket of one app in one shop. */
export class CostBucket {
  readonly size: number;
  readonly restoreRate: number;
  /** Points used since the start, for good. */
  spent = 0;
  readonly #now: () => number;
  #points: number;
  #at: number;

  constructor(options: { size: number; restoreRate: number }, now: () => number) {
    this.size = options.size;
    this.restoreRate = options.restoreRate;
    this.#points = options.size;
    this.#now = now;
    this.#at = now();
  }

  get available(): number {
    const now = this.#now();
    this.#points = Math.min(this.size, this.#points + Math.max(0, now - this.#at) / 1000 * this.restoreRate);
    this.#at = now;
    return this.#points;
  }

  /** Takes the points if they are there. */
  take(points: number): boolean {
    if (this.available < points) return false;
    this.#points -= points;
    this.spent += points;
    return true;
  }

  /** Gives back what a query asked for and did not use. */
  giveBack(points: number): void {
    this.#points = Math.min(this.size, this.available + points);
    this.spent -= points;
  }

  empty(): void { this.#points = Math.min(0, this.available); }
}
