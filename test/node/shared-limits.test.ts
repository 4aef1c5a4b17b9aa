import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import { showsStatus } from '../support/node-events';
import { OwnRedis } from '../support/redis';
import { erpNode, Inlet, send, sink, SyncBench } from '../support/sync-flow';

describe('limits shared by several Node-REDs', () => {
  let bench: SyncBench;
  let redis: OwnRedis;
  before(async function () {
    redis = await OwnRedis.start(this, '--requirepass', 'geheim');
    bench = await SyncBench.open();
    Object.assign(process.env, { B2B_REDIS_URL: redis.url, B2B_REDIS_PASSWORD: 'geheim' });
  });
  after(async () => {
    for (const name of ['B2B_REDIS_URL', 'B2B_REDIS_PASSWORD']) Reflect.deleteProperty(process.env, name);
    // A system node that is opened without them lets go of Redis.
    await helper.unload();
    await bench.load(erpNode({ entity: 'product' }), sink());
    const inlet = new Inlet();
    send('erp', { payload: bench.erp.world.products[0]?.sku });
    await inlet.next();
    await bench.close();
    await redis.kill();
  });

  it('C20 are kept in Redis by the account, without its name; when Redis goes away the node says so and goes on', async () => {
    await bench.load(erpNode({ entity: 'product' }), sink());
    const inlet = new Inlet();
    const payload = bench.erp.world.products[0]?.sku;
    send('erp', { payload });
    await inlet.next();
    const keys = await redis.command('KEYS', 'b2b:limits:*');
    assert.match(keys, /\{sap-s4hana-[0-9a-f]{24}\}:members/);
    assert.ok(!keys.includes(bench.erp.settings.user));

    const slow = showsStatus('erp', /status\.noRedis/);
    await redis.kill();
    await slow;
    send('erp', { payload });
    await inlet.next();
    const said = helper.log().args.map(([entry]) => String((entry as { msg?: unknown }).msg)).filter((text) => text.includes('Redis')).join('\n');
    assert.match(said, /Redis at 127\.0\.0\.1:\d+ does not answer .* part of each account's limits/);
    assert.doesNotMatch(said, /geheim/);

    const well = showsStatus('erp', /status\.done$|^[^·]*$/);
    await redis.start();
    await well;
  });
});
