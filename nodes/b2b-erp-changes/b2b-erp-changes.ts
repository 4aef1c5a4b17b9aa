import type { Node, NodeAPI, NodeDef } from 'node-red';
import { onCommand } from '../common/changes-commands';
import { openChanges, type Changes, type ChangesConfig, type Closing } from '../common/changes';
import { onClose, start } from '../common/on-input';
import { onSchedule } from '../common/schedule';
import { services } from '../common/services';
import { systemOf } from '../common/system';
import { offerHooksRoot, openWebhooks, type WebhookConfig } from '../common/webhooks';

interface ChangesDef extends NodeDef, ChangesConfig, WebhookConfig {
  system: string;
  /** `events`: the ERP tells of changes, and polling finds what was lost. Absent in flows saved before it was there: `poll`. */
  notice?: 'poll' | 'events';
}

export default function register(RED: NodeAPI): void {
  function ErpChangesNode(this: Node, config: ChangesDef): void {
    RED.nodes.createNode(this, config);
    const closing: Closing = [];
    const open = async (): Promise<Changes> => {
      const system = systemOf(RED, config.system);
      const [runtime, connection] = await Promise.all([services(RED), system.connection()]);
      const changes = await openChanges(RED, this, config, { runtime, connection, closing });
      if (config.notice === 'events') openWebhooks(RED, this, config, { system, connection, changes, closing });
      return changes;
    };
    const opened = open();
    start(this, async () => { onSchedule(config, (await opened).readMissed, closing); });
    onCommand(this, opened);
    onClose(this, (removed) => { for (const close of closing.reverse()) close(removed); });
  }
  RED.nodes.registerType('b2b-erp-changes', ErpChangesNode);
  offerHooksRoot(RED);
}
