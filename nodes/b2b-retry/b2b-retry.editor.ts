import type { EditorNodeProperties, EditorRED } from 'node-red';
import { duration } from '../common/duration.editor';
import { currentValue, prepareForm } from '../common/form.editor';
import type { EditedNode } from '../common/text.editor';
import { decimal, hasReference, isBlank, validator, whole } from '../common/validate.editor';
import { scheduleOf } from './schedule.editor';
declare const RED: EditorRED;

interface RetryProps extends EditorNodeProperties {
  maxTries: number; base: number; cap: number; maxAge: number;
  parkUnknown: boolean; parkInterval: number; parkMaxAge: number; keepLaneShut: boolean; breakerThreshold: number;
}

const current = (node: EditedNode, property: string): string => currentValue(node, 'node-input', property);

/** The longest wait cannot be shorter than the first. */
const longestWait = validator(function (value) {
  const base = Number(current(this, 'base'));
  if (isBlank(value) || !(Number(value) > 0 && Number(value) <= 86_400)) return this._('common.validate.number', { min: '> 0', max: 86_400 });
  return !(Number(value) < base) || this._('b2b-retry.validate.cap');
});

/** Says in one or two sentences what the form's settings mean. */
function explain(node: EditedNode): string {
  const names = ['maxTries', 'base', 'cap', 'maxAge', 'parkInterval', 'parkMaxAge'] as const;
  const texts = names.map((name) => current(node, name));
  const numbers = texts.map(Number);
  if (texts.some((text) => isBlank(text) || hasReference(text)) || numbers.some((number) => !(number > 0))) return node._('b2b-retry.explain.unknown');
  const [maxTries = 1, base = 1, cap = 1, maxAge = 1, parkInterval = 1, parkMaxAge = 1] = numbers;
  const { first, more, longest, end, limit } = scheduleOf({ maxTries: Math.floor(maxTries), base, cap, maxAge });
  const waits = first.map((seconds) => duration(node, seconds)).join(', ');
  const tries = node._(`b2b-retry.explain.${more ? 'more' : 'few'}`, { waits, longest: duration(node, longest) });
  const ending = node._(`b2b-retry.explain.${limit}`, { tries: Math.floor(maxTries), end: duration(node, end) });
  const parked = current(node, 'parkUnknown') === 'true'
    ? node._('b2b-retry.explain.parked', { interval: duration(node, parkInterval * 60), age: duration(node, parkMaxAge * 3600) })
    : node._('b2b-retry.explain.notParked');
  return [tries, ending, parked].join(' ');
}

RED.nodes.registerType<RetryProps>('b2b-retry', {
  category: 'ERP ⇄ commerce',
  color: '#DDB08F',
  icon: 'b2b-retry.svg',
  inputs: 1,
  outputs: 2,
  inputLabels() { return this._('b2b-retry.input'); },
  outputLabels(index) { return this._(`b2b-retry.output.${String(index)}`); },
  paletteLabel() { return this._('b2b-retry.palette'); },
  defaults: {
    name: { value: '' },
    maxTries: { value: 10, validate: whole(1, 1000) },
    base: { value: 1, validate: decimal(0.01, 3600) },
    cap: { value: 300, validate: longestWait },
    maxAge: { value: 72, validate: decimal(0.01, 8760) },
    parkUnknown: { value: true },
    parkInterval: { value: 10, validate: decimal(0.1, 1440) },
    parkMaxAge: { value: 168, validate: decimal(0.1, 8760) },
    keepLaneShut: { value: false },
    breakerThreshold: { value: 5, validate: whole(1, 1000) },
  },
  label() { return this.name || this._('b2b-retry.palette'); },
  labelStyle() { return this.name ? 'node_label_italic' : ''; },
  oneditprepare() {
    const form = prepareForm(this, 'node-input');
    const show = (): void => { $('#b2b-retry-explain').text(explain(this)); };
    form.find('input').on('change keyup paste', show);
    show();
  },
});
