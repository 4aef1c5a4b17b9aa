import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Connection, Native, Settings } from '../../lib/connectors/contract';
import { sapS4hana } from '../../lib/connectors/sap-s4hana';
import { startSapSandbox } from '../../sandbox/sap-s4hana';

/** When the first product changed; each after it so much later, ms. */
const begin = Date.UTC(2020, 0, 1), step = 60_000;

/** A SAP with as many products as one likes and a stock level of each: it makes them when it is asked, as the sandbox would tell of them. */
export class LargeSap {
  /** Requests so far. */
  reads = 0;
  readonly #changed = new Map<number, { at: number; quantity: string }>();
  private constructor(private readonly server: Server, private readonly rows: { product: string; stock: string }, public count: number) {}

  static async start(count: number): Promise<LargeSap> {
    const server = createServer();
    const sap: LargeSap = new LargeSap(server, await templates(), count);
    server.on('request', (request: { url?: string }, response: ServerResponse) => {
      sap.reads++;
      response.setHeader('content-type', 'application/json').end(`{"d":{"results":[${sap.#answer(new URL(request.url ?? '/', 'http://sap')).join(',')}]}}`);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return sap;
  }

  get url(): string { return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`; }

  connect(): Connection {
    const settings: Settings = { baseUrl: this.url, user: 'test', auth: 'basic', salesOrganization: '1010', distributionChannel: '10', division: '00', stockLocations: [{ plant: '1010', location: 'Augsburg' }] };
    return sapS4hana.connect({ settings, secrets: { password: 'test' }, baseUrl: this.url });
  }

  static skuOf(n: number): string { return `MAT-${String(n).padStart(7, '0')}`; }

  /** Somebody changes a product and its stock, now. */
  change(n: number, quantity: string): void { this.#changed.set(n, { at: Date.now(), quantity }); }

  close(): void { this.server.close(); }

  #answer({ pathname, searchParams: query }: URL): string[] {
    const top = Number(query.get('$top'));
    const filter = query.get('$filter') ?? '';
    if (pathname.endsWith('/A_Product')) return this.#products(Date.parse(/datetimeoffset'([^']+)'/.exec(filter)?.[1] ?? ''), top);
    if (!pathname.endsWith('/A_MatlStkInAcctMod')) return [];
    const after = /Material gt 'MAT-(\d+)'/.exec(filter)?.[1];
    const from = after === undefined ? 0 : Number(after) + 1;
    return Array.from({ length: Math.max(0, Math.min(top, this.count - from)) }, (_, at) => this.rows.stock.replaceAll('@number', LargeSap.skuOf(from + at)).replace('@quantity', this.#changed.get(from + at)?.quantity ?? '500'));
  }

  #products(since: number, top: number): string[] {
    const row = (n: number, at: number): string => this.rows.product.replaceAll('@number', LargeSap.skuOf(n)).replace('@time', `/Date(${String(at)}+0000)/`)
      .replaceAll('@name', `Part ${String(at)}`);
    const rows: string[] = [];
    for (let n = Math.max(0, Math.ceil((since - begin) / step)); n < this.count && rows.length < top; n++) if (!this.#changed.has(n)) rows.push(row(n, begin + n * step));
    const later = [...this.#changed].filter(([, { at }]) => at >= since).sort(([, a], [, b]) => a.at - b.at);
    return [...rows, ...later.map(([n, { at }]) => row(n, at))].slice(0, top);
  }
}

/** A product and its stock as the sandbox tells of them, with marks where number, time and quantity stand. */
async function templates(): Promise<{ product: string; stock: string }> {
  const sandbox = await startSapSandbox({ materials: 1, customers: 1 });
  const get = async (path: string): Promise<Native> => {
    const authorization = `Basic ${Buffer.from(`${sandbox.settings.user}:${String(sandbox.secrets['password'])}`).toString('base64')}`;
    const answer = await fetch(`${sandbox.url}/sap/opu/odata/sap/${path}`, { headers: { authorization, accept: 'application/json' } });
    return (await answer.json() as { d: { results: Native[] } }).d.results[0] ?? {};
  };
  const product = await get('API_PRODUCT_SRV/A_Product?$top=1&$expand=to_Description,to_ProductBasicText,to_ProductUnitsOfMeasure,to_SalesDelivery');
  const stock = await get('API_MATERIAL_STOCK_SRV/A_MatlStkInAcctMod?$top=1');
  await sandbox.close();
  const sku = String(product['Product']);
  return {
    product: JSON.stringify(product).replaceAll(sku, '@number').replace(JSON.stringify(product['LastChangeDateTime']), '"@time"').replace(/("ProductDescription":)"[^"]*"/g, '$1"@name"'),
    stock: JSON.stringify({ ...stock, MatlWrhsStkQtyInMatlBaseUnit: '@quantity' }).replaceAll(sku, '@number'),
  };
}
