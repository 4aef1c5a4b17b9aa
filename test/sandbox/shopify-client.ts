import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ShopifySandbox } from '../../sandbox/shopify';

/** As much of a GraphQL answer as tests look at. */
export interface GraphqlAnswer {
  data?: Record<string, never> | null;
  errors?: { message: string; extensions?: Record<string, unknown> }[];
  extensions?: {
    cost: {
      requestedQueryCost: number; actualQueryCost: number | null;
      throttleStatus?: { maximumAvailable: number; currentlyAvailable: number; restoreRate: number }
    };
    search?: { warnings: { field: string }[] }[];
  };
}

/** A plain client of the simulated Admin API with the fixed token. */
export class ShopifyClient {
  constructor(readonly shop: ShopifySandbox, readonly version = '2026-10') {}

  post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.shop.url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  }

  async graphql(query: string, variables: object = {}): Promise<GraphqlAnswer> {
    const token = this.shop.secrets['accessToken'] ?? '';
    const response = await this.post(
      `/admin/api/${this.version}/graphql.json`, JSON.stringify({ query, variables }), { 'x-shopify-access-token': token },
    );
    if (response.status !== 200) throw new Error(`HTTP ${String(response.status)}`);
    return await response.json() as GraphqlAnswer;
  }

  /** The data of a query that must have worked. */
  async data<T>(query: string, variables: object = {}): Promise<T> {
    const answer = await this.graphql(query, variables);
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data as T;
  }
}

export interface Received { headers: IncomingHttpHeaders; body: Buffer; json: Record<string, unknown>; at: number }

/** Takes webhooks; `answer` says what each is answered, nothing for no answer at all. */
export class Receiver {
  readonly received: Received[] = [];
  answer: (delivery: Received) => number | undefined = () => 200;
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const delivery = {
        headers: request.headers, body, json: JSON.parse(body.toString()) as Record<string, unknown>, at: this.received.length,
      };
      this.received.push(delivery);
      const status = this.answer(delivery);
      if (status !== undefined) { response.statusCode = status; response.end(); }
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => { this.#server.listen(0, '127.0.0.1', resolve); });
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/hook`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => { this.#server.close(resolve); });
  }
}
