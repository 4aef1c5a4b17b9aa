import assert from 'node:assert/strict';
import type { SapSandbox } from '../../sandbox/sap-s4hana';

/** An answer with its body read. */
export interface Answer { status: number; headers: Headers; text: string; json: () => Body }
/** As much of a V2 answer as tests look at. */
export interface Body {
  d: Record<string, unknown> & { results: Record<string, unknown>[]; __next?: string; __count?: string };
  error: { code: string; message: { value: string }; innererror: { errordetails: { code: string; message: string; target: string; severity: string }[] } };
}

/** Where a simulator is and who may come in. */
export type Address = Pick<SapSandbox, 'url' | 'settings' | 'secrets'>;

/** A plain client of the simulator: Basic auth, and the CSRF protocol by hand so that tests can break it. */
export class SapClient {
  cookies = new Map<string, string>();
  token = '';
  authorization: string;

  constructor(readonly sandbox: Address, readonly service = 'API_SALES_ORDER_SRV') {
    this.authorization = `Basic ${Buffer.from(`${sandbox.settings.user}:${String(sandbox.secrets.password)}`).toString('base64')}`;
  }

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const url = path.startsWith('http') ? path : `${this.sandbox.url}/sap/opu/odata/sap/${this.service}/${path}`;
    const response = await fetch(url, {
      method, headers: {
        accept: 'application/json', authorization: this.authorization,
        ...(this.cookies.size > 0 ? { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') } : {}),
        ...(this.token === '' ? {} : { 'x-csrf-token': this.token }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.cookies.set(name, value);
    }
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) as Body };
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> { return this.send('GET', path, undefined, headers); }

  async fetchToken(method = 'GET'): Promise<Answer> {
    this.token = '';
    const answer = await this.send(method, '', undefined, { 'x-csrf-token': 'Fetch' });
    this.token = answer.headers.get('x-csrf-token') ?? '';
    return answer;
  }

  /** Creates an order; fails the test unless it was created. */
  async createOrder(body: unknown = order()): Promise<Record<string, unknown>> {
    if (this.token === '') await this.fetchToken();
    const answer = await this.send('POST', 'A_SalesOrder', body);
    assert.equal(answer.status, 201, answer.text);
    return answer.json().d;
  }
}

/** An order of two items that the sandbox takes, changed as told. */
export function order(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    SalesOrderType: 'OR', SalesOrganization: '1010', DistributionChannel: '10', OrganizationDivision: '00', SoldToParty: '100001',
    PurchaseOrderByCustomer: 'WEB-1001', TransactionCurrency: 'EUR',
    to_Item: [item('MAT-00001', '2', '10.00'), item('MAT-00002', '3', '0.35')], ...changes,
  };
}

export function item(Material: string, RequestedQuantity: string, net?: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    Material, RequestedQuantity,
    ...(net === undefined ? {} : { to_PricingElement: [{ ConditionType: 'PMP0', ConditionRateValue: net, ConditionCurrency: 'EUR' }] }), ...more,
  };
}
