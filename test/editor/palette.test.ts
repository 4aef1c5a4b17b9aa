import assert from 'node:assert/strict';
import { withEditor } from '../support/editor';
import { everyNode } from './flows';

const labels = {
  'en-US': {
    'b2b-commerce-events': 'commerce events', 'b2b-commerce': 'commerce', 'b2b-erp-changes': 'ERP changes', 'b2b-erp': 'ERP', 'b2b-mapper': 'mapper', 'b2b-reconcile': 'reconcile', 'b2b-retry': 'retry',
    'b2b-rabbitmq-in': 'rabbitmq in', 'b2b-rabbitmq-out': 'rabbitmq out',
  },
  'de': {
    'b2b-commerce-events': 'Ereignisse', 'b2b-commerce': 'Commerce', 'b2b-erp-changes': 'Änderungen', 'b2b-erp': 'ERP', 'b2b-mapper': 'Mapper', 'b2b-reconcile': 'Abgleich', 'b2b-retry': 'Retry',
    'b2b-rabbitmq-in': 'rabbitmq in', 'b2b-rabbitmq-out': 'rabbitmq out',
  },
} as const;

for (const language of ['en-US', 'de'] as const) {
  describe(`palette in ${language}`, () => {
    const editor = withEditor(everyNode(), language);

    it('has the category ERP ⇄ commerce with every node', async () => {
      const category = editor().page.locator('.red-ui-palette-category').filter({ hasText: 'ERP ⇄ commerce' });
      const types = await category.locator('.red-ui-palette-node').evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-palette-type')));
      for (const type of Object.keys(labels[language])) assert.ok(types.includes(type), `${type} is not in the category`);
    });

    for (const [type, label] of Object.entries(labels[language])) {
      it(`shows ${type} as “${label}” with its icon`, async () => {
        const node = editor().page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
        // A label is broken into lines where it is too wide.
        assert.equal((await node.locator('.red-ui-palette-label').innerText()).replace(/\s+/g, ' ').trim(), label);
        const image = await node.locator('.red-ui-palette-icon').evaluate((icon) => getComputedStyle(icon).backgroundImage);
        const address = /url\("(.+)"\)/.exec(image)?.[1] ?? '';
        assert.match(address, new RegExp(`/${type.replace(/-(in|out)$/, '')}\\.svg$`));
        assert.equal((await editor().page.request.get(address)).status(), 200);
      });
    }

    it('has help for every node in the language', async () => {
      const page = editor().page;
      for (const type of [...Object.keys(labels[language]), 'b2b-commerce-system', 'b2b-erp-system', 'b2b-rabbitmq-broker']) {
        const help = await page.locator(`script[data-help-name="${type}"]`).innerHTML();
        assert.match(help, language === 'de' ? /\b(und|oder)\b/ : /\b(and|or)\b/, type);
      }
    });
  });
}
