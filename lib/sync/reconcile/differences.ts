import type { Connection } from '../../connectors/contract';
import type { Inbox, InboxEntry, Prepared } from '../../delivery/inbox';
import { kindOf, topicOf, type Entity, type EventAttributes } from '../../documents/event';
import { changeEvent } from '../change-event';
import type { FieldDifference } from './leaves';
import type { Found, Kind } from './store';

/** `msg.difference`: what the two systems do not agree on. */
export interface Difference {
  kind: Kind;
  /** What the record is known by, and its id on each side as far as it is there. */
  key: string;
  here?: string;
  there?: string;
  fields: FieldDifference[];
  /** It was there before: the number it had. Whoever removed it there may have had a reason. */
  linked?: string;
}

export interface DifferencesOptions {
  /** The node's id. */
  id: string;
  entity: Entity;
  /** The side that is right. */
  here: Connection;
  /** The difference as it is now; undefined if there is none any more. */
  again: (found: Found) => Promise<Found | undefined>;
}

/** Differences on their way to the flow: like everything that arrives they are on disk until it has finished with them. */
export class Differences {
  constructor(private readonly options: DifferencesOptions) {}

  /** `run` makes the same difference of another run another message. */
  async accept(inbox: Inbox, found: Found, run: number): Promise<void> {
    const { entity } = this.options;
    const { kind, number, here, there } = found;
    const key = `reconcile:${String(run)}:${kind}:${here ?? there ?? ''}:${number}`;
    await inbox.accept({ key, laneKey: `${entity}:${here ?? there ?? ''}`, head: { entity }, body: JSON.stringify({ ...found, run }) });
  }

  /** Makes the message. A difference that somebody had to confirm is looked at again first. */
  async prepare(entry: InboxEntry): Promise<Prepared> {
    const found = JSON.parse(entry.body) as Found & { run: number };
    const now = found.told ? found : await this.options.again(found);
    if (!now?.told) return { skip: 'unchanged', event: this.#event(entry, found, found.run), number: found.number };
    const { kind, number, here, there, told: { fields, document, linked } } = now;
    const difference: Difference = { kind, key: number, ...(here === undefined ? {} : { here }), ...(there === undefined ? {} : { there }), fields, ...(linked === undefined ? {} : { linked }) };
    const event = this.#event(entry, now, found.run);
    const message = { payload: document, topic: topicOf(event.type), event, difference };
    return { message, number };
  }

  #event(entry: InboxEntry, { here, there, told }: Found, run: number): EventAttributes {
    const { id: node, entity, here: connection } = this.options;
    return changeEvent({
      node, arrival: entry.key, system: connection.system, entity, id: here ?? there ?? '', verb: told?.verb ?? 'updated', dataschema: `urn:b2b-sync:${kindOf[entity]}:v1`,
      changedAt: told?.time ?? entry.receivedAt, receivedAt: entry.receivedAt, again: `reconcile:${String(run)}`, masked: told?.masked, foundby: 'reconcile',
    });
  }
}
