import { basicAuth } from '../../http/auth/basic';
import { chainAuth } from '../../http/auth/chain';
import { clientCredentials } from '../../http/auth/client-credentials';
import { createHttpClient, defaultTimeoutMs } from '../../http/client';
import { ConfigError, errorClass, errorDetails, toError, TransientError } from '../../errors';
import { headerOf } from '../../http/body';
import type { Auth, HttpClient, HttpRequest, HttpResponse, RawAnswer } from '../../http/contract';
import { accountOf, processLimits } from '../../http/limits/account';
import type { ConnectOptions, Native } from '../contract';
import { Batches } from './batches';
import { csrfAuth } from './csrf';
import { batchAnswers, batchBody } from './odata/batch';
import { explainOf } from './odata/errors';
import { queryOf } from './odata/literals';
import { rowOf, rowsOf, type Rows } from './odata/rows';
import type { SapOptions } from './options';

export type Service =
  | 'API_SALES_ORDER_SRV' | 'API_BUSINESS_PARTNER' | 'API_PRODUCT_SRV' | 'API_MATERIAL_STOCK_SRV' | 'API_SLSPRICINGCONDITIONRECORD_SRV'
  | 'API_BILLING_DOCUMENT_SRV' | 'API_GLACCOUNTLINEITEM' | 'API_OUTBOUND_DELIVERY_SRV';
type Query = Parameters<typeof queryOf>[0];

/** A record with the answer it came in. */
export interface Written { row: Native; response: HttpResponse }

/** Calls to the OData services of one system, over one HTTP session. Throws the classes of lib/errors.ts. */
export interface Session {
  readonly options: SapOptions;
  /** The record at `path` of a service; undefined if there is none. May share a `$batch` with others, as writes may. */
  read(service: Service, path: string, query?: Query, record?: string): Promise<Native | undefined>;
  /** One page of a collection; `path` may be a `__next` of the page before. */
  query(service: Service, path: string, query?: Query, signal?: AbortSignal): Promise<Rows>;
  /** The few rows that match; may share a `$batch`. */
  lookUp(service: Service, set: string, query: Query): Promise<Native[]>;
  /** How many rows of a collection there are. */
  count(service: Service, set: string, filter?: string): Promise<number>;
  /** `landed`: looks for what an earlier try may have created; a post without it is not sent again when a whole `$batch` failed. */
  post(service: Service, path: string, body: Native, record: string, landed?: () => Promise<Native | undefined>): Promise<Written>;
  /** Changes a record: PATCH with the etag the change is based on. */
  patch(service: Service, path: string, body: Native, etag: string | undefined, record: string): Promise<HttpResponse>;
  /** Reads the start document of a service and asks for a CSRF token: tries address, credentials and permission at once. */
  open(service: Service): Promise<HttpResponse>;
  close(): void;
}

/** SAP names no rates: few calls at once, and a 429 or 503 slows all down. */
const defaultConcurrency = 4;

export function openSession(options: SapOptions, connect: ConnectOptions): Session {
  const login = loginOf(options, connect);
  const csrf = csrfAuth((path) => http.request({ method: 'GET', path, headers: { 'x-csrf-token': 'Fetch' }, unlimited: true }));
  const limit = (connect.limits ?? processLimits).open(accountOf('sap-s4hana', options.baseUrl, options.client, ...identityOf(options, connect)), {
    concurrency: connect.concurrency ?? defaultConcurrency, burst: defaultConcurrency, ...(connect.rate !== undefined && { rate: connect.rate }),
  });
  const http: HttpClient = createHttpClient({
    system: options.system, baseUrl: options.baseUrl, explain: explainOf(options.system),
    auth: chainAuth(clientAuth(options), ...(login ? [login] : []), csrf),
    limit,
    headers: { 'accept-language': options.language.toLowerCase() },
    ...(connect.timeoutMs !== undefined && { timeoutMs: connect.timeoutMs }),
    ...(connect.tls && { tls: connect.tls }), ...(connect.now && { now: connect.now }),
  });
  const pathOf = (service: Service, path: string): string => `/sap/opu/odata/sap/${versioned(service, options)}/${path}`;
  const batches = batchesOf(http, pathOf, { most: options.batchSize, lanes: connect.concurrency ?? defaultConcurrency, timeoutMs: connect.timeoutMs ?? defaultTimeoutMs, system: options.system });
  const named = (record: string | undefined): Pick<HttpRequest, 'record'> => record === undefined ? {} : { record };

  return {
    options,
    async read(service, path, query = {}, record) {
      const response = await batches(service, 'GET').send({ method: 'GET', path: `${path}?${queryOf(query)}`, accept: [404], ...named(record) });
      return response.status === 404 ? undefined : rowOf(response.body);
    },
    async query(service, path, query, signal) {
      const below = query ? `${pathOf(service, path)}?${queryOf(query)}` : pathOf(service, belowService(path, service));
      return rowsOf((await http.request({ method: 'GET', path: below, ...(signal && { signal }) })).body);
    },
    async lookUp(service, set, query) {
      return rowsOf((await batches(service, 'GET').send({ method: 'GET', path: `${set}?${queryOf(query)}` })).body).rows;
    },
    async count(service, set, filter) {
      const response = await http.request({ method: 'GET', path: `${pathOf(service, `${set}/$count`)}${filter === undefined ? '' : `?$filter=${encodeURIComponent(filter)}`}` });
      return Number(response.body);
    },
    async post(service, path, body, record, landed) {
      const found = landed && (async (): Promise<HttpResponse | undefined> => { const d = await landed(); return d && { status: 200, headers: {}, body: { d } }; });
      const response = await batches(service, 'POST').send({ method: 'POST', path, body, record }, found);
      return { row: rowOf(response.body), response };
    },
    patch(service, path, body, etag, record) {
      return batches(service, 'PATCH').send({ method: 'PATCH', path, body, record, ...(etag !== undefined && { headers: { 'if-match': etag } }) });
    },
    open(service) {
      return http.request({ method: 'GET', path: pathOf(service, `?${queryOf({})}`), headers: { 'x-csrf-token': 'Fetch' } });
    },
    close() {
      login?.close?.();
      limit.close();
      http.close();
    },
  };
}

