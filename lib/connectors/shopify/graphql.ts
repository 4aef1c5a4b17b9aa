import type { Auth, Explain, HttpRequest, HttpResponse } from '../../http/contract';
import { clientCredentials } from '../../http/auth/client-credentials';
import { fixedToken } from '../../http/auth/fixed-token';
import { createHttpClient } from '../../http/client';
import { accountOf, processLimits, type AccountLimit } from '../../http/limits/account';
import type { CostReport } from '../../http/limits/cost-bucket';
import type { ConnectOptions } from '../contract';
import { answerError, type GraphqlBody } from './graphql-errors';
import type { ShopifyOptions } from './options';

export interface CallOptions {
  /** Names the record in errors, e.g. `order #1001`. */
  record?: string;
  signal?: AbortSignal;
}

/** Runs GraphQL documents. Throws the classes of lib/errors.ts, also for errors that come with HTTP 200. */
export interface Graphql {
  run<T>(document: string, variables?: Record<string, unknown>, options?: CallOptions): Promise<T>;
  close(): void;
}

/** Points of the smallest plan (https://shopify.dev/docs/api/usage/limits); answers tell the true ones. */
const smallestPlan = { maximum: 2000, restoreRate: 100 };
/** A document is taken to cost the most that one may until an answer has told: what it did not cost comes back. */
const firstGuess = 1000;

/** The Admin GraphQL API of one shop. */
export function createGraphql(shop: ShopifyOptions, options: ConnectOptions): Graphql {
  const costs = new Map<string, number>();
  const { auth, close } = authOf(shop, options);
  const explain: Explain = (response, request) => {
    const { name, writes } = operationOf(request);
    const requested = (response.body as GraphqlBody | null | undefined)?.extensions?.cost?.requestedQueryCost;
    if (requested !== undefined) costs.set(name, requested);
    return answerError(response, shop, request.record, writes);
  };
  const limit = limitOf(shop, options);
  const http = createHttpClient({
    system: shop.system, baseUrl: shop.baseUrl, auth, limit, explain,
    ...(options.timeoutMs ? { timeoutMs: options.timeoutMs } : {}), ...(options.tls ? { tls: options.tls } : {}), ...(options.now ? { now: options.now } : {}),
  });
  return {
    async run<T>(document: string, variables: Record<string, unknown> = {}, { record, signal }: CallOptions = {}): Promise<T> {
      const request: HttpRequest = { method: 'POST', path: `/admin/api/${shop.apiVersion}/graphql.json`, body: { query: document, variables } };
      const response = await http.request({
        ...request, cost: costs.get(operationOf(request).name) ?? firstGuess, ...(record ? { record } : {}), ...(signal ? { signal } : {}),
      });
      return (response.body as { data: T }).data;
    },
    close() { http.close(); limit.close(); close(); },
  };
}

function authOf(shop: ShopifyOptions, options: ConnectOptions): { auth: Auth; close: () => void } {
  const { credentials } = shop;
  const header = 'x-shopify-access-token';
  if (credentials.kind === 'token') return { auth: fixedToken(credentials.accessToken, header), close: () => undefined };
  const auth = clientCredentials({
    system: shop.system, tokenUrl: `${shop.baseUrl}/admin/oauth/access_token`, clientId: credentials.clientId, clientSecret: credentials.clientSecret,
    credentialsIn: 'form', header, ...(options.tls ? { tls: options.tls } : {}), ...(options.now ? { now: options.now } : {}),
  });
  return { auth, close: () => { auth.close(); } };
}

/** Shopify keeps a bucket of points for each app on each shop. */
function limitOf({ baseUrl, credentials }: ShopifyOptions, { limits = processLimits, concurrency = 8, rate }: ConnectOptions): AccountLimit {
  const app = credentials.kind === 'token' ? credentials.accessToken : credentials.clientId;
  return limits.open(accountOf('shopify', baseUrl, credentials.kind, app), { concurrency, ...(rate !== undefined && { rate }), points: { ...smallestPlan, report: costReport } });
}

/** What an answer says of the bucket. One that says nothing, such as a proxy's page, has cost nothing. */
function costReport(response: HttpResponse): CostReport {
  const cost = (response.body as GraphqlBody | null | undefined)?.extensions?.cost;
  if (!cost) return { actual: 0 };
  const { actualQueryCost, throttleStatus } = cost;
  return { ...(typeof actualQueryCost === 'number' ? { actual: actualQueryCost } : {}), ...throttleStatus };
}

/** `query Orders(…)` of 20 -> `Orders 20`: what costs the same. */
function operationOf(request: HttpRequest): { name: string; writes: boolean } {
  const { query, variables } = request.body as { query: string; variables: { first?: number } };
  const match = /^\s*(query|mutation)\s+(\w+)/.exec(query);
  return { name: `${match?.[2] ?? query} ${String(variables.first ?? '')}`, writes: match?.[1] === 'mutation' };
}
