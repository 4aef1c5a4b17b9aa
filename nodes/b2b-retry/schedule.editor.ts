/** The settings of a retry node that its sentence is about; all numbers as the form holds them. */
export interface RetrySettings {
  /** Tries at most. */
  maxTries: number;
  /** First wait, s. */
  base: number;
  /** Longest wait, s. */
  cap: number;
  /** Oldest age of a message, h. */
  maxAge: number;
}

export interface Schedule {
  /** The first waits in s, each at most; jitter shortens them. */
  first: number[];
  /** Do the waits go on after those? */
  more: boolean;
  /** The longest wait that comes about, s. */
  longest: number;
  /** When the last try is made at the latest, s after the failure. */
  end: number;
  /** What ends it: the number of tries or the age. */
  limit: 'tries' | 'age';
}

/** What exponential backoff with these settings comes to. */
export function scheduleOf({ maxTries, base, cap, maxAge }: RetrySettings): Schedule {
  const ageLimit = maxAge * 3600;
  const wait = (index: number): number => Math.min(cap, base * 2 ** index);
  const doublings = Math.max(0, Math.ceil(Math.log2(cap / base)));
  const growing = Math.min(maxTries, doublings);
  const total = base * (2 ** growing - 1) + (maxTries - growing) * cap;
  return {
    first: Array.from({ length: Math.min(maxTries, 3) }, (_, index) => wait(index)),
    more: maxTries > 3, longest: wait(maxTries - 1),
    end: Math.min(total, ageLimit), limit: total <= ageLimit ? 'tries' : 'age',
  };
}
