import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { Editor, noChromium } from '../support/editor';
import { example, exampleNames } from '../support/examples';
import { type NodeRed, startNodeRed } from '../support/node-red';
import { SandboxProcess, sandboxEnv } from '../support/sandboxes';

/** What a newcomer sees of the order flow. */
describe('the order flow in the editor', function () {
  this.timeout(90_000);
  let shop: SandboxProcess;
  let erp: SandboxProcess;
  let red: NodeRed;
  let editor: Editor;
  const flow = example('order sync/Shopify to SAP S4HANA');

  before(async function () {
    const missing = noChromium();
    if (missing !== undefined) {
      console.log(`    skipped: ${missing}`);
      this.skip();
    }
    [shop, erp] = await Promise.all([SandboxProcess.start('shopify'), SandboxProcess.start('sap-s4hana')]);
    red = await startNodeRed({ flows: flow, env: sandboxEnv(shop, erp) });
    editor = await Editor.open(red.url);
  });
  after(async () => {
    await (editor as Editor | undefined)?.close();
    await (red as NodeRed | undefined)?.stop();
    for (const one of [shop, erp] as (SandboxProcess | undefined)[]) await one?.stop();
  });

  /** Waits until the status under the first node of a type reads so. */
  async function reads(type: string, text: RegExp): Promise<void> {
    const id = flow.find((node) => node.type === type)?.id ?? '';
    await editor.page.locator(`[id="${id}"] .red-ui-flow-node-status-label`, { hasText: text }).waitFor({ timeout: 40_000 });
  }

  it('says under each node how many orders went through, and the last number', async () => {
    await reads('b2b-commerce-events', /^ready$/);
    await shop.post('place', { count: 3, perSecond: 50 });
    await reads('b2b-commerce-events', /^3 done · #\d+$/);
    await reads('b2b-mapper', /^3 mapped$/);
    await reads('b2b-erp', /^3 done · \d+$/);
    await reads('b2b-commerce', /^3 done · #\d+$/);
    await reads('b2b-retry', /^ready$/);
  });

  it('says that the ERP is down, how many orders are retried, and that all went through in the end', async () => {
    await erp.fault({ kind: 'outage', times: 'forever' });
    await shop.post('place', { count: 8, perSecond: 50 });
    await reads('b2b-erp', /^system down, next try at /);
    await reads('b2b-retry', /^retrying [1-8] · down: /);
    await erp.clearFaults();
    await reads('b2b-erp', /^11 done · \d+$/);
    await reads('b2b-retry', /^ready$/);
  });

  it('is offered by Import -> Examples in both forms', async () => {
    const { page } = editor;
    await page.evaluate(() => { (globalThis as unknown as { RED: { actions: { invoke(name: string): void } } }).RED.actions.invoke('core:show-import-dialog'); });
    const dialog = page.locator('.ui-dialog:visible');
    const entry = (text: string): Locator => dialog.locator('.red-ui-treeList-label').getByText(text, { exact: true });
    await dialog.locator('a[href="#red-ui-clipboard-dialog-import-tab-examples"]').click();
    for (const folder of ['@b2b-sync/node-red-erp-commerce', 'order sync']) await entry(folder).click();
    for (const name of exampleNames.filter((one) => one.startsWith('order sync/'))) {
      await entry(name.slice('order sync/'.length)).waitFor();
    }
    assert.equal(exampleNames.filter((one) => one.startsWith('order sync/')).length, 2);
    await page.keyboard.press('Escape');
    editor.assertQuiet();
  });
});
