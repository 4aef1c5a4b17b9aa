import { AuthError, ConfigError, ConflictError, DataError, ThrottledError, TransientError, type ErrorDetails, type SyncError } from '../../errors';
import { cut } from '../../http/classify';
import type { Explanation, HttpResponse } from '../../http/contract';

/** Cost of a query as the API reports it. Some plans leave `throttleStatus` out. */
export interface Cost {
  requestedQueryCost?: number;
  actualQueryCost?: number | null;
  throttleStatus?: { maximumAvailable: number; currentlyAvailable: number; restoreRate: number };
}

export interface GraphqlBody {
  data?: Record<string, unknown> | null;
  errors?: { message?: string; extensions?: { code?: string; requiredAccess?: string } }[] | string;
  extensions?: { cost?: Cost };
}

/** Where a call went, for texts. */
export interface Target { system: string; shop: string; apiVersion: string }

/** The error that an answer stands for or hides behind HTTP 200; undefined for a good one and for what HTTP alone explains. */
export function answerError(response: HttpResponse, target: Target, record: string | undefined, writes: boolean): SyncError | Explanation | undefined {
  const details = (answer?: string): ErrorDetails => ({
    system: target.system, status: response.status, ...(record ? { record } : {}), ...(answer ? { answer: cut(answer) } : {}),
  });
  const about = `${target.system}${record ? ` (${record})` : ''}`;
  if (response.status === 402) return new ConfigError('CONFIG_SHOP_FROZEN', `${about}: the shop is frozen until its Shopify bill is paid.`, details());
  if (response.status === 404) {
    return new ConfigError('CONFIG_SHOP_UNKNOWN', `${about}: there is no shop ${target.shop}, or no API version ${target.apiVersion}. Check both in the system's settings.`, details());
  }
  if (response.status === 430) return new ThrottledError('THROTTLED_BY_SERVER', `${about} turned the request away as too many or suspicious (430).`, { ...details(), retryAfterMs: 10_000 });
  if (response.status !== 200) return undefined;
  const body = response.body as GraphqlBody | null | undefined;
  const { errors } = body ?? {};
  if (errors === undefined || errors.length === 0) {
    if (body?.data) return undefined;
    return new TransientError('TRANSIENT_EMPTY_ANSWER', `${about} answered without data and without an error.`, { ...details(), ...(writes ? { unknownOutcome: true } : {}) });
  }
  return topLevelError(typeof errors === 'string' ? [{ message: errors }] : errors, body?.extensions?.cost, { about, details, target, writes });
}

interface Context { about: string; details: (answer?: string) => ErrorDetails; target: Target; writes: boolean }

function topLevelError(errors: Exclude<GraphqlBody['errors'], string | undefined>, cost: Cost | undefined, { about, details, target, writes }: Context): SyncError {
  const code = errors.map((error) => error.extensions?.code).find((one) => one !== undefined) ?? '';
  const text = errors.map((error) => error.message ?? '').filter(Boolean).join(' ');
  const facts = details([code, text].filter(Boolean).join(': '));
  switch (code) {
    case 'THROTTLED':
      return new ThrottledError('THROTTLED_COST', `${about}: the cost budget is used up.`, { ...facts, retryAfterMs: throttleWait(cost) });
    case 'ACCESS_DENIED':
      return new AuthError('AUTH_ACCESS_DENIED', `${about}: the app lacks an access scope. ${cut(text)} Add the scope to the app and install it anew.`, facts);
    case 'MAX_COST_EXCEEDED':
      return new ConfigError('CONFIG_MAX_COST_EXCEEDED', `${about}: the query costs more than a single query may. Ask for smaller pages.`, facts);
    case 'SHOP_INACTIVE':
      return new ConfigError('CONFIG_SHOP_INACTIVE', `${about}: the shop is not active.`, facts);
    case 'INTERNAL_SERVER_ERROR': case 'TIMEOUT':
      return new TransientError(`TRANSIENT_${code}`, `${about} failed inside the shop.`, { ...facts, ...(writes ? { unknownOutcome: true } : {}) });
    default:
      return new ConfigError('CONFIG_QUERY_REFUSED', `${about}: API version ${target.apiVersion} does not take the query: ${cut(text)}`, facts);
  }
}

/** ms until the bucket holds what the query asked for; a second where the answer does not tell. */
export function throttleWait(cost: Cost | undefined): number {
  const { requestedQueryCost, throttleStatus: status } = cost ?? {};
  if (requestedQueryCost === undefined || !status || status.restoreRate <= 0) return 1000;
  return Math.max(100, Math.ceil(Math.max(0, requestedQueryCost - status.currentlyAvailable) / status.restoreRate * 1000));
}

/** `userErrors` of a mutation; `code` is missing on some. */
export interface UserError { field?: string[] | null; message: string; code?: string | null }

/** The error for a mutation's `userErrors`; undefined if there are none. */
export function refusal(errors: UserError[] | null | undefined, target: Pick<Target, 'system'>, record: string): SyncError | undefined {
  const [first] = errors ?? [];
  if (!errors || !first) return undefined;
  const text = cut(errors.map((error) => error.message).join(' '));
  const facts: ErrorDetails = {
    system: target.system, record, answer: cut(errors.map((error) => [error.code, error.message].filter(Boolean).join(': ')).join(' ')),
    issues: errors.map((error) => ({ path: (error.field ?? []).join('.'), rule: error.code ?? 'refused', message: cut(error.message) })),
  };
  const code = first.code ?? '';
  if (/^(INTERNAL_ERROR|IDEMPOTENCY_CONCURRENT_REQUEST|IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED)$/.test(code)) {
    return new TransientError(`TRANSIENT_${code}`, `${target.system} could not write ${record} now: ${text}`, facts);
  }
  if (/^(TAKEN|HANDLE_NOT_UNIQUE|STALE_OBJECT|INVALID_COMPARE_DIGEST|CHANGE_FROM_QUANTITY_STALE)$/.test(code)) {
    return new ConflictError(`CONFLICT_${code}`, `${target.system} has another state of ${record}: ${text}`, facts);
  }
  const unknown = code === 'NOT_FOUND' || /\b(not found|does not exist)\b/i.test(first.message);
  return new DataError(unknown ? 'DATA_NOT_FOUND' : 'DATA_REFUSED', `${target.system} refused ${record}: ${text}`, facts);
}
