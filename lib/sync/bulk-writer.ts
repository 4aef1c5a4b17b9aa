import { createHash } from 'node:crypto';
import type { BulkOutcome, Native, PendingOrders } from '../connectors/contract';
import { Recent } from '../connectors/recent';
import { kindOf, type Entity } from '../documents/event';
import type { ExternalId, PriceList } from '../documents/types';
import { assertDocument } from '../documents/validate';
import type { Store, Write } from '../store/contract';
import { sendApart } from './bulk';
import { Gatherer } from './gatherer';
import { isCanonical, withResult, type Services, type WriteRequest, type Written } from './operation';
import { pendingOrders } from './pending-orders';
import { paidWrites } from './owed';
import { ownedApart } from './ownership';
import { recheckedWrite, recheckWrite } from './recheck';

/** A document on its way, with what must be known of it beside its own content. */
interface Parcel extends Native { native: Native; key: string; asOf: number; home: ExternalId | undefined }

/** Writes records in the vendor's bulk form, while each message still ends by itself; an older state never overwrites a newer one. */
export class BulkWriter {
  readonly #gatherer: Gatherer;
  /** When orders came into the ERP. */
  readonly #known = new Recent<number>(20_000, 86_400_000);

  constructor(private readonly entity: Entity, most: number, private readonly services: Services & { store: Store }) {
    this.#gatherer = new Gatherer({
      most, send: (parcels) => this.#sendFresh(parcels as Parcel[]),
      newer: (waiting, coming) => (waiting as Parcel).asOf > (coming as Parcel).asOf ? waiting : coming,
    });
  }

  /** Stock and prices are those of an item that is there, whether they are new or not. */
  async write(given: WriteRequest): Promise<Written> {
    const request = ownedApart(given, false);
    const { connection } = this.services;
    const { document, native } = request;
    const home = isCanonical(document) ? document.externalIds.find(({ system }) => system !== connection.system) : undefined;
    if (native === undefined) assertDocument(kindOf[this.entity], document, `${this.entity} ${home?.id ?? ''}`.trim());
    const name = home ? `${home.system}:${home.id}${partOf(document)}` : request.event?.subject ?? JSON.stringify(native);
    const key = `applied/${encodeURIComponent(connection.system)}/${this.entity}/${encodeURIComponent(name)}`;
    const asOf = Date.parse((document as { asOf?: string } | undefined)?.asOf ?? request.event?.time ?? '') || 0;
    const parcel: Parcel = { native: native ?? connection.fromCanonical(this.entity, document as Native), key, asOf, home };
    const result = await this.#gatherer.add(key, parcel);
    return withResult(request, result, this.services, result.outcome === 'stale');
  }

  /** Judged when its turn comes: a newer state may have been written while it waited. */
  async #sendFresh(parcels: Parcel[]): Promise<BulkOutcome[]> {
    const applied = await Promise.all(parcels.map(async ({ key }) => (await this.services.store.get<Applied>(key))?.value));
    const fresh = parcels.filter(({ asOf }, index) => asOf >= (applied[index]?.asOf ?? 0));
    const sent = fresh.length > 0 ? await this.#send(fresh) : [];
    const outcomes = new Map(fresh.map((parcel, index) => [parcel, sent[index]]));
    return parcels.map((parcel, index) => outcomes.get(parcel) ?? { result: { entity: this.entity, outcome: 'stale', externalId: (applied[index] as Applied).externalId } });
  }

  async #send(parcels: Parcel[]): Promise<BulkOutcome[]> {
    const { connection, breaker, store } = this.services;
    const pending = this.#pending(parcels);
    const send = async (documents: Native[]): Promise<BulkOutcome[]> => breaker.run(() => {
      if (!connection.upsertMany) throw new TypeError(`${connection.system} has no bulk form for ${this.entity}`);
      return connection.upsertMany(this.entity, documents, pending);
    });
    const outcomes = await sendApart(parcels.map(({ native }) => native), send);
    const noted = await Promise.all(outcomes.map((outcome, index) => 'result' in outcome ? this.#noted(parcels[index] as Parcel, outcome.result) : Promise.resolve([])));
    await store.commit(noted.flat());
    return outcomes;
  }

  #pending(parcels: Parcel[]): PendingOrders | undefined {
    if (this.entity !== 'inventory') return undefined;
    const { connection, links, store } = this.services;
    const systems = new Set(parcels.map(({ home }) => home?.system));
    const asOf = new Date(Math.min(...parcels.map((parcel) => parcel.asOf))).toISOString();
    return pendingOrders(store, links, this.#known, { from: connection.system, to: systems.size === 1 ? [...systems][0] : undefined, asOf });
  }

  async #noted({ key, asOf, home }: Parcel, { externalId, provisional }: { externalId: ExternalId; provisional?: true }): Promise<Write[]> {
    const value: Applied = { asOf, externalId };
    const again = home && (provisional ? recheckWrite(home.system, this.entity, home.id, asOf) : recheckedWrite(home.system, this.entity, home.id));
    const paid = home ? await paidWrites(this.services.store, home.system, this.entity, home.id, asOf) : [];
    return [{ put: key, value }, ...(again ? [again] : []), ...paid];
  }
}

/**
 * Which part of a price list a document tells of: pages of a whole list, and changes of some of its prices, may all carry the
 * list's id, yet one does not stand for the other. Nothing for a document that is all of its record.
 */
function partOf(document: unknown): string {
  const { mode, page, entries } = document as Partial<PriceList>;
  if (!entries) return '';
  if (mode === 'full') return `#${String(page?.index ?? 0)}`;
  return `#${createHash('sha256').update(JSON.stringify(entries.map(({ sku }) => sku).sort())).digest('base64url')}`;
}

/** The newest state that was written of a record. */
type Applied = { asOf: number; externalId: ExternalId };
