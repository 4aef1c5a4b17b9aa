import { ConflictError, isRetryable } from '../../errors';
import type { FieldChange, WriteResult } from '../contract';

/**
 * Reads back a sample of the writes that SAP answers without a body (204 of a PATCH): such an answer says that the request was
 * taken, not what the record is now.
 */
export class ReadBack {
  #writes = 0;

  /** `oneIn`: the first write is read back, then one in so many; 0: none. */
  constructor(private readonly oneIn: number, private readonly system: string) {}

  /**
   * `left`: what reading the record again shows still to be written; asked only if it is this write's turn. Throws ConflictError
   * CONFLICT_NOT_APPLIED if a field of `written` is among it.
   */
  async check(record: string, written: readonly FieldChange[], left: () => Promise<readonly FieldChange[]>): Promise<NonNullable<WriteResult['confirmation']>> {
    if (this.oneIn === 0 || this.#writes++ % this.oneIn !== 0) return 'assumed';
    try {
      assertApplied(this.system, record, written, await left());
      return 'confirmed';
    } catch (reason) {
      // The write itself has ended well: that it cannot be looked at now is no reason to do it again.
      if (isRetryable(reason)) return 'assumed';
      throw reason;
    }
  }
}

/** Throws ConflictError CONFLICT_NOT_APPLIED for fields that were written and are still to be written. Blanks and case are SAP's. */
export function assertApplied(system: string, record: string, written: readonly FieldChange[], left: readonly FieldChange[]): void {
  const paths = new Set(written.map(({ path }) => path));
  const missing = left.filter(({ path, before, after }) => paths.has(path) && !isAlike(before, after)).map(({ path }) => decodeURIComponent(path));
  if (missing.length === 0) return;
  throw new ConflictError('CONFLICT_NOT_APPLIED',
    `${system} said that ${record} was changed, but reading it back shows another value in ${missing.join(', ')}. Somebody may have changed it at the same moment, or the system ignores the field. Look at the record there, then replay.`,
    { system, record, issues: missing.map((path) => ({ path, rule: 'read-back', message: 'has not the value that was written' })) });
}

function isAlike(a: unknown, b: unknown): boolean { return bare(a) === bare(b); }
function bare(value: unknown): string { return value === undefined || value === null ? '' : (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\s+/g, ' ').trim().toLowerCase(); }
