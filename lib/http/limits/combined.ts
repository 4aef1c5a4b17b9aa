import type { Limit } from '../contract';

/** All of several budgets, asked for in this order: concurrency first, so that no points are drawn for a call that still waits. */
export function combined(...limits: Limit[]): Limit {
  return {
    async acquire(cost, signal) {
      const held: Awaited<ReturnType<Limit['acquire']>>[] = [];
      const release: (typeof held)[number] = (response) => { for (const done of held.reverse()) done(response); };
      try {
        for (const limit of limits) held.push(await limit.acquire(cost, signal));
      } catch (error) {
        release();
        throw error;
      }
      return release;
    },
  };
}
