import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import type { Connection, SubscriptionReport } from '../../lib/connectors/contract';
import { Inbox } from '../../lib/delivery/inbox';
import { defaultBackoff } from '../../lib/delivery/backoff';
import type { Entity, Verb } from '../../lib/documents/event';
import { ConfigError, toError } from '../../lib/errors';
import type { Runtime } from '../../lib/runtime';
import { CatchUp } from '../../lib/sync/catch-up';
import { Intake } from '../../lib/sync/intake';
import { SubscriptionWatch } from '../../lib/sync/subscriptions';
import { firstStart } from '../../lib/sync/first-start';
import { adminRoute } from '../common/admin';
import { EventsStatus } from './status';
import { onClose, start } from '../common/on-input';
import { logError, services } from '../common/services';
import { httpNodeRoot, setting } from '../common/settings';
import { systemOf, type SystemNode } from '../common/system';
import { hooksRoot, openHook } from '../common/webhook-routes';

interface EventsDef extends NodeDef {
  system: string;
  path: string;
  entities: Partial<Record<Entity, Verb[]>>;
  format: 'canonical' | 'native';
  webhooks: boolean;
  /** min; 0 never polls */
  poll: number | string;
  /** min between checks of the webhook subscriptions; absent in flows saved before it was there */
  check?: number | string;
  /** h */
  lookback: number | string;
  parallel: number | string;
  /** s */
  timeLimit: number | string;
}

export default function register(RED: NodeAPI): void {
  function EventsNode(this: Node, config: EventsDef): void {
    RED.nodes.createNode(this, config);
    const closing: ((removed: boolean) => void)[] = [];
    start(this, async () => {
      const system = systemOf(RED, config.system);
      const [runtime, connection] = await Promise.all([services(RED), system.connection()]);
      await listen(RED, this, config, { system, runtime, connection, closing });
    });
    onClose(this, (removed) => { for (const close of closing.reverse()) close(removed); });
  }
  RED.nodes.registerType('b2b-commerce-events', EventsNode);
  adminRoute(RED, 'get', 'hooks-root', 'b2b.systems.read', () => Promise.resolve({ root: (httpNodeRoot(RED) ?? '') + hooksRoot, publicUrl: setting(RED, 'publicUrl') ?? '' }));
}

interface Parts { system: SystemNode; runtime: Runtime; connection: Connection; closing: ((removed: boolean) => void)[] }

async function listen(RED: NodeAPI, node: Node, config: EventsDef, { system, runtime, connection, closing }: Parts): Promise<void> {
  const status = new EventsStatus(RED, node);
  let told: string | undefined;
  const trouble = (reason: unknown): void => {
    const { message } = toError(reason);
    status.trouble(reason);
    // What fails again for the same reason is shown, but not logged again.
    if (message !== told) node.error(message);
    told = message;
  };
  const lookbackMs = (Number(config.lookback) || 0) * 3_600_000;
  const source = runtime.openSource({
    id: node.id, parallel: Number(config.parallel) || 8, timeLimitMs: (Number(config.timeLimit) || 300) * 1000,
    send: (message) => { node.send(message as NodeMessage); }, onError: trouble,
  });
  const intake = new Intake({
    id: node.id, connection, wanted: config.entities, format: config.format,
    createdSince: await firstStart(runtime.store, node.id, connection.system, Date.now() - lookbackMs),
  });
  const inbox: Inbox = new Inbox({
    store: runtime.store, id: node.id, source, deadLetters: runtime.deadLetters, backoff: defaultBackoff,
    prepare: (entry) => intake.prepare(inbox, entry), onBug: (error) => { logError(RED, error); },
    onSettled: (state, reason, number) => { status.settled(state, reason, number, inbox.pending); },
  });
  closing.push(() => { source.close(); status.close(); });
  await inbox.open();

  const catchUp = new CatchUp({ id: node.id, store: runtime.store, connection, intake, inbox, lookbackMs });
  const entities = Object.keys(config.entities) as Entity[];
  const stop = new AbortController();
  closing.push(() => { stop.abort(); });
  const readMissed = async (): Promise<void> => {
    for (const entity of entities) {
      try {
        await catchUp.run(entity, stop.signal);
        status.well();
      } catch (reason) {
        if (!stop.signal.aborted) trouble(reason);
      }
    }
  };
  if (config.webhooks) openWebhooks();
  const everyMs = (Number(config.poll) || 0) * 60_000;
  if (everyMs > 0) {
    const timer = setInterval(() => void readMissed(), everyMs);
    closing.push(() => { clearInterval(timer); });
    void readMissed();
  }
  status.well();

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
