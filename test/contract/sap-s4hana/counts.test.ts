import assert from 'node:assert/strict';
import type { Connection, ConnectOptions, ListOptions } from '../../../lib/connectors/contract';
import { entities } from '../../../lib/connectors/sap-s4hana/entities';
import type { Entity } from '../../../lib/documents/event';
import { fromOrder, System } from './system';

const dayMs = 86_400_000;
const listed = (Object.keys(entities) as Entity[]).filter((entity) => entities[entity]?.operations.includes('list'));

describe('how many records SAP S/4HANA has', () => {
  let system: System;
  let erp: Connection;
  let now = Date.UTC(2026, 10, 23, 9, 15, 30);
  before(async () => {
    system = await System.start({ now: () => now });
    const { stockLocations, priceLists } = system.sandbox.settings as ConnectOptions['settings'];
    erp = system.connect({ ...(stockLocations && { stockLocations }), ...(priceLists && { priceLists }) }, { now: () => now });
    await trade('WEB-1');
    now += 3 * dayMs;
    await trade('WEB-2');
    system.sandbox.changeRow('A_Product', system.sandbox.world.products[1]?.sku ?? '', { LastChangeDateTime: `/Date(${String(now)}+0000)/` });
  });
  after(() => system.stop());

  /** Ordered, delivered, billed and paid. */
  async function trade(number: string): Promise<void> {
    const order = (await erp.create('order', fromOrder(erp, system.order(number)))).externalId.id;
    system.sandbox.deliver(order);
    system.sandbox.payInvoice(String(system.sandbox.billingDocuments().at(-1)?.BillingDocument));
  }
  async function found(entity: Entity, options: ListOptions): Promise<number> {
    let count = 0;
    for await (const { records } of erp.list(entity, options)) count += records.length;
    return count;
  }

  for (const entity of listed) {
    it(`is told of ${entity} records in one call`, async () => {
      const count = await found(entity, {});
      assert.ok(count > 0);
      const before = system.sandbox.requests.length;
      const told = await erp.count?.(entity) ?? 0;
      // Some conditions of the sandbox are in no list.
      if (entity === 'price') assert.ok(told >= count && told < 1.1 * count, `${String(told)} of ${String(count)}`);
      else assert.equal(told, count);
      assert.equal(system.sandbox.requests.length, before + 1);
      if (entities[entity]?.snapshot) return;
      const updatedSince = new Date(now - dayMs).toISOString();
      const fresh = await found(entity, { updatedSince });
      if (entity !== 'customer') assert.ok(fresh > 0 && fresh < count, String(fresh));
      assert.equal(await erp.count?.(entity, { updatedSince }), fresh);
    });
  }
});
