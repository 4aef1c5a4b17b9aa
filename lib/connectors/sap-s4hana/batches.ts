import { errorClass, errorDetails, SyncError, type ErrorDetails } from '../../errors';
import type { HttpRequest, HttpResponse } from '../../http/contract';

/** Of a request that creates something: finds what it made, if it took place although its answer does not say so. */
export type Landed = () => Promise<HttpResponse | undefined>;

export interface BatchOptions {
  /** Requests in one go at most; 1: each goes alone. */
  most: number;
  /** Calls under way at once. */
  lanes: number;
  alone: (request: HttpRequest) => Promise<HttpResponse>;
  /** Sends several in one go and tells of each how it ended. Throws what concerns all of them. */
  together: (requests: HttpRequest[]) => Promise<PromiseSettledResult<HttpResponse>[]>;
}

interface Waiting { request: HttpRequest; landed: Landed | undefined; resolve: (response: HttpResponse) => void; reject: (reason: unknown) => void }

/**
 * Sends requests of one service that come at about the same time together; one that comes by itself goes at once and alone.
 * Each ends by itself. If an answer fails all without saying which of them it minds, they are halved until it does; what was
 * created nevertheless is asked for before it is sent again.
 */
export class Batches {
  #waiting: Waiting[] = [];
  #running = 0;

  constructor(private readonly options: BatchOptions) {}

  /** Ends as the request would alone. A create without `landed` is never sent twice: it fails with what failed all. */
  send(request: HttpRequest, landed?: Landed): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, landed, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => { this.#next(); });
    });
  }

  /** Free lanes share what waits: a server works through a batch one by one, through several at a time. */
  #next(): void {
    const { lanes, most } = this.options;
    while (this.#running < lanes && this.#waiting.length > 0) {
      const share = Math.ceil(this.#waiting.length / (lanes - this.#running));
      const calls = this.#waiting.splice(0, Math.min(most, share));
      this.#running++;
      void this.#send(calls).finally(() => { this.#running--; this.#next(); });
    }
  }

  async #send(calls: Waiting[]): Promise<void> {
    const [first, second] = calls;
    if (!first) return;
    if (!second) { await this.options.alone(first.request).then(first.resolve, first.reject); return; }
    try {
      const ended = await this.options.together(calls.map(({ request }) => request));
      calls.forEach((call, index) => { settle(call, ended[index]); });
    } catch (reason) {
      const again = mindsSome(reason) ? (await Promise.all(calls.map((call) => isOpen(call, reason)))).flat() : [];
      for (const call of calls) if (!again.includes(call)) call.reject(reasonOf(call, reason));
      const middle = Math.ceil(again.length / 2);
      await this.#send(again.slice(0, middle));
      await this.#send(again.slice(middle));
    }
  }
}

function settle(call: Waiting, ended: PromiseSettledResult<HttpResponse> | undefined): void {
  if (ended?.status === 'fulfilled') call.resolve(ended.value);
  else call.reject(ended?.reason ?? new Error('A batch did not say how one of its requests ended.'));
}

/** Was it the content of one of them, as far as one can tell? Other failures concern the system as a whole. */
function mindsSome(reason: unknown): boolean { return errorClass(reason) === 'DATA' || errorDetails(reason).status === 500; }

/** The call, if it may be sent again; one that turns out to be done ends here. */
async function isOpen(call: Waiting, reason: unknown): Promise<Waiting[]> {
  if (call.request.method !== 'POST') return [call];
  try {
    const found = await call.landed?.();
    if (found) call.resolve(found);
    return !call.landed || found ? [] : [call];
  } catch {
    call.reject(reasonOf(call, reason));
    return [];
  }
}

/** What failed all, told of one of them. */
function reasonOf({ request: { method, record } }: Waiting, reason: unknown): unknown {
  if (!(reason instanceof SyncError)) return reason;
  const { unknownOutcome, ...cause } = reason.cause;
  const details: ErrorDetails = { ...cause, ...(method !== 'GET' && unknownOutcome && { unknownOutcome }), ...(record !== undefined && { record }) };
  return new (reason.constructor as new (code: string, message: string, details: ErrorDetails) => SyncError)(reason.code, reason.message, details);
}
