import type { EditorNodeProperties, EditorRED } from 'node-red';
import { currentValue, prepareForm } from '../common/form.editor';
import { nodeById } from '../common/text.editor';
import { chosen, decimal, isBlank, notBlank, validator, whole } from '../common/validate.editor';
declare const RED: EditorRED;

interface RabbitInProps extends EditorNodeProperties {
  broker: string; queue: string; declare: boolean; queueType: string; exchange: string; exchangeType: string; routingKeys: string;
  deliveryLimit: string; messageTtl: string; maxLength: string; overflow: string; singleActive: boolean; maxAge: string; offset: string;
  prefetch: number; ack: string; timeLimit: number; onFailure: string; maxTries: number; firstDelay: number; maxDelay: number;
  deadLetter: string; deadLetterQueue: string; deadLetterExchange: string; deadLetterRoutingKey: string;
}

const prefix = 'node-input';

const streamAge = validator(function (value) {
  return isBlank(value) || /^\d+[YMDhms]$/.test(String(value)) || this._('b2b-rabbitmq-in.validate.maxAge');
});

const longestDelay = validator(function (value) {
  const first = Number(currentValue(this, prefix, 'firstDelay'));
  return (Number(value) >= first && Number(value) <= 86_400) || this._('b2b-rabbitmq-in.validate.maxDelay');
});

const existingExchange = validator(function (value) {
  return currentValue(this, prefix, 'deadLetter') !== 'exchange' || !isBlank(value) || this._('common.validate.required');
});

/** A queue that dead-letters into itself would turn in a circle. */
const otherQueue = validator(function (value) {
  return isBlank(value) || value !== currentValue(this, prefix, 'queue') || this._('b2b-rabbitmq-in.validate.deadLetterQueue');
});

RED.nodes.registerType<RabbitInProps>('b2b-rabbitmq-in', {
  category: 'ERP ⇄ commerce',
  color: '#E8B48A',
  icon: 'b2b-rabbitmq.svg',
  inputs: 1,
  outputs: 1,
  inputLabels() { return this._('b2b-rabbitmq-in.input'); },
  outputLabels() { return this._('b2b-rabbitmq-in.output'); },
  paletteLabel() { return this._('b2b-rabbitmq-in.palette'); },
  defaults: {
    name: { value: '' },
    broker: { value: '', type: 'b2b-rabbitmq-broker', validate: chosen(nodeById, 'broker') },
    queue: { value: '', validate: notBlank() },
    declare: { value: true },
    queueType: { value: 'quorum', required: true },
    exchange: { value: '' },
    exchangeType: { value: 'topic', required: true },
    routingKeys: { value: '#' },
    deliveryLimit: { value: '20', validate: whole(1, 1_000_000, 'blank') },
    messageTtl: { value: '', validate: decimal(0.001, 31_536_000, 'blank') },
    maxLength: { value: '', validate: whole(1, 1_000_000_000, 'blank') },
    overflow: { value: 'reject-publish', required: true },
    singleActive: { value: false },
    maxAge: { value: '7D', validate: streamAge },
    offset: { value: 'first', required: true },
    prefetch: { value: 50, validate: whole(1, 10_000) },
    ack: { value: 'flow', required: true },
    timeLimit: { value: 300, validate: decimal(1, 86_400) },
    onFailure: { value: 'requeue', required: true },
    maxTries: { value: 10, validate: whole(1, 1000) },
    firstDelay: { value: 5, validate: decimal(0.1, 86_400) },
    maxDelay: { value: 300, validate: longestDelay },
    deadLetter: { value: 'queue', required: true },
    deadLetterQueue: { value: '', validate: otherQueue },
    deadLetterExchange: { value: '', validate: existingExchange },
    deadLetterRoutingKey: { value: '' },
  },
  label() { return this.name || this.queue || this._('b2b-rabbitmq-in.palette'); },
  labelStyle() { return this.name ? 'node_label_italic' : ''; },
  oneditprepare() {
    prepareForm(this, prefix);
    const queue = $('#node-input-queue');
    const show = (): void => { $('#node-input-deadLetterQueue').attr('placeholder', `${String(queue.val())}.dead`); };
    queue.on('change keyup', show);
    show();
  },
});
