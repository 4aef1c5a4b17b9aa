import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Entity } from '../../documents/event';
import { ConfigError, DataError } from '../../errors';
import { header, type Headers } from '../../http/headers';
import type { Delivery, Incoming, Native, Subscription, SubscriptionReport, Webhooks } from '../contract';
import { gid, gidOf } from './gid';
import type { Graphql } from './graphql';
import { refusal, type UserError } from './graphql-errors';
import { subscribeMutation, subscriptionsQuery, unsubscribeMutation } from './queries';
import { changedAt, utc } from './records';
import { findTopic, topicEnum, topicName, topicsFor } from './topics';

/** Webhooks of one shop (https://shopify.dev/docs/apps/build/webhooks). `toldOnly`: entities whose bodies lack what is wanted of them, so that the record itself is read. */
export function createWebhooks(graphql: Graphql, system: string, secrets: readonly string[], toldOnly: readonly Entity[] = []): Webhooks {
  /** Topics made or found per address: what is missing from them later was lost. */
  const known = new Map<string, Set<string>>();

  async function list(address: string): Promise<Subscription[]> {
    const found: Subscription[] = [];
    let after: string | null = null;
    do {
      const page: { webhookSubscriptions: { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: { id: string; topic: string; uri: string }[] } } =
        await graphql.run(subscriptionsQuery, { after });
      const { nodes, pageInfo } = page.webhookSubscriptions;
      found.push(...nodes.filter((node) => node.uri === address).map((node) => ({ topic: topicName(node.topic) ?? node.topic, id: node.id, address: node.uri })));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    return found;
  }

  async function create(topic: string, address: string): Promise<{ subscription: Subscription; made: boolean }> {
    const { webhookSubscriptionCreate: answer } = await graphql.run<{
      webhookSubscriptionCreate: { webhookSubscription: { id: string } | null; userErrors: UserError[] };
    }>(subscribeMutation, { topic: topicEnum(topic), webhookSubscription: { uri: address, format: 'JSON' } }, { record: `subscription ${topic}` });
    if (answer.webhookSubscription) return { subscription: { topic, id: answer.webhookSubscription.id, address }, made: true };
    const there = (await list(address)).find((one) => one.topic === topic); // somebody else was faster, or our answer got lost
    if (there) return { subscription: there, made: false };
    const refused = refusal(answer.userErrors, { system }, `subscription ${topic}`);
    throw new ConfigError('CONFIG_WEBHOOK_REFUSED', `${system} does not take ${address} for ${topic}: ${refused?.cause.answer ?? 'no reason given'}. The address must be public and begin with https://.`, refused?.cause);
  }

  async function drop(subscription: Subscription): Promise<void> {
    const { webhookSubscriptionDelete: answer } = await graphql.run<{ webhookSubscriptionDelete: { userErrors: UserError[] } }>(
      unsubscribeMutation, { id: subscription.id }, { record: `subscription ${subscription.topic}` });
    const refused = refusal(answer.userErrors, { system }, `subscription ${subscription.topic}`);
    if (refused && refused.code !== 'DATA_NOT_FOUND') throw refused;
  }

  return {
    verify: (body, headers) => verify(body, header(headers, 'x-shopify-hmac-sha256'), secrets),
    delivery: deliveryOf,
    glance,
    read(body, delivery) {
      const incoming = read(body, delivery, system);
      return toldOnly.includes(delivery.entity) ? { ...incoming, partial: true } : incoming;
    },

    async ensure(address, wanted): Promise<SubscriptionReport> {
      const names = [...new Set(wanted.flatMap(({ entity, verbs }) => topicsFor(entity, verbs)))];
      const report: SubscriptionReport = { kept: [], created: [], lost: [] };
      const surplus: Subscription[] = [];
      for (const subscription of await list(address)) {
        const wantedOnce = names.includes(subscription.topic) && !report.kept.some((one) => one.topic === subscription.topic);
        (wantedOnce ? report.kept : surplus).push(subscription);
      }
      const missing = names.filter((name) => !report.kept.some((one) => one.topic === name));
      report.lost = missing.filter((name) => known.get(address)?.has(name));
      for (const name of missing) {
        const { subscription, made } = await create(name, address);
        (made ? report.created : report.kept).push(subscription);
      }
      for (const subscription of surplus) await drop(subscription);
      known.set(address, new Set(names));
      return report;
    },

    async remove(address): Promise<void> {
      for (const subscription of await list(address)) await drop(subscription);
      known.delete(address);
    },
  };
}

/** base64(HMAC-SHA256(secret, raw body)) in constant time; false without a secret or a signature. */
export function verify(body: Buffer, signature: string | undefined, secrets: readonly string[]): boolean {
  const given = Buffer.from(signature ?? '', 'utf8');
  let valid = false;
  for (const secret of secrets) {
    if (secret === '') continue;
    const expected = Buffer.from(createHmac('sha256', secret).update(body).digest('base64'), 'utf8');
    if (given.length === expected.length && timingSafeEqual(given, expected)) valid = true;
  }
  return valid;
}

function deliveryOf(headers: Headers): Delivery | undefined {
  const name = header(headers, 'x-shopify-topic') ?? '';
  const topic = findTopic(name);
  if (!topic) return undefined;
  const [key, sentAt] = [header(headers, 'x-shopify-webhook-id'), utc(header(headers, 'x-shopify-triggered-at'))];
  return { topic: name, entity: topic.entity, verb: topic.verb, ...(key ? { key } : {}), ...(sentAt ? { sentAt } : {}) };
}

const glances = new Map<string, RegExp>();

/** The record's own gid is of the topic's type; those of its lines, customer or variants are of others. */
function glance(text: string, { topic }: Delivery): string | undefined {
  const { type, partial } = findTopic(topic) ?? {};
  if (type === undefined || partial) return undefined;
  let pattern = glances.get(type);
  if (!pattern) glances.set(type, pattern = new RegExp(String.raw`"admin_graphql_api_id":\s?"gid:\\?/\\?/shopify\\?/${type}\\?/([^"\\]+)"`));
  const tail = pattern.exec(text)?.[1];
  return tail === undefined ? undefined : `gid://shopify/${type}/${tail}`;
}

function read(body: Native, delivery: Delivery, system: string): Incoming {
  const name = delivery.topic;
  const topic = findTopic(name);
  if (!topic) throw new DataError('DATA_UNKNOWN_TOPIC', `${system} sent the topic "${name}", which is not understood.`, { system });
  const id = recordId(body, topic.type);
  if (id === undefined) {
    throw new DataError('DATA_NO_ID', `${system} sent a ${name} webhook without admin_graphql_api_id: there is nothing to tell which ${topic.type} it is about.`, { system });
  }
  const time = changedAt(body) ?? delivery.sentAt;
  if (time === undefined) throw new DataError('DATA_NO_TIME', `${system} sent a ${name} webhook of ${id} that does not say when it happened.`, { system, record: id });
  return { id, time, ...(topic.partial ? { partial: true as const } : {}) };
}

/**
 * The gid of the record that a body is about. A location stands for its company, an edit for its order. A bare number is
 * taken only where the body has nothing else and the number is exact.
 */
function recordId(body: Native, type: string): string | undefined {
  const inner = (name: string): Native | undefined => typeof body[name] === 'object' && body[name] !== null ? body[name] as Native : undefined;
  if (type === 'Company') return gidOf(inner('company') ?? body);
  const edit = inner('order_edit');
  if (edit) return gid(type, edit['order_id']);
  return gidOf(body) ?? gid(type, body['id']);
}
