import assert from 'node:assert/strict';
import { withEditor } from '../support/editor';
import { everyNode } from './flows';

const sandboxFields = ['name', 'vendor', 'mode', 'sandboxEvery', 'sandboxSeed'];

describe('form of a shop system', () => {
  const editor = withEditor(everyNode());
  const open = (): Promise<void> => editor().editConfig('b2b-commerce-system', 'shop');
  const wrongSetting = (name: string): Promise<string> => editor().page.locator(`[data-setting="${name}"] .b2b-reason`).innerText();

  it('shows a sandbox nothing but what a sandbox needs, and says what it is', async () => {
    await open();
    assert.deepEqual(await editor().shownFields(), sandboxFields);
    assert.match(await editor().page.locator('.b2b-note').innerText(), /Simulates a shop/);
    await editor().cancel();
  });

  it('shows a live shop the fields of its vendor that apply, and follows the choice of access', async () => {
    const { page } = editor();
    await open();
    await page.selectOption('#node-config-input-mode', 'live');
    let shown = await editor().shownFields();
    for (const name of ['settings-shop', 'settings-clientId', 'clientSecret', 'publicUrl', 'timeout', 'tls']) assert.ok(shown.includes(name), name);
    for (const name of ['accessToken', 'password', 'sandboxSeed']) assert.ok(!shown.includes(name), name);
    await page.selectOption('#node-config-input-settings-auth', 'token');
    shown = await editor().shownFields();
    assert.ok(shown.includes('accessToken'));
    for (const name of ['settings-clientId', 'clientSecret']) assert.ok(!shown.includes(name), name);
    await editor().cancel();
  });

  it('says why a setting is refused, and accepts environment variables', async () => {
    const { page } = editor();
    await open();
    await page.selectOption('#node-config-input-mode', 'live');
    assert.equal(await wrongSetting('shop'), 'Must not be blank');
    assert.equal(await wrongSetting('clientSecret'), 'Must not be blank');
    await editor().fill('#node-config-input-settings-shop', 'shop.acme.com/');
    assert.equal(await wrongSetting('shop'), 'Must be a name such as acme or acme.myshopify.com');
    await editor().fill('#node-config-input-settings-shop', '${SHOP}');
    assert.equal(await page.locator('[data-setting="shop"] .b2b-reason').isVisible(), false);
    await editor().fill('#node-config-input-publicUrl', 'hooks.acme.com');
    assert.equal(await editor().reason('publicUrl'), 'Must be an address such as https://example.com');
    await editor().fill('#node-config-input-timeout', '0');
    assert.equal(await editor().reason('timeout'), 'Must be a number from 1 to 600');
    await editor().cancel();
  });

  it('tests the connection with what stands in the form and lists the steps', async () => {
    const { page } = editor();
    await open();
    await page.click('.b2b-test');
    await page.locator('.b2b-steps .b2b-good').last().waitFor();
    assert.match(await page.locator('.b2b-steps').innerText(), /The connection works\.$/);
    await editor().cancel();
  });

  it('says what a live connection lacks before it asks the shop, where it can be seen', async () => {
    const { page } = editor();
    await open();
    await page.selectOption('#node-config-input-mode', 'live');
    await page.fill('#node-config-input-settings-shop', 'shop.acme.com/');
    await page.click('.b2b-test');
    assert.deepEqual((await page.locator('.b2b-steps').innerText()).split('\n').map((line) => line.trim()), [
      'Shop: Must be a name such as acme or acme.myshopify.com', 'Client ID: Must not be blank',
      'Client secret: Must not be blank', 'The connection does not work yet.',
    ]);
    const tray = await page.locator('.red-ui-tray-body').last().boundingBox();
    const verdict = await page.locator('.b2b-steps li').last().boundingBox();
    assert.ok(tray && verdict && verdict.y + verdict.height <= tray.y + tray.height, 'the verdict is in view');
    await editor().cancel();
  });

  it('sends the test only the secrets that were changed', async () => {
    const { page } = editor();
    await open();
    await page.selectOption('#node-config-input-mode', 'live');
    await page.fill('#node-config-input-settings-shop', 'acme');
    await page.fill('#node-config-input-settings-clientId', 'abc');
    await page.fill('#node-config-input-clientSecret', 'new-secret');
    const [request] = await Promise.all([page.waitForRequest('**/b2b/systems/test'), page.click('.b2b-test')]);
    const body = request.postDataJSON() as { credentials: unknown; settings: { auth?: string }; mode: string; id: string };
    assert.deepEqual(body.credentials, { clientSecret: 'new-secret' });
    assert.deepEqual([body.id, body.mode, body.settings.auth], ['shop', 'live', 'client-credentials']);
    await editor().cancel();
  });

  for (const [status, text] of [[403, /lacks the permission/], [404, /Restart Node-RED/], [500, /error 500\. The store is closed\./]] as const) {
    it(`says in words what an answer ${status} to the test means`, async () => {
      const { page } = editor();
      await page.route('**/b2b/systems/test', (route) => route.fulfill({ status, json: { message: 'The store is closed.' } }));
      await open();
      await page.click('.b2b-test');
      assert.match(await page.locator('#b2b-system-test .b2b-reason').innerText(), text);
      await page.unroute('**/b2b/systems/test');
      await editor().cancel();
    });
  }

  it('keeps what was entered over saving, leaves blank settings out, and never shows a secret again', async () => {
    const { page } = editor();
    await open();
    await page.selectOption('#node-config-input-mode', 'live');
    await page.fill('#node-config-input-settings-shop', 'acme');
    await page.fill('#node-config-input-settings-clientId', 'abc');
    await page.fill('#node-config-input-clientSecret', 'hush');
    await page.fill('#node-config-input-publicUrl', 'https://hooks.example.com');
    await editor().ok();
    const { settings, mode, publicUrl } = await editor().saved('shop') as { settings: Record<string, unknown>; mode: string; publicUrl: string };
    assert.deepEqual([settings['shop'], settings['clientId'], mode, publicUrl], ['acme', 'abc', 'live', 'https://hooks.example.com']);
    assert.ok(!('timeZone' in settings) && !('clientSecret' in settings));
    await page.click('#red-ui-header-button-deploy');
    await page.locator('.red-ui-notification-success').first().waitFor();
    await page.reload();
    await editor().loaded();
    await open();
    assert.equal(await page.inputValue('#node-config-input-settings-shop'), 'acme');
    assert.equal(await page.inputValue('#node-config-input-clientSecret'), '__PWRD__');
    assert.equal(await page.locator('[data-setting="clientSecret"] .b2b-reason').isVisible(), false);
    await editor().cancel();
  });

  it('has a table of locations: rows come and go, a wrong cell is named, and all is saved', async () => {
    const { page } = editor();
    await open();
    await page.selectOption('#node-config-input-mode', 'live');
    await page.fill('#node-config-input-settings-shop', 'acme');
    await page.fill('#node-config-input-settings-clientId', 'abc');
    const table = page.locator('[data-setting="locations"]');
    await table.locator('.red-ui-editableList-addButton').focus();
    for (const [code, location] of [['1010', 'Augsburg'], ['1020', ''], ['1030', 'Graz']]) {
      // All by keys: the new row has the focus.
      await page.keyboard.press('Enter');
      await page.keyboard.type(code ?? '');
      await page.keyboard.press('Tab');
      await page.keyboard.type(location ?? '');
      await table.locator('.red-ui-editableList-addButton').focus();
    }
    assert.equal(await wrongSetting('locations'), 'Row 2, Name or number in the shop: Must not be blank');
    await table.locator('.red-ui-editableList-item-remove').nth(1).click();
    await table.locator('.b2b-reason').waitFor({ state: 'hidden' });
    await editor().ok();
    assert.deepEqual(((await editor().saved('shop'))['settings'] as { locations: unknown }).locations, [{ code: '1010', location: 'Augsburg' }, { code: '1030', location: 'Graz' }]);
    await open();
    assert.deepEqual(await table.locator('[data-column="location"]').evaluateAll((inputs) => inputs.map((input) => (input as unknown as { value: string }).value)), ['Augsburg', 'Graz']);
    await page.selectOption('#node-config-input-mode', 'sandbox');
    await editor().ok();
  });
});

