import type { EditorNodeProperties, EditorRED } from 'node-red';
import { anyWay, customerWays, prepareWays, readChoice } from '../common/ordered-choice.editor';
import {
  documentWhenWritten, keyWhenRead, prepareRecordForm, recordLabel, type RecordProps, sinceTime, substituteFor,
} from '../common/record-form.editor';
import { supported } from '../common/support.editor';
import { nodeById } from '../common/text.editor';
import { chosen, whole } from '../common/validate.editor';
declare const RED: EditorRED;

interface ErpProps extends RecordProps, EditorNodeProperties {
  onMissingCustomer: string; defaultCustomer: string; matchCustomersBy: string[];
  onMissingItem: string; defaultItem: string; matchItemsBy: string[];
}

RED.nodes.registerType<ErpProps>('b2b-erp', {
  category: 'ERP ⇄ commerce',
  color: '#93B7DB',
  icon: 'b2b-erp.svg',
  inputs: 1,
  outputs: 1,
  inputLabels() { return this._('b2b-erp.input'); },
  outputLabels() { return this._('b2b-erp.output'); },
  paletteLabel() { return this._('b2b-erp.palette'); },
  defaults: {
    name: { value: '' },
    system: { value: '', type: 'b2b-erp-system', validate: chosen(nodeById) },
    operation: { value: 'create', required: true },
    entity: { value: 'order', validate: supported },
    property: { value: 'payload', validate: documentWhenWritten },
    native: { value: 'native', validate: documentWhenWritten },
    dryRun: { value: false },
    key: { value: 'payload', validate: keyWhenRead },
    keyType: { value: 'msg' },
    updatedSince: { value: '', validate: sinceTime },
    updatedSinceType: { value: 'str' },
    pageSize: { value: '', validate: whole(1, 1000, 'blank') },
    listOutput: { value: 'record', required: true },
    matchCustomersBy: { value: ['number', 'taxId', 'email', 'phone'], validate: anyWay },
    onMissingCustomer: { value: 'refuse', required: true },
    defaultCustomer: { value: '', validate: substituteFor('onMissingCustomer') },
    matchItemsBy: { value: ['xref', 'sku', 'gtin'], validate: anyWay },
    onMissingItem: { value: 'refuse', required: true },
    defaultItem: { value: '', validate: substituteFor('onMissingItem') },
  },
  label() { return this.name || recordLabel(this); },
  labelStyle() { return this.name ? 'node_label_italic' : ''; },
  oneditprepare() {
    prepareRecordForm(this);
    prepareWays(this, 'matchCustomersBy', customerWays);
    prepareWays(this, 'matchItemsBy', ['xref', 'sku', 'gtin']);
  },
  oneditsave() {
    this.matchCustomersBy = readChoice($('#b2b-matchCustomersBy'));
    this.matchItemsBy = readChoice($('#b2b-matchItemsBy'));
  },
});
