import type { EditorNodeProperties, EditorRED } from 'node-red';
import { anyChange, type WantedChanges, prepareChangesMatrix, readChanges } from '../common/entities.editor';
import { prepareForm } from '../common/form.editor';
import { cronExpression, showNextTimes, timeZone } from '../common/schedule.editor';
import { changesOf } from '../common/support.editor';
import { nodeById } from '../common/text.editor';
import { chosen, decimal, whole } from '../common/validate.editor';
import { freePath, showWebhookAddress } from '../common/webhook.editor';
import { noticeable, noticed, prepareNotice } from './notice.editor';
declare const RED: EditorRED;

interface ChangesProps extends EditorNodeProperties {
  system: string; entities: WantedChanges; format: string; notice: string; path: string; when: string; poll: number; cron: string; timeZone: string; lookback: number; parallel: number; timeLimit: number;
}

const offered = changesOf(['sap-s4hana'], ['inventory', 'price', 'product', 'customer', 'order', 'shipment', 'invoice', 'payment']);

RED.nodes.registerType<ChangesProps>('b2b-erp-changes', {
  category: 'ERP ⇄ commerce',
  color: '#93B7DB',
  icon: 'b2b-erp-changes.svg',
  inputs: 1,
  outputs: 2,
  inputLabels() { return this._('common.changes.input'); },
  outputLabels(index) { return this._(`b2b-erp-changes.output.${String(index)}`); },
  paletteLabel() { return this._('b2b-erp-changes.palette'); },
  defaults: {
    name: { value: '' },
    system: { value: '', type: 'b2b-erp-system', validate: chosen(nodeById) },
    entities: { value: { inventory: ['updated'] }, validate: anyChange },
    format: { value: 'canonical', required: true },
    notice: { value: 'poll', required: true, validate: noticed },
    path: { value: '', validate: freePath },
    when: { value: 'every', required: true },
    poll: { value: 5, validate: decimal(0.01, 1440) },
    cron: { value: '0 3 * * *', validate: cronExpression },
    timeZone: { value: '', validate: timeZone },
    lookback: { value: 24, validate: decimal(0, 8760) },
    parallel: { value: 8, validate: whole(1, 256) },
    timeLimit: { value: 300, validate: decimal(1, 86_400) },
  },
  label() { return this.name || this._('b2b-erp-changes.label.auto'); },
  labelStyle() { return this.name ? 'node_label_italic' : ''; },
  oneditprepare() {
    prepareForm(this, 'node-input');
    prepareChangesMatrix(this, offered);
    prepareNotice(this);
    showWebhookAddress(this);
    showNextTimes(this);
  },
  oneditsave() { this.entities = noticeable(readChanges($('#b2b-changes')), String($('#node-input-notice').val())); },
});
