import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { Connection, SubscriptionReport } from '../../lib/connectors/contract';
import { ConfigError } from '../../lib/errors';
import type { Runtime } from '../../lib/runtime';
import { SubscriptionWatch } from '../../lib/sync/subscriptions';
import { adminRoute } from '../common/admin';
import { openChanges, type Changes, type ChangesConfig, type Closing } from '../common/changes';
import { onCommand } from '../common/changes-commands';
import { onClose, start } from '../common/on-input';
import { onSchedule } from '../common/schedule';
import { services } from '../common/services';
import { httpNodeRoot, setting } from '../common/settings';
import { systemOf, type SystemNode } from '../common/system';
import { hooksRoot, openHook } from '../common/webhook-routes';

interface EventsDef extends NodeDef, ChangesConfig {
  system: string;
  path: string;
  webhooks: boolean;
  /** min between checks of the webhook subscriptions; absent in flows saved before it was there */
  check?: number | string;
}

export default function register(RED: NodeAPI): void {
  function EventsNode(this: Node, config: EventsDef): void {
    RED.nodes.createNode(this, config);
    const closing: Closing = [];
    const open = async (): Promise<Changes> => {
      const system = systemOf(RED, config.system);
      const [runtime, connection] = await Promise.all([services(RED), system.connection()]);
      return listen(RED, this, config, { system, runtime, connection, closing });
    };
    const opened = open();
    start(this, async () => { await opened; });
    onCommand(this, opened);
    onClose(this, (removed) => { for (const close of closing.reverse()) close(removed); });
  }
  RED.nodes.registerType('b2b-commerce-events', EventsNode);
  adminRoute(RED, 'get', 'hooks-root', 'b2b.systems.read', () => Promise.resolve({ root: (httpNodeRoot(RED) ?? '') + hooksRoot, publicUrl: setting(RED, 'publicUrl') ?? '' }));
}

interface Parts { system: SystemNode; runtime: Runtime; connection: Connection; closing: Closing }

async function listen(RED: NodeAPI, node: Node, config: EventsDef, { system, runtime, connection, closing }: Parts): Promise<Changes> {
  const changes = await openChanges(RED, node, config, { runtime, connection, closing });
  const { intake, inbox, entities, readMissed, trouble } = changes;
  if (config.webhooks) openWebhooks();
  onSchedule(config, readMissed, closing);
  return changes;

  function openWebhooks(): void {
    const { webhooks } = connection;
    if (!webhooks) throw new ConfigError('CONFIG_NO_WEBHOOKS', `${connection.system} sends no webhooks. Switch them off and poll.`);
    const path = config.path || node.id;
    const closeHook = openHook(RED, path, (body, headers) => intake.receive(inbox, body, headers));
    if (!closeHook) throw new ConfigError('CONFIG_PATH_TAKEN', `Another node listens at ${hooksRoot}${path}. Give each its own path.`);
    const watch = new SubscriptionWatch({
      webhooks, address: system.addressOf(hooksRoot + path),
      wanted: entities.map((entity) => ({ entity, verbs: config.entities[entity] ?? [] })),
      ...(Number(config.check) > 0 ? { everyMs: Number(config.check) * 60_000 } : {}),
      onGap: (report: SubscriptionReport) => {
        if (report.lost.length > 0) node.warn(RED._('b2b-commerce-events.log.lost', { topics: report.lost.join(', ') }));
        void readMissed();
      },
      onError: trouble,
    });
    void watch.check();
    closing.push((removed) => { watch.close(); closeHook(removed); });
  }
}
