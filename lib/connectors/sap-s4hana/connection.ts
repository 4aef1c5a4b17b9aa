import { kindOf, type Entity } from '../../documents/event';
import { assertDocument } from '../../documents/validate';
import { byEntity, type EntityHandler } from '../by-entity';
import type { Connection, ConnectOptions, Native } from '../contract';
import { Billing } from './billing';
import { checkSap } from './check';
import { Customers } from './customers';
import { Deliveries } from './deliveries';
import { openEventMesh } from './event-mesh';
import { createEvents } from './events';
import { listOf } from './fields';
import { Orders } from './orders';
import { readOptions } from './options';
import { Payments } from './payments';
import { PriceLists } from './price-lists';
import { Products } from './products';
import { openSession } from './session';
import { Stock } from './stock';

/** A live connection to one system. Throws ConfigError naming the field for settings that are missing or wrong. */
export function connect(options: ConnectOptions): Connection {
  const sap = readOptions(options);
  const session = openSession(sap, options);
  const { system } = sap;
  const now = options.now ?? Date.now;
  const customers = new Customers(session, now);
  const products = new Products(session);
  const invoices = new Billing(session);
  const handlers: Partial<Record<Entity, EntityHandler>> = {
    order: new Orders(session), customer: customers, product: products, inventory: new Stock(session, now), price: new PriceLists(session, now),
    invoice: invoices, payment: new Payments(session), shipment: new Deliveries(session, now),
  };
  const entities = byEntity('SAP S/4HANA', system, handlers);
  const mesh = sap.events && openEventMesh(system, sap.events);
  /** As events name records. */
  const told: Partial<Record<Entity, (key: string) => Promise<Native | undefined>>> = {
    customer: (key) => customers.ofPartner(key), product: (key) => products.listed(key), invoice: (key) => invoices.listed(key),
  };

  return {
    ...entities,
    system, vendor: 'sap-s4hana',
    check: () => checkSap(session),
    findParty: (keys) => customers.findParty(keys),
    findItem: (keys) => products.findItem(keys),
    toCanonical(entity, native) {
      const document = entities.toCanonical(entity, native);
      assertDocument(kindOf[entity], document, `${entity} ${entities.identify(entity, native).id} of ${system}`);
      return document;
    },
    setParty(document, number) { document['SoldToParty'] = number; },
    setItems(document, numbers) {
      for (const item of listOf(document['to_Item'])) item['Material'] = numbers.get(String(item['Material'])) ?? item['Material'];
    },
    ...(sap.events && {
      webhooks: createEvents({ system, events: sap.events, read: (entity, key) => told[entity]?.(key) ?? entities.get(entity, key), ...(mesh && { mesh }) }),
    }),
    close() {
      mesh?.close();
      session.close();
      return Promise.resolve();
    },
  };
}
