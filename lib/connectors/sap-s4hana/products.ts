import { lazyMapping } from '../../mapping';
import type { EntityHandler } from '../by-entity';
import type { Canonical, ItemKeys, ListOptions, Native, Page, WriteResult } from '../contract';
import { never, stamped } from './clock';
import { goneOf, text } from './fields';
import { countChanges, listChanges, type Changes } from './listing';
import sapToProduct from './mapping/sap-to-product.mapping.json';
import { entityPath, equals, isoTime } from './odata/literals';
import { salesAreaOf, units, withProductFacts } from './product-facts';
import type { Session } from './session';

const service = 'API_PRODUCT_SRV';
const toProduct = lazyMapping(sapToProduct, { codes: { units } });
/** All that a canonical product tells of. */
const whole = 'to_Description,to_ProductBasicText,to_ProductUnitsOfMeasure,to_SalesDelivery';

const changes: Changes = { service, set: 'A_Product', key: 'Product', clock: stamped('LastChangeDateTime'), expand: whole };

/** Materials: API_PRODUCT_SRV. */
export class Products implements EntityHandler {
  constructor(private readonly session: Session) {}

  list(options?: ListOptions): AsyncIterable<Page> {
    return listChanges(this.session, this.session.options.onlySold ? { ...changes, keep: (product) => this.#isSold(product) } : changes, options);
  }

  /** Of all materials: only reading tells which of them are sold. */
  count(options?: ListOptions): Promise<number> { return countChanges(this.session, changes, options); }

  get(number: string): Promise<Native | undefined> {
    return this.session.read(service, entityPath('A_Product', number), { expand: whole }, `product ${number}`);
  }

  /** Undefined also for one that is not sold, where only those that are count. */
  async listed(number: string): Promise<Native | undefined> {
    const product = await this.get(number);
    return product && (!this.session.options.onlySold || this.#isSold(product)) ? product : undefined;
  }

  identify(product: Native): { id: string; time: string } { return { id: text(product, 'Product'), time: isoTime(product['LastChangeDateTime']) ?? never }; }

  gone(id: string, time: string): Canonical { return goneOf(this.session.options.system, 'Product', id, time); }

  find(sku: string): Promise<WriteResult[]> { return this.findItem({ sku }); }

  async findItem({ sku, gtin }: ItemKeys): Promise<WriteResult[]> {
    const filter = sku !== undefined ? equals('Product', sku) : gtin !== undefined ? equals('ProductStandardID', gtin) : undefined;
    if (filter === undefined) return [];
    const rows = await this.session.lookUp(service, 'A_Product', { filter, select: 'Product', top: 5 });
    return rows.map((row): WriteResult => {
      const number = String(row['Product']);
      return { entity: 'product', outcome: 'existing', externalId: { system: this.session.options.system, type: 'Product', id: number, number } };
    });
  }

  /** Throws DataError for a product that cannot be one, e.g. because of a base unit nobody else knows. */
  toCanonical(product: Native): Canonical {
    return toProduct().map(withProductFacts(product, this.session.options), {}, `product ${text(product, 'Product')}`);
  }

  #isSold(product: Native): boolean { return salesAreaOf(product, this.session.options) !== undefined; }
}
