import type { EditorNodeProperties, EditorRED } from 'node-red';
import { currentValue, prepareForm } from '../common/form.editor';
import { nodeById } from '../common/text.editor';
import { chosen, decimal, isBlank, validator, whole } from '../common/validate.editor';
declare const RED: EditorRED;

interface RabbitOutProps extends EditorNodeProperties {
  broker: string; target: string; queue: string; queueType: string; exchange: string; exchangeType: string; declare: boolean;
  routingKey: string; routingKeyType: string; persistent: boolean; mandatory: boolean; expiry: string; priority: string;
  headers: string; headersType: string; window: number; waitingLimit: number; confirmTimeout: number;
}

const prefix = 'node-input';

/** Must be filled in if messages go there. */
const neededFor = (target: string): ((value: string) => boolean) => validator(function (value) {
  return currentValue(this, prefix, 'target') !== target || !isBlank(value) || this._('common.validate.required');
});

/** A routing key may be blank, but not the property or expression it comes from. */
const routingKeySource = validator(function (value) {
  const current = (property: string): string => currentValue(this, prefix, property);
  const used = current('target') === 'exchange' && ['topic', 'direct'].includes(current('exchangeType')) && current('routingKeyType') !== 'str';
  return !used || !isBlank(value) || this._('common.validate.required');
});

const headersObject = validator(function (value) {
  if (isBlank(value) || currentValue(this, prefix, 'headersType') !== 'json') return true;
  return isObject(String(value)) || this._('b2b-rabbitmq-out.validate.headers');
});

function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

RED.nodes.registerType<RabbitOutProps>('b2b-rabbitmq-out', {
  category: 'ERP ⇄ commerce',
  color: '#E8B48A',
  icon: 'b2b-rabbitmq.svg',
  align: 'right',
  inputs: 1,
  outputs: 0,
  inputLabels() { return this._('b2b-rabbitmq-out.input'); },
  paletteLabel() { return this._('b2b-rabbitmq-out.palette'); },
  defaults: {
    name: { value: '' },
    broker: { value: '', type: 'b2b-rabbitmq-broker', validate: chosen(nodeById, 'broker') },
    target: { value: 'queue', required: true },
    queue: { value: '', validate: neededFor('queue') },
    queueType: { value: 'quorum', required: true },
    exchange: { value: '', validate: neededFor('exchange') },
    exchangeType: { value: 'topic', required: true },
    declare: { value: false },
    routingKey: { value: 'topic', validate: routingKeySource },
    routingKeyType: { value: 'msg' },
    persistent: { value: true },
    mandatory: { value: true },
    expiry: { value: '', validate: decimal(0, 31_536_000, 'blank') },
    priority: { value: '', validate: whole(0, 255, 'blank') },
    headers: { value: '{}', validate: headersObject },
    headersType: { value: 'json' },
    window: { value: 256, validate: whole(1, 10_000) },
    waitingLimit: { value: 1000, validate: whole(1, 100_000) },
    confirmTimeout: { value: 30, validate: decimal(1, 3600) },
  },
  label() { return this.name || (this.target === 'queue' ? this.queue : this.exchange) || this._('b2b-rabbitmq-out.palette'); },
  labelStyle() { return this.name ? 'node_label_italic' : ''; },
  oneditprepare() {
    $('#node-input-routingKey').typedInput({ types: ['msg', 'str', 'jsonata', 'env'], typeField: '#node-input-routingKeyType' });
    const headers = $('#node-input-headers');
    // Blank is no JSON: the editor would mark it.
    if (this.headersType === 'json' && isBlank(headers.val())) headers.val('{}');
    headers.typedInput({ types: ['json', 'msg', 'jsonata'], typeField: '#node-input-headersType' });
    prepareForm(this, prefix);
  },
});
