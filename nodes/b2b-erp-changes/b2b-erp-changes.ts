import type { Node, NodeAPI, NodeDef } from 'node-red';
import { onCommand } from '../common/changes-commands';
import { openChanges, type Changes, type ChangesConfig, type Closing } from '../common/changes';
import { onClose, start } from '../common/on-input';
import { onSchedule } from '../common/schedule';
import { services } from '../common/services';
import { systemOf } from '../common/system';

interface ChangesDef extends NodeDef, ChangesConfig { system: string }

export default function register(RED: NodeAPI): void {
  function ErpChangesNode(this: Node, config: ChangesDef): void {
    RED.nodes.createNode(this, config);
    const closing: Closing = [];
    const open = async (): Promise<Changes> => {
      const [runtime, connection] = await Promise.all([services(RED), systemOf(RED, config.system).connection()]);
      return openChanges(RED, this, config, { runtime, connection, closing });
    };
    const opened = open();
    start(this, async () => { onSchedule(config, (await opened).readMissed, closing); });
    onCommand(this, opened);
    onClose(this, (removed) => { for (const close of closing.reverse()) close(removed); });
  }
  RED.nodes.registerType('b2b-erp-changes', ErpChangesNode);
}
