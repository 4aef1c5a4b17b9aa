import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type NodeRed, startNodeRed } from './node-red';

/** Where Chromium is: `$CHROMIUM`, or where Debian puts it. */
export const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Why editor tests cannot run here, or undefined. */
export function noChromium(): string | undefined {
  return existsSync(chromiumPath) ? undefined : `Chromium is missing at ${chromiumPath}: "apt-get install chromium", or set CHROMIUM`;
}

/**
 * Starts Node-RED with these flows and opens its editor before the tests of a `describe`, and ends both after them.
 * Skips the tests where Chromium is missing.
 */
export function withEditor(flows: Record<string, unknown>[], language: 'en-US' | 'de' = 'en-US'): () => Editor {
  let nodeRed: NodeRed | undefined;
  let editor: Editor | undefined;
  before(async function () {
    const missing = noChromium();
    if (missing !== undefined) {
      console.log(`    skipped: ${missing}`);
      this.skip();
    }
    this.timeout(90_000);
    nodeRed = await startNodeRed({ flows });
    editor = await Editor.open(nodeRed.url, language);
  });
  after(async () => {
    await editor?.close();
    await nodeRed?.stop();
  });
  afterEach(() => { editor?.assertQuiet(); });
  return () => {
    if (!editor) throw new Error('the editor is not open');
    return editor;
  };
}

/** The parts of the editor's global that the tests drive. */
interface EditorGlobal {
  RED: {
    nodes: { node(id: string): Record<string, unknown> & { _def: { defaults: Record<string, unknown> } } };
    editor: { edit(node: unknown): void; editConfig(name: string, type: string, id: string): void; validateNode(node: unknown): boolean };
  };
}

/** A Node-RED editor in a real browser. */
export class Editor {
  private readonly troubles: string[] = [];

  private constructor(private readonly browser: Browser, readonly page: Page) {
    // The code editor's own: its worker may answer after a form with it was closed.
    page.on('pageerror', (error) => { if (!error.message.includes('Model is disposed')) this.troubles.push(error.message); });
    page.on('console', (message) => { if (/oneditprepare|Validation error|Definition error/.test(message.text())) this.troubles.push(message.text()); });
  }

  /** Opens the editor at `url` in a language and waits until its flows are loaded. */
  static async open(url: string, language: 'en-US' | 'de' = 'en-US'): Promise<Editor> {
    const browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    await page.addInitScript((wanted) => { localStorage.setItem('editor-language', wanted); }, language);
    const editor = new Editor(browser, page);
    await page.goto(url);
    await editor.loaded();
    page.setDefaultTimeout(10_000);
    return editor;
  }

  /** Resolves once palette and flows are there. */
  async loaded(): Promise<void> {
    await this.page.waitForSelector('.red-ui-palette-node[data-palette-type="b2b-erp"]', { state: 'attached' });
    await this.page.waitForSelector('#red-ui-loading-progress', { state: 'hidden' });
  }

  /** Opens the form of a node. */
  async edit(id: string): Promise<void> {
    await this.page.evaluate((node) => { const { RED } = globalThis as unknown as EditorGlobal; RED.editor.edit(RED.nodes.node(node)); }, id);
    await this.formShown();
  }

  /** Opens the form of a config node; `_ADD_` makes a new one. */
  async editConfig(type: string, id: string): Promise<void> {
    await this.page.evaluate(([kind, node]) => { (globalThis as unknown as EditorGlobal).RED.editor.editConfig('', kind, node); }, [type, id] as const);
    await this.formShown();
  }

  /** Fills a field and leaves it, so that it is validated. */
  async fill(selector: string, value: string): Promise<void> {
    await this.page.fill(selector, value);
    await this.page.press(selector, 'Tab');
  }

  /** Presses OK and waits until the form has gone. */
  async ok(): Promise<void> {
    await this.page.locator('#node-dialog-ok, #node-config-dialog-ok').last().click();
    await this.page.waitForSelector('.b2b-form', { state: 'detached' });
  }

  async cancel(): Promise<void> {
    await this.page.locator('#node-dialog-cancel, #node-config-dialog-cancel').last().click();
    await this.page.waitForSelector('.b2b-form', { state: 'detached' });
  }

  /** Leaves every form that is open, also after a test that failed in one. */
  async closeForms(): Promise<void> {
    for (let open = await this.page.locator('.b2b-form').count(); open > 0; open--) {
      await this.page.locator('#node-dialog-cancel, #node-config-dialog-cancel').last().click();
      await this.page.locator('.b2b-form').nth(open - 1).waitFor({ state: 'detached' });
    }
  }

  /** The properties of a node as they would be deployed. */
  async saved(id: string): Promise<Record<string, unknown>> {
    return this.page.evaluate((node) => {
      const found = (globalThis as unknown as EditorGlobal).RED.nodes.node(node);
      return JSON.parse(JSON.stringify(Object.fromEntries(Object.keys(found._def.defaults).map((name) => [name, found[name]])))) as Record<string, unknown>;
    }, id);
  }

  /** Names of the fields (inputs, selects) the open form shows, without the editor's prefix. */
  async shownFields(): Promise<string[]> {
    return this.page.locator('.b2b-form [id^="node-"]:is(input, select):visible').evaluateAll((inputs) =>
      inputs.map(({ id }) => id.replace(/^node-(config-)?input-/, '')));
  }

  /** The reason that stands below a field; undefined while the field is right. Throws if Node-RED marks it otherwise than we do. */
  async reason(property: string): Promise<string | undefined> {
    const input = this.page.locator(`#node-input-${property}, #node-config-input-${property}`);
    const reason = this.page.locator('.form-row > div', { has: input }).locator('.b2b-reason:visible');
    const text = await reason.count() > 0 ? await reason.innerText() : undefined;
    const marked = await input.evaluate((element) => element.classList.contains('input-error'));
    if (marked !== (text !== undefined) && await input.evaluate((element) => element.closest('[hidden]') === null)) {
      throw new Error(`The field ${property} is ${marked ? 'marked without a reason' : `refused without a mark: ${String(text)}`}`);
    }
    return text;
  }

  /** Throws if the page has thrown, or Node-RED has caught an error of a form. */
  assertQuiet(): void {
    const troubles = this.troubles.splice(0);
    if (troubles.length > 0) throw new Error(`The editor reported: ${troubles.join('\n')}`);
  }

  async close(): Promise<void> { await this.browser.close(); }

  private async formShown(): Promise<void> {
    await this.page.locator('.b2b-form').last().waitFor();
    // The tray slides in; it is in place when its own OK button can be clicked.
    await this.page.locator('#node-dialog-ok, #node-config-dialog-ok').last().click({ trial: true });
  }
}
