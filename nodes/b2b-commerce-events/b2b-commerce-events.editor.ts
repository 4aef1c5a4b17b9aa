import type { EditorNodeProperties, EditorRED } from 'node-red';
import { anyChange, prepareChangesMatrix, readChanges, type WantedChanges } from '../common/entities.editor';
import { prepareForm } from '../common/form.editor';
import { changesOf } from '../common/support.editor';
import { nodeById } from '../common/text.editor';
import { chosen, decimal, whole } from '../common/validate.editor';
import { freePath, showWebhookAddress } from '../common/webhook.editor';
declare const RED: EditorRED;

interface EventsProps extends EditorNodeProperties {
  system: string; path: string; entities: WantedChanges; format: string; webhooks: boolean; check: number;
  poll: number; lookback: number; parallel: number; timeLimit: number;
}

const offered = changesOf(['shopify'], ['order', 'customer', 'product', 'payment']);

RED.nodes.registerType<EventsProps>('b2b-commerce-events', {
  category: 'ERP ⇄ commerce',
  color: '#8CC9B0',
  icon: 'b2b-commerce-events.svg',
  inputs: 1,
  outputs: 2,
  inputLabels() { return this._('common.changes.input'); },
  outputLabels(index) { return this._(`b2b-commerce-events.output.${String(index)}`); },
  paletteLabel() { return this._('b2b-commerce-events.palette'); },
  defaults: {
    name: { value: '' },
    system: { value: '', type: 'b2b-commerce-system', validate: chosen(nodeById) },
    path: { value: '', validate: freePath },
    entities: { value: { order: ['created', 'updated', 'cancelled'] }, validate: anyChange },
    format: { value: 'canonical', required: true },
    webhooks: { value: true },
    check: { value: 4, validate: decimal(0.01, 1440, 'blank') },
    poll: { value: 5, validate: decimal(0, 1440) },
    lookback: { value: 24, validate: decimal(0, 8760) },
    parallel: { value: 8, validate: whole(1, 256) },
    timeLimit: { value: 300, validate: decimal(1, 86_400) },
  },
  label() { return this.name || this._('b2b-commerce-events.label.auto'); },
  labelStyle() { return this.name ? 'node_label_italic' : ''; },
  oneditprepare() {
    prepareForm(this, 'node-input');
    prepareChangesMatrix(this, offered);
    showWebhookAddress(this);
  },
  oneditsave() { this.entities = readChanges($('#b2b-changes')); },
});
