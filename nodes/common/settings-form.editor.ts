import type { SettingField, SettingRow } from '../../lib/connectors/contract';
import { settingText } from '../../lib/connectors/setting-values';
import { describe, nameRow } from './accessible.editor';
import { field as inputOf, type Prefix } from './form.editor';
import { applies, effective, refusal, type Refusal, type Values } from './settings-check.editor';
import { readTable, settingsTable } from './settings-table.editor';
import { type EditedNode, textOr } from './text.editor';

interface Row { field: SettingField; element: JQuery; input: JQuery; reason: JQuery }

const icons: Record<SettingField['type'], string> = { text: 'fa-pencil', number: 'fa-hashtag', boolean: 'fa-check-square-o', select: 'fa-list-ul', secret: 'fa-key', table: 'fa-table' };

/** What the form needs to know: whose texts, which fields, and what they hold. */
export interface SettingsFormOptions {
  node: EditedNode;
  prefix: Prefix;
  /** Where the rows go; emptied first. */
  container: JQuery;
  /** Key of the vendor's texts, e.g. `b2b-erp-system.settings.sap-s4hana`. */
  texts: string;
  fields: SettingField[];
  values: Values;
}

/**
 * The rows of a vendor's settings, made from its fields. Inputs of secrets are part of the template, since Node-RED fills
 * them before the form is prepared; they are moved into their row and back.
 */
export class SettingsForm {
  private readonly rows: Row[];

  constructor(private readonly options: SettingsFormOptions) {
    this.rows = options.fields.map((field) => this.row(field));
    this.refresh();
  }

  /** What the rows hold that apply; blank ones are left out, so the connector's default counts. */
  values(): Values {
    const all = this.entered();
    return Object.fromEntries(this.rows
      .filter(({ field }) => field.type !== 'secret' && applies(field, this.options.fields, all))
      .flatMap(({ field }) => all[field.name] === undefined ? [] : [[field.name, all[field.name]]]));
  }

  /** What is wrong with the rows that apply, each with its label. */
  refused(): string[] {
    const all = this.entered();
    return this.rows.flatMap(({ field }) => {
      const refused = applies(field, this.options.fields, all) ? refusal(field, all[field.name]) : undefined;
      return refused ? [this.options.node._('common.validate.setting', { label: this.text(field, 'label'), reason: this.reason(field, refused) })] : [];
    });
  }

  /** Gives the inputs of secrets back to the template and removes the rows. */
  remove(): void {
    for (const { field, input } of this.rows) {
      input.off('.b2bSettings');
      if (field.type === 'secret') input.appendTo('#b2b-secrets');
    }
    this.options.container.empty();
  }

  private entered(): Values {
    return Object.fromEntries(this.rows.map(({ field, input }) => [field.name, valueOf(field, input)]));
  }

  /** Shows what applies and says what is wrong. */
  private refresh(): void {
    const all = this.entered();
    for (const { field, element, input, reason } of this.rows) {
      const shown = applies(field, this.options.fields, all);
      const refused = shown ? refusal(field, all[field.name]) : undefined;
      element.prop('hidden', !shown);
      input.toggleClass('b2b-wrong', refused !== undefined).attr('aria-invalid', String(refused !== undefined));
      reason.text(refused ? this.reason(field, refused) : '').prop('hidden', !refused);
    }
  }

  private reason(field: SettingField, { rule, min, max, cell }: Refusal): string {
    const { node, texts } = this.options;
    if (cell) {
      const column = textOr(node, `${texts}.${field.name}.columns.${cell.column}`, cell.column);
      return node._('common.validate.cell', { row: cell.row, column, reason: node._(`common.validate.${rule}`) });
    }
    const range = min === undefined && max === undefined ? 'any' : min === undefined ? 'most' : max === undefined ? 'least' : 'range';
    const text = rule === 'number' ? node._(`common.validate.settings.${range}`, { min: min ?? '', max: max ?? '' }) : node._(`common.validate.${rule}`);
    return rule === 'pattern' ? textOr(node, `${texts}.${field.name}.reason`, text) : text;
  }

  private text(field: SettingField, part: 'label' | 'hint'): string {
    return textOr(this.options.node, `${this.options.texts}.${field.name}.${part}`, part === 'label' ? field.name : '');
  }

  private row(field: SettingField): Row {
    const { node, prefix, container, values, texts } = this.options;
    if (field.section !== undefined) $('<h4 class="b2b-section">').text(node._(`${node.type}.section.${field.section}`)).appendTo(container);
    const id = field.type === 'secret' ? `${prefix}-${field.name}` : `${prefix}-settings-${field.name}`;
    const label = this.text(field, 'label'), hint = this.text(field, 'hint');
    const input = this.input(field, values, id);
    const control = $('<div>');
    if (field.type === 'boolean') control.append($('<label class="b2b-check">').append(input, $('<span>').text(label)));
    else control.append(input);
    const reason = $('<p class="b2b-reason" role="alert">').prop('hidden', true).appendTo(control);
    if (hint) $('<p class="b2b-hint">').text(hint).appendTo(control);
    const element = $('<div class="form-row">').toggleClass('b2b-wide', field.type === 'table').attr('data-setting', field.name)
      .append($('<label>').attr(field.type === 'table' ? {} : { for: id }).append(`<i class="fa ${icons[field.type]}"></i> `, $('<span>').text(field.type === 'boolean' ? '' : label)), control).appendTo(container);
    if (field.type === 'table') {
      settingsTable({ node, element: input, field, rows: rowsOf(values[field.name]), texts: `${texts}.${field.name}`, label, onChange: () => { this.refresh(); } });
    } else input.on('change.b2bSettings input.b2bSettings', () => { this.refresh(); });
    nameRow(element);
    describe(input, control);
    return { field, element, input, reason };
  }

  private input(field: SettingField, values: Values, id: string): JQuery {
    if (field.type === 'secret') return inputOf(this.options.prefix, field.name);
    if (field.type === 'table') return $('<ol>').attr('id', id);
    const value = values[field.name];
    if (field.type === 'boolean') return $('<input type="checkbox">').attr('id', id).prop('checked', effective(field, values) === true);
    if (field.type !== 'select') {
      return $('<input type="text" autocomplete="off">').attr({ id, placeholder: String(field.default ?? '') }).val(settingText(value));
    }
    const { node, texts } = this.options;
    const select = $('<select>').attr('id', id);
    for (const option of field.options ?? []) {
      select.append($('<option>').val(option).text(textOr(node, `${texts}.${field.name}.options.${option}`, option)));
    }
    return select.val(settingText(effective(field, values)));
  }
}

function rowsOf(value: Values[string]): SettingRow[] { return Array.isArray(value) ? value : []; }

function valueOf(field: SettingField, input: JQuery): Values[string] {
  if (field.type === 'table') return readTable(input);
  if (field.type === 'boolean') return input.prop('checked') === true;
  const text = String(input.val() ?? '').trim();
  if (text === '') return undefined;
  return field.type === 'number' && Number.isFinite(Number(text)) ? Number(text) : text;
}
