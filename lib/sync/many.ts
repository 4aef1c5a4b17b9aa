import { DataError, errorClass, SyncError, type Issue } from '../errors';

/** Elements of a list that are under way at once, where they are not written in bulk. */
const atOnce = 50;

/**
 * Does the same for each element of a list: all are tried, whatever becomes of others. Throws an error that waiting may mend
 * if one met it, for what is done is not done again; else DataError DATA_SOME_REFUSED that names each refused one by its place.
 */
export async function forEachOf<T, R>(elements: readonly T[], work: (element: T) => Promise<R>, { together = false } = {}): Promise<R[]> {
  const results: R[] = [];
  const failed: { at: number; error: SyncError }[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < elements.length; at = next++) {
      try {
        results[at] = await work(elements[at] as T);
      } catch (reason) {
        if (!(reason instanceof SyncError)) throw reason;
        failed.push({ at, error: reason });
      }
    }
  };
  await Promise.all(Array.from({ length: together ? elements.length : Math.min(atOnce, elements.length) }, worker));
  if (failed.length === 0) return results;
  failed.sort((a, b) => a.at - b.at);
  const passing = failed.find(({ error }) => errorClass(error) !== 'DATA' && errorClass(error) !== 'CONFLICT');
  if (passing) throw passing.error;
  const issues: Issue[] = failed.map(({ at, error }) => ({ path: `[${String(at)}]`, rule: error.code, message: error.message }));
  const some = issues.slice(0, 3).map(({ path, message }) => `${path} ${message}`).join(' ');
  throw new DataError('DATA_SOME_REFUSED', `${String(failed.length)} of ${String(elements.length)} records were refused, all others are written. ${some}`, { issues });
}
