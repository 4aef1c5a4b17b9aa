import type { Canonical, Connection, ExternalId, Native, WriteResult } from '../../connectors/contract';
import { connectorFor } from '../../connectors/registry';
import type { Links } from '../../delivery/links';
import { maskCardsIn } from '../../documents/cards';
import type { Entity } from '../../documents/event';
import { tombstone } from '../../documents/tombstone';
import { ConfigError } from '../../errors';
import { Compared, pathValue, type FieldDifference } from './leaves';
import { reconcileRules, type ReconcileRule } from './rules';
import type { Found } from './store';

/** `here` is the side that is right, `there` the one that is compared with it. */
export type Side = 'here' | 'there';

/** A record of a side, or the part of one that is compared by itself. */
export interface Seen {
  id: string;
  /** When it changed, ms since 1970; when it was read for records that do not tell. */
  time: number;
  /** Names it in both systems; absent where it has no such name: then only a link can. */
  key?: string;
  /** The key as this system spells it. */
  number?: string;
  /** Its own entry in `externalIds`, by which it is linked. */
  own?: ExternalId;
  /** What is compared. */
  part: Canonical;
  /** What is sent. */
  document: Canonical;
  /** Card numbers masked in it. */
  masked: number;
}

/** What may be a difference: which records of both sides it is about, as far as they are known. */
export interface Candidate { key: string; number: string; here?: string; there?: string; own?: ExternalId }

export interface ComparisonOptions {
  entity: Entity;
  here: Connection;
  there: Connection;
  links: Links;
  /** Dot paths of what is compared. Default: what the entity's rule says. */
  fields?: string[];
}

/** Reads and compares the records of one entity in two systems. Throws ConfigError for an entity that cannot be compared there. */
export class Comparison {
  readonly rule: ReconcileRule;
  readonly compared: Compared;
  readonly entity: Entity;

  constructor(readonly options: ComparisonOptions) {
    const { entity, here, there, fields } = options;
    const rule = reconcileRules[entity];
    const unlisted = [here, there].find(({ vendor }) => connectorFor(vendor).entities[entity]?.operations.includes('list') !== true);
    if (!rule || unlisted) {
      const { system } = unlisted ?? here;
      throw new ConfigError('CONFIG_NOT_SUPPORTED', `${entity} records of ${system} cannot be listed, so they cannot be compared.`, { system });
    }
    this.entity = entity;
    this.rule = rule;
    this.compared = new Compared(rule, fields);
  }

  /** Do records tell when they changed? */
  get isTimed(): boolean { return ![this.options.here, this.options.there].some(({ vendor }) => connectorFor(vendor).entities[this.entity]?.snapshot); }

  /** What is compared of a record. Throws DataError for one that cannot be a document. */
  seen(side: Side, native: Native): Seen[] {
    const connection = this.options[side];
    const { value, masked } = maskCardsIn(native);
    const document = connection.toCanonical(this.entity, value);
    const { id, time } = connection.identify(this.entity, value);
    const own = (document['externalIds'] as ExternalId[] | undefined)?.find(({ system }) => system === connection.system);
    const { parts } = this.rule;
    const list = parts === undefined ? [document] : (document[parts] as unknown[]).map((one) => ({ ...document, [parts]: [one] }));
    return list.map((part) => {
      const names = this.rule.key.map((path) => pathValue(part, path));
      const isNamed = names.every((name): name is string => typeof name === 'string' && name !== '');
      const named = isNamed ? { number: names.join('/'), key: names.map(this.rule.normal ?? String).join('/') } : {};
      return { id, time: Date.parse(time), part, document, masked, ...named, ...(own === undefined ? {} : { own }) };
    });
  }

  /** The record as it is now on both sides. Throws DataError for one that cannot be a document. */
  async again({ key, number, here, there, own }: Candidate): Promise<{ here?: Seen; there?: Seen }> {
    const found = {
      here: here === undefined ? undefined : await this.#get('here', here, key), there: there === undefined ? undefined : await this.#get('there', there, key),
    };
    if (here === undefined) found.here = await this.#seek('here', key, number, found.there?.own ?? own);
    if (there === undefined) found.there = await this.#seek('there', key, number, found.here?.own ?? own);
    return { ...(found.here ? { here: found.here } : {}), ...(found.there ? { there: found.there } : {}) };
  }