interface Together { most: number; lanes: number; timeoutMs: number; system: string }

/** Of each service one for reads and one for writes: a read does not wait for what SAP is busy writing. */
function batchesOf(http: HttpClient, pathOf: (service: Service, path: string) => string, { most, lanes, timeoutMs, system }: Together): (service: Service, method: HttpRequest['method']) => Batches {
  const known = new Map<string, Batches>();
  const made = (service: Service): Batches => new Batches({
    most, lanes, alone: (request) => http.request({ ...request, path: pathOf(service, request.path) }),
    async together(requests) {
      const { contentType, body } = batchBody(requests);
      const outer: HttpRequest = {
        method: 'POST', path: pathOf(service, '$batch'), headers: { 'content-type': contentType, accept: 'multipart/mixed' }, body,
        record: `a $batch of ${String(requests.length)}`, timeoutMs: timeoutMs * (1 + requests.length / 10),
      };
      const answers = partsOf(await http.request(outer).catch(hint), requests.length, system);
      return Promise.allSettled(requests.map((request, index) => new Promise<HttpResponse>((resolve) => { resolve(http.answer(answers[index] as RawAnswer, request)); })));
    },
  });
  const hint = (reason: unknown): never => {
    if (errorClass(reason) !== 'CONFIG') throw reason;
    throw new ConfigError('CONFIG_NO_BATCH', `${toError(reason).message} If something in between takes no $batch, set "Requests a batch" of the system to 1.`, errorDetails(reason));
  };
  return (service, method) => {
    const name = `${service} ${method === 'GET' ? 'reads' : 'writes'}`;
    const found = known.get(name) ?? made(service);
    known.set(name, found);
    return found;
  };
}

/** The answers in that of a `$batch`. Throws TransientError for one that cannot be read: what it asked for may have taken place. */
function partsOf({ headers, body, status }: HttpResponse, count: number, system: string): RawAnswer[] {
  try {
    return batchAnswers(headerOf(headers, 'content-type'), typeof body === 'string' ? body : '', count);
  } catch (reason) {
    throw new TransientError('TRANSIENT_CUT_BODY', `${system}: the answer to a $batch of ${String(count)} cannot be read (${toError(reason).message}).`, { system, status, unknownOutcome: true });
  }
}

/** Client and language go with each request: which client a session belongs to is settled by its first. */
function clientAuth({ client, language }: SapOptions): Auth {
  const wanted = { ...(client && { 'sap-client': client }), 'sap-language': language };
  return {
    apply(request) {
      for (const [name, value] of Object.entries(wanted)) {
        if (!request.path.includes(`${name}=`)) request.path += `${request.path.includes('?') ? '&' : '?'}${name}=${value}`;
      }
    },
  };
}

/** Who signs in: SAP takes names of users in either case. */
function identityOf({ credentials }: SapOptions, { tls }: ConnectOptions): string[] {
  switch (credentials.kind) {
    case 'basic': return ['user', credentials.user.toUpperCase()];
    case 'oauth': return ['client', credentials.clientId];
    case 'certificate': return ['certificate', String(tls?.['cert'] ?? tls?.['pfx'])];
  }
}

function loginOf({ system, credentials }: SapOptions, { tls, timeoutMs, now }: ConnectOptions): (Auth & { close?(): void }) | undefined {
  switch (credentials.kind) {
    case 'basic': return basicAuth(credentials.user, credentials.password);
    case 'oauth': {
      const { tokenUrl, clientId, clientSecret } = credentials;
      return clientCredentials({ system, tokenUrl, clientId, clientSecret, credentialsIn: 'header', ...(tls && { tls }), ...(timeoutMs !== undefined && { timeoutMs }), ...(now && { now }) });
    }
    case 'certificate': return undefined;
  }
}

/** The first version of the delivery service is another one: the second is asked for by name. */
function versioned(service: Service, { serviceVersion }: SapOptions): string {
  if (service === 'API_OUTBOUND_DELIVERY_SRV') return `${service};v=0002`;
  return service === 'API_SALES_ORDER_SRV' && serviceVersion ? `${service};v=${serviceVersion}` : service;
}

/** A `__next` names the host as the server knows itself, which behind a proxy is not the one we may call: only what is below the service counts. */
function belowService(next: string, service: Service): string {
  const at = next.indexOf(`/${service}`);
  return at < 0 ? next : next.slice(next.indexOf('/', at + 1) + 1);
}
