import { typeOf, type Entity, type EventAttributes, type FoundBy, type Verb } from '../documents/event';

/** A change of a record, and how this node came to know of it. */
export interface Change {
  /** The node's id: the `source` of its events is `/b2b/<id>`. */
  node: string;
  /** Names the arrival within the node. */
  arrival: string;
  system: string;
  entity: Entity;
  /** The record's id in the system. */
  id: string;
  verb: Verb;
  dataschema: string;
  /** When the record changed, and when that was noticed, ms since 1970. */
  changedAt: number;
  receivedAt: number;
  /** What makes it another change than that of the same time: then it is written once more. */
  again?: string | undefined;
  masked?: number | undefined;
  foundby?: FoundBy | undefined;
}

/** The attributes of a message that tells of a change. */
export function changeEvent({ node, arrival, system, entity, id, verb, dataschema, changedAt, receivedAt, again, masked, foundby }: Change): EventAttributes {
  const record = `${entity}:${system}:${id}`;
  return {
    specversion: '1.0', id: `${node}:${arrival}`, source: `/b2b/${node}`, type: typeOf(entity, verb), time: new Date(changedAt).toISOString(), subject: `${entity}/${id}`,
    datacontenttype: 'application/json', dataschema, partitionkey: `${entity}:${id}`, idempotencykey: `${record}:${String(changedAt)}${again === undefined ? '' : `:${again}`}`,
    correlationid: record, recordedtime: new Date(receivedAt).toISOString(), originsystem: system, hops: 0, ...(masked ? { maskedcards: masked } : {}), ...(foundby ? { foundby } : {}),
  };
}
