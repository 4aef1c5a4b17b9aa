import assert from 'node:assert/strict';
import type { Connection, Native, Vendor } from '../../lib/connectors/contract';
import '../../lib/connectors';
import { allConnectors } from '../../lib/connectors/registry';
import type { Entity } from '../../lib/documents/event';
import type { WorldProduct } from '../../sandbox/world';
import { SapClient } from '../sandbox/sap-client';
import { fromOrder, System } from './sap-s4hana/system';
import { openShop, type Shop } from './shopify/support';

/** How records of an entity come about in a simulator. */
export interface Records {
  /** Somebody makes a record, now. Returns its id. */
  add(): Promise<string> | string;
  /** Somebody changes a record that was added. Absent: records of this entity never change. */
  change?(id: string): Promise<void> | void;
}

export interface World extends AsyncDisposable { connection: Connection; records: Partial<Record<Entity, Records>> }

export interface WorldOptions { now: () => number; timeZone?: string }

/** A vendor's simulator, a connection to it, and how the records of each entity that can be listed come about and change there. */
export type OpenWorld = (options: WorldOptions) => Promise<World>;

/** By vendor: what a new connector must add to have its lists tested. */
export const worlds: Partial<Record<Vendor, OpenWorld>> = { shopify: shopWorld, 'sap-s4hana': sapWorld };

/** Every entity of every connector that can be listed. */
export function listed(): { vendor: Vendor; entity: Entity; snapshot: boolean }[] {
  return allConnectors().flatMap(({ vendor, entities }) => Object.entries(entities).filter(([, { operations }]) => operations.includes('list'))
    .map(([entity, { snapshot }]) => ({ vendor, entity: entity as Entity, snapshot: snapshot === true })));
}

