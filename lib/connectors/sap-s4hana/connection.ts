import { kindOf, type Entity } from '../../documents/event';
import { assertDocument } from '../../documents/validate';
import { ConfigError } from '../../errors';
import type { Connection, ConnectOptions } from '../contract';
import { checkSap } from './check';
import { Customers } from './customers';
import { listOf, text } from './fields';
import { isoTime } from './odata/literals';
import { Orders } from './orders';
import { readOptions } from './options';
import { Products } from './products';
import { openSession } from './session';
import { Stock } from './stock';
import type { StockRecord } from './stock-facts';

/** A live connection to one system. Throws ConfigError naming the field for settings that are missing or wrong. */
export function connect(options: ConnectOptions): Connection {
  const sap = readOptions(options);
  const session = openSession(sap, options);
  const { system } = sap;
  const orders = new Orders(session);
  const customers = new Customers(session);
  const products = new Products(session);
  const stock = new Stock(session, options.now ?? Date.now);
  const unsupported = (operation: string, entity: Entity): ConfigError =>
    new ConfigError('CONFIG_NOT_SUPPORTED', `The SAP S/4HANA connector cannot ${operation} ${entity} records.`, { system });
  const refused = (operation: string, entity: Entity): Promise<never> => Promise.reject(unsupported(operation, entity));
  const identify: Connection['identify'] = (entity, native) => entity === 'inventory' ? stockIdentity(native as StockRecord) : ({
    id: text(native, entity === 'order' ? 'SalesOrder' : entity === 'customer' ? 'Customer' : 'Product'),
    time: (entity === 'customer' ? customers.changedAt(native) : isoTime(native['LastChangeDateTime'])) ?? new Date(0).toISOString(),
  });

  return {
    system, vendor: 'sap-s4hana',
    check: () => checkSap(session),
    list(entity, listOptions) {
      if (entity === 'order') return orders.list(listOptions);
      if (entity === 'customer') return customers.list(listOptions);
      if (entity === 'product') return products.list(listOptions);
      if (entity === 'inventory') return stock.list(listOptions);
      throw unsupported('list', entity);
    },
    get(entity, id) {
      if (entity === 'order') return orders.get(id);
      if (entity === 'customer') return customers.get(id);
      if (entity === 'inventory') return stock.get(id);
      return entity === 'product' ? products.get(id) : refused('read', entity);
    },
    findByReference(entity, reference, hints) {
      if (entity === 'order') return orders.find(reference, hints?.party);
      if (entity === 'customer') return customers.findByReference(reference);
      return entity === 'product' ? products.find({ sku: reference }) : refused('find', entity);
    },
    findParty: (keys) => customers.find(keys),
    findItem: (keys) => products.find(keys),
    create(entity, document) {
      if (entity === 'order') return orders.create(document);
      return entity === 'customer' ? customers.create(document) : refused('create', entity);
    },
    upsert: (entity, document, id) => entity === 'order' ? (id === undefined ? orders.create(document) : orders.update(id, document)) : refused('upsert', entity),
    update: (entity, id, document) => entity === 'order' ? orders.update(id, document) : refused('update', entity),
    cancel: (entity, id, reason) => entity === 'order' ? orders.cancel(id, reason) : refused('cancel', entity),
    identify,
    toCanonical(entity, native) {
      if (entity !== 'order' && entity !== 'customer' && entity !== 'product' && entity !== 'inventory') throw unsupported('convert', entity);
      const document = { order: orders, customer: customers, product: products, inventory: stock }[entity].toCanonical(native);
      assertDocument(kindOf[entity], document, `${entity} ${identify(entity, native).id} of ${system}`);
      return document;
    },
    fromCanonical(entity, document) {
      if (entity === 'order') return orders.fromCanonical(document);
      if (entity === 'customer') return customers.fromCanonical(document);
      throw unsupported('write', entity);
    },
    referenceOf(entity, document) {
      if (entity === 'customer') return { reference: text(document, 'BusinessPartnerIDByExtSystem') };
      const reference = document['PurchaseOrderByCustomer'];
      const party = document['SoldToParty'];
      return typeof reference === 'string' ? { reference, ...(typeof party === 'string' && { party }) } : undefined;
    },
    setParty(document, number) { document['SoldToParty'] = number; },
    setItems(document, numbers) {
      for (const item of listOf(document['to_Item'])) item['Material'] = numbers.get(String(item['Material'])) ?? item['Material'];
    },
    close() {
      session.close();
      return Promise.resolve();
    },
  };
}

/** Stock has no time of change: it was so when it was read. */
function stockIdentity({ Material, location, readAt }: StockRecord): { id: string; time: string } { return { id: `${Material}/${location}`, time: readAt }; }
