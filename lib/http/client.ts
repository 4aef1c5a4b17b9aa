import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios from 'axios';
import { ConfigError, SyncError } from '../errors';
import { readBody, type Body } from './body';
import { answerError } from './classify';
import type { Auth, Explain, HttpClient, HttpRequest, HttpResponse, Limit, RawAnswer } from './contract';
import { transportError, type Call, type Failure } from './transport';

export interface HttpClientOptions {
  /** Names the system in errors, e.g. `sap-s4:prd-100`. */
  system: string;
  /** Requests go below this address and to no other origin. */
  baseUrl: string;
  auth?: Auth;
  /** What each call must wait for; several: see `combined`. */
  limit?: Limit;
  /** For a call as a whole, ms. Default 30,000. */
  timeoutMs?: number;
  /** Sockets kept open at most. Default 16. */
  sockets?: number;
  /** Node's TLS options. Certificates are always checked: `rejectUnauthorized: false` is refused, give `ca` instead. */
  tls?: Record<string, unknown>;
  /** Sent with every request. */
  headers?: Record<string, string>;
  explain?: Explain;
  /** Default Date.now. */
  now?: () => number;
}

/** For a call as a whole, where nothing else is set, ms. */
export const defaultTimeoutMs = 30_000;
/** Idle connections are closed before servers do it, 5 s and more: a write on one that was just closed may have arrived or not. ms. */
const idleMs = 4000;
const maxBody = 50 * 1024 * 1024;

/**
 * A client for one system: keeps connections alive, honours proxy variables of the environment, follows no redirects
 * and repeats nothing, except once after credentials were renewed. Throws ConfigError for a bad address or TLS setting.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { system, auth, limit, now = Date.now } = options;
  const base = baseOf(options.baseUrl, system);
  if (options.tls?.['rejectUnauthorized'] === false) {
    throw new ConfigError('CONFIG_TLS_UNVERIFIED', `${system}: certificates are always checked. Give the server's CA in the TLS settings instead of switching the check off.`, { system });
  }
  const agent = { keepAlive: true, maxSockets: options.sockets ?? 16, maxFreeSockets: 8, scheduling: 'lifo' as const, timeout: idleMs };
  const httpAgent = new HttpAgent(agent);
  const httpsAgent = new HttpsAgent({ ...agent, ...options.tls, rejectUnauthorized: true });
  const http = axios.create({
    httpAgent, httpsAgent, maxRedirects: 0, validateStatus: () => true, responseType: 'arraybuffer', decompress: true,
    maxContentLength: maxBody, maxBodyLength: maxBody, transformRequest: (data: unknown) => data, transformResponse: (data: unknown) => data,
  });

  async function attempt(wanted: HttpRequest): Promise<{ response: HttpResponse; body: Body; request: HttpRequest }> {
    const release = wanted.unlimited ? undefined : await limit?.acquire(wanted.cost ?? 1, wanted.signal);
    let response: HttpResponse | undefined;
    try {
      const request = { ...wanted, headers: { accept: 'application/json', ...options.headers, ...lowerCase(wanted.headers) } };
      await auth?.apply(request);
      const raw = await send(request, callOf(request));
      const body = readBody(raw.data, raw.headers, request.expect ?? 'json');
      response = { status: raw.status, headers: raw.headers, body: valueOf(body) };
      auth?.answered?.(response, request);
      return { response, body, request };
    } finally {
      release?.(response);
    }
  }

  async function send(request: HttpRequest & { headers: Record<string, string> }, call: Call): Promise<RawAnswer> {
    const url = urlOf(base, request.path, system);
    const timer = new AbortController();
    const timeout = setTimeout(() => { timer.abort(); }, call.timeoutMs);
    const signal = request.signal ? AbortSignal.any([timer.signal, request.signal]) : timer.signal;
    try {
      const answer = await http.request<Buffer>({ method: request.method, url, headers: request.headers, data: payload(request), signal });
      return { status: answer.status, headers: headersOf(answer.headers), data: answer.data };
    } catch (error) {
      const failure: Failure = { ...facts(error), timedOut: timer.signal.aborted, aborted: request.signal?.aborted ?? false };
      throw transportError(failure, call);
    } finally {
      clearTimeout(timeout);
    }
  }

  const callOf = ({ method, record, timeoutMs }: HttpRequest): Call => ({ system, host: base.host, method, record, timeoutMs: timeoutMs ?? options.timeoutMs ?? defaultTimeoutMs });

  function judged({ response, body, request }: { response: HttpResponse; body: Body; request: HttpRequest }): HttpResponse {
    const explained = options.explain?.(response, request);
    if (explained instanceof SyncError) throw explained;
    const error = answerError({ response, body, request, explained }, callOf(request), now());
    if (error) throw error;
    return response;
  }

  return {
    async request(wanted) {
      let answer = await attempt(wanted);
      const { status } = answer.response;
      if ((status === 401 || status === 403) && await auth?.refused?.(answer.response, answer.request)) answer = await attempt(wanted);
      return judged(answer);
    },
    answer({ status, headers, data }, request) {
      const body = readBody(data, headers, request.expect ?? 'json');
      return judged({ response: { status, headers, body: valueOf(body) }, body, request });
    },
    close() {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

function baseOf(baseUrl: string, system: string): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new ConfigError('CONFIG_BASE_URL', `${system}: the address must be a whole URL such as https://host.example.`, { system });
  }
  if (url.username || url.password) {
    throw new ConfigError('CONFIG_BASE_URL', `${system}: the address must not hold user or password. Use the credentials fields.`, { system });
  }
  return url;
}

/** Credentials never leave the origin they are for, whatever link a server hands out. */
function urlOf(base: URL, path: string, system: string): string {
  const url = /^https?:/i.test(path) ? new URL(path) : new URL(`${base.origin}${base.pathname.replace(/\/$/, '')}/${path.replace(/^\//, '')}`);
  if (url.origin !== base.origin) {
    throw new ConfigError('CONFIG_FOREIGN_ADDRESS', `${system}: a call to ${url.host} was stopped, since credentials are for ${base.host} only.`, { system });
  }
  return url.href;
}

function payload(request: HttpRequest & { headers: Record<string, string> }): string | undefined {
  const { body } = request;
  if (body === undefined || typeof body === 'string') return body;
  request.headers['content-type'] ??= 'application/json';
  return JSON.stringify(body);
}

function lowerCase(headers: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function headersOf(headers: object): HttpResponse['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.map(String) : String(value)]));
}

function valueOf(body: Body): unknown {
  return body.kind === 'json' ? body.value : body.kind === 'text' ? body.text : undefined;
}

/** The few facts of an axios error that are safe to look at: the error itself holds headers and body. */
function facts(error: unknown): Failure {
  if (typeof error !== 'object' || error === null) return {};
  const { code, message, cause, response } = error as { code?: string; message?: string; cause?: unknown; response?: unknown };
  const inner = facts(cause);
  const syscall = (error as { syscall?: string }).syscall ?? inner.syscall;
  return { code: inner.code ?? code, message: message ?? inner.message, syscall, answered: response !== undefined };
}