/** A simulator, and how the records of an entity come about in it. Fails for an entity that nobody has described here. */
export async function openRecords(vendor: Vendor, entity: Entity, options: WorldOptions): Promise<Required<Pick<World, 'connection'>> & Records & AsyncDisposable> {
  const world = await worlds[vendor]?.(options);
  const records = world?.records[entity];
  if (!world || !records) assert.fail(`test/contract/records.ts does not say how ${entity} records of ${vendor} come about`);
  return { connection: world.connection, ...records, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

async function shopWorld({ now, timeZone }: WorldOptions): Promise<World> {
  const shop: Shop = await openShop({ now, products: 8, ...(timeZone === undefined ? {} : { timeZone }) }, { now });
  const { sandbox, connection } = shop;
  await connection.ready?.();
  let count = 0;
  const order = (payment: 'paid' | 'pending' = 'pending'): string => sandbox.placeOrder({ channel: 'b2b', company: 1, currency: 'EUR', lines: 1, discounts: [], payment }).id;
  const last = <T>(all: readonly T[] | undefined): T => all?.at(-1) ?? assert.fail();
  const product = (): string => sandbox.addProduct({ title: `Part ${String(++count)}`, sku: `PART-${String(count)}` }).id;
  const skus = new Map<string, string>();
  const skuOf = (id: string): string => sandbox.products().find((one) => one.id === id)?.variants[0]?.sku ?? assert.fail();
  const records: World['records'] = {
    order: { add: () => `gid://shopify/Order/${order()}`, change: (id) => { sandbox.updateOrder(id, { note: `note ${String(++count)}` }); } },
    customer: {
      add: async () => (await connection.create('customer', connection.fromCanonical('customer', { ...customer(String(++count)) }))).externalId.id,
      change: (id) => { sandbox.updateCustomer(last(id.split('/')), { firstName: `Ada ${String(++count)}` }); },
    },
    product: { add: product, change: (id) => { sandbox.updateProduct(skuOf(id), { title: `Part ${String(++count)}` }); } },
    payment: {
      add: () => {
        const id = order('paid');
        return `gid://shopify/OrderTransaction/${last(sandbox.order(id)?.transactions).id}`;
      },
    },
    price: {
      add: () => `list/EUR/${skuOf(product())}`,
      change: (id) => { sandbox.setPrice({ sku: last(id.split('/')), price: `${String(++count)}.50` }); },
    },
    inventory: {
      add: async () => {
        const sku = skuOf(product());
        sandbox.setStock({ sku, available: 7 });
        for await (const { records: levels } of connection.list('inventory')) {
          const level = levels.find((one) => one['sku'] === sku);
          if (level) {
            const { id } = connection.identify('inventory', level);
            skus.set(id, sku);
            return id;
          }
        }
        return assert.fail();
      },
      change: (id) => { sandbox.setStock({ sku: skus.get(id) ?? '', available: 100 + ++count }); },
    },
    shipment: {
      add: () => {
        const id = order();
        sandbox.fulfillOrder(id);
        return `gid://shopify/Fulfillment/${last(sandbox.order(id)?.fulfillments).id}`;
      },
      change: async (id) => { await connection.cancel('shipment', id); },
    },
  };
  return { connection, records, [Symbol.asyncDispose]: () => shop[Symbol.asyncDispose]() };
}

async function sapWorld({ now, timeZone }: WorldOptions): Promise<World> {
  const system = await System.start({ now, customers: 3, materials: 4, ...(timeZone === undefined ? {} : { timeZone }) });
  const { sandbox } = system;
  const connection = system.connect({ stockLocations: [{ plant: '1010', location: 'augsburg' }], ...(timeZone === undefined ? {} : { timeZone }) }, { now });
  let count = 0;
  const order = async (): Promise<string> => (await connection.create('order', fromOrder(connection, system.order(`WEB-${String(++count)}`)))).externalId.id;
  const material = (): string => {
    const sku = `PART-${String(++count)}`;
    sandbox.addMaterial({ ...sandbox.world.products[0] as WorldProduct, sku, gtin: '04012345777770' });
    return sku;
  };
  const partner = async (id: string, values: Native): Promise<void> => {
    const client = new SapClient(sandbox, 'API_BUSINESS_PARTNER');
    await client.fetchToken();
    assert.equal((await client.send('PATCH', `A_BusinessPartner('${id}')`, values)).status, 204);
  };
  const records: World['records'] = {
    order: { add: order, change: async (id) => { await connection.cancel('order', id); } },
    customer: {
      add: async () => (await connection.create('customer', connection.fromCanonical('customer', { ...customer(String(++count)) }))).externalId.id,
      change: (id) => partner(id, { FirstName: `Ada ${String(++count)}` }),
    },
    product: { add: material, change: (sku) => { sandbox.changeMaterial({ sku, name: `Part ${String(++count)}` }); } },
    price: { add: () => `list/EUR/${material()}`, change: (id) => { sandbox.setPrice({ sku: id.split('/').at(-1) ?? '', price: `${String(++count)}.50` }); } },
    inventory: {
      add: () => `${material()}/augsburg`,
      change: (id) => { sandbox.setStock({ sku: id.split('/')[0] ?? '', plant: '1010', quantity: String(++count) }); },
    },
    invoice: { add: async () => sandbox.invoice(await order()), change: (id) => { sandbox.cancelBilling(id); } },
    payment: {
      add: async () => {
        const invoice = sandbox.invoice(await order());
        const entry = sandbox.payInvoice(invoice);
        for await (const { records: found } of connection.list('payment')) {
          const record = found.find((one) => one['AccountingDocument'] === entry);
          if (record) return connection.identify('payment', record).id;
        }
        return assert.fail();
      },
      /** Somebody reverses it. */
      change: (id) => {
        const [company = '', year = '', document = '', item = ''] = id.split('/');
        const stamp = `/Date(${String(Math.floor(now() / 1000) * 1000)}+0000)/`;
        for (const ledger of ['0L', '2L']) sandbox.changeRow('GLAccountLineItem', [company, year, document, item, ledger].join('-'), { IsReversed: true, LastChangeDateTime: stamp });
      },
    },
    shipment: { add: async () => sandbox.deliver(await order(), { until: 'created' })[0] ?? assert.fail(), change: (id) => { sandbox.issueGoods(id); } },
  };
  return { connection, records, [Symbol.asyncDispose]: () => system.stop() };
}

function customer(name: string): Record<string, unknown> {
  return {
    id: `other:Customer:${name}`, externalIds: [{ system: 'other', type: 'Customer', id: name }], customerType: 'person', person: { givenName: 'Ada', familyName: `Weber ${name}` },
    email: `ada${name}@mail.example`, status: 'active', addresses: [{ address: { streetName: 'Ring', buildingNumber: '7', cityName: 'Graz', postalZone: '8010', countryCode: 'AT' }, usage: ['billing'] }],
  };
}
