import { basicAuth } from '../../http/auth/basic';
import { chainAuth } from '../../http/auth/chain';
import { clientCredentials } from '../../http/auth/client-credentials';
import { createHttpClient } from '../../http/client';
import type { Auth, HttpClient, HttpRequest, HttpResponse } from '../../http/contract';
import { concurrency } from '../../http/limits/concurrency';
import { combined } from '../../http/limits/combined';
import { requestBucket } from '../../http/limits/request-bucket';
import type { ConnectOptions, Native } from '../contract';
import { csrfAuth } from './csrf';
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
  /** The record at `path` of a service; undefined if there is none. */
  read(service: Service, path: string, query?: Query, record?: string): Promise<Native | undefined>;
  /** One page of a collection; `path` may be a `__next` of the page before. */
  query(service: Service, path: string, query?: Query, signal?: AbortSignal): Promise<Rows>;
  /** How many rows of a collection there are. */
  count(service: Service, set: string, filter?: string): Promise<number>;
  post(service: Service, path: string, body: Native, record: string): Promise<Written>;
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
  const lanes = concurrency(connect.concurrency ?? defaultConcurrency);
  const http: HttpClient = createHttpClient({
    system: options.system, baseUrl: options.baseUrl, explain: explainOf(options.system),
    auth: chainAuth(clientAuth(options), ...(login ? [login] : []), csrf),
    limit: connect.rate ? combined(lanes, requestBucket({ rate: connect.rate, burst: defaultConcurrency })) : lanes,
    headers: { 'accept-language': options.language.toLowerCase() },
    ...(connect.timeoutMs !== undefined && { timeoutMs: connect.timeoutMs }),
    ...(connect.tls && { tls: connect.tls }), ...(connect.now && { now: connect.now }),
  });
  const pathOf = (service: Service, path: string): string => `/sap/opu/odata/sap/${versioned(service, options)}/${path}`;
  const named = (record: string | undefined): Pick<HttpRequest, 'record'> => record === undefined ? {} : { record };

  return {
    options,
    async read(service, path, query = {}, record) {
      const response = await http.request({ method: 'GET', path: `${pathOf(service, path)}?${queryOf(query)}`, accept: [404], ...named(record) });
      return response.status === 404 ? undefined : rowOf(response.body);
    },
    async query(service, path, query, signal) {
      const below = query ? `${pathOf(service, path)}?${queryOf(query)}` : pathOf(service, belowService(path, service));
      return rowsOf((await http.request({ method: 'GET', path: below, ...(signal && { signal }) })).body);
    },
    async count(service, set, filter) {
      const response = await http.request({ method: 'GET', path: `${pathOf(service, `${set}/$count`)}${filter === undefined ? '' : `?$filter=${encodeURIComponent(filter)}`}` });
      return Number(response.body);
    },
    async post(service, path, body, record) {
      const response = await http.request({ method: 'POST', path: pathOf(service, path), body, record });
      return { row: rowOf(response.body), response };
    },
    patch(service, path, body, etag, record) {
      return http.request({ method: 'PATCH', path: pathOf(service, path), body, record, ...(etag !== undefined && { headers: { 'if-match': etag } }) });
    },
    open(service) {
      return http.request({ method: 'GET', path: pathOf(service, `?${queryOf({})}`), headers: { 'x-csrf-token': 'Fetch' } });
    },
    close() {
      login?.close?.();
      http.close();
    },
  };
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
