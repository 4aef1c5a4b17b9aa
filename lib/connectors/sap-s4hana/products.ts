import type { ItemKeys, ListOptions, Native, Page, WriteResult } from '../contract';
import { listChanges } from './listing';
import { entityPath, equals } from './odata/literals';
import type { Session } from './session';

const service = 'API_PRODUCT_SRV';

/** Materials: API_PRODUCT_SRV. */
export class Products {
  constructor(private readonly session: Session) {}

  list(options?: ListOptions): AsyncIterable<Page> {
    return listChanges(this.session, { service, set: 'A_Product', key: 'Product', changedAt: 'LastChangeDateTime', expand: 'to_Description' }, options);
  }

  get(number: string): Promise<Native | undefined> {
    return this.session.read(service, entityPath('A_Product', number), { expand: 'to_Description' }, `product ${number}`);
  }

  async find({ sku, gtin }: ItemKeys): Promise<WriteResult[]> {
    const filter = sku !== undefined ? equals('Product', sku) : gtin !== undefined ? equals('ProductStandardID', gtin) : undefined;
    if (filter === undefined) return [];
    const { rows } = await this.session.query(service, 'A_Product', { filter, select: 'Product', top: 5 });
    return rows.map((row): WriteResult => {
      const number = String(row['Product']);
      return { entity: 'product', outcome: 'existing', externalId: { system: this.session.options.system, type: 'Product', id: number, number } };
    });
  }
}
