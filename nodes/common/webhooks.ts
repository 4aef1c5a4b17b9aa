import type { Node, NodeAPI } from 'node-red';
import type { Connection, SubscriptionReport } from '../../lib/connectors/contract';
import { ConfigError } from '../../lib/errors';
import { SubscriptionWatch } from '../../lib/sync/subscriptions';
import { adminRoute } from './admin';
import type { Changes, ChangesConfig, Closing } from './changes';
import { httpNodeRoot, setting } from './settings';
import type { SystemNode } from './system';
import { hooksRoot, openHook } from './webhook-routes';

/** What a node that is posted to is set to. */
export interface WebhookConfig extends Pick<ChangesConfig, 'entities'> {
  /** Blank: the node's id. */
  path?: string;
  /** min between checks of the webhook subscriptions; absent in flows saved before it was there */
  check?: number | string;
}

/**
 * Lets a system post its changes to the node, and keeps its subscriptions alive where it has such. Throws ConfigError for a system
 * that posts nothing, a path that is taken, and settings.js without routes.
 */
export function openWebhooks(RED: NodeAPI, node: Node, config: WebhookConfig, parts: { system: SystemNode; connection: Connection; changes: Changes; closing: Closing }): void {
  const { system, connection, changes: { intake, inbox, entities, readMissed, trouble }, closing } = parts;
  const { webhooks } = connection;
  if (!webhooks) throw new ConfigError('CONFIG_NO_WEBHOOKS', `${connection.system} posts no changes. Say in its system node how it shows who it is, if it can; else let this node poll only.`);
  const path = config.path || node.id;
  const closeHook = openHook(RED, path, {
    receive: (body, headers) => intake.receive(inbox, body, headers),
    handshake: (headers) => {
      const answer = intake.handshake(headers);
      // Whoever shows the secret and is not let in should be seen.
      if (answer.status === 403) node.warn(answer.text);
      return answer;
    },
  });
  if (!closeHook) throw new ConfigError('CONFIG_PATH_TAKEN', `Another node listens at ${hooksRoot}${path}. Give each its own path.`);
  closing.push(closeHook);
  if (webhooks.byHand) return;
  const watch = new SubscriptionWatch({
    webhooks, address: system.addressOf(hooksRoot + path),
    wanted: entities.map((entity) => ({ entity, verbs: config.entities[entity] ?? [] })),
    ...(Number(config.check) > 0 ? { everyMs: Number(config.check) * 60_000 } : {}),
    onGap: (report: SubscriptionReport) => {
      if (report.lost.length > 0) node.warn(RED._('common.webhook.lost', { topics: report.lost.join(', ') }));
      void readMissed();
    },
    onError: trouble,
  });
  void watch.check();
  closing.push(() => { watch.close(); });
}

/** Tells forms where systems post to. */
export function offerHooksRoot(RED: NodeAPI): void {
  adminRoute(RED, 'get', 'hooks-root', 'b2b.systems.read', () => Promise.resolve({ root: (httpNodeRoot(RED) ?? '') + hooksRoot, publicUrl: setting(RED, 'publicUrl') ?? '' }));
}
