import { AuthError, ConfigError, ConflictError, DataError, ThrottledError, TransientError, SyncError, type ErrorDetails } from '../errors';
import { headerOf, type Body } from './body';
import type { Explanation, HttpRequest, HttpResponse } from './contract';
import { about, unknownOutcome, type Call } from './transport';

/** An answer with its body as it was read. */
export interface Answer { response: HttpResponse; body: Body; request: HttpRequest; explained: Explanation | undefined }

/** The error an answer stands for, or nothing if it is a good one. */
export function answerError(answer: Answer, call: Call, now: number): SyncError | undefined {
  const { response, body, request, explained } = answer;
  const { status } = response;
  const good = (status >= 200 && status < 300) || status === 304 || request.accept?.includes(status);
  if (good && body.kind !== 'html' && body.kind !== 'broken') return undefined;

  const text = cut(explained?.text ?? (body.kind === 'html' ? `HTML page "${body.title}"` : vendorText(body)));
  const retryAfterMs = retryAfter(response, now);
  const details: ErrorDetails = {
    system: call.system, status, ...(call.record && { record: call.record }), ...(text && { answer: text }),
    ...(retryAfterMs !== undefined && { retryAfterMs }), ...(explained?.issues && { issues: explained.issues }),
  };
  const says = text ? `: ${text}` : '';
  const where = `${call.system}${about(call.record)}`;

  if (status === 429 || (status === 503 && retryAfterMs !== undefined)) {
    return new ThrottledError('THROTTLED_BY_SERVER', `${where} asks us to slow down (${status})${says}`, details);
  }
  const doubtful: ErrorDetails = { ...details, ...unknownOutcome({}, call) };
  if (body.kind === 'html' && (good || status >= 500)) {
    return new TransientError('TRANSIENT_HTML_INSTEAD_OF_JSON',
      `${where} sent an HTML page${body.title && ` "${body.title}"`} instead of JSON (${status}). A proxy or a login page may stand in front of it.`, doubtful);
  }
  if (good) return new TransientError('TRANSIENT_CUT_BODY', `${where} sent JSON that is cut or malformed (${status}).`, doubtful);
  if (status >= 300 && status < 400) return redirected(response, where, details);
  if (status >= 500 && status !== 501) {
    return new TransientError(`TRANSIENT_${serverErrors[status] ?? 'SERVER_ERROR'}`, `${where} failed (${status})${says}`, doubtful);
  }
  const refusal = refusals[status] ?? [DataError, 'DATA_REFUSED', 'refused the request'];
  return make(refusal, `${where} ${refusal[2]} (${status})${says}`, status === 408 ? doubtful : details);
}

const serverErrors: Partial<Record<number, string>> = { 502: 'BAD_GATEWAY', 503: 'UNAVAILABLE', 504: 'GATEWAY_TIMEOUT' };

type Refusal =
  | [typeof AuthError, `AUTH_${string}`, string] | [typeof DataError, `DATA_${string}`, string]
  | [typeof ConflictError, `CONFLICT_${string}`, string] | [typeof ConfigError, `CONFIG_${string}`, string]
  | [typeof TransientError, `TRANSIENT_${string}`, string];

const refusals: Partial<Record<number, Refusal>> = {
  401: [AuthError, 'AUTH_REFUSED', 'refused the credentials'],
  403: [AuthError, 'AUTH_FORBIDDEN', 'does not allow this. The user lacks a permission'],
  404: [DataError, 'DATA_NOT_FOUND', 'knows no such record or address'],
  405: [ConfigError, 'CONFIG_NOT_SUPPORTED', 'does not offer this operation'],
  407: [ConfigError, 'CONFIG_PROXY_AUTH', 'is behind a proxy that asks for credentials'],
  408: [TransientError, 'TRANSIENT_TIMEOUT', 'gave up waiting for the request'],
  409: [ConflictError, 'CONFLICT_REFUSED', 'says the record conflicts with another change'],
  410: [DataError, 'DATA_NOT_FOUND', 'says the record is gone'],
  412: [ConflictError, 'CONFLICT_STALE', 'says the record was changed meanwhile'],
  413: [DataError, 'DATA_TOO_LARGE', 'finds the document too large'],
  415: [ConfigError, 'CONFIG_NOT_SUPPORTED', 'does not take this content type'],
  423: [TransientError, 'TRANSIENT_LOCKED', 'has the record locked'],
  425: [TransientError, 'TRANSIENT_TOO_EARLY', 'asks to try later'],
  428: [ConflictError, 'CONFLICT_UNCONDITIONAL', 'wants to know which version the change is based on'],
  501: [ConfigError, 'CONFIG_NOT_SUPPORTED', 'does not offer this operation'],
};

function make([Class, code]: Refusal, message: string, details: ErrorDetails): SyncError {
  return new (Class as new (code: string, message: string, details: ErrorDetails) => SyncError)(code, message, details);
}

function redirected(response: HttpResponse, where: string, details: ErrorDetails): ConfigError {
  const target = headerOf(response.headers, 'location') ?? '';
  const host = URL.canParse(target) ? new URL(target).host : 'another page';
  return new ConfigError('CONFIG_REDIRECTED',
    `${where} redirects to ${host} (${response.status}), as it does for logins or moved addresses. Check address and kind of credentials.`, details);
}

/** Retry-After (seconds or an HTTP date) in ms from now; undefined if there is none. */
export function retryAfter(response: HttpResponse, now: number): number | undefined {
  const value = headerOf(response.headers, 'retry-after')?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The usual places of an error text in vendors' bodies. */
function vendorText(body: Body): string {
  if (body.kind === 'text') return body.text.startsWith('<') ? '' : body.text;
  if (body.kind !== 'json') return '';
  const found = at(body.value, 'error', 'message', 'value') ?? at(body.value, 'error', 'message') ?? at(body.value, 'error_description')
    ?? at(body.value, 'message') ?? at(body.value, 'errors', '0', 'message') ?? at(body.value, 'error') ?? at(body.value, 'errors');
  return typeof found === 'string' ? found : '';
}

function at(value: unknown, ...path: string[]): string | undefined {
  let found = value;
  for (const key of path) found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[key] : undefined;
  return typeof found === 'string' ? found : undefined;
}

/** A vendor's text as it may be kept: one line, at most 500 characters, no e-mail addresses, no tokens. */
export function cut(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
    .replace(/[^\s@"'<>(),;:]+@[^\s@"'<>(),;:]+\.[a-z]+/gi, '…@…')
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 …')
    .slice(0, 500);
}
