import { connect } from 'amqplib';
import { connectError } from './broker-errors';
import { connectOptions } from './connection';
import type { BrokerOptions } from './options';

export interface CheckStep { name: string; ok: boolean; detail: string }

/** Tries every host once: what answered, or what is wrong and what to do. `ok` if at least one host works. */
export async function checkBroker(options: BrokerOptions): Promise<{ ok: boolean; steps: CheckStep[] }> {
  const { vhost = '/', username, tls } = options;
  const steps = await Promise.all(options.hosts.map(async ({ host, port }): Promise<CheckStep> => {
    const name = `${host}:${port}`;
    const { address, socket } = connectOptions({ connectTimeoutMs: 5000, ...options, name: `${options.name ?? 'b2b-sync'} (test)` }, { host, port });
    try {
      const model = await connect(address, socket);
      model.on('error', () => undefined);
      const { product, version } = model.connection.serverProperties;
      await model.close();
      return { name, ok: true, detail: `${product} ${version}` };
    } catch (reason) {
      return { name, ok: false, detail: connectError(reason, { host, port, vhost, username, tls: tls !== undefined }).message };
    }
  }));
  return { ok: steps.some(({ ok }) => ok), steps };
}
