import type { Node, NodeAPI } from 'node-red';
import { makeOperationNode, type OperationDef } from '../common/operation';

export default function register(RED: NodeAPI): void {
  function CommerceNode(this: Node, config: OperationDef): void {
    RED.nodes.createNode(this, config);
    makeOperationNode(RED, this, config);
  }
  RED.nodes.registerType('b2b-commerce', CommerceNode);
}
