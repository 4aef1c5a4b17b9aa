import { useStyle } from './style.editor';
import type { EditedNode } from './text.editor';

export type Prefix = 'node-input' | 'node-config-input';

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
 * Sets a form up: style, and rows that are shown only when they apply. A row says so with
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
  return form;
}

/** The value a property has in the node's open form, else the saved one: for validators that depend on another property. */
export function currentValue(node: EditedNode, prefix: Prefix, property: string): string {
  const input = $(`.b2b-form[data-node="${node.id}"]`).find(`#${prefix}-${property}`);
  const saved = (node as unknown as Record<string, unknown>)[property];
  return input.length > 0 ? read(input) : typeof saved === 'string' ? saved : String(saved as number | boolean | undefined ?? '');
}
