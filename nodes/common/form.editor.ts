import { describe, nameRow } from './accessible.editor';
import { useStyle } from './style.editor';
import type { EditedNode } from './text.editor';

export type Prefix = 'node-input' | 'node-config-input';

type Validate = (this: EditedNode, value: unknown, options: unknown) => string | boolean;
/** A node of the editor with its definition, which @types/node-red does not know. */
type DefinedNode = EditedNode & { _def: { defaults: Record<string, { validate?: Validate }> } };

/** The input of a property in the open form. */
export function field(prefix: Prefix, property: string): JQuery { return $(`#${prefix}-${property}`); }

/** What an input holds, as text; `true`/`false` of a checkbox. */
export function read(input: JQuery): string {
  return input.is(':checkbox') ? String(input.prop('checked')) : String(input.val() ?? '');
}

/** The properties whose inputs decide what else a form shows. */
function conditionsOf(row: HTMLElement): [property: string, values: string[]][] {
  return (row.dataset['when'] ?? '').split(' ').filter(Boolean).map((condition) => {
    const [property = '', values = ''] = condition.split(':');
    return [property, values.split('|')];
  });
}

function matches(values: string[], value: string): boolean {
  return values.includes(value) || (values.includes('*') && value.trim() !== '');
}

/**
 * Sets a form up: style, reasons below the fields, and rows that are shown only when they apply. Call it once the typed
 * inputs are made. A row says so with
 * `data-when="mode:live operation:get|find exchange:*"`: every property must have one of its values; `*` is any but blank.
 */
export function prepareForm(node: EditedNode, prefix: Prefix): JQuery {
  useStyle();
  const form = $('.b2b-form').has(`#${prefix}-name`).last();
  form.attr('data-node', node.id);
  const rows = form.find('[data-when]').toArray().map((row) => ({ row, conditions: conditionsOf(row) }));
  const show = (): void => {
    for (const { row, conditions } of rows) {
      row.hidden = !conditions.every(([property, values]) => matches(values, read(field(prefix, property))));
    }
  };
  for (const property of new Set(rows.flatMap(({ conditions }) => conditions.map(([name]) => name)))) {
    field(prefix, property).on('change input', show);
  }
  show();
  showReasons(node, prefix, form);
  for (const row of form.find('.form-row').toArray()) {
    nameRow($(row));
    describe($(row).find(':input').first(), $(row).children('div'));
  }
  return form;
}

/** Says below each field of an open form why its validator refuses it; Node-RED itself says so only while the mouse is over it. */
function showReasons(node: EditedNode, prefix: Prefix, form: JQuery): void {
  const fields = Object.entries((node as DefinedNode)._def.defaults).flatMap(([property, { validate }]) => {
    const input = form.find(`#${prefix}-${property}`), control = input.closest('.form-row').children('div');
    if (!validate || control.length === 0) return [];
    const reason = $('<p class="b2b-reason" role="alert">');
    const hint = control.children('.b2b-hint').first();
    if (hint.length > 0) reason.insertBefore(hint); else reason.appendTo(control);
    return [{ input, reason, validate }];
  });
  const check = (): void => {
    for (const { input, reason, validate } of fields) {
      const verdict = validate.call(node, read(input), {});
      const text = typeof verdict === 'string' ? verdict : '';
      // Said once: the same text again would be read aloud at every key.
      if (reason.text() !== text) reason.text(text);
      reason.prop('hidden', text === '');
      input.attr('aria-invalid', String(text !== ''));
    }
  };
  check();
  form.on('change input keyup', check);
}

/** The value a property has in the node's open form, else the saved one: for validators that depend on another property. */
export function currentValue(node: EditedNode, prefix: Prefix, property: string): string {
  const input = $(`.b2b-form[data-node="${node.id}"]`).find(`#${prefix}-${property}`);
  const saved = (node as unknown as Record<string, unknown>)[property];
  return input.length > 0 ? read(input) : typeof saved === 'string' ? saved : String(saved as number | boolean | undefined ?? '');
}
