import assert from 'node:assert/strict';
import { withEditor } from '../support/editor';
import { everyNode } from './flows';

describe('forms of the nodes', () => {
  const editor = withEditor(everyNode({ events: { path: 'orders' } }));
  const choose = (property: string, value: string): Promise<string[]> => editor().page.selectOption(`#node-input-${property}`, value);
  const shows = async (...names: string[]): Promise<boolean[]> => {
    const shown = await editor().shownFields();
    return names.map((name) => shown.includes(name));
  };

  it('re-opens and saves every form without changing a value', async () => {
    for (const { id, ...node } of everyNode({ events: { path: 'orders' } }).filter(({ z }) => z) as { id: string; type: string }[]) {
      const before = await editor().saved(id);
      await editor().edit(id);
      await editor().ok();
      const after = await editor().saved(id);
      assert.deepEqual(Object.entries(after).map(([name, value]) => [name, JSON.stringify(value)]).sort(), Object.entries(before).map(([name, value]) => [name, JSON.stringify(value)]).sort(), node.type);
    }
  });

  describe('commerce events', () => {
    it('shows the webhook address for the path, and only while webhooks are on', async () => {
      const { page } = editor();
      await editor().edit('events');
      const origin = new URL(page.url()).origin;
      await page.waitForFunction((wanted) => (document.querySelector('#b2b-webhook-address') as unknown as { value: string }).value === wanted, `${origin}/b2b/hooks/orders`);
      await editor().fill('#node-input-path', '');
      assert.equal(await page.inputValue('#b2b-webhook-address'), `${origin}/b2b/hooks/events`);
      await page.click('#node-input-webhooks');
      assert.deepEqual(await shows('path', 'webhooks', 'poll'), [false, true, true]);
      assert.equal(await page.isVisible('#b2b-webhook-address'), false);
      await editor().cancel();
    });

    it('refuses a path with other characters and an empty choice of changes, with the reason', async () => {
      const { page } = editor();
      await editor().edit('events');
      await editor().fill('#node-input-path', 'My Orders');
      assert.equal(await editor().reason('path'), 'May hold lower-case letters, digits and hyphens only');
      for (const verb of ['created', 'updated', 'cancelled']) await page.click(`#b2b-changes input[value="order.${verb}"]`);
      assert.equal(await page.isVisible('#b2b-changes-reason'), true);
      await page.click('#b2b-changes input[value="customer.updated"]');
      assert.equal(await page.isVisible('#b2b-changes-reason'), false);
      await editor().fill('#node-input-path', 'my-orders');
      await editor().ok();
      const { entities, path } = await editor().saved('events');
      assert.deepEqual([entities, path], [{ customer: ['updated'] }, 'my-orders']);
    });
  });

  describe('ERP changes', () => {
    it('offers what changes in an ERP, and refuses an empty choice', async () => {
      const { page } = editor();
      await editor().edit('changes');
      const offered = await page.locator('#b2b-changes input').evaluateAll((inputs) => inputs.map((input) => (input as unknown as { value: string }).value));
      assert.deepEqual(offered, [
        'inventory.updated', 'price.updated', 'product.created', 'product.updated', 'product.deleted', 'customer.created', 'customer.updated', 'order.created', 'order.updated', 'order.deleted',
        'shipment.created', 'shipment.updated', 'shipment.deleted', 'invoice.created', 'invoice.updated', 'payment.created', 'payment.updated',
      ]);
      await page.click('#b2b-changes input[value="inventory.updated"]');
      assert.equal(await page.isVisible('#b2b-changes-reason'), true);
      await page.click('#b2b-changes input[value="product.updated"]');
      assert.equal(await page.isVisible('#b2b-changes-reason'), false);
      await editor().fill('#node-input-poll', '0');
      assert.equal(await editor().reason('poll'), 'Must be a number from 0.01 to 1440');
      await editor().fill('#node-input-poll', '1');
      await editor().ok();
      assert.deepEqual((await editor().saved('changes'))['entities'], { product: ['updated'] });
    });

    it('offers the address for events, deletions and a longer interval only where events tell of changes', async () => {
      const { page } = editor();
      const deletions = (): Promise<boolean> => page.isVisible('#b2b-changes input[value="product.deleted"]');
      await editor().edit('changes');
      for (const change of ['product.updated', 'inventory.updated']) await page.check(`#b2b-changes input[value="${change}"]`);
      await editor().fill('#node-input-poll', '5');
      assert.deepEqual([await shows('path', 'poll'), await page.isVisible('#b2b-webhook-address'), await deletions(), await page.innerText('#b2b-only-asked')], [[false, true], false, false, '']);
      await choose('notice', 'events');
      assert.deepEqual([await shows('path', 'poll'), await page.isVisible('#b2b-webhook-address'), await deletions()], [[true, true], true, true]);
      assert.deepEqual([await page.inputValue('#node-input-poll'), await page.innerText('#b2b-only-asked')], ['60', 'No events tell of: stock levels. They are found by asking.']);
      assert.match(await page.innerText('#b2b-webhook-note'), /^The sandbox posts here/);
      await page.click('#b2b-changes input[value="inventory.updated"]');
      assert.equal(await page.innerText('#b2b-only-asked'), '');
      await page.click('#b2b-changes input[value="product.deleted"]');
      await editor().fill('#node-input-path', String((await editor().saved('events'))['path']));
      assert.equal(await editor().reason('path'), 'This path is already used by “events”');
      await editor().fill('#node-input-path', 'sap');
      assert.equal(await page.inputValue('#b2b-webhook-address'), `${new URL(page.url()).origin}/b2b/hooks/sap`);
      await editor().ok();
      const { entities, notice, path, poll } = await editor().saved('changes');
      assert.deepEqual([entities, notice, path, poll], [{ product: ['updated', 'deleted'] }, 'events', 'sap', '60']);
      await editor().edit('changes');
      await choose('notice', 'poll');
      await editor().ok();
      const polling = await editor().saved('changes');
      assert.deepEqual([polling['entities'], polling['notice'], polling['poll']], [{ product: ['updated'] }, 'poll', '5']);
    });

    it('asks every so many minutes or at certain times, and shows when that will be', async () => {
      const { page } = editor();
      await editor().edit('changes');
      assert.deepEqual(await shows('poll', 'cron', 'timeZone'), [true, false, false]);
      await choose('when', 'cron');
      assert.deepEqual(await shows('poll', 'cron', 'timeZone'), [false, true, true]);
      await editor().fill('#node-input-timeZone', 'Europe/Berlin');
      assert.match(await page.innerText('#b2b-next-times'), /^Next: .*3:00.* · .*3:00.* · .*3:00/);
      await editor().fill('#node-input-cron', '0 3 * *');
      assert.equal(await editor().reason('cron'), 'Must be five fields such as 0 3 * * *');
      assert.equal(await page.innerText('#b2b-next-times'), '');
      await editor().fill('#node-input-cron', '*/10 6-20 * * 1-5');
      assert.equal(await editor().reason('cron'), undefined);
      await editor().fill('#node-input-timeZone', 'Mars/Olympus');
      assert.equal(await editor().reason('timeZone'), 'Must be a time zone such as Europe/Berlin');
      await editor().cancel();
    });
  });

  describe('reconcile', () => {
    it('shows what applies, offers what both systems can list, and says which side is usually right', async () => {
      const { page } = editor();
      await editor().edit('reconcile');
      const offered = await page.locator('#node-input-entity option').evaluateAll((options) => (options as unknown as { hidden: boolean; value: string }[]).filter(({ hidden }) => !hidden).map(({ value }) => value));
      for (const entity of ['order', 'customer', 'product', 'inventory']) assert.ok(offered.includes(entity), entity);
      assert.deepEqual(await shows('days', 'cron', 'poll', 'guardMost', 'parallel'), [true, true, false, true, true]);
      await choose('entity', 'inventory');
      assert.deepEqual(await shows('days'), [false]);
      assert.equal(await page.inputValue('#node-input-right'), 'erp');
      await choose('when', 'message');
      assert.deepEqual(await shows('cron', 'poll'), [false, false]);
      await page.click('#node-input-confirmed');
      assert.deepEqual(await shows('guardMost', 'guardPercent', 'parallel'), [false, false, true]);
      await page.click('#node-input-dry');
      assert.deepEqual(await shows('confirmed', 'parallel', 'samples'), [false, false, true]);
      await editor().fill('#node-input-fields', 'lines[0].sku');
      assert.equal(await editor().reason('fields'), 'Must be field names such as email, lines.quantity.value');
      await editor().fill('#node-input-fields', 'email, lines.quantity.value');
      assert.equal(await editor().reason('fields'), undefined);
      await editor().cancel();
    });
  });

  describe('commerce and ERP', () => {
    it('offers the records that the chosen system can be asked for, and refuses another', async () => {
      const { page } = editor();
      await editor().edit('commerce');
      const offered = (): Promise<string[]> => page.locator('#node-input-entity option').evaluateAll((options) => (options as unknown as { hidden: boolean; value: string }[]).filter(({ hidden }) => !hidden).map(({ value }) => value));
      assert.deepEqual(await offered(), ['order', 'customer', 'product', 'shipment']);
      await choose('operation', 'list');
      assert.deepEqual(await offered(), ['order', 'customer', 'product', 'inventory', 'price', 'shipment', 'payment']);
      await choose('entity', 'inventory');
      await choose('operation', 'upsert');
      assert.deepEqual(await offered(), ['customer', 'product', 'inventory', 'price', 'shipment', 'invoice', 'payment']);
      assert.equal(await editor().reason('entity'), undefined);
      await choose('operation', 'cancel');
      assert.equal(await editor().reason('entity'), 'This system cannot be asked to do that: cancel stock');
      await editor().cancel();
    });

    it('shows what an operation needs and nothing else', async () => {
      await editor().edit('commerce');
      await choose('operation', 'get');
      assert.deepEqual(await editor().shownFields(), ['name', 'system', 'operation', 'entity']);
      assert.equal(await editor().page.locator('#node-input-key + .red-ui-typedInput-container').isVisible(), true);
      await choose('operation', 'list');
      assert.deepEqual(await shows('listOutput', 'pageSize'), [true, true]);
      assert.equal(await editor().page.locator('#node-input-key + .red-ui-typedInput-container').isVisible(), false);
      await choose('operation', 'cancel');
      assert.deepEqual(await shows('listOutput', 'pageSize'), [false, false]);
      assert.equal(await editor().page.locator('#node-input-native + .red-ui-typedInput-container').isVisible(), true);
      await editor().cancel();
    });

    it('asks about unknown customers and items only where orders are created', async () => {
      await editor().edit('erp');
      assert.deepEqual(await shows('onMissingCustomer', 'defaultCustomer', 'onMissingItem'), [true, false, true]);
      await choose('onMissingCustomer', 'default');
      assert.deepEqual(await shows('defaultCustomer'), [true]);
      assert.equal(await editor().reason('defaultCustomer'), 'Must not be blank');
      await choose('entity', 'customer');
      assert.deepEqual(await shows('onMissingCustomer', 'defaultCustomer', 'onMissingItem'), [false, false, false]);
      assert.equal(await editor().reason('defaultCustomer'), undefined);
      await editor().cancel();
    });

    it('saves the ways to match in their order, which keys can change, and refuses none', async () => {
      const { page } = editor();
      await editor().edit('erp');
      const box = (value: string): string => `#b2b-matchCustomersBy input[value="${value}"]`;
      await page.click(box('taxId'));
      await editor().ok();
      assert.deepEqual((await editor().saved('erp'))['matchCustomersBy'], ['number', 'email', 'phone']);
      await editor().edit('erp');
      assert.equal(await page.isChecked(box('taxId')), false);
      await page.focus(box('phone'));
      await page.keyboard.press('Alt+ArrowUp');
      await page.keyboard.press('Alt+ArrowUp');
      await page.keyboard.press('Alt+ArrowDown');
      await editor().ok();
      assert.deepEqual((await editor().saved('erp'))['matchCustomersBy'], ['number', 'phone', 'email']);
      await editor().edit('erp');
      for (const value of ['number', 'email', 'phone']) await page.click(box(value));
      assert.equal(await page.isVisible('#b2b-matchCustomersBy-reason'), true);
      await editor().cancel();
    });

    it('names an unnamed node by what it does', async () => {
      await editor().edit('commerce');
      await choose('operation', 'list');
      await editor().ok();
      assert.match(await editor().page.locator('#commerce .red-ui-flow-node-label').innerHTML(), /list orders/);
    });
  });

  describe('retry', () => {
    const sentence = (): Promise<string> => editor().page.locator('#b2b-retry-explain').innerText().then((text) => text.replaceAll('\u00a0', ' '));

    it('says what the settings mean while they are typed', async () => {
      await editor().edit('retry');
      assert.match(await sentence(), /after at most 1 s, 2 s, 4 s …, then at growing intervals of at most 5 min\. Gives up after 10 tries/);
      assert.match(await sentence(), /every 10 min, for at most 7 days/);
      await editor().fill('#node-input-maxTries', '1000');
      assert.match(await sentence(), /Gives up after 3 days\./);
      await editor().page.click('#node-input-parkUnknown');
      assert.match(await sentence(), /dead letters at once/);
      assert.deepEqual(await shows('parkInterval', 'parkMaxAge'), [false, false]);
      await editor().cancel();
    });

    it('refuses a longest wait below the first, with the reason', async () => {
      await editor().edit('retry');
      await editor().fill('#node-input-base', '60');
      await editor().fill('#node-input-cap', '30');
      assert.equal(await editor().reason('cap'), 'Must not be shorter than the first wait');
      await editor().fill('#node-input-cap', '600');
      assert.equal(await editor().reason('cap'), undefined);
      await editor().ok();
      assert.deepEqual(['60', '600'], [(await editor().saved('retry'))['base'], (await editor().saved('retry'))['cap']]);
    });
  });

  describe('mapper', () => {
    const code = (): Promise<string> => editor().page.locator('.b2b-json[data-json="mapping"] .view-lines').innerText();
    type Monaco = { editor: { getEditors(): { getDomNode(): Element; setValue(text: string): void; focus(): void }[] } };
    /** Puts the cursor into the text, and a text in place of it: typed brackets would be closed by the editor. */
    const enter = (text?: string): Promise<void> => editor().page.evaluate((value) => {
      const { monaco } = globalThis as unknown as { monaco: Monaco };
      const json = monaco.editor.getEditors().find((one) => one.getDomNode().closest('[data-json="mapping"]') !== null);
      if (value !== undefined) json?.setValue(value);
      json?.focus();
    }, text);

    it('shows a shipped mapping, makes a copy of it to change, and names the mistakes in it', async () => {
      const { page } = editor();
      await editor().edit('mapper');
      await page.locator('.b2b-json .view-lines', { hasText: 'A_SalesOrder' }).waitFor();
      await enter();
      const shipped = await code();
      await page.keyboard.type('x');
      assert.equal(await code(), shipped);
      await page.click('#b2b-mapper-customise');
      assert.equal(await page.inputValue('#node-input-preset'), 'custom');
      await enter();
      await page.keyboard.type('x');
      await page.locator('#b2b-mapper-issues li', { hasText: 'Is not a JSON object' }).waitFor();
      await enter('{ "mapping": 1, "source": "urn:b2b-sync:order:v1", "target": "sap-s4hana:A_SalesOrder", "rules": [ { "from": "id" } ] }');
      await page.locator('#b2b-mapper-issues li', { hasText: 'rules[0]' }).waitFor();
      await page.selectOption('#node-input-targetSchema', 'shopify:Order');
      await page.locator('#b2b-mapper-issues li', { hasText: 'shopify:Order' }).waitFor();
      await editor().ok();
      const { preset, mapping } = await editor().saved('mapper');
      assert.deepEqual([preset, (JSON.parse(String(mapping)) as { target: string }).target], ['custom', 'sap-s4hana:A_SalesOrder']);
      await page.waitForFunction(() => {
        const { RED } = globalThis as unknown as { RED: { nodes: { node(id: string): { valid: boolean } } } };
        return !RED.nodes.node('mapper').valid;
      });
    });
  });
});

