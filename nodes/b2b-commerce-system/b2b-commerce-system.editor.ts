import type { EditorNodeProperties, EditorRED } from 'node-red';
import type { SecretName, SettingRow } from '../../lib/connectors/contract';
import { settingText } from '../../lib/connectors/setting-values';
import { settings as shopify } from '../../lib/connectors/shopify/settings';
import { type Values } from '../common/settings-check.editor';
import { ownsRight, settingsOf, SystemForm } from '../common/system-form.editor';
import { address, decimal, whole } from '../common/validate.editor';
declare const RED: EditorRED;

interface SystemNodeProps extends EditorNodeProperties {
  vendor: string; mode: string; settings: Values; owns: SettingRow[]; publicUrl: string;
  timeout: number; concurrency: string; rate: string; tls: string; sandboxEvery: number; sandboxSeed: number;
}

const vendors = { shopify };
let form: SystemForm | undefined;

RED.nodes.registerType<SystemNodeProps, Record<SecretName, string>>('b2b-commerce-system', {
  category: 'config',
  paletteLabel() { return this._('b2b-commerce-system.palette'); },
  defaults: {
    name: { value: '' },
    vendor: { value: 'shopify', required: true },
    mode: { value: 'sandbox', required: true },
    settings: { value: {}, validate: settingsOf(vendors) },
    publicUrl: { value: '', validate: address() },
    owns: { value: [], validate: ownsRight },
    timeout: { value: 30, validate: decimal(1, 600) },
    concurrency: { value: '', validate: whole(1, 1000, 'blank') },
    rate: { value: '', validate: decimal(0.01, 100_000, 'blank') },
    tls: { value: '', type: 'tls-config', required: false },
    sandboxEvery: { value: 5, validate: decimal(0, 86_400) },
    sandboxSeed: { value: 1, validate: whole(0, 2_147_483_647) },
  },
  credentials: {
    accessToken: { type: 'password' },
    clientSecret: { type: 'password' },
    webhookSecret: { type: 'password' },
    previousWebhookSecret: { type: 'password' },
    password: { type: 'password' },
  },
  label() { return this.name || this._(`b2b-commerce-system.label.${this.mode}`, { shop: settingText(this.settings['shop']) }).trim(); },
  oneditprepare() { form = new SystemForm(this, vendors); },
  oneditsave() {
    this.settings = form?.values() ?? this.settings;
    this.owns = form?.owns() ?? this.owns;
  },
});
