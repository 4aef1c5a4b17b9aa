import type { Payment } from '../documents/types';
import { TransientError } from '../errors';

/** How long a payment that is pending is left alone before it is looked at again, ms. */
const pendingMs = 15 * 60_000;

/**
 * Throws TransientError TRANSIENT_PAYMENT_PENDING, with a wait, for a payment that is not decided yet: it must not be recorded as
 * done (C26). It is parked: read it again before the next try.
 */
export function assertDecided({ status }: Payment, system: string, record: string): void {
  if (status !== 'pending' && status !== 'awaitingResponse') return;
  throw new TransientError('TRANSIENT_PAYMENT_PENDING', `${record} is still pending, so it is not written to ${system}. It is looked at again later: read it anew before this node.`, {
    system, record, retryAfterMs: pendingMs,
  });
}
