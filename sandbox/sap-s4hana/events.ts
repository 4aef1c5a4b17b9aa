import { randomUUID } from 'node:crypto';
import { jsonAnswer, textAnswer, type SandboxAnswer } from '../answers';
import { Courier } from '../courier';
import type { Fault } from '../contract';
import type { SandboxRequest } from '../server';
import type { RowNews } from './odata/database';
import type { Row } from './odata/model';

/** Where events go, as `POST /messagingrest/v1/subscriptions` has it. */
export interface EventSubscription {
  name: string;
  /** `queue:<name>`: the sandbox has one, which takes all events. */
  address: string;
  qos: 0 | 1;
  pushConfig: {
    type: 'webhook'; endpoint: string; exemptHandshake?: boolean; defaultContentType?: string;
    /** Basic is not confirmed [?]; that tokens of an OAuth server are possible is, but nobody here would check them. */
    securitySchema?: { type: 'basic'; user: string; password: string };
  };
}

/** As SAP's help tells them under "Handshake and Its Status". */
export type Handshake = 'Requested' | 'Completed' | 'Failed' | 'Exempted';

interface Kept { subscription: EventSubscription; handshake: Handshake; waiting: Posted[] }
interface Posted { headers: Record<string, string>; body: Buffer; topic: string; id: string }

export interface EventsOptions {
  client: string;
  now: () => number;
  contentMode: 'structured' | 'binary';
  /** Factor on the waits between attempts. */
  retryScale: number;
  fault: (kind: Fault['kind']) => Fault | undefined;
}

export const eventQueue = 'b2b/sandbox/s4/events';

const path = '/messagingrest/v1/subscriptions';

/** Waits between attempts, ms: how Event Mesh spaces them is not published [?]. */
const delays = [1, 2, 4, 8, 16, 32, ...Array.from({ length: 20 }, () => 60)].map((seconds) => seconds * 1000);

/** The records of which events tell: entity set, name of the object, and what the data hold besides its key. */
const objects: Partial<Record<string, { object: string; key: string; fields: string[] }>> = {
  A_SalesOrder: { object: 'SalesOrder', key: 'SalesOrder', fields: ['SalesOrderType', 'SalesOrganization', 'DistributionChannel', 'OrganizationDivision', 'SoldToParty'] },
  A_BusinessPartner: { object: 'BusinessPartner', key: 'BusinessPartner', fields: [] },
  // The names are known, of the data only that they hold the key [?].
  A_Product: { object: 'Product', key: 'Product', fields: [] },
  A_OutbDeliveryHeader: { object: 'OutboundDelivery', key: 'DeliveryDocument', fields: ['DeliveryDocumentType', 'SalesOrganization', 'SDDocumentCategory'] },
  A_BillingDocument: { object: 'BillingDocument', key: 'BillingDocument', fields: ['SDDocumentCategory'] },
};

const operations: Record<RowNews['what'], string> = { created: 'Created', changed: 'Changed', deleted: 'Deleted' };

/** Tells of what changes as S/4HANA does through SAP Event Mesh: CloudEvents 1.0 with keys, posted to webhooks at least once. */
export class Events {
  contentMode: EventsOptions['contentMode'];
  readonly courier: Courier;
  readonly #subscriptions = new Map<string, Kept>();
  readonly #options: EventsOptions;

  constructor(options: EventsOptions) {
    this.#options = options;
    this.contentMode = options.contentMode;
    this.courier = new Courier({ delays, retryScale: options.retryScale, fault: options.fault });
  }

