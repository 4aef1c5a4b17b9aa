/** Time as limits see it; tests bring their own. */
export interface Clock {
  now(): number;
  /** Calls back once after `ms`; the function returned cancels. */
  after(ms: number, callback: () => void): () => void;
}

/** The real one. Its timers do not keep a process alive. */
export const systemClock: Clock = {
  now: Date.now,
  after(ms, callback) {
    const timer = setTimeout(callback, ms).unref();
    return () => { clearTimeout(timer); };
  },
};
