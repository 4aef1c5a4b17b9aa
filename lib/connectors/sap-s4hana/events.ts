import { createHash } from 'node:crypto';
import type { Entity } from '../../documents/event';
import { DataError } from '../../errors';
import { dataOf, postedEvent } from '../../http/cloud-event';
import { credentialCheck } from '../../http/credential-check';
import { header } from '../../http/headers';
import type { Native, SubscriptionReport, Webhooks } from '../contract';
import { text, withoutZeros } from './fields';
import type { EventMesh } from './event-mesh';
import type { EventOptions } from './options';
import { topics } from './topics';

/** What the events of a system need of it. */
export interface EventsOptions {
  system: string;
  events: EventOptions;
  /** The record that a key of an event names; undefined for one that list() does not tell of. */
  read: (entity: Entity, key: string) => Promise<Native | undefined>;
  /** Where subscriptions can be made; absent: by hand. */
  mesh?: EventMesh;
}

/** Keys of the store end somewhere: a longer one is kept as a hash. */
const longestKey = 500;
const origin = /^[\w.*:[\]-]{1,255}$/;

/**
 * Events that SAP Event Mesh (or another broker) posts for an S/4HANA system: CloudEvents 1.0 with the key of a record, in
 * structured or binary mode, each at least once. Before it posts, Event Mesh asks by OPTIONS with `WebHook-Request-Origin`, with
 * the same credentials (SAP's help "Handshake and Its Status"). It posts with Basic or with a token of an OAuth server; only
 * what is fixed can be checked here: Basic, or a secret in a header.
 */
export function createEvents({ system, events, read, mesh }: EventsOptions): Webhooks {
  const nothing: SubscriptionReport = { kept: [], created: [], lost: [] };
  const check = credentialCheck(events.credentials, events.secrets);
  return {
    verify: (_, headers) => check(headers),
    delivery(headers, body) {
      const { id, source, type, time } = postedEvent(headers, body);
      const topic = topics.get(type);
      if (!topic) return undefined;
      const named = `${encodeURIComponent(source)}/${encodeURIComponent(id)}`;
      const key = named.length > longestKey ? createHash('sha256').update(named).digest('hex') : named;
      const sentAt = time === undefined ? NaN : Date.parse(time);
      return { topic: type, entity: topic.entity, verb: topic.verb, key, sentAt: new Date(Number.isNaN(sentAt) ? Date.now() : sentAt).toISOString() };
    },
    // Small bodies: they are parsed at once.
    glance: () => undefined,
    read(body, { topic: type, sentAt = '' }) {
      const id = withoutZeros(text(dataOf(body), topics.get(type)?.key ?? '').trim());
      if (id !== '') return { id, time: sentAt, partial: true };
      throw new DataError('DATA_NO_ID', `${system} sent an event ${type} without ${topics.get(type)?.key ?? 'a key'} in its data: there is nothing to tell which record it is about.`, { system });
    },
    current: read,
    handshake(headers) {
      const asked = header(headers, 'webhook-request-origin');
      if (asked === undefined || !origin.test(asked)) return undefined;
      return { origin: asked, allowed: events.origins.includes('*') || events.origins.includes(asked.toLowerCase()) };
    },
    ...(mesh ? {} : { byHand: true as const }),
    ensure: async (address) => mesh?.ensure(address) ?? nothing,
    remove: async (address) => mesh?.remove(address),
  };
}
