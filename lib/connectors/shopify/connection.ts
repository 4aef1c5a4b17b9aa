import type { Entity } from '../../documents/event';
import { ConfigError } from '../../errors';
import type { BulkOutcome, Connection, ConnectOptions, ListOptions, Page, WriteResult } from '../contract';
import { toCanonical } from './canonical';
import { checkShop } from './check';
import { Customers } from './customers';
import { gid } from './gid';
import { createGraphql } from './graphql';
import { Inventory, type StockWrite } from './inventory';
import { Locations } from './locations';
import { readOptions } from './options';
import { Orders } from './orders';
import { Products } from './products';
import { shopQuery } from './queries';
import { identify } from './records';
import { stockWriteOf } from './stock-documents';
import { createWebhooks } from './webhooks';
import { writeBackOf } from './write-back';

const types = { order: 'Order', customer: 'Customer', product: 'Product', inventory: 'InventoryLevel' } as const;

/** A live connection to one shop. Throws ConfigError naming the field for settings that are missing or wrong. */
export function connect(options: ConnectOptions): Connection {
  const shop = readOptions(options);
  const { system } = shop;
  const now = options.now ?? Date.now;
  const graphql = createGraphql(shop, options);
  const orders = new Orders(graphql, system);
  const customers = new Customers(graphql, system);
  const products = new Products(graphql, system);
  const locations = new Locations(graphql, system, shop.locations);
  const inventory = new Inventory(graphql, system, locations, now);
  let timeZone = shop.timeZone;
  let asking: Promise<void> | undefined;

  /** Canonical orders need the shop's time zone; it is asked for once. */
  async function ready(): Promise<void> {
    if (timeZone !== undefined) return;
    asking ??= graphql.run<{ shop: { ianaTimezone: string } }>(shopQuery).then((answer) => { timeZone ??= answer.shop.ianaTimezone; }).finally(() => { asking = undefined; });
    return asking;
  }

  const unsupported = (operation: string, entity: Entity): ConfigError =>
    new ConfigError('CONFIG_NOT_SUPPORTED', `The Shopify connector cannot ${operation} ${entity} records.`, { system });
  const reader = (entity: Entity): Orders | Customers | Products | Inventory => {
    if (entity === 'order') return orders;
    if (entity === 'customer') return customers;
    if (entity === 'product') return products;
    if (entity === 'inventory') return inventory;
    throw unsupported('read', entity);
  };

  async function* list(entity: Entity, listOptions?: ListOptions): AsyncIterable<Page> {
    const source = reader(entity);
    await ready();
    yield* source.list(listOptions);
  }

  return {
    system, vendor: 'shopify', ready,
    check: () => checkShop(graphql, shop, now()),
    list,
    async get(entity, id) {
      const source = reader(entity);
      await ready();
      // A number is what the shop's own pages show of a record.
      return source.get(gid(types[entity as keyof typeof types], id) ?? id);
    },
    findByReference(entity, reference) {
      if (entity === 'product') return products.find({ sku: reference });
      return entity === 'order' ? orders.findByReference(reference) : entity === 'customer' ? customers.findByReference(reference) : Promise.reject(unsupported('find', entity));
    },
    findParty: (keys) => customers.find(keys),
    findItem: (keys) => products.find(keys),
    create: (entity) => Promise.reject(unsupported('create', entity)),
    async upsert(entity, document, id) {
      if (entity === 'inventory') return only(await inventory.write([document as StockWrite]));
      return entity === 'order' && id !== undefined ? orders.update(id, document) : Promise.reject(unsupported('create', entity));
    },
    upsertMany: (entity, documents, pending) => entity === 'inventory' ? inventory.write(documents as StockWrite[], pending) : Promise.reject(unsupported('write', entity)),
    update: (entity, id, document) => entity === 'order' ? orders.update(id, document) : Promise.reject(unsupported('update', entity)),
    cancel: (entity, id, reason) => entity === 'order' ? orders.cancel(id, reason) : Promise.reject(unsupported('cancel', entity)),
    identify: (entity, native) => entity === 'inventory' ? { id: String(native['id']), time: String(native['readAt']) } : identify(native, system),
    toCanonical: (entity, native) => toCanonical(entity, native, { system, timeZone, customItemSku: shop.customItemSku }),
    fromCanonical(entity, document) {
      if (entity === 'order') return writeBackOf(document, system);
      if (entity === 'inventory') return stockWriteOf(document, system);
      throw unsupported('write', entity);
    },
    referenceOf: () => undefined,
    webhooks: createWebhooks(graphql, system, shop.webhookSecrets),
    close() {
      graphql.close();
      return Promise.resolve();
    },
  };
}

function only([outcome]: BulkOutcome[]): WriteResult {
  if (outcome && 'result' in outcome) return outcome.result;
  throw outcome?.error ?? new ConfigError('CONFIG_NOTHING_WRITTEN', 'Nothing was given to write.');
}
