import type { EditorNodeProperties, EditorRED } from 'node-red';
import { notBlank, validator } from '../common/validate.editor';
import { MapperForm } from './mapper-form.editor';
import { checkMapping, knownIssues, type MappingTexts, verdict } from './mapping-check.editor';
declare const RED: EditorRED;

interface MapperProps extends EditorNodeProperties, MappingTexts {
  preset: string; sourceSchema: string; targetSchema: string; property: string; target: string;
}

let form: MapperForm | undefined;

RED.nodes.registerType<MapperProps>('b2b-mapper', {
  category: 'ERP ⇄ commerce',
  color: '#DCC98C',
  icon: 'b2b-mapper.svg',
  inputs: 1,
  outputs: 2,
  inputLabels() { return this._('b2b-mapper.input'); },
  outputLabels(index) { return this._(`b2b-mapper.output.${String(index)}`); },
  paletteLabel() { return this._('b2b-mapper.palette'); },
  defaults: {
    name: { value: '' },
    preset: { value: 'order-to-sap-s4hana', required: true },
    mapping: {
      value: '',
      validate: validator<MapperProps>(function (value) {
        if (this.preset !== 'custom') return true;
        const issue = knownIssues(this, this).at(0);
        return issue ? `${issue.path}: ${issue.message}` : verdict(this, 'mapping', String(value));
      }),
    },
    tables: { value: '{}', validate: validator(function (value) { return verdict(this, 'tables', String(value)); }) },
    codes: { value: '{}', validate: validator(function (value) { return verdict(this, 'codes', String(value)); }) },
    sourceSchema: { value: '' },
    targetSchema: { value: '' },
    property: { value: 'payload', validate: notBlank() },
    target: { value: 'native', validate: notBlank() },
  },
  label() { return this.name || this._(this.preset === 'custom' ? 'b2b-mapper.palette' : `b2b-mapper.preset.${this.preset}`); },
  labelStyle() { return this.name ? 'node_label_italic' : ''; },
  oneditprepare() { form = new MapperForm(this); },
  oneditsave() {
    Object.assign(this, form?.texts());
    form?.close();
    const check = this.preset === 'custom' ? checkMapping(this, this) : Promise.resolve([]);
    check.then(() => { RED.editor.validateNode(this); RED.view.redraw(); }, () => undefined);
  },
  oneditcancel() { form?.close(); },
  oneditresize({ height }) { form?.resize(height); },
});
