import type { SettingField, SettingRow } from '../../lib/connectors/contract';
import { addButton, listKeys, nameButtons } from './list-keys.editor';
import { type EditedNode, textOr } from './text.editor';

export interface SettingsTableOptions {
  node: EditedNode;
  /** An empty `<ol>` of the form. */
  element: JQuery;
  field: SettingField;
  rows: SettingRow[];
  /** Key of the table's texts, e.g. `b2b-erp-system.settings.sap-s4hana.stockLocations`. */
  texts: string;
  /** What the table is called in the form. */
  label: string;
  onChange: () => void;
}

/** Makes a table of the settings: rows to add, remove and drag, a cell for each column. */
export function settingsTable({ node, element, field, rows, texts, label: table, onChange }: SettingsTableOptions): void {
  const columns = field.columns ?? [];
  let filled = false;
  const label = (column: SettingField): string => textOr(node, `${texts}.columns.${column.name}`, column.name);
  element.addClass('b2b-table').css({ minHeight: 0 }).editableList<SettingRow>({
    height: 'auto', sortable: true, removable: true,
    header: $('<div class="b2b-cells">').append(columns.map((column) => $('<span>').toggleClass('b2b-choosing', column.options !== undefined).text(label(column)))),
    addItem(item, _index, row) {
      const cells = $('<div class="b2b-cells">').appendTo(item);
      for (const column of columns) cells.append(cell(node, column, row, label(column), `${texts}.options.${column.name}`));
      nameButtons(node, element, table);
      if (filled) cells.find(':input').first().trigger('focus');
    },
    removeItem() {
      addButton(element).trigger('focus');
      onChange();
    },
    sortItems: onChange,
  });
  element.editableList('addItems', rows);
  filled = true;
  nameButtons(node, element, table);
  listKeys(element, onChange);
  element.on('change input', onChange);
}

/** What the table holds; blank cells are left out. */
export function readTable(element: JQuery): SettingRow[] {
  return element.find('.b2b-cells').toArray().map((cells) => Object.fromEntries($(cells).find<HTMLInputElement | HTMLSelectElement>('[data-column]').toArray()
    .flatMap((input) => input.value.trim() === '' ? [] : [[input.dataset['column'] ?? '', input.value.trim()]])));
}

function cell(node: EditedNode, column: SettingField, row: SettingRow, label: string, texts: string): JQuery {
  const { name, options, default: byDefault } = column;
  const attributes = { 'data-column': name, 'aria-label': label };
  if (!options) return $('<input type="text" autocomplete="off">').attr({ ...attributes, placeholder: String(byDefault ?? '') }).val(row[name] ?? '');
  const select = $('<select>').attr(attributes);
  for (const option of options) select.append($('<option>').val(option).text(textOr(node, `${texts}.${option}`, option)));
  return select.val(row[name] ?? String(byDefault ?? options[0]));
}
