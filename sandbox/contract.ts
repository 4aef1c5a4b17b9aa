import type { IncomingMessage } from 'node:http';

/** Trouble to order. Each is consumed by the next `times` requests that `match` (default: the next one, any request). */
export interface Fault {
  kind:
    | 'lost-response'    // do the work, then close the socket without an answer
    | 'slow'             // do the work, answer after `ms`
    | 'cut-body'         // announce a body and close half way
    | 'html-error'       // a proxy's HTML page with `status` (default 502) where JSON was due
    | 'throttle'         // the vendor's own way of saying "too many"
    | 'internal-error'   // the vendor's own way of saying that it failed, with nothing done; a batch, after `after` of its parts
    | 'ignored-write'    // says that it is done, with nothing done
    | 'expire-token'     // credentials are refused until fetched anew
    | 'outage'           // connection refused / reset for as long as the fault stands
    | 'bulk-failure'     // the next bulk operation fails half way
    | 'stale-etag' | 'expire-session' | 'duplicate-delivery' | 'out-of-order' | 'drop-delivery' | 'late-delivery';
  match?: (request: IncomingMessage, body: string) => boolean;
  /** Default 1; Infinity stands until cleared. */
  times?: number;
  /** Instead of a count: once in so many matching requests, by the sandbox's own seed. */
  oneIn?: number;
  ms?: number;
  status?: number;
  /** `internal-error` of a batch: so many of its parts are done before. Default 0. */
  after?: number;
  /** `duplicate-delivery`: 1 to so many more of each. Default 3. */
  copies?: number;
}

export interface SandboxOptions {
  /** Loopback port; default: any free one. */
  port?: number;
  seed?: number;
  /** Directory where state is kept between starts; default: memory only. */
  dataDir?: string;
  /** Hears what became of the state of an older version. Default: nobody. */
  onNotice?: (text: string) => void;
}

/** A running simulator. */
export interface Sandbox {
  /** `http://127.0.0.1:<port>`; what a system node's base URL is set to. */
  readonly url: string;
  /** Settings and secrets that a connector needs to reach it. */
  readonly settings: Record<string, string | number | boolean | Record<string, string>[]>;
  readonly secrets: Record<string, string>;
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Stops the server and its timers; state is kept if dataDir was given. */
  close(): Promise<void>;
}
