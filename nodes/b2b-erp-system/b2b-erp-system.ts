import type { Node, NodeAPI } from 'node-red';
import { secretNames } from '../../lib/connectors/contract';
import { adminRoute } from '../common/admin';
import { checkSystem, makeSystem, type SystemDef } from '../common/system';

export default function register(RED: NodeAPI): void {
  function ErpSystemNode(this: Node, config: SystemDef): void {
    RED.nodes.createNode(this, config);
    makeSystem(RED, this, config);
  }
  const credentials = Object.fromEntries(secretNames.map((name) => [name, { type: 'password' as const }]));
  RED.nodes.registerType('b2b-erp-system', ErpSystemNode, { credentials });
  adminRoute(RED, 'post', 'systems/test', 'b2b.systems.write', (form) => checkSystem(RED, form as SystemDef));
}
