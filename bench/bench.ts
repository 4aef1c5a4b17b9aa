/** One figure against its yardstick, measured in the same run. */
export interface BenchRow {
  what: string;
  ours: string;
  /** What it is compared with, and its figure. */
  yardstick: string;
  /** How the two compare, e.g. `3.1 x`. */
  result: string;
  /** What is promised. */
  budget: string;
  isMet: boolean;
}

/** Something to be measured; its result is kept, so that no engine may leave the work out. */
export type Work = () => unknown;

let sink: unknown;

/** A row of rates, per second: ours is to be at least `atLeast` times the yardstick's. */
export function rates(what: string, ours: number, [name, theirs]: [string, number], atLeast: number): BenchRow {
  const perSecond = (rate: number): string => `${Math.round(rate).toLocaleString('en')}/s`;
  const ratio = ours / theirs;
  return {
    what, ours: perSecond(ours), yardstick: `${name}: ${perSecond(theirs)}`, result: `${ratio.toFixed(ratio >= 10 ? 0 : 2)} x`,
    budget: `>= ${String(atLeast)} x`, isMet: ratio >= atLeast,
  };
}

/** A row of times, ms: ours is to be no longer than the yardstick's and `more`. */
export function times(what: string, ours: number, [name, theirs]: [string, number], more = 0): BenchRow {
  const text = (ms: number): string => ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${ms.toFixed(0)} ms`;
  const difference = ours - theirs;
  return {
    what, ours: text(ours), yardstick: `${name}: ${text(theirs)}`, result: `${difference < 0 ? '-' : '+'} ${text(Math.abs(difference))}`,
    budget: more === 0 ? 'below it' : `<= + ${text(more)}`, isMet: difference <= more,
  };
}

/** Measures candidates in turns, so that a busy machine slows all alike; each has `rounds`, after one to warm up. */
export async function inTurns<T>(rounds: number, ...candidates: (() => Promise<T>)[]): Promise<T[][]> {
  const results = candidates.map((): T[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, candidate] of candidates.entries()) {
      const result = await candidate();
      if (round > 0) results[i]?.push(result);
    }
  }
  return results;
}

/** Compares how often two pieces of work can be done a second. `roundMs`: length of a round. */
export async function compare(what: string, ours: Work, [name, theirs]: [string, Work], atLeast: number, { roundMs = 100, rounds = 15 } = {}): Promise<BenchRow> {
  const [mine = [], others = []] = await inTurns(rounds, () => measure(ours, roundMs), () => measure(theirs, roundMs));
  return rates(what, median(mine), [name, median(others)], atLeast);
}

/** Calls a second; asynchronous work is awaited one by one. */
async function measure(work: Work, ms: number): Promise<number> {
  const begin = performance.now();
  let calls = 0;
  let elapsed = 0;
  const isAsync = (sink = work()) instanceof Promise;
  if (isAsync) await sink;
  while (elapsed < ms) {
    for (let i = 0; i < (isAsync ? 1 : 20); i++) {
      sink = work();
      if (isAsync) await sink;
      calls++;
    }
    elapsed = performance.now() - begin;
  }
  return calls / elapsed * 1000;
}

/** The middle of the values. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
