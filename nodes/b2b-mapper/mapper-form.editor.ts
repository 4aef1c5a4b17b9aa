import { field, prepareForm, read } from '../common/form.editor';
import { JsonTabs } from '../common/json-tabs.editor';
import { ask } from '../common/request.editor';
import type { Issue } from '../../lib/errors';
import type { EditedNode } from '../common/text.editor';
import { checkMapping, type MappingTexts, parts, schemaIssues } from './mapping-check.editor';

type MapperNode = EditedNode & MappingTexts & { preset: string; sourceSchema: string; targetSchema: string };

/** What a mapping may read and write: canonical document kinds, then the vendors' own documents. */
const schemas = [
  ...['order', 'customer', 'product', 'inventory-level', 'price-list', 'payment', 'shipment', 'invoice', 'return'].map((kind) => `urn:b2b-sync:${kind}:v1`),
  'shopify:Order', 'shopify:Customer', 'shopify:Product',
  'sap-s4hana:A_SalesOrder', 'sap-s4hana:A_BusinessPartner', 'sap-s4hana:A_Product',
];

const custom = 'custom';
const template = `${JSON.stringify({ mapping: 1, source: 'urn:b2b-sync:order:v1', target: 'sap-s4hana:A_SalesOrder', rules: [] }, null, 2)}\n`;
const typingPause = 500;

/** The open form of a mapper: preset or own mapping, its editors, and what is wrong with it. */
export class MapperForm {
  private readonly tabs: JsonTabs;
  private own: string;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;
  private height: number | undefined;

  constructor(private readonly node: MapperNode) {
    this.own = node.mapping;
    $('#node-input-property, #node-input-target').typedInput({ types: ['msg'] });
    for (const end of ['sourceSchema', 'targetSchema'] as const) this.offerSchemas(end);
    prepareForm(node, 'node-input');
    this.tabs = new JsonTabs($('#b2b-mapper-json'), parts.map((id) => ({ id, label: node._(`b2b-mapper.tab.${id}`), value: node[id] })), () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => { this.check(); }, typingPause);
    });
    field('node-input', 'preset').on('change', () => { this.showPreset(); });
    $('#b2b-mapper-customise').on('click', () => { this.customise(); });
    this.showPreset();
  }

  /** What to save: a preset keeps no copy of its mapping. */
  texts(): MappingTexts {
    const mapping = this.preset() === custom ? this.tabs.text('mapping') : '';
    return { mapping, tables: this.tabs.text('tables'), codes: this.tabs.text('codes') };
  }

  /** Gives the editors what the form of `height` px leaves them, and the list of issues some lines. */
  resize(height = this.height): void {
    if (height === undefined) return;
    this.height = height;
    const top = $('#b2b-mapper-json').position().top;
    this.tabs.resize(Math.max(200, height - top - 130));
  }

  close(): void {
    clearTimeout(this.timer);
    this.asked++;
    this.tabs.destroy();
  }

  private offerSchemas(property: 'sourceSchema' | 'targetSchema'): void {
    const select = field('node-input', property).append($('<option value="">').text(this.node._('b2b-mapper.schema.any')));
    for (const schema of schemas) $('<option>').val(schema).text(schema).appendTo(select);
    select.val(this.node[property]).on('change', () => { this.check(); });
  }

  private preset(): string { return read(field('node-input', 'preset')); }

  private showPreset(): void {
    const preset = this.preset();
    this.resize();
    if (preset === custom) {
      this.tabs.set('mapping', this.own.trim() === '' ? template : this.own, false);
      this.check();
      return;
    }
    ask<{ mapping: unknown }>(this.node, 'GET', `b2b/mappings/presets/${encodeURIComponent(preset)}`).then(
      ({ mapping }) => {
        if (this.preset() !== preset) return;
        this.tabs.set('mapping', `${JSON.stringify(mapping, null, 2)}\n`, true);
        this.check();
      },
      (failure: unknown) => { this.say(String(failure instanceof Error ? failure.message : failure), 'b2b-reason'); },
    );
  }

  /** Copies the shipped mapping so that it can be changed. */
  private customise(): void {
    this.own = this.tabs.text('mapping');
    field('node-input', 'preset').val(custom).trigger('change');
  }

  private check(): void {
    const asked = ++this.asked;
    if (this.preset() === custom) this.own = this.tabs.text('mapping');
    const [mapping, tables, codes] = parts.map((part) => this.tabs.text(part)) as [string, string, string];
    checkMapping(this.node, { mapping, tables, codes }).then(
      (issues) => { if (asked === this.asked) this.showIssues([...issues, ...this.mismatches(mapping, issues)]); },
      (failure: unknown) => { if (asked === this.asked) this.say(String(failure instanceof Error ? failure.message : failure), 'b2b-reason'); },
    );
  }

  private mismatches(mapping: string, issues: Issue[]): Issue[] {
    if (this.preset() !== custom || issues.some(({ rule }) => rule === 'json')) return [];
    return schemaIssues(this.node, mapping, { source: read(field('node-input', 'sourceSchema')), target: read(field('node-input', 'targetSchema')) });
  }

  private showIssues(issues: Issue[]): void {
    if (issues.length === 0) { this.say(this.node._('b2b-mapper.check.good'), 'b2b-hint'); return; }
    const list = $('<ul class="b2b-issues">');
    for (const { path, message } of issues) {
      $('<li>').append('<i class="fa fa-times b2b-bad" aria-hidden="true"></i>', $('<code>').text(path), document.createTextNode(` ${message}`)).appendTo(list);
    }
    $('#b2b-mapper-issues').empty().append(list);
  }

  private say(text: string, style: 'b2b-hint' | 'b2b-reason'): void {
    $('#b2b-mapper-issues').empty().append($('<p>').addClass(style).text(text));
  }
}
