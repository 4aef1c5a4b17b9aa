import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { compressed, proxyPage, textAnswer, type SandboxAnswer } from './answers';
import type { Fault } from './contract';
import { controlAnswer, type ControlActions, type ControlViews } from './control';
import { Faults } from './faults';
import { RequestLog } from './request-log';

/** A request as a simulator sees it: read to its end, nothing parsed yet. */
export interface SandboxRequest {
  readonly method: string;
  /** Before the `?`, percent-encoded as it came. */
  readonly path: string;
  /** After the `?`, as it came; '' without one. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Takes a fault of the vendor's own kinds (`throttle`, `expire-token`, `stale-etag` …) that is due for this request. */
  fault(kind: Fault['kind']): Fault | undefined;
}

/** What a simulator is: the work of one request. All writes must be done before it returns. */
export type SandboxHandler = (request: SandboxRequest) => SandboxAnswer | Promise<SandboxAnswer>;

export interface SandboxServerOptions {
  handler: SandboxHandler;
  /** Loopback port; default: any free one. */
  port?: number;
  seed?: number;
  /** Time each answer takes, ms; may be changed later. Default 0. */
  latencyMs?: number;
  /** Largest body accepted, bytes. Default 20 MB; 413 above. */
  maxBody?: number;
  /** Compress answers above 1 KB for clients that accept gzip. Default false. */
  gzip?: boolean;
  /** Offer the control endpoints under `/__sandbox/` with these views besides its own; off without it. */
  control?: ControlViews;
  /** What `POST` to the control endpoints does besides; only with `control`. */
  actions?: ControlActions;
  /** Who asks, by the headers: requests are counted by user, too. */
  userOf?: (headers: IncomingHttpHeaders) => string | undefined;
  /** Default Date.now. */
  now?: () => number;
}

const transportKinds = ['outage', 'html-error', 'lost-response', 'cut-body', 'slow'] as const;

/** The HTTP/1.1 server under every simulator: reads requests, orders faults, keeps the request log. */
export class SandboxServer {
  readonly faults: Faults;
  readonly log: RequestLog;
  latencyMs: number;
  readonly #options: SandboxServerOptions;
  readonly #server = createServer((message, response) => { void this.#serve(message, response); });
  readonly #timers = new Map<NodeJS.Timeout, () => void>();
  #port = 0;
  #closing: Promise<void> | undefined;

  private constructor(options: SandboxServerOptions) {
    this.#options = options;
    this.latencyMs = options.latencyMs ?? 0;
    this.faults = new Faults(options.seed ?? 1);
    this.log = new RequestLog(options.now ?? Date.now);
    // Longer than any client keeps an idle socket, so that only ordered faults reset connections.
    this.#server.keepAliveTimeout = 120_000;
    this.#server.on('connection', (socket) => { socket.setNoDelay(true); });
  }

  /** Listens on 127.0.0.1. Rejects with the system's error when the port is taken. */
  static async start(options: SandboxServerOptions): Promise<SandboxServer> {
    const server = new SandboxServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject);
      server.#server.listen(options.port ?? 0, '127.0.0.1', () => { server.#server.off('error', reject); resolve(); });
    });
    server.#port = (server.#server.address() as AddressInfo).port;
    return server;
  }

  get port(): number { return this.#port; }
  get url(): string { return `http://127.0.0.1:${String(this.#port)}`; }

  /** Takes no new request, answers those in work at once, then ends all connections. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#server.close(() => { resolve(); });
      this.#server.closeIdleConnections();
      for (const [timer, wake] of this.#timers) { clearTimeout(timer); wake(); }
      setTimeout(() => { this.#server.closeAllConnections(); }, 500).unref();
    });
    return this.#closing;
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = message.url ?? '/';
    const controlled = this.#options.control !== undefined && url.startsWith('/__sandbox/');
    const entry = controlled ? undefined : this.log.begin(message.method ?? 'GET', url, this.#options.userOf?.(message.headers));
    let status = 0;
    try {
      const body = await readBody(message, this.#options.maxBody ?? 20_000_000);
      if (body === undefined) status = send(response, textAnswer(413, 'Request entity too large'));
      else if (controlled) send(response, controlAnswer(message, body, this.#options.control ?? {}, this, this.#options.actions));
      else status = await this.#work(message, response, url, body);
    } catch (error) {
      // A request that was read to its end counts as destroyed, too.
      if (response.headersSent || message.socket.destroyed) response.destroy();
      else status = send(response, textAnswer(500, `The sandbox failed: ${error instanceof Error ? error.stack ?? error.message : String(error)}`));
    } finally {
      if (entry) this.log.end(entry, status);
    }
  }

  /** Answers one request; returns the status, or 0 when no whole answer was given. */
  async #work(message: IncomingMessage, response: ServerResponse, url: string, body: string): Promise<number> {
    const fault = this.faults.none ? undefined : this.faults.take(transportKinds, message, body);
    if (fault?.kind === 'outage') { response.destroy(); return 0; }
    if (fault?.kind === 'html-error') return send(response, proxyPage(fault.status ?? 502));

    const answer = await this.#options.handler(this.#request(message, url, body));

    const wait = this.latencyMs + (fault?.kind === 'slow' ? fault.ms ?? 1000 : 0);
    if (wait > 0 && !this.#closing) await this.#pause(wait);
    if (this.#closing) response.shouldKeepAlive = false;
    if (fault?.kind === 'lost-response') { response.destroy(); return 0; }
    if (fault?.kind === 'cut-body') return cut(response, answer);
    return send(response, this.#options.gzip === true ? compressed(answer, message.headers['accept-encoding']) : answer);
  }

  #request(message: IncomingMessage, url: string, body: string): SandboxRequest {
    const mark = url.indexOf('?');
    return {
      method: message.method ?? 'GET', headers: message.headers, body,
      path: mark < 0 ? url : url.slice(0, mark), query: mark < 0 ? '' : url.slice(mark + 1),
      fault: (kind) => this.faults.none ? undefined : this.faults.take([kind], message, body),
    };
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => { this.#timers.delete(timer); resolve(); };
      const timer = setTimeout(wake, ms);
      this.#timers.set(timer, wake);
    });
  }
}

async function readBody(message: IncomingMessage, limit: number): Promise<string | undefined> {
  if (message.headers['content-length'] === undefined && message.headers['transfer-encoding'] === undefined) return '';
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return size > limit ? undefined : (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString('utf8');
}

function send(response: ServerResponse, answer: SandboxAnswer): number {
  const body = answer.body ?? '';
  const bare = answer.status === 204 || answer.status === 304;
  response.writeHead(answer.status, bare ? answer.headers : { ...answer.headers, 'content-length': Buffer.byteLength(body) });
  response.end(bare ? undefined : body);
  return answer.status;
}

/** Announces the whole body, sends half of it and closes. */
function cut(response: ServerResponse, answer: SandboxAnswer): number {
  const body = Buffer.from(answer.body ?? '');
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Math.max(body.length, 2) });
  response.write(body.length > 1 ? body.subarray(0, body.length >> 1) : ' ', () => { response.destroy(); });
  return 0;
}
