import assert from 'node:assert/strict';
import type { Connection, ConnectOptions, Native, Page } from '../../../lib/connectors/contract';
import { checkDocument } from '../../../lib/documents/validate';
import type { InventoryLevel } from '../../../lib/documents/types';
import { fromOrder, outcome, System } from './system';

const rows = { stockLocations: [{ plant: '1010', location: 'augsburg' }, { plant: '1020', location: 'dresden' }] };

describe('SAP S/4HANA stock', () => {
  let system: System;
  let erp: Connection;
  const connect = (settings: ConnectOptions['settings'] = rows, options: Partial<ConnectOptions> = {}): Connection => system.connect(settings, options);
  beforeEach(async () => {
    system = await System.start({ materials: 12 });
    erp = connect();
  });
  afterEach(() => system.stop());

  const sku = (at = 0): string => system.sandbox.world.products[at]?.sku ?? '';
  async function levels(connection = erp, pageSize?: number): Promise<InventoryLevel[]> {
    const found: Native[] = [];
    for await (const { records } of connection.list('inventory', pageSize === undefined ? {} : { pageSize })) found.push(...records);
    return found.map((record) => connection.toCanonical('inventory', record) as unknown as InventoryLevel);
  }
  async function level(connection: Connection, material: string, location: string): Promise<InventoryLevel> {
    const found = await connection.get('inventory', `${material}/${location}`);
    assert.ok(found);
    return connection.toCanonical('inventory', found) as unknown as InventoryLevel;
  }

  it('is told by material and location, each a valid document', async () => {
    system.sandbox.setStock({ sku: sku(), quantity: '120' });
    const all = await levels();
    assert.equal(all.length, 24);
    assert.deepEqual(all.flatMap((one) => checkDocument('inventory-level', one)), []);
    const one = all.find(({ sku: at, location }) => at === sku() && location.code === 'augsburg');
    assert.deepEqual(one?.quantities, { ...one?.quantities, onHand: '120', available: '120', committed: '0' });
    assert.equal(one.includesOpenCommerceOrders, true);
    assert.equal(one.openOrderCutoff, one.asOf);
  });

  it('C13 is complete whatever the page size, also where a material has more rows than a page', async () => {
    for (const [n, type] of ['02', '07', '04'].entries()) for (const plant of ['1010', '1020']) system.sandbox.setStock({ sku: sku(3), quantity: String(n + 1), plant, stockType: type });
    const whole = await levels();
    for (const pageSize of [1, 2, 7, 23, 24, 25, 100]) assert.deepEqual((await levels(erp, pageSize)).map(({ id }) => id), whole.map(({ id }) => id), `page size ${String(pageSize)}`);
  });

  it('goes on from a cursor', async () => {
    let first: Page | undefined;
    for await (const page of erp.list('inventory', { pageSize: 8 })) { first = page; break; }
    assert.ok(first?.cursor !== undefined);
    const rest: Native[] = [];
    for await (const { records } of erp.list('inventory', { cursor: first.cursor })) rest.push(...records);
    assert.equal(first.records.length + rest.length, 24);
  });

  it('counts the stock types that the settings name, and tells the others', async () => {
    system.sandbox.setStock({ sku: sku(), quantity: '100' });
    system.sandbox.setStock({ sku: sku(), quantity: '7', stockType: '02' });
    system.sandbox.setStock({ sku: sku(), quantity: '3', stockType: '07' });
    assert.deepEqual((await level(erp, sku(), 'augsburg')).quantities, { onHand: '100', available: '100', committed: '0', qualityControl: '7', blocked: '3' });
    const both = connect({ stockLocations: [{ plant: '1010', location: 'augsburg', stockTypes: '01 02' }] });
    assert.deepEqual((await level(both, sku(), 'augsburg')).quantities, { onHand: '107', available: '107', committed: '0', blocked: '3' });
  });

  it('keeps back a quantity or a part, and never tells less than nothing', async () => {
    system.sandbox.setStock({ sku: sku(), quantity: '45' });
    for (const [safetyStock, kept, left] of [['5', '5', '40'], ['10 %', '5', '40'], ['60', '60', '0']] as const) {
      const { quantities } = await level(connect({ stockLocations: [{ plant: '1010', location: 'a', safetyStock }] }), sku(), 'a');
      assert.deepEqual([quantities.safetyStock, quantities.available], [kept, left], safetyStock);
    }
  });

  it('puts storage locations together or apart', async () => {
    system.sandbox.setStock({ sku: sku(), quantity: '10', storageLocation: '101A' });
    system.sandbox.setStock({ sku: sku(), quantity: '5', storageLocation: '101B' });
    system.sandbox.setStock({ sku: sku(), quantity: '2', storageLocation: '101C' });
    const apart = connect({ stockLocations: [{ plant: '1010', storageLocation: '101A 101C', location: 'front' }, { plant: '1010', storageLocation: '101B', location: 'back' }] });
    assert.deepEqual([(await level(apart, sku(), 'front')).quantities.onHand, (await level(apart, sku(), 'back')).quantities.onHand], ['12', '5']);
    assert.equal((await level(erp, sku(), 'augsburg')).quantities.onHand, '17');
  });

  it('takes off what open orders still need, until the goods have left', async () => {
    const [piece] = system.sandbox.world.products.filter(({ unit }) => unit === 'C62');
    system.sandbox.setStock({ sku: piece?.sku ?? '', quantity: '50' });
    const written = await erp.create('order', fromOrder(erp, system.order('S-1')));
    const quantities = async (connection = erp): Promise<unknown[]> => {
      const { onHand, committed, available } = (await level(connection, piece?.sku ?? '', 'augsburg')).quantities;
      return [onHand, committed, available];
    };
    assert.deepEqual(await quantities(), ['50', '1', '49']);
    const all = await levels();
    assert.equal(all.find(({ sku: at, location }) => at === piece?.sku && location.code === 'augsburg')?.quantities.available, '49');
    assert.deepEqual(await quantities(connect({ stockLocations: [{ plant: '1010', location: 'augsburg', openOrders: 'ignore' }] })), ['50', undefined, '50']);
    // A delivery takes the quantity over from the order; the goods are still there until they are issued.
    const [delivery] = system.sandbox.deliver(written.externalId.id, { until: 'picked' });
    assert.deepEqual(await quantities(), ['50', '1', '49']);
    assert.equal((await levels()).find(({ sku: at, location }) => at === piece?.sku && location.code === 'augsburg')?.quantities.available, '49');
    system.sandbox.issueGoods(delivery ?? '');
    assert.deepEqual(await quantities(), ['49', '0', '49']);
    const other = await erp.create('order', fromOrder(erp, system.order('S-2')));
    assert.deepEqual(await quantities(), ['49', '1', '48']);
    await erp.cancel('order', other.externalId.id);
    assert.deepEqual(await quantities(), ['49', '0', '49']);
  });

  it('without locations in the settings each plant is one', async () => {
    const all = await levels(connect({ stockLocations: [] }));
    assert.deepEqual([...new Set(all.map(({ location }) => location.code))].sort(), ['1010', '1020']);
  });

  it('names a row of the settings that cannot be', () => {
    for (const [stockLocations, text] of [
      [[{ plant: '' , location: 'a' }], /stockLocations, row 1: plant is missing/], [[{ plant: '1010' }, { plant: '1010' }], /two rows of the location 1010/],
      [[{ plant: '1010', safetyStock: 'much' }], /safetyStock is "much"/],
    ] as const) assert.throws(() => connect({ stockLocations: [...stockLocations] }), text);
  });

  it('of a material nobody has is undefined, and other operations are refused', async () => {
    assert.equal(await erp.get('inventory', 'NOPE/augsburg'), undefined);
    assert.equal(await outcome(erp.upsert('inventory', {})), 'CONFIG_NOT_SUPPORTED');
  });
});
