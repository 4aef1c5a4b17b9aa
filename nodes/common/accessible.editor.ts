let count = 0;
/** The element's id; one that has none gets one. */
function idOf(element: JQuery): string {
  if (element.attr('id') === undefined) element.attr('id', `b2b-part-${String(++count)}`);
  return element.attr('id') ?? '';
}

/** Makes screen readers read the hints and the reason of a row with its input. */
export function describe(input: JQuery, control: JQuery): void {
  const texts = control.children('.b2b-hint:not([data-when]), .b2b-reason').toArray().map((text) => idOf($(text)));
  if (texts.length > 0) input.attr('aria-describedby', texts.join(' '));
}

/** Gives what stands in a row the name its label has, also several inputs, or a widget that has an input of its own. */
export function nameRow(row: JQuery): void {
  const label = row.children('label'), control = row.children('div');
  if (label.contents().length === 0) return;
  const name = { 'aria-labelledby': idOf(label) };
  if (label.attr('for') === undefined) control.attr({ role: 'group', ...name });
  control.find('.red-ui-typedInput-container input').attr(name);
}
