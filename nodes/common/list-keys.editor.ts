import type { EditedNode } from './text.editor';

/**
 * Makes a list of Node-RED usable without a mouse: Alt+↑ and Alt+↓ move the row with the focus, as dragging does; a row that was
 * added has the focus, and after one was removed the button that adds has it.
 */
export function listKeys(list: JQuery, onMove: () => void): void {
  list.on('keydown', (event) => {
    const step = ({ ArrowUp: -1, ArrowDown: 1 } as Partial<Record<string, number>>)[event.key];
    // With Alt+↓ a select opens.
    if (step === undefined || !event.altKey || $(event.target).is('select')) return;
    event.preventDefault();
    const row = $(event.target).closest('li');
    const other = step < 0 ? row.prev() : row.next();
    if (other.length === 0) return;
    if (step < 0) row.insertBefore(other); else row.insertAfter(other);
    $(event.target).trigger('focus');
    onMove();
  });
}

/** The button that adds a row to a list. */
export function addButton(list: JQuery): JQuery { return list.closest('.red-ui-editableList').find('.red-ui-editableList-addButton'); }

/** Names a list's buttons: which table a row is added to, and that the cross removes one. */
export function nameButtons(node: EditedNode, list: JQuery, table: string): void {
  addButton(list).attr('aria-label', node._('common.table.add', { table }));
  list.find('.red-ui-editableList-item-remove').attr({ 'aria-label': node._('common.table.remove'), 'role': 'button' });
}