describe('German forms', () => {
  const editor = withEditor(everyNode(), 'de');

  it('have German labels, hints and reasons', async () => {
    const { page } = editor();
    await editor().editConfig('b2b-commerce-system', 'shop');
    await page.selectOption('#node-config-input-mode', 'live');
    const shop = await page.locator('.b2b-form').innerText();
    for (const text of ['Betriebsart', 'Öffentliche Adresse', 'Zugriffstoken', 'Darf nicht leer sein', 'Verbindung testen']) {
      if (text === 'Zugriffstoken') await page.selectOption('#node-config-input-settings-auth', 'token');
      assert.ok((text === 'Zugriffstoken' ? await page.locator('.b2b-form').innerText() : shop).includes(text), text);
    }
    await editor().cancel();
    await editor().editConfig('b2b-erp-system', 'erp-system');
    await page.click('.b2b-test');
    await page.locator('.b2b-steps .b2b-good').last().waitFor();
    assert.match(await page.locator('.b2b-steps').innerText(), /Mandant 100\n.*Aufträge \(API_SALES_ORDER_SRV\)\n[^]*Vertriebsbereich: 1010\/10\/00/);
    await editor().cancel();
    await editor().edit('retry');
    assert.match(await page.locator('#b2b-retry-explain').innerText(), /^Versucht es nach höchstens 1\u00a0s, 2\u00a0s, 4\u00a0s …/);
    await editor().cancel();
    await editor().edit('erp');
    assert.match(await page.locator('.b2b-form').innerText(), /Wenn unbekannt/);
    await editor().cancel();
  });

  it('show no key instead of a text', async () => {
    for (const node of everyNode()) {
      const { id, type } = node as { id: string; type: string };
      if (type === 'tab') continue;
      if (type.endsWith('-system')) await editor().editConfig(type, id); else await editor().edit(id);
      assert.doesNotMatch(await editor().page.locator('.b2b-form').evaluate((form) => form.textContent), /\b(b2b-[a-z-]+|common)\.[a-z]/, type);
      await editor().cancel();
    }
  });
});
