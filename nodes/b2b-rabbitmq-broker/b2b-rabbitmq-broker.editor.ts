import type { EditorNodeProperties, EditorRED } from 'node-red';
import { testButton } from '../common/check-button.editor';
import { field, prepareForm, read } from '../common/form.editor';
import { isBlank, validator, whole } from '../common/validate.editor';
declare const RED: EditorRED;

interface BrokerProps extends EditorNodeProperties { hosts: string; vhost: string; useTls: boolean; tls: string; heartbeat: number }
interface BrokerSecrets { user: string; password: string }

const prefix = 'node-config-input';
const masked = '__PWRD__';

/** `host`, `host:port`, `[IPv6]:port`; several separated by commas. */
const hostList = validator(function (value) {
  if (isBlank(value)) return this._('common.validate.required');
  const wrong = String(value).split(/[\s,;]+/).filter(Boolean).find((part) => !/^(\[[0-9a-fA-F:.]+\]|[^\s:/[\]@]+)(:\d{1,5})?$/.test(part));
  return wrong === undefined || this._('b2b-rabbitmq-broker.validate.host', { host: wrong });
});

RED.nodes.registerType<BrokerProps, BrokerSecrets>('b2b-rabbitmq-broker', {
  category: 'config',
  paletteLabel() { return this._('b2b-rabbitmq-broker.palette'); },
  defaults: {
    name: { value: '' },
    hosts: { value: 'localhost', validate: hostList },
    vhost: { value: '/' },
    useTls: { value: false },
    tls: { value: '', type: 'tls-config', required: false },
    heartbeat: { value: 30, validate: whole(0, 3600) },
  },
  credentials: {
    user: { type: 'text' },
    password: { type: 'password' },
  },
  label() { return this.name || `RabbitMQ ${this.hosts}`; },
  oneditprepare() {
    prepareForm(this, prefix);
    const text = (property: string): string => read(field(prefix, property));
    const { id, type } = this;
    testButton(this, $('#b2b-rabbitmq-test'), {
      path: 'b2b/rabbitmq/test', texts: () => 'b2b-rabbitmq-broker.check',
      body: () => ({
        id, type, name: text('name'), hosts: text('hosts'), vhost: text('vhost'), useTls: text('useTls') === 'true',
        tls: text('tls').replace('_ADD_', ''), heartbeat: text('heartbeat'),
        credentials: { user: text('user'), ...(text('password') === masked ? {} : { password: text('password') }) },
      }),
    });
  },
});
