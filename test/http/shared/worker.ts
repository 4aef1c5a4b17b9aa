import { sapS4hana } from '../../../lib/connectors/sap-s4hana';
import type { ConnectOptions } from '../../../lib/connectors/contract';
import { SharedLimits } from '../../../lib/http/limits/shared/limits';

/** What a worker is told: the system, how it shares, and how many records it reads, all at once. */
export interface Work extends Pick<ConnectOptions, 'settings' | 'secrets' | 'concurrency' | 'rate'> {
  url: string;
  redis: string;
  leaseMs: number;
  calls: number;
  sku: string;
}

/** Connects, and when it is told to reads one record many times at once; tells of each how it ended. */
async function run(work: Work): Promise<void> {
  const limits = new SharedLimits({ url: work.redis, leaseMs: work.leaseMs });
  const connection = sapS4hana.connect({ ...work, baseUrl: work.url, timeoutMs: 20_000, limits });
  (await limits.open('warm-up', { concurrency: 1 }).acquire(1))();
  process.send?.('open');
  await new Promise((resolve) => { process.once('message', resolve); });
  await Promise.all(Array.from({ length: work.calls }, async () => {
    const ending = await connection.get('product', work.sku).then(() => 'done', (error: unknown) => String(error));
    process.send?.(ending);
  }));
  await connection.close();
  await limits.close();
}

process.on('message', (message) => { if (message !== 'go') void run(message as Work); });
process.send?.('ready');
