import type { Entity } from '../../documents/event';
import { byEntity, only, type EntityHandler } from '../by-entity';
import type { Connection, ConnectOptions, ListOptions, Native, Page, WriteResult } from '../contract';
import { BulkOperations } from './bulk-operations';
import { toCanonical } from './canonical';
import { checkShop } from './check';
import { customerWriteOf } from './customer-documents';
import { CustomerWrites } from './customer-writes';
import { Customers } from './customers';
import { gid } from './gid';
import { createGraphql } from './graphql';
import { Inventory, type StockWrite } from './inventory';
import { invoiceWriteOf, type InvoiceWrite } from './invoice-documents';
import { Invoices } from './invoices';
import { countOf } from './listing';
import { Locations } from './locations';
import { readOptions } from './options';
import { erpQuantitiesOf } from './order-edits';
import { readPlaces } from './order-places';
import { Orders } from './orders';
import { Payments } from './payments';
import { paymentWriteOf, type PaymentWrite } from './payment-documents';
import { priceWriteOf, type PriceWrite } from './price-documents';
import { PriceLists } from './price-lists';
import { identifyPrice, Prices } from './prices';
import { productWriteOf, type ProductWrite } from './product-documents';
import { ProductBulk } from './product-bulk';
import { ProductWrites } from './product-writes';
import { Products } from './products';
import { ordersCountQuery, productsCountQuery, shopQuery } from './queries';
import { identify } from './records';
import { shipmentWriteOf, type ShipmentWrite } from './shipment-documents';
import { Shipments } from './shipments';
import { stockWriteOf } from './stock-documents';
import { createWebhooks } from './webhooks';
import { writeBackOf } from './write-back';

interface Reader { list: (options?: ListOptions) => AsyncIterable<Page>; get: (id: string) => Promise<Native | undefined> }

