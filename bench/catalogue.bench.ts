import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { sapS4hana } from '../lib/connectors/sap-s4hana';
import { startSapSandbox } from '../sandbox/sap-s4hana';
import type { BenchRow } from './bench';
import type { CatalogueRead } from './catalogue-reader';

const count = 1_000_000;
const mostMib = 512;
/** One product changed each second since. */
const begin = Date.UTC(2020, 0, 1);

/** A million products listed, made into canonical documents, hashed and compared with what the store has, in a process of its own. */
export async function run(): Promise<BenchRow[]> {
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://sap').searchParams;
    const since = Date.parse(/datetimeoffset'([^']+)'/.exec(query.get('$filter') ?? '')?.[1] ?? '');
    const from = Math.max(0, Math.ceil((since - begin) / 1000));
    const rows = Array.from({ length: Math.min(Number(query.get('$top')), Math.max(0, count - from)) }, (_, at) => row(from + at));
    response.setHeader('content-type', 'application/json');
    response.end(`{"d":{"results":[${rows.join(',')}]}}`);
  });
  const row = await template();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const { records, seconds, rssMib } = await read(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
    return [{
      what: `${count.toLocaleString('en')} products listed, mapped and compared: memory (RSS)`, ours: `${rssMib.toFixed(0)} MiB`, yardstick: `${(records / seconds).toFixed(0)} products a second`,
      result: `${String(records)} read`, budget: `< ${String(mostMib)} MiB`, isMet: rssMib < mostMib && records === count,
    }];
  } finally {
    server.close();
  }
}

/** A product of the sandbox as SAP tells it, with the number and the time of the n-th in it. */
async function template(): Promise<(n: number) => string> {
  const sandbox = await startSapSandbox({ materials: 1, customers: 1 });
  const connection = sapS4hana.connect({ settings: sandbox.settings, secrets: sandbox.secrets, baseUrl: sandbox.url });
  try {
    for await (const { records: [product = {}] } of connection.list('product')) {
      const text = JSON.stringify(product).replaceAll(String(product['Product']), '@number').replace(String(product['LastChangeDateTime']), '@time');
      return (n) => text.replaceAll('@number', `P${String(n).padStart(8, '0')}`).replace('@time', `/Date(${String(begin + n * 1000)}+0000)/`);
    }
    throw new Error('the sandbox has no product');
  } finally {
    await connection.close();
    await sandbox.close();
  }
}

async function read(url: string): Promise<CatalogueRead> {
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', join(__dirname, 'catalogue-reader.ts'), url], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  await once(child, 'exit');
  return JSON.parse(output) as CatalogueRead;
}
