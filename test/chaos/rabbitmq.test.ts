import { example } from '../support/examples';
import { OwnBroker } from '../support/own-broker';
import { scaled } from '../support/scale';
import { Storm } from './storm';

const count = scaled(3000);
const restarts = scaled(3);
const kills = scaled(5);

describe('chaos through RabbitMQ', function () {
  this.timeout(900_000);
  let storm: Storm | undefined;
  let broker: OwnBroker | undefined;

  afterEach(async () => {
    await storm?.stop();
    await broker?.stop();
  });

  it(`C01 C08 ${String(count)} orders through a broker that is killed ${String(restarts)} times, Node-RED ${String(kills)} times, the ERP losing answers: one sales order each`, async function () {
    const own = broker = await OwnBroker.start(this);
    const running = storm = await Storm.start(example('order sync/Shopify to SAP S4HANA through RabbitMQ', { 'b2b-rabbitmq-broker': { hosts: `127.0.0.1:${String(own.port)}` } }));
    await running.run(count, [
      ...running.blows(restarts, count, async () => { await own.kill(); await own.start(); }),
      ...running.blows(kills, count, () => running.kill()),
    ]);
    await running.assertOneForOne();
  });
});