describe('form of an ERP system', () => {
  const editor = withEditor(everyNode());

  it('follows the choice of access and keeps what it does not show out of the settings', async () => {
    const { page } = editor();
    await editor().editConfig('b2b-erp-system', 'erp-system');
    await page.selectOption('#node-config-input-mode', 'live');
    await page.fill('#node-config-input-settings-user', 'COMM');
    await page.selectOption('#node-config-input-settings-auth', 'oauth');
    const shown = await editor().shownFields();
    for (const name of ['settings-tokenUrl', 'settings-clientId', 'clientSecret']) assert.ok(shown.includes(name), name);
    for (const name of ['settings-user', 'password']) assert.ok(!shown.includes(name), name);
    await editor().ok();
    const { settings } = await editor().saved('erp-system') as { settings: Record<string, unknown> };
    assert.deepEqual([settings['auth'], 'user' in settings], ['oauth', false]);
  });

  it('says below the table of what is owned which cell cannot be', async () => {
    const { page } = editor();
    await editor().editConfig('b2b-erp-system', 'erp-system');
    const row = page.locator('.form-row', { has: page.locator('#b2b-owns') });
    await row.locator('.red-ui-editableList-addButton').click();
    await row.locator('[data-column="fields"]').fill('descriptions, variants.gtin');
    assert.match(await row.locator('.b2b-reason').innerText(), /^Row 1, Fields: /);
    await row.locator('[data-column="fields"]').fill('descriptions variants.gtin');
    await row.locator('.b2b-reason').waitFor({ state: 'hidden' });
    await editor().cancel();
  });

  it('marks the nodes that use a system that is not set up', async () => {
    await editor().edit('erp');
    assert.equal(await editor().reason('system'), 'The chosen system is not set up completely');
    await editor().cancel();
  });
});
