import type { Connection, ConnectOptions, Native } from '../../../lib/connectors/contract';
import { sapS4hana } from '../../../lib/connectors/sap-s4hana';
import example from '../../../lib/documents/examples/order.example.json';
import type { Order } from '../../../lib/documents/types';
import { startSapSandbox, type SapSandbox, type SapSandboxOptions } from '../../../sandbox/sap-s4hana';

/** A connection to a simulator, with both closed after the test. */
export class System {
  readonly #connections: Connection[] = [];
  private constructor(readonly sandbox: SapSandbox) {}

  static async start(options: SapSandboxOptions = {}): Promise<System> {
    return new System(await startSapSandbox({ customers: 8, materials: 12, ...options }));
  }

  /** Without the sandbox's own price lists: what a test is to see of them it names. */
  connect(settings: ConnectOptions['settings'] = {}, options: Partial<ConnectOptions> = {}): Connection {
    const { sandbox } = this;
    const connection = sapS4hana.connect({ settings: { ...sandbox.settings, priceLists: [], ...settings }, secrets: sandbox.secrets, baseUrl: sandbox.url, timeoutMs: 5000, ...options });
    this.#connections.push(connection);
    return connection;
  }

  /** An order of the simulator's own customers and materials: three lines of 1, 2 … pieces at 10.00, no tax. */
  order(number: string, change: Partial<Order> = {}): Order {
    const { companies, products } = this.sandbox.world;
    const eur = (value: string): { value: string; currency: string } => ({ value, currency: 'EUR' });
    const pieces = products.filter(({ unit }) => unit === 'C62').slice(0, 3);
    const total = eur(String(pieces.reduce((sum, _, i) => sum + (i + 1) * 10, 0)) + '.00');
    return {
      ...base, id: `shop:Order:${number}`, externalIds: [{ system: 'shop', type: 'Order', id: number }], orderNumber: number,
      buyerParty: { customerNumber: companies[0]?.customerNumber ?? '' },
      lines: pieces.map(({ sku }, i) => ({
        id: `l${String(i + 1)}`, lineKind: 'product', item: { sku }, quantity: { value: String(i + 1), unitCode: 'C62' },
        unitPrice: { priceAmount: eur('10.00') }, lineExtensionAmount: eur(`${String((i + 1) * 10)}.00`), taxCategory: { code: 'O' },
      })),
      taxTotals: [], monetaryTotal: { lineExtensionAmount: total, taxExclusiveAmount: total, taxInclusiveAmount: total, payableAmount: total },
      ...change,
    };
  }

  async stop(): Promise<void> {
    for (const connection of this.#connections) await connection.close();
    await this.sandbox.close();
  }
}

const { schemaVersion, version, revision, issuedAt, timeZone, issueDate } = example;
const base = {
  schemaVersion, version, revision, issuedAt, timeZone, issueDate, documentCurrencyCode: 'EUR', pricesIncludeTax: false,
  orderStatus: 'open', paymentStatus: 'unpaid', fulfillmentStatus: 'unfulfilled',
} as const;

/** The code of the error a promise rejects with, or `ok`. */
export function outcome(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => 'ok', (error: unknown) => String((error as { code?: string }).code ?? error));
}

/** The order as the connector would write it. */
export function fromOrder(connection: Connection, order: Order): Native { return connection.fromCanonical('order', { ...order }); }
