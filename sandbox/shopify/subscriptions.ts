import { connection, type PageArgs } from './connection';
import { gid, parseGid } from './ids';
import type { QueryContext } from './resources';
import { subscriptionOf, type Subscription } from './subscription';
import { utcTime } from './times';

interface SubscriptionInput {
  uri?: string | null;
  callbackUrl?: string | null;
  includeFields?: string[] | null;
  filter?: string | null;
  name?: string | null;
}

export interface SubscriptionContext extends QueryContext { apiVersion: string }

function subscriptionNode(context: SubscriptionContext, subscription: Subscription): object {
  return {
    __typename: 'WebhookSubscription', id: gid('WebhookSubscription', subscription.id), legacyResourceId: subscription.id,
    topic: subscription.topic, uri: subscription.uri, format: 'JSON',
    includeFields: subscription.includeFields, metafieldNamespaces: [], filter: subscription.filter, name: subscription.name,
    apiVersion: { handle: context.apiVersion, displayName: context.apiVersion, supported: true },
    createdAt: utcTime(subscription.createdAt), updatedAt: utcTime(subscription.updatedAt),
  };
}

/** Why an address is refused. Plain http is the vendor's no; the sandbox lets it through on this machine. */
function refusal(context: SubscriptionContext, topic: string, uri: string | undefined, own?: string): string | undefined {
  if (uri === undefined || uri === '') return "Address can't be blank";
  let url: URL;
  try {
    url = new URL(uri);
  } catch {
    return 'Address is invalid';
  }
  const secure = ['https:', 'pubsub:', 'arn:'].includes(url.protocol);
  if (!secure && !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) return 'Address protocol http:// is not supported';
  const taken = [...context.state.subscriptions.values()].some((one) => one.id !== own && one.topic === topic && one.uri === uri);
  return taken ? 'Address for this topic has already been taken' : undefined;
}

const errors = (message: string): { field: string[]; message: string }[] => [{ field: ['webhookSubscription', 'uri'], message }];

export const subscriptionQueries = {
  webhookSubscriptions: (
    args: PageArgs & { topics?: string[] | null; uri?: string | null; callbackUrl?: string | null; sortKey?: string },
    context: SubscriptionContext,
  ) => {
    const uri = args.uri ?? args.callbackUrl ?? undefined;
    const items = [...context.state.subscriptions.values()]
      .filter((one) => (!args.topics || args.topics.includes(one.topic)) && (uri === undefined || one.uri === uri))
      .sort((a, b) => Number(BigInt(a.id) - BigInt(b.id)));
    return connection(
      args,
      {
        items, key: (one) => [0, one.id], scope: `webhookSubscriptions|${String(args.topics)}|${String(uri)}`,
        toNode: (one) => subscriptionNode(context, one),
      },
    );
  },
  webhookSubscription: ({ id }: { id: string }, context: SubscriptionContext) => {
    const found = context.state.subscriptions.get(parseGid(id).id);
    return found ? subscriptionNode(context, found) : null;
  },
};

export const subscriptionMutations = {
  webhookSubscriptionCreate: (
    { topic, webhookSubscription: input }: { topic: string; webhookSubscription: SubscriptionInput }, context: SubscriptionContext,
  ) => {
    const uri = input.uri ?? input.callbackUrl ?? undefined;
    const refused = refusal(context, topic, uri);
    if (refused !== undefined || uri === undefined) return { webhookSubscription: null, userErrors: errors(refused ?? '') };
    const subscription: Subscription = {
      ...subscriptionOf(context.state.nextId('WebhookSubscription'), topic, uri, context.now()),
      includeFields: input.includeFields ?? [], filter: input.filter ?? null, name: input.name ?? null,
    };
    context.state.putSubscription(subscription);
    return { webhookSubscription: subscriptionNode(context, subscription), userErrors: [] };
  },
  webhookSubscriptionUpdate: (
    { id, webhookSubscription: input }: { id: string; webhookSubscription: SubscriptionInput }, context: SubscriptionContext,
  ) => {
    const old = context.state.subscriptions.get(parseGid(id).id);
    if (!old) return { webhookSubscription: null, userErrors: [{ field: ['id'], message: 'Webhook subscription does not exist' }] };
    const uri = input.uri ?? input.callbackUrl ?? old.uri;
    const refused = refusal(context, old.topic, uri, old.id);
    if (refused !== undefined) return { webhookSubscription: null, userErrors: errors(refused) };
    const changed = {
      ...old, uri, includeFields: input.includeFields ?? old.includeFields, filter: input.filter ?? old.filter,
      updatedAt: context.now(),
    };
    context.state.putSubscription(changed);
    return { webhookSubscription: subscriptionNode(context, changed), userErrors: [] };
  },
  webhookSubscriptionDelete: ({ id }: { id: string }, context: SubscriptionContext) => context.state.deleteSubscription(parseGid(id).id)
    ? { deletedWebhookSubscriptionId: id, userErrors: [] }
    : { deletedWebhookSubscriptionId: null, userErrors: [{ field: ['id'], message: 'Webhook subscription does not exist' }] },
};
