import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startNodeRed } from '../test/support/node-red';

/** The yardstick of whatever takes webhooks: what Node-RED's own nodes do, in a process of its own. */
export interface StockFlow {
  /** Where to post orders. */
  readonly url: string;
  stop(): Promise<void>;
}

export const stockFlowName = 'http in -> function -> http request -> http response';

/** Starts the stock flow and the server it calls, which answers at once. */
export async function startStockFlow(): Promise<StockFlow> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => { response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'); });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const target = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/orders`;
  const nodeRed = await startNodeRed({ flows: flow(target), palettes: {} });
  return {
    url: `${nodeRed.url}/orders`,
    async stop() {
      await nodeRed.stop();
      server.close();
    },
  };
}

function flow(target: string): Record<string, unknown>[] {
  const node = { z: 'tab', x: 0, y: 0 };
  return [
    { id: 'tab', type: 'tab', label: 'stock' },
    { ...node, id: 'in', type: 'http in', url: '/orders', method: 'post', upload: false, wires: [['function']] },
    {
      ...node, id: 'function', type: 'function', outputs: 1, timeout: 0, noerr: 0, initialize: '', finalize: '', libs: [], wires: [['request']],
      func: `msg.headers = { 'content-type': 'application/json' };
msg.payload = { number: msg.payload.name, lines: msg.payload.line_items.map((line) => ({ sku: line.sku, quantity: line.quantity, price: line.price })) };
return msg;`,
    },
    {
      ...node, id: 'request', type: 'http request', method: 'POST', ret: 'obj', paytoqs: 'ignore', url: target, tls: '', persist: true, proxy: '', insecureHTTPParser: false,
      authType: '', senderr: false, headers: [], wires: [['response']],
    },
    { ...node, id: 'response', type: 'http response', statusCode: '200', headers: {}, wires: [] },
  ];
}
