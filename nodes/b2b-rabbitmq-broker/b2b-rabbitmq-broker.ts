import type { Node, NodeAPI } from 'node-red';
import { adminRoute } from '../common/admin';
import { type BrokerDef, checkForm, makeBroker } from './broker';

export default function register(RED: NodeAPI): void {
  function BrokerNode(this: Node, config: BrokerDef): void {
    RED.nodes.createNode(this, config);
    makeBroker(RED, this, config);
  }
  RED.nodes.registerType('b2b-rabbitmq-broker', BrokerNode, { credentials: { user: { type: 'text' }, password: { type: 'password' } } });
  adminRoute(RED, 'post', 'rabbitmq/test', 'b2b.systems.write', (form) => checkForm(RED, form as BrokerDef));
}
