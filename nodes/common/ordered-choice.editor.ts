import { listKeys } from './list-keys.editor';
import type { EditedNode } from './text.editor';
import { validator } from './validate.editor';

/** Ways to find a customer, in the order they are tried unless told otherwise. */
export const customerWays = ['number', 'taxId', 'email', 'phone'];

/** At least one way to match; a node saved before there was a choice has none and takes them all. */
export const anyWay = validator<EditedNode>(function (value) {
  return value === undefined || (Array.isArray(value) && value.length > 0) || this._('common.match.none');
});

/** Fills `#b2b-<property>` with the ways to match, and says so in `#b2b-<property>-reason` while none is ticked. */
export function prepareWays(node: EditedNode, property: string, all: string[]): void {
  const element = $(`#b2b-${property}`), reason = $(`#b2b-${property}-reason`);
  const check = (): void => { reason.prop('hidden', readChoice(element).length > 0); };
  const saved = (node as unknown as Record<string, string[] | undefined>)[property];
  orderedChoice(element, all, saved ?? all, (way) => node._(`common.match.${way}`), check);
  check();
}

interface Choice { value: string; label: string; chosen: boolean }

/** A list of ways to match: ticked ones count, in the order they are moved to. `element` is an `<ol>` of the form. */
function orderedChoice(element: JQuery, all: string[], chosen: string[], label: (value: string) => string, onChange: () => void): void {
  element.css({ minHeight: 0 }).editableList<Choice>({
    addButton: false, removable: false, sortable: true, height: 'auto',
    addItem(row, _index, { value, label: text, chosen: ticked }) {
      $('<label class="b2b-choice">').append($('<input type="checkbox">').val(value).prop('checked', ticked), document.createTextNode(text)).appendTo(row);
    },
    sortItems: onChange,
  });
  const rest = all.filter((value) => !chosen.includes(value));
  element.editableList('addItems', [...chosen, ...rest].map((value) => ({ value, label: label(value), chosen: chosen.includes(value) })));
  element.on('change', onChange);
  listKeys(element, onChange);
}

/** The ticked values in their order. */
export function readChoice(element: JQuery): string[] {
  return element.find<HTMLInputElement>('input:checked').toArray().map(({ value }) => value);
}
