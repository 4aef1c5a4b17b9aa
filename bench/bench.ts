/** One figure against its yardstick, measured in the same run. */
export interface BenchRow {
  what: string;
  /** Per second. */
  ours: number;
  /** What it is compared with, and its rate per second. */
  yardstick: { name: string; rate: number };
  ratio: number;
  /** The ratio promised. */
  atLeast: number;
}

/** Something to be measured; its result is kept, so that no engine may leave the work out. */
export type Work = () => unknown;

let sink: unknown;

/**
 * Measures two candidates in turns, so that a busy machine slows both alike, and compares the medians of their rounds.
 * `roundMs`: length of a round; `rounds`: how many each has, after one to warm up.
 */
export async function compare(what: string, ours: Work, [name, theirs]: [string, Work], atLeast: number, { roundMs = 100, rounds = 15 } = {}): Promise<BenchRow> {
  const rates: [number[], number[]] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    for (const [i, work] of [ours, theirs].entries()) {
      const rate = await measure(work, roundMs);
      if (round > 0) rates[i as 0 | 1].push(rate);
    }
  }
  const [mine, other] = [median(rates[0]), median(rates[1])];
  return { what, ours: mine, yardstick: { name, rate: other }, ratio: mine / other, atLeast };
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
