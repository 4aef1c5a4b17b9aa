import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { withEditor } from '../support/editor';
import { everyNode } from './flows';

interface Found { id: string; impact: string; help: string; nodes: { html: string; target: string[] }[] }

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What Node-RED draws into our forms and we do not: its buttons beside the choice of a config node, the menu of a typed input, its code editor. */
const itsOwn = ['.red-ui-typedInput-container button', '.b2b-form .form-row > div > a.red-ui-button', '.b2b-json', '.red-ui-tabs'];

describe('forms for everybody', () => {
  const editor = withEditor(everyNode({ shop: { mode: 'live' }, 'erp-system': { mode: 'live' }, 'commerce': { entity: 'customer', operation: 'upsert' } }));

  /** Serious and critical findings of axe in the open form. */
  async function findings(): Promise<string[]> {
    const { page } = editor();
    if (!await page.evaluate(() => 'axe' in globalThis)) await page.addScriptTag({ content: axe });
    const violations = await page.evaluate(async (exclude) => {
      const { axe: tool } = globalThis as unknown as { axe: { run(context: unknown, options: unknown): Promise<{ violations: Found[] }> } };
      return (await tool.run({ include: ['.b2b-form'], exclude: exclude.map((one) => [one]) }, { resultTypes: ['violations'] })).violations;
    }, itsOwn);
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`));
  }

  afterEach(async () => { await editor().closeForms(); });

  for (const { id, type } of everyNode() as { id: string; type: string }[]) {
    if (type === 'tab') continue;
    it(`${type} has no serious finding of axe`, async () => {
      if (/-(system|broker)$/.test(type)) await editor().editConfig(type, id); else await editor().edit(id);
      for (const button of await editor().page.locator('.b2b-form .red-ui-editableList-addButton:visible').all()) await button.click();
      assert.deepEqual(await findings(), []);
    });
  }
});