  /** Ids of a side that a record of the other is linked to. */
  async linked(side: Side, own: ExternalId | undefined): Promise<ExternalId[]> {
    if (!this.rule.linked || !own) return [];
    // A buyer without an account is linked as well (parties.ts), but is no record of the shop.
    return (await this.options.links.linkedIds(own)).filter(({ system, type }) => system === this.options[side].system && type !== 'Guest');
  }

  /** Is a record of the ERP none that the shop could know of? */
  async isForeign(side: Side, own: ExternalId | undefined): Promise<boolean> {
    if (!this.rule.foreign || connectorFor(this.options[side].vendor).kind !== 'erp') return false;
    return (await this.linked(side === 'here' ? 'there' : 'here', own)).length === 0;
  }

  differing(here: Seen, there: Seen): FieldDifference[] { return this.compared.differing(here.part, there.part); }

  /** Why a record is missing on neither side, if that is so; undefined if it may be. */
  async missedNowhere({ here, there }: { here?: Seen; there?: Seen }): Promise<string | undefined> {
    if (!here && !there) return 'gone meanwhile';
    if (here && there) return undefined;
    if (here ? this.compared.isOver(here.part) : false) return 'over before it was there';
    const isForeign = await this.isForeign(here ? 'here' : 'there', (here ?? there)?.own);
    return isForeign ? 'not of the other system' : undefined;
  }

  /** What is told of a difference between records as they are now. */
  async told(candidate: Candidate, { here, there }: { here?: Seen; there?: Seen }, fields: FieldDifference[], now: number): Promise<Found> {
    const ids = { ...(here ? { here: here.id } : {}), ...(there ? { there: there.id } : {}) };
    const base = { key: candidate.key, number: candidate.number, ...ids };
    if (here) {
      const [linked] = there ? [] : await this.linked('there', here.own);
      const verb = there ? this.compared.isOver(here.part) ? 'cancelled' : 'updated' : 'created';
      const told: Found['told'] = { fields, document: here.document, time: here.time, masked: here.masked, verb, ...(linked ? { linked: linked.number ?? linked.id } : {}) };
      return { ...base, kind: there ? 'different' : 'missingThere', told };
    }
    const gone = await this.linked('here', there?.own);
    // What both sides know by the same id is told as the side that is right would tell of it.
    const own = this.rule.seek === 'id' ? this.options.here.gone?.(this.entity, candidate.number, new Date(now).toISOString()) : undefined;
    const document = own ?? missing(there as Seen, gone, now);
    const told: Found['told'] = { fields, document, time: now, masked: 0, verb: 'deleted' };
    return { ...base, ...(gone[0] ? { here: gone[0].id } : {}), kind: 'missingHere', told };
  }

  /** Groups of records that a system either has something of or nothing at all, e.g. `sku=A-1`. */
  familiesOf({ part }: Seen): string[] {
    return (this.rule.families ?? []).map((path) => `${path}=${String(pathValue(part, path))}`);
  }

  async #get(side: Side, id: string, key: string): Promise<Seen | undefined> {
    const native = await this.options[side].get(this.entity, id);
    const parts = native ? this.seen(side, native) : [];
    return this.rule.parts === undefined ? parts[0] : parts.find((part) => part.key === key);
  }

  /** By link, else by key where the system can be asked for it. */
  async #seek(side: Side, key: string, number: string, own: ExternalId | undefined): Promise<Seen | undefined> {
    for (const { id } of await this.linked(side, own)) {
      const found = await this.#get(side, id, key);
      if (found) return found;
    }
    for (const name of new Set([number, key])) {
      if (this.rule.seek === 'id') {
        const found = await this.#get(side, name, key);
        if (found?.key === key) return found;
      }
      for (const { externalId: { id } } of await this.#ask(this.options[side], name)) {
        const found = await this.#get(side, id, key);
        if (found?.key === key) return found;
      }
    }
    return undefined;
  }

  async #ask(connection: Connection, name: string): Promise<WriteResult[]> {
    const { seek } = this.rule;
    if (seek === 'number') return await connection.findParty?.({ number: name }) ?? [];
    if (seek === 'sku') return await connection.findItem?.({ sku: name }) ?? [];
    return seek === 'reference' ? connection.findByReference(this.entity, name) : [];
  }
}

/** Stands for a record of the side that is right and has it no more; it names the record of the other side. */
function missing({ document, own }: Seen, gone: ExternalId[], now: number): Canonical {
  return tombstone(String(document['id']), [...(own ? [own] : []), ...gone], new Date(now).toISOString());
}
