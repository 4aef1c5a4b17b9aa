import type { Node, NodeAPI, NodeMessage } from 'node-red';
import type { Connection } from '../../lib/connectors/contract';
import { connectorFor } from '../../lib/connectors/registry';
import { defaultBackoff } from '../../lib/delivery/backoff';
import { Inbox } from '../../lib/delivery/inbox';
import type { Entity, Verb } from '../../lib/documents/event';
import { toError } from '../../lib/errors';
import type { Runtime } from '../../lib/runtime';
import { Backfill } from '../../lib/sync/backfill';
import { CatchUp } from '../../lib/sync/catch-up';
import { Deletions } from '../../lib/sync/deletions';
import { firstStart } from '../../lib/sync/first-start';
import { Intake } from '../../lib/sync/intake';
import { lateOf } from '../../lib/sync/owed';
import { Snapshot } from '../../lib/sync/snapshot';
import type { ChangesCommands } from './changes-commands';
import { ChangesReports } from './changes-reports';
import { ChangesStatus } from './changes-status';
import { intervalMs, type Schedule } from './schedule';
import { logError } from './services';

/** What both nodes that send changes are set to. */
export interface ChangesConfig extends Schedule {
  entities: Partial<Record<Entity, Verb[]>>;
  format: 'canonical' | 'native';
  /** h */
  lookback: number | string;
  parallel: number | string;
  /** s */
  timeLimit: number | string;
}

/** A node's way from what a system tells to messages, running. */
export interface Changes {
  readonly intake: Intake;
  readonly inbox: Inbox;
  readonly entities: Entity[];
  /** Asks the system for what nobody has told; never rejects. */
  readonly readMissed: () => Promise<void>;
  readonly commands: ChangesCommands;
  /** Shows what is wrong, and logs it unless it was logged last. */
  readonly trouble: (reason: unknown) => void;
}

/** What is closed with the node, last opened first. */
export type Closing = ((removed: boolean) => void)[];

/** Opens inbox, polling and backfill of a node, and takes up what an earlier run left behind. */
export async function openChanges(RED: NodeAPI, node: Node, config: ChangesConfig, parts: { runtime: Runtime; connection: Connection; closing: Closing }): Promise<Changes> {
  const { runtime, connection, closing } = parts;
  const { store } = runtime;
  const { id } = node;
  const status = new ChangesStatus(RED, node);
  const reports = new ChangesReports((message) => { node.send([null, { ...message }]); });
  let told: string | undefined;
  const trouble = (reason: unknown): void => {
    const { message } = toError(reason);
    status.trouble(reason);
    if (message !== told) node.error(message);
    told = message;
  };
  const lookbackMs = (Number(config.lookback) || 0) * 3_600_000;
  const source = runtime.openSource({
    id, parallel: Number(config.parallel) || 8, timeLimitMs: (Number(config.timeLimit) || 300) * 1000,
    send: (message) => { node.send(message as NodeMessage); }, onError: trouble,
  });
  const stop = new AbortController();
  const tellHeld = (entity: Entity, count: number): void => {
    const isNews = reports.held(entity, count);
    if (count > 0 && isNews) node.warn(RED._('common.changes.held', { count, entity: RED._(`common.entities.${entity}`) }));
    status.held(entity, count);
  };
  const deletions = new Deletions({ store, id, system: connection.system, known: (entity) => intake.known(inbox, entity), onHeld: (entity, count) => { if (!stop.signal.aborted) tellHeld(entity, count); } });
  const intake: Intake = new Intake({
    id, connection, wanted: config.entities, format: config.format, deletions, createdSince: await firstStart(store, id, connection.system, Date.now() - lookbackMs),
  });
  const inbox: Inbox = new Inbox({
    store, id, source, deadLetters: runtime.deadLetters, backoff: defaultBackoff,
    prepare: (entry) => intake.prepare(inbox, entry), onBug: (error) => { logError(RED, error); }, settleWrites: Backfill.settleWrites(id),
    onSettled: (state, reason, number, head) => {
      status.settled(state, reason, number, inbox.pending);
      backfill.settled(head, state);
    },
  });
  const entities = Object.keys(config.entities) as Entity[];
  const support = connectorFor(connection.vendor).entities;
  const shared = { store, connection, intake, inbox };
  const catchUp = new CatchUp({ id, lookbackMs, ...shared });
  const snapshot = new Snapshot({ ...shared, onProgress: (progress) => { status.progress(progress); } });
  const whole = (entity: Entity): boolean => support[entity]?.snapshot === true;
  const backfill = new Backfill({
    id, ...shared, snapshot, isWhole: whole, backoff: defaultBackoff,
    onProgress: (progress) => { status.backfill(progress); reports.backfill(progress); }, onError: trouble,
  });
  const lateMs = 2 * intervalMs(config);
  closing.push(() => { source.close(); status.close(); }, () => { stop.abort(); });
  await inbox.open();

  const readWhole = async (entity: Entity, confirmed = false): Promise<void> => {
    const { held, gone } = await snapshot.run(entity, { signal: stop.signal, confirmed });
    tellHeld(entity, held ? gone : 0);
    // Where nobody asks regularly there is no time by which a change is late.
    if (!(lateMs > 0)) return;
    const late = await lateOf(store, connection.system, entity, Date.now() - lateMs);
    reports.late(entity, late);
    status.late(entity, late.count);
  };
  /** Never rejects. */
  const each = async (some: Entity[], work: (entity: Entity) => Promise<void>): Promise<void> => {
    for (const entity of some) {
      try {
        await work(entity);
        status.well();
      } catch (reason) {
        if (!stop.signal.aborted) trouble(reason);
      }
    }
  };
  const readMissed = (): Promise<void> => each(entities, (entity) => whole(entity) ? readWhole(entity) : catchUp.run(entity, stop.signal));
  const commands: ChangesCommands = {
    entities, read: readMissed,
    backfill: (some, order) => backfill.start(some, order, stop.signal).catch(trouble),
    confirm: (some) => each(some, (entity) => whole(entity) ? readWhole(entity, true)
      : deletions.confirm(entity, (record, at, also) => intake.takeDeleted(inbox, entity, record, at, also))),
  };
  await Promise.all(entities.map((entity) => deletions.open(entity)));
  void backfill.resume(stop.signal);
  status.well();
  return { intake, inbox, entities, readMissed, commands, trouble };
}
