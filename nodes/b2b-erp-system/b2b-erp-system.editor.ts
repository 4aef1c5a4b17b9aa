import type { EditorNodeProperties, EditorRED } from 'node-red';
import type { SecretName, SettingRow } from '../../lib/connectors/contract';
import { settings as sapS4hana } from '../../lib/connectors/sap-s4hana/settings';
import { type Values } from '../common/settings-check.editor';
import { ownsRight, settingsOf, SystemForm } from '../common/system-form.editor';
import { address, decimal, whole } from '../common/validate.editor';
declare const RED: EditorRED;

interface SystemNodeProps extends EditorNodeProperties {
  vendor: string; mode: string; settings: Values; owns: SettingRow[]; publicUrl: string;
  timeout: number; concurrency: string; rate: string; tls: string; sandboxSeed: number;
}

const vendors = { 'sap-s4hana': sapS4hana };
let form: SystemForm | undefined;

RED.nodes.registerType<SystemNodeProps, Record<SecretName, string>>('b2b-erp-system', {
  category: 'config',
  paletteLabel() { return this._('b2b-erp-system.palette'); },
  defaults: {
    name: { value: '' },
    vendor: { value: 'sap-s4hana', required: true },
    mode: { value: 'sandbox', required: true },
    settings: { value: {}, validate: settingsOf(vendors) },
    publicUrl: { value: '', validate: address() },
    owns: { value: [], validate: ownsRight },
    timeout: { value: 30, validate: decimal(1, 600) },
    concurrency: { value: '', validate: whole(1, 1000, 'blank') },
    rate: { value: '', validate: decimal(0.01, 100_000, 'blank') },
    tls: { value: '', type: 'tls-config', required: false },
    sandboxSeed: { value: 1, validate: whole(0, 2_147_483_647) },
  },
  credentials: {
    accessToken: { type: 'password' },
    clientSecret: { type: 'password' },
    webhookSecret: { type: 'password' },
    previousWebhookSecret: { type: 'password' },
    password: { type: 'password' },
  },
  label() { return this.name || this._(`b2b-erp-system.label.${this.mode}`); },
  oneditprepare() { form = new SystemForm(this, vendors); },
  oneditsave() {
    this.settings = form?.values() ?? this.settings;
    this.owns = form?.owns() ?? this.owns;
  },
});
