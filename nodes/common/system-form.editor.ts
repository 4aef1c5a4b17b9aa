import { type SecretName, secretNames, type SettingField, type SettingRow, type Vendor } from '../../lib/connectors/contract';
import { ownershipTable } from '../../lib/sync/ownership';
import { testButton } from './check-button.editor';
import { field, prepareForm, read } from './form.editor';
import { refusal, refusals, type Values } from './settings-check.editor';
import { SettingsForm } from './settings-form.editor';
import { readTable, settingsTable } from './settings-table.editor';
import { type EditedNode, textOr } from './text.editor';
import { validator } from './validate.editor';

/** The vendors a system node offers, with their settings. */
export type VendorFields = Partial<Record<Vendor, SettingField[]>>;
export interface SystemProps { vendor: string; mode: string; settings: Values; owns?: SettingRow[]; credentials?: Partial<Record<string, unknown>> }
type SystemNode = EditedNode & SystemProps;

const prefix = 'node-config-input';
const masked = '__PWRD__';

/** Checks the saved `settings` of a live system against the vendor's fields; a sandbox needs none. */
export function settingsOf(vendors: VendorFields): (value: string) => boolean {
  return validator<SystemProps>(function () {
    const wrong = this.mode === 'live' ? refusals(vendors[this.vendor as Vendor] ?? [], this.settings).at(0) : undefined;
    if (!wrong) return true;
    const label = textOr(this, `${this.type}.settings.${this.vendor}.${wrong.field.name}.label`, wrong.field.name);
    const rule = wrong.refusal.rule === 'number' ? 'settings.any' : wrong.refusal.rule;
    return this._('common.validate.setting', { label, reason: this._(`common.validate.${rule}`) });
  });
}

/** Judges the table of what a system owns. */
export const ownsRight = validator<EditedNode>(function (value: unknown) { return ownsReason(this, value) ?? true; });

function ownsReason(node: EditedNode, rows: unknown): string | undefined {
  const wrong = refusal(ownershipTable, rows);
  if (!wrong) return undefined;
  return node._('common.validate.cell', { row: wrong.cell?.row ?? 0, column: node._(`common.owns.columns.${wrong.cell?.column ?? ''}`), reason: node._(`common.validate.${wrong.rule}`) });
}

/** The open form of a system node: the vendor's fields, and the test button. */
export class SystemForm {
  private vendorForm: SettingsForm | undefined;
  private entered: Partial<Record<string, Values>> = {};
  private shown = '';

  constructor(private readonly node: SystemNode, private readonly vendors: VendorFields) {
    prepareForm(node, prefix);
    this.entered[node.vendor] = node.settings;
    field(prefix, 'vendor').on('change', () => { this.showVendor(); });
    this.showVendor();
    this.ownershipTable();
    testButton(node, $('#b2b-system-test'), {
      path: 'b2b/systems/test', body: () => this.testBody(), texts: () => `${node.type}.check.${read(field(prefix, 'vendor'))}`,
      missing: () => read(field(prefix, 'mode')) === 'live' ? this.vendorForm?.refused() ?? [] : [],
    });
  }

  /** What to save as `settings`. */
  values(): Values { return this.vendorForm?.values() ?? {}; }

  /** What to save as `owns`. */
  owns(): SettingRow[] { return readTable($('#b2b-owns')); }

  private ownershipTable(): void {
    const { node } = this;
    const element = $('#b2b-owns');
    const reason = $('<p class="b2b-reason" role="alert">').insertAfter(element);
    const check = (): void => {
      const wrong = ownsReason(node, this.owns());
      reason.text(wrong ?? '').prop('hidden', wrong === undefined);
    };
    settingsTable({ node, element, field: ownershipTable, rows: node.owns ?? [], texts: 'common.owns', label: node._('common.owns.label'), onChange: check });
    reason.insertAfter(element.closest('.red-ui-editableList'));
    check();
  }

  private showVendor(): void {
    const vendor = read(field(prefix, 'vendor'));
    if (this.vendorForm) {
      this.entered[this.shown] = this.vendorForm.values();
      this.vendorForm.remove();
    }
    this.shown = vendor;
    this.vendorForm = new SettingsForm({
      node: this.node, prefix, container: $('#b2b-settings'), texts: `${this.node.type}.settings.${vendor}`,
      fields: this.vendors[vendor as Vendor] ?? [], values: this.entered[vendor] ?? {},
    });
  }

  /** Credentials that were not changed stay in the runtime: only changed ones are sent. */
  private testBody(): Record<string, unknown> {
    const { id, type, credentials: saved = {} } = this.node;
    const credentials: Partial<Record<SecretName, string>> = {};
    for (const name of secretNames) {
      const value = read(field(prefix, name));
      if (value !== masked && (value !== '' || saved[`has_${name}`] === true)) credentials[name] = value;
    }
    const text = (property: string): string => read(field(prefix, property));
    return {
      id, type, vendor: text('vendor'), mode: text('mode'), settings: this.values(), credentials,
      tls: text('tls').replace('_ADD_', ''), timeout: Number(text('timeout')), sandboxSeed: Number(text('sandboxSeed')),
    };
  }
}
