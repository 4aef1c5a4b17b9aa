interface Choice { value: string; label: string; chosen: boolean }

/** A list of ways to match: ticked ones count, in the order they are dragged to. `element` is an `<ol>` of the form. */
export function orderedChoice(element: JQuery, all: string[], chosen: string[], label: (value: string) => string, onChange: () => void): void {
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
}

/** The ticked values in their order. */
export function readChoice(element: JQuery): string[] {
  return element.find<HTMLInputElement>('input:checked').toArray().map(({ value }) => value);
}
