import type { Store } from '../store/contract';
import { pruneArrivals } from './inbox';
import type { Ledger } from './ledger';
import { pruneRecords } from './records';

/** How long what is settled is remembered, ms. What is on its way, dead letters and links stay until somebody removes them. */
export interface Retention {
  /** Arrivals and the newest version of each subject: a repeated delivery after this time is taken for a new one. */
  arrivalsMs: number;
  /** How each record ended. */
  recordsMs: number;
  /** Results of writes: after this time a repeated order is known only by its link. */
  ledgerMs: number;
}

const day = 86_400_000;
export const defaultRetention: Retention = { arrivalsMs: 30 * day, recordsMs: 90 * day, ledgerMs: 400 * day };

/** Removes what is older than the retention. Returns how many entries went. */
export async function prune(store: Store, ledger: Ledger, { arrivalsMs, recordsMs, ledgerMs }: Retention, now: number): Promise<number> {
  const arrivals = await pruneArrivals(store, now - arrivalsMs);
  const records = await pruneRecords(store, now - recordsMs);
  return arrivals + records + await ledger.prune(now - ledgerMs);
}

/** Prunes a minute after the start and then once a day, until the returned function is called. */
export function pruneDaily(run: () => Promise<unknown>, onError: (error: unknown) => void): () => void {
  const once = (): void => { run().catch(onError); };
  const first = setTimeout(once, 60_000).unref();
  const daily = setInterval(once, day).unref();
  return () => { clearTimeout(first); clearInterval(daily); };
}
