import type { BulkOutcome, ExternalId, Native } from '../connectors/contract';
import { kindOf, nextHop, type Entity } from '../documents/event';
import { assertDocument } from '../documents/validate';
import { sendApart } from './bulk';
import { Gatherer } from './gatherer';
import { canonicalOf, originOf, ownIdOf, skippedFor, withResult, write, type Services, type WriteRequest, type Written } from './operation';
import type { Store } from '../store/contract';

/** A new record on its way. */
interface Parcel extends Native { native: Native; origin: ExternalId }

/**
 * Makes new records in the vendor's bulk form, while each message still ends by itself; what is known already is changed one
 * by one. Only for records which the vendor itself keeps from being made twice: that and the link stand in for the ledger.
 */
export class BulkCreator {
  readonly #gatherer: Gatherer;

  constructor(private readonly entity: Entity, most: number, private readonly services: Services & { store: Store }) {
    this.#gatherer = new Gatherer({ most, send: (parcels) => this.#send(parcels as Parcel[]) });
  }

  async write(request: WriteRequest): Promise<Written> {
    const { connection } = this.services;
    // What an owner keeps for itself depends on whether the record is there.
    if (request.native !== undefined || request.owner || await ownIdOf(request, this.services)) return write(request, this.services);
    nextHop(request.event);
    const origin = originOf(request, connection.system);
    const document = canonicalOf(request);
    assertDocument(kindOf[this.entity], document, `${this.entity} ${origin.number ?? origin.id}`);
    const parcel: Parcel = { native: connection.fromCanonical(this.entity, document), origin };
    try {
      const result = await this.#gatherer.add(`${origin.system}:${origin.id}`, parcel);
      return withResult(request, result, this.services, result.outcome === 'existing' || result.outcome === 'stale');
    } catch (reason) {
      return skippedFor(reason, request, this.services);
    }
  }

  async #send(parcels: Parcel[]): Promise<BulkOutcome[]> {
    const { connection, breaker, links, store } = this.services;
    const outcomes = await sendApart(parcels.map(({ native }) => native), (documents) => breaker.run(() => {
      if (!connection.upsertMany) throw new TypeError(`${connection.system} has no bulk form for ${this.entity}`);
      return connection.upsertMany(this.entity, documents);
    }));
    const linked = await Promise.all(outcomes.map(async (outcome, at) => 'result' in outcome ? links.writes((parcels[at] as Parcel).origin, outcome.result.externalId) : []));
    await store.commit(linked.flat());
    return outcomes;
  }
}
