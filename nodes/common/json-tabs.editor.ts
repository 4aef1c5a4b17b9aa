import type { EditorRED } from 'node-red';
declare const RED: EditorRED;

/** `RED.tabs` as it is; @types/node-red types its callback wrongly. */
interface TabsWidget { create(options: { element: JQuery; onchange: (tab: { id: string }) => void }): { addTab(tab: { id: string; label: string }): void } }
const tabsWidget = RED.tabs as unknown as TabsWidget;

export interface JsonTab { id: string; label: string; value: string }

/**
 * Several JSON texts in tabs, each with an editor of its own that is made when its tab is first shown: an editor made in a
 * hidden element has no size.
 */
export class JsonTabs {
  private readonly editors = new Map<string, AceAjax.Editor>();
  private readonly texts = new Map<string, string>();
  private readonly panes = new Map<string, JQuery>();
  private readonly locked = new Set<string>();

  /** `element` is an empty element of the form; `onChange` is called as the user types. */
  constructor(private readonly element: JQuery, tabs: JsonTab[], private readonly onChange: () => void) {
    const strip = $('<ul>').appendTo($('<div>').css({ position: 'relative' }).appendTo(element));
    for (const { id, value } of tabs) {
      this.texts.set(id, value);
      this.panes.set(id, $('<div class="b2b-json">').attr('data-json', id).prop('hidden', true).appendTo(element));
    }
    const bar = tabsWidget.create({ element: strip, onchange: ({ id }) => { this.show(id); } });
    for (const { id, label } of tabs) bar.addTab({ id, label });
  }

  text(id: string): string { return this.editors.get(id)?.getValue() ?? this.texts.get(id) ?? ''; }

  /** Replaces a text, and says whether the user may change it. */
  set(id: string, value: string, readOnly: boolean): void {
    this.texts.set(id, value);
    if (readOnly) this.locked.add(id); else this.locked.delete(id);
    const editor = this.editors.get(id);
    if (editor && editor.getValue() !== value) editor.setValue(value, -1);
    editor?.setReadOnly(readOnly);
  }

  resize(height: number): void {
    for (const [id, pane] of this.panes) { pane.height(height); this.editors.get(id)?.resize(); }
  }

  destroy(): void {
    for (const editor of this.editors.values()) editor.destroy();
    this.editors.clear();
    this.element.empty();
  }

  private show(id: string): void {
    for (const [other, pane] of this.panes) pane.prop('hidden', other !== id);
    const pane = this.panes.get(id);
    if (!pane || this.editors.has(id)) return;
    const inner = $('<div class="node-text-editor">').css({ height: '100%', border: 'none' }).appendTo(pane);
    const editor = RED.editor.createEditor({ element: inner[0] as unknown as JQuery, mode: 'ace/mode/json', value: this.texts.get(id) ?? '' });
    editor.setReadOnly(this.locked.has(id));
    editor.getSession().on('change', () => { this.onChange(); });
    this.editors.set(id, editor);
  }
}