  /** Subscriptions and how far their handshake has come. */
  subscriptions(): (EventSubscription & { handshakeStatus: Handshake })[] {
    return [...this.#subscriptions.values()].map(({ subscription, handshake }) => ({ ...subscription, handshakeStatus: handshake }));
  }

  /** What was committed. */
  publish(news: readonly RowNews[]): void {
    if (this.#subscriptions.size === 0) return;
    for (const one of news) {
      const about = objects[one.set];
      if (!about) continue;
      const event = this.#event(about.object, operations[one.what], { [about.object]: one.row[about.key] ?? '', ...picked(one.row, about.fields) });
      for (const kept of this.#subscriptions.values()) this.#post(kept, event);
    }
  }

  /** The REST API for webhooks; the caller has checked who asks. Resolves at once: the handshake follows. */
  answer({ method, path: asked, body }: SandboxRequest): SandboxAnswer {
    const name = decodeURIComponent(asked.slice(path.length + 1));
    if (!asked.startsWith(path)) return textAnswer(404, 'Not found');
    if (method === 'POST' && name === '') return this.subscribe(JSON.parse(body) as EventSubscription);
    const kept = this.#subscriptions.get(name);
    if (method === 'GET' && name === '') return jsonAnswer(200, this.subscriptions());
    if (!kept) return jsonAnswer(404, { message: `Subscription ${name} does not exist` });
    if (method === 'DELETE') this.#subscriptions.delete(name);
    return method === 'DELETE' ? { status: 204 } : jsonAnswer(200, { ...kept.subscription, handshakeStatus: kept.handshake });
  }

  subscribe(subscription: EventSubscription): SandboxAnswer {
    const { name, address, pushConfig } = subscription;
    if (!name || address !== `queue:${eventQueue}` || !URL.canParse(pushConfig.endpoint)) return jsonAnswer(400, { message: 'name, address and pushConfig.endpoint are needed' });
    const kept: Kept = { subscription, handshake: pushConfig.exemptHandshake ? 'Exempted' : 'Requested', waiting: [] };
    this.#subscriptions.set(name, kept);
    if (kept.handshake === 'Requested') void this.#shake(kept);
    return jsonAnswer(201, { ...subscription, handshakeStatus: kept.handshake });
  }

  close(): void { this.courier.close(); }

  /** Asks whether it may send; what happens meanwhile waits in the queue. */
  async #shake(kept: Kept): Promise<void> {
    const { endpoint } = kept.subscription.pushConfig;
    const origin = 'em.sandbox.example';
    const headers = { ...authorization(kept), 'webhook-request-origin': origin };
    const answer = await fetch(endpoint, { method: 'OPTIONS', headers }).catch(() => undefined);
    const allowed = answer?.headers.get('webhook-allowed-origin');
    kept.handshake = answer?.ok === true && (allowed === origin || allowed === '*') ? 'Completed' : 'Failed';
    if (kept.handshake === 'Completed') for (const event of kept.waiting.splice(0)) this.#post(kept, event);
  }

  #post(kept: Kept, event: Posted): void {
    if (kept.handshake === 'Requested' || kept.handshake === 'Failed') { kept.waiting.push(event); return; }
    this.courier.send({
      subscriptionId: kept.subscription.name, topic: event.topic, uri: kept.subscription.pushConfig.endpoint, webhookId: event.id,
      headers: { ...event.headers, ...authorization(kept), 'x-qos': String(kept.subscription.qos) }, body: event.body,
    });
  }

  #event(object: string, operation: string, data: Row): Posted {
    const { client, now } = this.#options;
    const attributes = {
      type: `sap.s4.beh.${object.toLowerCase()}.v1.${object}.${operation}.v1`, specversion: '1.0', source: `/default/sap.s4.beh/S4HCLNT${client}`, id: randomUUID(),
      time: new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z'),
    };
    const { id, type } = attributes;
    if (this.contentMode === 'structured') {
      // A broker in between gives it the content type of the subscription.
      return { id, topic: type, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ ...attributes, datacontenttype: 'application/json', data })) };
    }
    const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]));
    return { id, topic: type, headers: { ...headers, 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(data)) };
  }
}

function authorization({ subscription: { pushConfig: { securitySchema } } }: Kept): Record<string, string> {
  return securitySchema ? { authorization: `Basic ${Buffer.from(`${securitySchema.user}:${securitySchema.password}`).toString('base64')}` } : {};
}

function picked(row: Row, names: readonly string[]): Row { return Object.fromEntries(names.map((name) => [name, row[name] ?? ''])); }
