import { createHash } from 'node:crypto';
import { clientCredentials } from '../../http/auth/client-credentials';
import { createHttpClient } from '../../http/client';
import type { Subscription, SubscriptionReport } from '../contract';
import type { EventOptions } from './options';

/** Subscriptions of an Event Mesh. */
export interface EventMesh {
  /** Makes sure that events are posted to this address. */
  ensure(address: string): Promise<SubscriptionReport>;
  remove(address: string): Promise<void>;
  close(): void;
}

const path = '/messagingrest/v1/subscriptions';

/**
 * The REST API for webhooks of Event Mesh: `pushConfig` with an endpoint, as SAP's own libraries call it. A queue that takes the
 * events must be there. That it takes Basic credentials in `securitySchema` is not confirmed [?], so it is used with the
 * sandbox only: with a real one, webhooks are made in its cockpit.
 */
export function openEventMesh(system: string, { mesh, credentials, secrets }: EventOptions): EventMesh | undefined {
  if (!mesh) return undefined;
  const auth = clientCredentials({ system, ...mesh, credentialsIn: 'header' });
  const http = createHttpClient({ system, baseUrl: mesh.url, auth });
  const known = new Set<string>();
  const one = (address: string): string => `${path}/${nameOf(address)}`;

  async function found(address: string): Promise<Subscription | undefined> {
    const { status, body } = await http.request({ method: 'GET', path: one(address), accept: [404] });
    const { pushConfig } = (status === 404 ? {} : body) as { pushConfig?: { endpoint?: string } };
    return pushConfig?.endpoint === address ? { topic: mesh?.queue ?? '', id: nameOf(address), address } : undefined;
  }

  return {
    async ensure(address) {
      const there = await found(address);
      if (there) {
        known.add(address);
        return { kept: [there], created: [], lost: [] };
      }
      const securitySchema = credentials.kind === 'basic' ? { type: 'basic', user: credentials.user, password: secrets[0] } : undefined;
      await http.request({
        method: 'POST', path, record: `subscription ${nameOf(address)}`,
        body: { name: nameOf(address), address: `queue:${mesh.queue}`, qos: 1, pushConfig: { type: 'webhook', endpoint: address, exemptHandshake: false, defaultContentType: 'application/json', securitySchema } },
      });
      const lost = known.has(address) ? [mesh.queue] : [];
      known.add(address);
      return { kept: [], created: [{ topic: mesh.queue, id: nameOf(address), address }], lost };
    },
    async remove(address) {
      known.delete(address);
      await http.request({ method: 'DELETE', path: one(address), accept: [404] });
    },
    close() {
      auth.close();
      http.close();
    },
  };
}

/** One of ours for each address. */
function nameOf(address: string): string { return `b2b-sync-${createHash('sha256').update(address).digest('hex').slice(0, 16)}`; }
