import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { buildClientSchema, parse, validate, type IntrospectionQuery } from 'graphql';
import * as queries from '../../../lib/connectors/shopify/queries';
import { contract, needsContract } from '../../support/contracts';
import { allOrders, openShop } from './support';

describe('Shopify queries', () => {
  for (const version of ['2026-04', '2026-10']) {
    it(`are valid against the vendor's schema of ${version}`, function () {
      const file = `shopify/admin-graphql-${version}.introspection.json.gz`;
      needsContract(this, file);
      const { data } = JSON.parse(gunzipSync(readFileSync(contract(file))).toString()) as { data: IntrospectionQuery };
      const schema = buildClientSchema(data);
      for (const [name, document] of Object.entries(queries)) {
        assert.deepEqual(validate(schema, parse(document)).map((error) => `${name}: ${error.message}`), []);
      }
    }).timeout(60_000);
  }

  it('stay below the 1,000 points of a single query at their default page sizes', async () => {
    await using shop = await openShop({ maxQueryCost: 1000 });
    shop.sandbox.placeOrder({ lines: 120 });
    const { orders } = await allOrders(shop.connection);
    assert.equal(orders.length, 1);
    for (const entity of ['customer', 'product'] as const) {
      for await (const page of shop.connection.list(entity)) assert.ok(page.records.length > 0);
    }
    assert.equal((await shop.connection.check()).ok, true);
  });

  it('are made smaller when the shop finds a page too dear', async () => {
    await using shop = await openShop({ maxQueryCost: 400 });
    for (let i = 0; i < 5; i++) shop.sandbox.placeOrder({ lines: 2 });
    const { pages, orders } = await allOrders(shop.connection, 50);
    assert.equal(orders.length, 5);
    assert.ok(pages > 1);
  });
});
