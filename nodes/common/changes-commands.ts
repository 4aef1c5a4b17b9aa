import type { Node } from 'node-red';
import type { Entity } from '../../lib/documents/event';
import { DataError } from '../../lib/errors';
import type { BackfillOrder } from '../../lib/sync/backfill';
import { onInput } from './on-input';

/** What a message can ask of a node that sends changes. None rejects; a message is done with once it was understood. */
export interface ChangesCommands {
  /** What the node is set to. */
  entities: Entity[];
  /** Ask the system now. */
  read: () => Promise<void>;
  /** Read the past, one entity after the other; resolves when all of it has ended. */
  backfill: (entities: Entity[], order: BackfillOrder) => Promise<void>;
  /** Believe that so many records are gone. */
  confirm: (entities: Entity[]) => Promise<void>;
}

/**
 * Answers messages by their topic: `read`, `backfill`, `confirm`, the latter two with `{entities?, since?, again?, dryRun?}` as
 * payload. Call it at once: what comes before the node is open waits for it.
 */
export function onCommand(node: Node, opened: Promise<{ commands: ChangesCommands }>): void {
  onInput(node, async (msg) => {
    const { commands } = await opened;
    const { topic } = msg;
    if (topic === 'read') void commands.read();
    else if (topic === 'backfill') void commands.backfill(wantedOf(msg.payload, commands.entities), orderOf(msg.payload));
    else if (topic === 'confirm') void commands.confirm(wantedOf(msg.payload, commands.entities));
    else throw new DataError('DATA_UNKNOWN_COMMAND', `This node does not know what "${String(topic)}" asks for. Send a message with the topic read, backfill or confirm.`);
  });
}

/** All of the node's, unless some are named. Throws DataError for one the node is not set to. */
function wantedOf(payload: unknown, entities: Entity[]): Entity[] {
  const { entities: named } = (payload ?? {}) as { entities?: unknown };
  if (named === undefined) return entities;
  const some = (Array.isArray(named) ? named : [named]) as Entity[];
  const unknown = some.find((entity) => !entities.includes(entity));
  if (unknown !== undefined) throw new DataError('DATA_UNKNOWN_ENTITY', `This node is not set to ${unknown} records, only to ${entities.join(', ')}.`);
  return some;
}

/** Throws DataError for a time that is none. */
function orderOf(payload: unknown): BackfillOrder {
  const { since, ...kind } = (typeof payload === 'object' && payload !== null ? payload : {}) as { since?: unknown; again?: unknown; dryRun?: unknown };
  const order = { again: kind.again === true, ...(kind.dryRun === true ? { dryRun: true } : {}) };
  if (since === undefined) return order;
  const time = typeof since === 'string' ? Date.parse(since) : NaN;
  if (Number.isNaN(time)) throw new DataError('DATA_SINCE', `payload.since is no time. Give payload.since as ISO 8601, e.g. 2026-01-31T00:00:00Z.`);
  return { ...order, since: new Date(time).toISOString() };
}
