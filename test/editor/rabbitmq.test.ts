import assert from 'node:assert/strict';
import { Bench, brokerOptions, target } from '../support/rabbitmq';
import { withEditor } from '../support/editor';
import { everyNode } from './flows';

describe('forms of RabbitMQ', () => {
  const editor = withEditor(everyNode());
  const choose = (property: string, value: string): Promise<string[]> => editor().page.selectOption(`#node-input-${property}`, value);
  const shows = async (...names: string[]): Promise<boolean[]> => {
    const shown = await editor().shownFields();
    return names.map((name) => shown.includes(name));
  };

  describe('rabbitmq broker', () => {
    const open = (): Promise<void> => editor().editConfig('b2b-rabbitmq-broker', 'broker');
    const tested = async (): Promise<string> => {
      await editor().page.click('.b2b-test');
      return editor().page.locator('.b2b-steps').innerText();
    };

    it('is called by its name in the title of the form', async () => {
      await open();
      assert.match(await editor().page.locator('.red-ui-tray-header').last().innerText(), /RabbitMQ broker/);
      await editor().cancel();
    });

    it('asks for TLS settings only for an encrypted connection', async () => {
      await open();
      assert.deepEqual(await editor().shownFields(), ['name', 'hosts', 'vhost', 'user', 'password', 'useTls', 'heartbeat']);
      await editor().page.click('#node-config-input-useTls');
      assert.deepEqual((await editor().shownFields()).includes('tls'), true);
      await editor().cancel();
    });

    it('refuses what is no host and no heartbeat, with the reason', async () => {
      await open();
      await editor().fill('#node-config-input-hosts', 'rabbit-1, amqp://rabbit-2');
      assert.equal(await editor().reason('hosts'), '“amqp://rabbit-2” is not a host; write name or name:port');
      for (const right of ['rabbit-1, rabbit-2:5673', '[::1]:5672', '${RABBIT}']) {
        await editor().fill('#node-config-input-hosts', right);
        assert.equal(await editor().reason('hosts'), undefined, right);
      }
      await editor().fill('#node-config-input-heartbeat', '-1');
      assert.equal(await editor().reason('heartbeat'), 'Must be a whole number from 0 to 3600');
      await editor().cancel();
    });

    it('tests the connection with what stands in the form: the broker’s version, or what is wrong', async function () {
      await (await Bench.open(this)).close();
      const { page } = editor();
      const { username, password } = brokerOptions();
      await open();
      await page.fill('#node-config-input-hosts', `${target.host}:${String(target.port)}`);
      await page.fill('#node-config-input-user', username);
      await page.fill('#node-config-input-password', password);
      assert.match(await tested(), /: RabbitMQ \d[\d.]*\s+The connection works\.$/);
      await page.fill('#node-config-input-password', 'wrong');
      assert.match(await tested(), /refused.+user.+\s+The connection does not work yet\.$/s);
      await editor().cancel();
    });
  });

  describe('rabbitmq in', () => {
    it('must name a broker and a queue', async () => {
      await editor().edit('rabbit-in');
      await choose('broker', '_ADD_');
      assert.equal(await editor().reason('broker'), 'Choose or add a broker');
      await editor().fill('#node-input-queue', '');
      assert.equal(await editor().reason('queue'), 'Must not be blank');
      await editor().cancel();
    });

    it('asks about a binding only where an exchange is named, and about an overflow only where a limit is set', async () => {
      await editor().edit('rabbit-in');
      assert.deepEqual(await shows('exchangeType', 'routingKeys', 'overflow'), [false, false, false]);
      await editor().fill('#node-input-exchange', 'b2b.events');
      await editor().fill('#node-input-maxLength', '1000');
      assert.deepEqual(await shows('exchangeType', 'routingKeys', 'overflow'), [true, true, true]);
      await choose('exchangeType', 'fanout');
      assert.deepEqual(await shows('exchangeType', 'routingKeys'), [true, false]);
      await editor().page.click('#node-input-declare');
      assert.deepEqual(await shows('exchange', 'exchangeType', 'messageTtl', 'maxLength', 'overflow', 'singleActive', 'deliveryLimit'), Array(7).fill(false));
      await editor().cancel();
    });

    it('shows what applies to the type of the queue', async () => {
      await editor().edit('rabbit-in');
      const names = ['messageTtl', 'maxLength', 'singleActive', 'deliveryLimit', 'maxAge', 'offset'];
      assert.deepEqual(await shows(...names), [true, true, true, true, false, false]);
      await choose('queueType', 'classic');
      assert.deepEqual(await shows(...names), [true, true, true, false, false, false]);
      await choose('queueType', 'stream');
      assert.deepEqual(await shows(...names), [false, false, false, false, true, true]);
      await editor().fill('#node-input-maxAge', '7 days');
      assert.equal(await editor().reason('maxAge'), 'Must be a number with Y, M, D, h, m or s, such as 7D');
      await editor().cancel();
    });

    it('shows what applies to the way of acknowledging, and says what it risks', async () => {
      const { page } = editor();
      await editor().edit('rabbit-in');
      const names = ['onFailure', 'maxTries', 'maxDelay', 'deadLetter', 'deadLetterQueue', 'deliveryLimit'];
      assert.deepEqual(await shows(...names), Array(6).fill(true));
      await choose('ack', 'receipt');
      assert.deepEqual(await shows(...names), Array(6).fill(false));
      assert.match(await page.locator('.b2b-note:visible').innerText(), /lost if Node-RED stops/);
      await choose('ack', 'manual');
      assert.deepEqual(await shows(...names), Array(6).fill(true));
      assert.match(await page.locator('.b2b-note:visible').innerText(), /msg\.settle/);
      await choose('onFailure', 'dead-letter');
      assert.deepEqual(await shows(...names), [true, false, false, true, true, true]);
      await editor().cancel();
    });

    it('wants a dead-letter queue of its own, an exchange that is named, and waits that grow', async () => {
      await editor().edit('rabbit-in');
      assert.equal(await editor().page.getAttribute('#node-input-deadLetterQueue', 'placeholder'), 'erp.orders.dead');
      await editor().fill('#node-input-deadLetterQueue', 'erp.orders');
      assert.equal(await editor().reason('deadLetterQueue'), 'Must be another queue');
      await choose('deadLetter', 'exchange');
      assert.deepEqual(await shows('deadLetterQueue', 'deadLetterExchange', 'deadLetterRoutingKey'), [false, true, true]);
      assert.equal(await editor().reason('deadLetterExchange'), 'Must not be blank');
      await editor().fill('#node-input-maxDelay', '1');
      assert.equal(await editor().reason('maxDelay'), 'Must not be shorter than the first wait, nor longer than a day');
      await editor().cancel();
    });
  });

  describe('rabbitmq out', () => {
    it('shows what applies to its target', async () => {
      await editor().edit('rabbit-out');
      const names = ['queue', 'queueType', 'exchange', 'exchangeType'];
      const routingKey = editor().page.locator('#node-input-routingKey + .red-ui-typedInput-container');
      assert.deepEqual(await shows(...names), [true, false, false, false]);
      await editor().page.click('#node-input-declare');
      assert.deepEqual(await shows(...names), [true, true, false, false]);
      await choose('target', 'exchange');
      assert.deepEqual(await shows(...names), [false, false, true, true]);
      assert.equal(await routingKey.isVisible(), true);
      await choose('exchangeType', 'headers');
      assert.equal(await routingKey.isVisible(), false);
      await editor().cancel();
    });

    it('refuses a missing target, headers that are no object and a priority RabbitMQ does not know', async () => {
      const { page } = editor();
      await editor().edit('rabbit-out');
      await editor().fill('#node-input-queue', '');
      assert.equal(await editor().reason('queue'), 'Must not be blank');
      await choose('target', 'exchange');
      assert.equal(await editor().reason('exchange'), 'Must not be blank');
      await editor().fill('#node-input-priority', '256');
      assert.equal(await editor().reason('priority'), 'Must be a whole number from 0 to 255');
      const headers = page.locator('#node-input-headers + .red-ui-typedInput-container');
      const marked = (): Promise<boolean> => headers.evaluate((box) => box.classList.contains('input-error'));
      assert.equal(await marked(), false, 'none');
      await headers.locator('input').fill('["a"]');
      await headers.locator('input').press('Tab');
      assert.equal(await marked(), true, 'an array');
      await editor().cancel();
    });
  });
});
