import { lazyMapping } from '../../mapping';
import { DataError } from '../../errors';
import type { EntityHandler } from '../by-entity';
import type { Canonical, ListOptions, Native, Page } from '../contract';
import { text } from './fields';
import { listByKey, oneOf } from './listing';
import sapToInventory from './mapping/sap-to-inventory.mapping.json';
import { equals } from './odata/literals';
import { OpenOrders } from './open-orders';
import type { StockLocation } from './options';
import { units } from './product-facts';
import type { Session } from './session';
import { plain, quantityOf, withStockFacts, type StockRecord } from './stock-facts';

const service = 'API_MATERIAL_STOCK_SRV', set = 'A_MatlStkInAcctMod';
const select = 'Material,Plant,StorageLocation,InventoryStockType,MaterialBaseUnit,MatlWrhsStkQtyInMatlBaseUnit';
const toInventory = lazyMapping(sapToInventory, { codes: { units } });

/**
 * Stock by material and location: API_MATERIAL_STOCK_SRV, which has no time of change. Stock of a customer, a project or a
 * sales order (special stock) is nobody else's and left out.
 */
export class Stock implements EntityHandler {
  constructor(private readonly session: Session, private readonly now: () => number) {}

  /**
   * Pages in the order of material numbers; `updatedSince` is not heeded. Open orders are read before the stock: what is
   * delivered in between counts twice for a while, which is too little for sale, never too much.
   */
  async* list(options: ListOptions = {}): AsyncGenerator<Page> {
    const open = await this.#openOrders(undefined, options.signal);
    for await (const page of listByKey(this.session, { service, set, key: 'Material', only: this.#scope(), select }, options)) {
      yield { ...page, records: this.#records(page.records, open) };
    }
  }

  /** Of rows of unrestricted stock, which nearly every material has at a storage location. */
  count(): Promise<number> { return this.session.count(service, set, `${this.#scope()} and ${equals('InventoryStockType', '01')}`); }

  /** `<material>/<location>`; nothing where neither stock nor an open order is. */
  async get(id: string): Promise<Native | undefined> {
    const at = id.lastIndexOf('/');
    const material = id.slice(0, at);
    const open = await this.#openOrders(material);
    const { rows } = await this.session.query(service, set, { filter: `${this.#scope()} and ${equals('Material', material)}`, select, top: 5000 });
    return this.#records(rows, open).find(({ location }) => location === id.slice(at + 1));
  }

  /** Stock has no time of change: it was so when it was read. */
  identify(native: Native): { id: string; time: string } {
    const { Material, location, readAt } = native as StockRecord;
    return { id: `${Material}/${location}`, time: readAt };
  }

  /** Throws DataError for a unit nobody else knows, and for a location that is no longer in the settings. */
  toCanonical(native: Native): Canonical {
    const record = native as StockRecord;
    const { system } = this.session.options;
    const location = this.#locations([record.location]).find(({ code }) => code === record.location);
    if (!location) throw new DataError('DATA_UNKNOWN_LOCATION', `${system} has no location ${record.location} in its settings.`, { system, record: `stock ${record.Material}` });
    return toInventory().map(withStockFacts(record, location, system), {}, `stock ${record.Material}/${record.location}`);
  }

  /** Where no row is left there is nothing; of a location that is no longer in the settings nothing is known. */
  gone(id: string, readAt: string): Canonical | undefined {
    const at = id.lastIndexOf('/');
    const [Material, code] = [id.slice(0, at), id.slice(at + 1)];
    const location = this.#locations([code]).find((one) => one.code === code);
    const record: StockRecord = { Material, MaterialBaseUnit: 'PC', location: code, readAt, rows: [], ...(location?.openOrders ? { open: '0' } : {}) };
    return location && this.toCanonical(record);
  }

  #scope(): string {
    const plants = [...new Set(this.session.options.stockLocations.map(({ plant }) => plant))];
    return [equals('InventorySpecialStockType', ''), ...(plants.length > 0 ? [`(${oneOf('Plant', plants)})`] : [])].join(' and ');
  }

  /** Without any in the settings each plant is one. */
  #locations(plants: Iterable<string>): readonly StockLocation[] {
    const { stockLocations } = this.session.options;
    return stockLocations.length > 0 ? stockLocations : [...plants].map((plant) => ({ code: plant, plant, storageLocations: [], stockTypes: ['01'], safety: { amount: '0', percent: false }, openOrders: true }));
  }

  async #openOrders(material?: string, signal?: AbortSignal): Promise<OpenOrders> {
    const { stockLocations } = this.session.options;
    const readAt = new Date(this.now()).toISOString();
    const needed = stockLocations.length === 0 || stockLocations.some(({ openOrders }) => openOrders);
    return needed ? OpenOrders.read(this.session, readAt, material, signal) : new OpenOrders(readAt);
  }

  #records(rows: Native[], open: OpenOrders): StockRecord[] {
    const found = new Map<string, StockRecord>();
    const locations = this.#locations(new Set(rows.map((row) => text(row, 'Plant'))));
    for (const row of rows) {
      for (const location of locations) {
        if (!lies(row, location)) continue;
        const Material = text(row, 'Material');
        const key = `${Material}/${location.code}`;
        let record = found.get(key);
        if (!record) {
          const MaterialBaseUnit = text(row, 'MaterialBaseUnit');
          record = { Material, MaterialBaseUnit, location: location.code, readAt: open.readAt, rows: [] };
          if (location.openOrders) record.open = plain(open.of(Material, location, locations));
          found.set(key, record);
        }
        record.rows.push({ type: text(row, 'InventoryStockType'), quantity: plain(quantityOf(row, 'MatlWrhsStkQtyInMatlBaseUnit')) });
      }
    }
    return [...found.values()];
  }
}

function lies(row: Native, { plant, storageLocations }: StockLocation): boolean {
  return row['Plant'] === plant && (storageLocations.length === 0 || storageLocations.includes(text(row, 'StorageLocation')));
}
