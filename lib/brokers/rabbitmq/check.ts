import { connect } from 'amqplib';
import { type CheckReport, type CheckStep, failedStep } from '../../check';
import { connectError, networkCode } from './broker-errors';
import { connectOptions } from './connection';
import type { BrokerOptions } from './options';

/** Tries every host once: what answered, or what is wrong and what to do. `ok` if at least one host works. */
export async function checkBroker(options: BrokerOptions): Promise<CheckReport> {
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
      return failedStep(name, connectError(reason, { host, port, vhost, username, tls: tls !== undefined }), networkCode(reason));
    }
  }));
  return { ok: steps.some(({ ok }) => ok), steps };
}