/** A live connection to one shop. Throws ConfigError naming the field for settings that are missing or wrong. */
export function connect(options: ConnectOptions): Connection {
  const shop = readOptions(options);
  const { system } = shop;
  const now = options.now ?? Date.now;
  const graphql = createGraphql(shop, options);
  const customers = new Customers(graphql, system);
  const customerWrites = new CustomerWrites(graphql, system, customers);
  const products = new Products(graphql, system);
  const productWrites = new ProductWrites(graphql, shop, products);
  const bulkOperations = new BulkOperations(graphql, system, options);
  const productBulk = new ProductBulk(productWrites, bulkOperations);
  const locations = new Locations(graphql, system, shop.locations);
  const orders = new Orders(graphql, system, shop.readsPlaces ? (order, signal) => readPlaces(graphql, locations, order, signal) : undefined);
  const findOrder = (number: string): Promise<WriteResult[]> => orders.findByReference(number);
  const payments = new Payments(graphql, system, findOrder);
  const invoices = new Invoices(graphql, system, findOrder);
  const shipments = new Shipments(graphql, system, locations, findOrder);
  const inventory = new Inventory(graphql, system, locations, now);
  const prices = new Prices(graphql, system, new PriceLists(graphql, system, shop.priceLists), now);
  let timeZone = shop.timeZone;
  let asking: Promise<void> | undefined;

  /** Canonical orders need the shop's time zone; it is asked for once. */
  async function ready(): Promise<void> {
    if (timeZone !== undefined) return;
    asking ??= graphql.run<{ shop: { ianaTimezone: string } }>(shopQuery).then((answer) => { timeZone ??= answer.shop.ianaTimezone; }).finally(() => { asking = undefined; });
    return asking;
  }

  /** What every record of the shop has in common; `type` is what its gids call it. */
  const readable = (entity: Entity, type: string, reader: Reader): EntityHandler => ({
    async* list(listOptions) {
      await ready();
      yield* reader.list(listOptions);
    },
    async get(id) {
      await ready();
      // A number is what the shop's own pages show of a record.
      return reader.get(gid(type, id) ?? id);
    },
    identify: (native) => identify(native, system),
    toCanonical: (native) => toCanonical(entity, native, { system, timeZone, customItemSku: shop.customItemSku }),
  });
  const handlers: Partial<Record<Entity, EntityHandler>> = {
    order: {
      ...readable('order', 'Order', orders),
      count: (listOptions) => countOf(graphql, ordersCountQuery, 'ordersCount', listOptions, 'status:any'),
      find: (reference) => orders.findByReference(reference), update: (id, document, before) => orders.update(id, document, before), cancel: (id, reason) => orders.cancel(id, reason),
      preview: (document, id) => orders.preview(document, id),
      // The shop's own order comes back with the ERP's number in it; an order that is the ERP's own says what that made of it.
      fromCanonical: (document) => (document['systemOfRecord'] ?? system) === system ? writeBackOf(document, system) : { ...erpQuantitiesOf(document) },
    },
    customer: {
      ...readable('customer', 'Customer', customers), count: (listOptions) => customers.count(listOptions), find: (reference) => customers.findByReference(reference),
      create: (document) => customerWrites.create(document), update: (id, document) => customerWrites.update(id, document),
      preview: (document, id) => customerWrites.preview(document, id), referenceOf: (document) => customerWrites.referenceOf(document),
      fromCanonical: (document) => customerWriteOf(document, system),
    },
    product: {
      ...readable('product', 'Product', products), count: (listOptions) => countOf(graphql, productsCountQuery, 'productsCount', listOptions), find: (sku) => productWrites.find(sku),
      create: (document) => productWrites.create(document as ProductWrite), upsert: (document, id) => productWrites.upsert(document as ProductWrite, id),
      upsertMany: (documents) => productBulk.write(documents as ProductWrite[]),
      update: (id, document) => productWrites.update(gid('Product', id) ?? id, document as ProductWrite), cancel: (id) => productWrites.cancel(gid('Product', id) ?? id),
      preview: (document, id) => productWrites.preview(document as ProductWrite, id),
      fromCanonical: (document) => productWriteOf(document, system),
      referenceOf: (document) => ({ reference: (document as ProductWrite).skus[0] ?? '' }),
    },
    invoice: {
      get: (id) => invoices.get(id),
      create: (document) => invoices.write(document as InvoiceWrite), update: (_id, document) => invoices.write(document as InvoiceWrite),
      preview: (document) => invoices.preview(document as InvoiceWrite), fromCanonical: (document) => invoiceWriteOf(document, system),
    },
    payment: {
      ...readable('payment', 'OrderTransaction', payments),
      create: (document) => payments.write(document as PaymentWrite), update: (_id, document) => payments.write(document as PaymentWrite),
      preview: (document) => payments.preview(document as PaymentWrite), fromCanonical: (document) => paymentWriteOf(document, system),
    },
    price: {
      ...readable('price', 'Price', prices), count: () => prices.count(),
      upsert: async (document) => only(await prices.write([document as PriceWrite])), upsertMany: (documents) => prices.write(documents as PriceWrite[]),
      preview: (document) => prices.preview(document as PriceWrite),
      identify: identifyPrice, fromCanonical: (document) => priceWriteOf(document, system, now()),
    },
    inventory: {
      ...readable('inventory', 'InventoryLevel', inventory),
      upsert: async (document) => only(await inventory.write([document as StockWrite])), upsertMany: (documents, pending) => inventory.write(documents as StockWrite[], pending),
      preview: (document) => inventory.preview(document as StockWrite),
      identify: (native) => ({ id: String(native['id']), time: String(native['readAt']) }),
      fromCanonical: (document) => stockWriteOf(document, system),
    },
    shipment: {
      ...readable('shipment', 'Fulfillment', shipments),
      create: (document) => shipments.create(document as ShipmentWrite), update: (id, document) => shipments.update(id, document as ShipmentWrite),
      cancel: (id) => shipments.cancel(id), preview: (document, id) => shipments.preview(document as ShipmentWrite, id),
      fromCanonical: (document) => shipmentWriteOf(document, system),
    },
  };

  return {
    ...byEntity('Shopify', system, handlers),
    system, vendor: 'shopify', ready,
    check: () => checkShop(graphql, shop, now()),
    findParty: (keys) => customers.find(keys),
    findItem: (keys) => products.find(keys),
    webhooks: createWebhooks(graphql, system, shop.webhookSecrets, shop.readsPlaces ? ['order'] : []),
    close() {
      bulkOperations.stop();
      graphql.close();
      return Promise.resolve();
    },
  };
}
