import type { Node, NodeAPI } from 'node-red';
import { Publisher } from '../../lib/brokers/rabbitmq/publisher';
import { errorClass, toError } from '../../lib/errors';
import { brokerOf } from '../b2b-rabbitmq-broker/broker';
import { onClose, onInput } from '../common/on-input';
import { outgoing, type RabbitOutDef, topologyOf } from './outgoing';
import { OutStatus } from './status';

/** How long confirms may take when the node stops, ms. */
const stopLimitMs = 5000;

export default function register(RED: NodeAPI): void {
  function RabbitOutNode(this: Node, config: RabbitOutDef): void {
    RED.nodes.createNode(this, config);
    const parts = open(RED, this, config);
    onInput(this, async (msg) => {
      if (parts instanceof Error) throw parts;
      const { publisher, status } = parts;
      try {
        const confirmed = publisher.publish(await outgoing(RED, this, config, msg));
        status.show();
        await confirmed;
        status.sent();
      } catch (reason) {
        status.trouble(reason);
        throw reason;
      }
    });
    onClose(this, async () => {
      if (parts instanceof Error) return;
      parts.status.close();
      await parts.publisher.close(stopLimitMs);
      await parts.release();
    });
  }
  RED.nodes.registerType('b2b-rabbitmq-out', RabbitOutNode);
}

interface Parts { publisher: Publisher; status: OutStatus; release: () => Promise<void> }

/** A node that is set up wrongly fails every message with the reason, instead of losing them without a word. */
function open(RED: NodeAPI, node: Node, config: RabbitOutDef): Parts | Error {
  try {
    const connection = brokerOf(RED, config.broker);
    const publisher = new Publisher(connection, {
      window: Number(config.window) || undefined, waitingLimit: Number(config.waitingLimit) || undefined,
      confirmTimeoutMs: (Number(config.confirmTimeout) || 30) * 1000, topology: topologyOf(config),
    });
    const parts = { publisher, status: new OutStatus(RED, node, connection, publisher), release: connection.use() };
    publisher.ready().catch((reason: unknown) => { if (errorClass(reason) !== 'TRANSIENT') refused(node, reason); });
    return parts;
  } catch (reason) {
    return refused(node, reason);
  }
}

function refused(node: Node, reason: unknown): Error {
  const error = toError(reason);
  node.error(error);
  node.status({ fill: 'red', shape: 'ring', text: error.message });
  return error;
}
