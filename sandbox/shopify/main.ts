import { parseArgs } from 'node:util';
import { faultOf, type FaultOrder } from '../control';
import { plans, type Plan } from './bucket';
import { startShopifySandbox } from './index';

/** Runs the shop as a process of its own, with control endpoints; prints its address as one JSON line when it listens. */
const number = <K extends string>(name: K, text: string | undefined): Partial<Record<K, number>> => {
  return text === undefined ? {} : { [name]: Number(text) } as Record<K, number>;
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' }, seed: { type: 'string' }, 'data-dir': { type: 'string' }, plan: { type: 'string' },
      /** Cost points the bucket holds and gets back a second, e.g. `1000000000` for no limit. */
      points: { type: 'string' },
      'retry-scale': { type: 'string' },
      /** How many products the world has. */
      products: { type: 'string' },
      /** Places an order every so many ms. */
      every: { type: 'string' },
      /** JSON list of fault orders, as POST /__sandbox/faults takes them. */
      faults: { type: 'string' },
    },
  });
  const points = values.points === undefined ? undefined : Number(values.points);
  const sandbox = await startShopifySandbox({
    control: true, onNotice: (text) => { process.stderr.write(`${text}\n`); }, ...number('port', values.port ?? process.env['PORT']), ...number('seed', values.seed),
    ...number('retryScale', values['retry-scale']), ...number('products', values.products),
    ...(values['data-dir'] === undefined ? {} : { dataDir: values['data-dir'] }), ...(isPlan(values.plan) ? { plan: values.plan } : {}),
    ...(points === undefined ? {} : { bucket: { size: points, restoreRate: points } }),
  });
  for (const order of JSON.parse(values.faults ?? '[]') as FaultOrder[]) sandbox.fault(faultOf(order));
  if (values.every !== undefined) sandbox.autoPlace(Number(values.every));
  process.stdout.write(`${JSON.stringify({ url: sandbox.url, settings: sandbox.settings, secrets: sandbox.secrets })}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { void sandbox.close(); });
}

function isPlan(value: string | undefined): value is Plan { return value !== undefined && value in plans; }

void main();
