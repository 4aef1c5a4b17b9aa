import type { EditorNodeProperties, EditorRED } from 'node-red';
import { anyWay, customerWays, prepareWays, readChoice } from '../common/ordered-choice.editor';
import { documentWhenWritten, keyWhenRead, prepareRecordForm, recordLabel, type RecordProps, sinceTime } from '../common/record-form.editor';
import { supported } from '../common/support.editor';
import { nodeById } from '../common/text.editor';
import { chosen, whole } from '../common/validate.editor';
declare const RED: EditorRED;

interface CommerceProps extends RecordProps, EditorNodeProperties { matchCustomersBy: string[] }

RED.nodes.registerType<CommerceProps>('b2b-commerce', {
  category: 'ERP ⇄ commerce',
  color: '#8CC9B0',
  icon: 'b2b-commerce.svg',
  inputs: 1,
  outputs: 1,
  inputLabels() { return this._('b2b-commerce.input'); },
  outputLabels() { return this._('b2b-commerce.output'); },
  paletteLabel() { return this._('b2b-commerce.palette'); },
  defaults: {
    name: { value: '' },
    system: { value: '', type: 'b2b-commerce-system', validate: chosen(nodeById) },
    operation: { value: 'update', required: true },
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
  },
  label() { return this.name || recordLabel(this); },
  labelStyle() { return this.name ? 'node_label_italic' : ''; },
  oneditprepare() {
    prepareRecordForm(this);
    prepareWays(this, 'matchCustomersBy', customerWays);
  },
  oneditsave() { this.matchCustomersBy = readChoice($('#b2b-matchCustomersBy')); },
});
