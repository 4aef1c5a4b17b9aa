import { parseArgs } from 'node:util';
import { faultOf, type FaultOrder } from '../control';
import { startSapSandbox } from './index';

/** Runs the simulator as a process of its own, with control endpoints; prints its address as one JSON line when it listens. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' }, seed: { type: 'string' }, latency: { type: 'string' }, materials: { type: 'string' }, 'data-dir': { type: 'string' }, 'calls-at-once': { type: 'string' },
      /** JSON list of fault orders, as POST /__sandbox/faults takes them. */
      faults: { type: 'string' },
    },
  });
  const number = (text: string | undefined): number | undefined => text === undefined ? undefined : Number(text);
  const port = number(values.port ?? process.env.PORT);
  const seed = number(values.seed);
  const materials = number(values.materials);
  const callsAtOnce = number(values['calls-at-once']);
  const sandbox = await startSapSandbox({
    control: true, onNotice: (text) => { process.stderr.write(`${text}\n`); }, latencyMs: number(values.latency) ?? 0,
    ...(port === undefined ? {} : { port }), ...(seed === undefined ? {} : { seed }), ...(materials === undefined ? {} : { materials }), ...(callsAtOnce === undefined ? {} : { callsAtOnce }),
    ...(values['data-dir'] === undefined ? {} : { dataDir: values['data-dir'] }),
  });
  for (const order of JSON.parse(values.faults ?? '[]') as FaultOrder[]) sandbox.fault(faultOf(order));
  process.stdout.write(`${JSON.stringify({ url: sandbox.url, settings: sandbox.settings, secrets: sandbox.secrets })}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { void sandbox.close(); });
}

void main();
