import type { Issue, SyncError } from '../errors';

/** What a connector sends. */
export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query below the base URL, or an absolute URL of the same origin. */
  path: string;
  headers?: Record<string, string>;
  /** An object is sent as JSON, a string as it is. */
  body?: unknown;
  /** Names the record in errors, e.g. `order #1001`. */
  record?: string;
  /** Cost for a cost bucket; default 1. */
  cost?: number;
  /** Does not wait for the limit: for what calls that hold a place in it are waiting for, such as a token. */
  unlimited?: boolean;
  /** ms; default: the client's. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** What the answer must be; `json` (default) makes an HTML page or a cut body an error. */
  expect?: 'json' | 'text' | 'none';
  /** Statuses beside 2xx that are an answer, not an error, e.g. `[404]`. */
  accept?: number[];
}

export interface HttpResponse {
  status: number;
  /** Lower-case names; repeated headers (set-cookie) as arrays. */
  headers: Record<string, string | string[]>;
  body: unknown;
}

/** An answer whose body is not read yet. */
export interface RawAnswer { status: number; headers: HttpResponse['headers']; data: Buffer }

/** Requests to one system. Throws the classes of lib/errors.ts for everything but a 2xx answer. */
export interface HttpClient {
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Reads an answer that came inside another one, such as a part of a multipart body, as if it had come by itself. Throws what `request` would. */
  answer(answer: RawAnswer, request: HttpRequest): HttpResponse;
  /** Ends the connections that are kept alive. */
  close(): void;
}

/**
 * A connector's own reading of answers. A `SyncError` is thrown as it is, also for an HTTP 200 that hides an error;
 * texts go into the error that the status stands for; nothing leaves it to the client.
 */
export type Explain = (response: HttpResponse, request: HttpRequest) => SyncError | Explanation | undefined;

export interface Explanation {
  /** The vendor's code and text. Cut to 500 characters, e-mail addresses are masked. */
  text: string;
  issues?: Issue[];
}

/** How a request gets its credentials. One small object per scheme, put together per system. */
export interface Auth {
  /** Adds headers (or changes the request) before it is sent. */
  apply(request: HttpRequest): Promise<void> | void;
  /**
   * The server said 401/403: true if credentials were renewed and the request is worth sending once more.
   * However many calls are refused at once, one renewal serves all.
   */
  refused?(response: HttpResponse, request: HttpRequest): Promise<boolean>;
  /** Sees every answer, e.g. to keep cookies. */
  answered?(response: HttpResponse, request: HttpRequest): void;
}

/** A budget that calls must fit in: requests per second, cost points, concurrency. */
export interface Limit {
  /** Resolves when the call may start; `done` takes the answer to learn from it (server's own figures, 429). */
  acquire(cost: number, signal?: AbortSignal): Promise<(response?: HttpResponse) => void>;
}
