import type { EditorNodeProperties, EditorRED } from 'node-red';
import { field, prepareForm, read } from '../common/form.editor';
import { cronExpression, showNextTimes, timeZone } from '../common/schedule.editor';
import { comparable, offerComparable } from '../common/support.editor';
import { nodeById } from '../common/text.editor';
import { chosen, decimal, isBlank, validator, whole } from '../common/validate.editor';
declare const RED: EditorRED;

interface ReconcileProps extends EditorNodeProperties {
  commerce: string; erp: string; entity: string; right: string; fields: string; days: number;
  when: string; poll: number; cron: string; timeZone: string;
  dry: boolean; confirmed: boolean; guardMost: number; guardPercent: number; samples: number; parallel: number; timeLimit: number;
}

/** Paths without indexes, parted by commas or blanks. */
const paths = validator(function (value) {
  return isBlank(value) || String(value).split(/[\s,]+/).filter(Boolean).every((path) => /^[A-Za-z]\w*(\.[A-Za-z]\w*)*$/.test(path)) || this._('b2b-reconcile.validate.fields');
});

RED.nodes.registerType<ReconcileProps>('b2b-reconcile', {
  category: 'ERP ⇄ commerce',
  color: '#DCC98C',
  icon: 'b2b-reconcile.svg',
  inputs: 1,
  outputs: 2,
  inputLabels() { return this._('b2b-reconcile.input'); },
  outputLabels(index) { return this._(`b2b-reconcile.output.${String(index)}`); },
  paletteLabel() { return this._('b2b-reconcile.palette'); },
  defaults: {
    name: { value: '' },
    commerce: { value: '', type: 'b2b-commerce-system', validate: chosen(nodeById) },
    erp: { value: '', type: 'b2b-erp-system', validate: chosen(nodeById) },
    entity: { value: 'order', validate: comparable },
    right: { value: 'commerce', required: true },
    fields: { value: '', validate: paths },
    days: { value: 7, validate: whole(0, 3650) },
    when: { value: 'cron', required: true },
    poll: { value: 60, validate: decimal(1, 10_080) },
    cron: { value: '0 3 * * *', validate: cronExpression },
    timeZone: { value: '', validate: timeZone },
    dry: { value: false },
    confirmed: { value: false },
    guardMost: { value: 50, validate: whole(0, 1_000_000) },
    guardPercent: { value: 5, validate: decimal(0, 100) },
    samples: { value: 10, validate: whole(0, 1000) },
    parallel: { value: 8, validate: whole(1, 256) },
    timeLimit: { value: 300, validate: decimal(1, 86_400) },
  },
  label() { return this.name || this._('b2b-reconcile.label.auto', { entity: this._(`common.entities.${this.entity}`) }); },
  labelStyle() { return this.name ? 'node_label_italic' : ''; },
  oneditprepare() {
    prepareForm(this, 'node-input');
    offerComparable();
    showNextTimes(this);
    // Orders are the shop's, everything else is usually the ERP's.
    const entity = field('node-input', 'entity');
    let before = read(entity);
    entity.on('change', () => {
      if (read(entity) === before) return;
      before = read(entity);
      field('node-input', 'right').val(before === 'order' ? 'commerce' : 'erp').trigger('change');
    });
  },
});
