import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import type { Native, Operation } from '../../lib/connectors/contract';
import type { Entity, EventAttributes } from '../../lib/documents/event';
import { linkByHand } from '../../lib/sync/link-by-hand';
import { read, type ReadRequest } from '../../lib/sync/reading';
import { BulkWriter } from '../../lib/sync/bulk-writer';
import { isCanonical, write, type Services } from '../../lib/sync/operation';
import { respectOwner, type OwnershipRule } from '../../lib/sync/ownership';
import type { Policies } from '../../lib/sync/parties';
import { preview } from '../../lib/sync/preview';
import { connectorFor } from '../../lib/connectors/registry';
import { evaluate } from './evaluate';
import { onClose, onInput, start } from './on-input';
import { OperationStatus } from './operation-status';
import { services } from './services';
import { systemOf } from './system';

export interface OperationDef extends NodeDef {
  system: string;
  operation: Operation;
  entity: Entity;
  /** Message property of the document. */
  property: string;
  /** Message property of a document that a mapper made. */
  native: string;
  /** For get and find: the id or reference. */
  key: string;
  keyType: string;
  /** For list. */
  updatedSince: string;
  updatedSinceType: string;
  pageSize: number | string;
  listOutput: 'record' | 'page';
  /** Everything but the write; absent in flows saved before it was there. */
  dryRun?: boolean;
  onMissingCustomer?: Policies['onMissingCustomer'];
  defaultCustomer?: string;
  onMissingItem?: Policies['onMissingItem'];
  defaultItem?: string;
  matchCustomersBy?: Policies['matchCustomersBy'];
  matchItemsBy?: Policies['matchItemsBy'];
}

/** `bulk`: what arrives is gathered and written many at a time. */
type Parts = Services & { owns: OwnershipRule[]; bulk?: BulkWriter };

type Message = NodeMessageInFlow & { event?: Partial<EventAttributes> } & Record<string, unknown>;

/** The runtime of `b2b-commerce` and `b2b-erp`: one operation of one system on what arrives. */
export function makeOperationNode(RED: NodeAPI, node: Node, config: OperationDef): void {
  const status = new OperationStatus(RED, node, config.dryRun === true);
  const policies = policiesOf(config);
  let opened: Promise<Parts> | undefined;
  const open = async (): Promise<Parts> => {
    const system = systemOf(RED, config.system);
    const [runtime, connection] = await Promise.all([services(RED), system.connection()]);
    const breaker = runtime.breaker(connection.system);
    status.watch(breaker);
    const parts = { owns: system.owns, connection, ledger: runtime.ledger, links: runtime.links, breaker };
    const most = config.operation === 'upsert' && !config.dryRun ? connectorFor(connection.vendor).entities[config.entity]?.bulk : undefined;
    return { ...parts, ...(most === undefined ? {} : { bulk: new BulkWriter(config.entity, most, { ...parts, store: runtime.store }) }) };
  };
  const ready = (): Promise<Parts> => opened ??= open();
  start(node, async () => { await ready(); status.idle(); });

  onInput(node, async (received, send) => {
    const msg = received as Message;
    const done = status.working();
    try {
      const parts = await ready();
      if (config.operation === 'get' || config.operation === 'find' || config.operation === 'list') {
        await readInto(msg, parts, (m) => { send(m); });
        done();
        return;
      }
      const document = RED.util.getMessageProperty(msg, config.property) as unknown;
      if (config.operation === 'link' || config.operation === 'unlink') {
        const linked = await linkByHand({ operation: config.operation, entity: config.entity, document, event: msg.event }, parts);
        RED.util.setMessageProperty(msg, config.property, linked.payload, true);
        done(linked);
        send(msg);
        return;
      }
      const native = RED.util.getMessageProperty(msg, config.native) as Native | undefined;
      const request = respectOwner({ operation: config.operation, entity: config.entity, document, native, event: msg.event, policies }, parts.owns, parts.connection.system);
      const ended = config.dryRun ? await preview(request, parts) : await (parts.bulk?.write(request) ?? write(request, parts));
      if ('result' in ended && !ended.repeated) for (const warning of ended.result.warnings ?? []) node.warn(warning);
      // A mapper's document is for this system only; the next node must not take it for its own.
      if (native !== undefined) RED.util.setMessageProperty(msg, config.native, undefined);
      if ('dryRun' in ended) msg['preview'] = ended;
      // What the owner kept for itself was not written, but is still in the message.
      else RED.util.setMessageProperty(msg, config.property, isCanonical(document) ? { ...document, externalIds: ended.payload['externalIds'] } : ended.payload, true);
      done(ended);
      send(msg);
    } catch (reason) {
      done(reason);
      throw reason;
    }
  });
  onClose(node, () => { status.close(); });

  async function readInto(msg: Message, { connection, breaker }: Services, emit: (msg: NodeMessageInFlow) => void): Promise<void> {
    const { operation, entity } = config;
    const request: ReadRequest = { operation: operation as ReadRequest['operation'], entity };
    if (operation === 'list') {
      const since = config.updatedSince === '' ? undefined : await evaluate(RED, node, config.updatedSince, config.updatedSinceType, msg);
      if (typeof since === 'string' && since !== '') request.updatedSince = since;
      if (Number(config.pageSize) > 0) request.pageSize = Number(config.pageSize);
    } else {
      request.key = await evaluate(RED, node, config.key, config.keyType, msg);
    }
    for await (const found of read(request, connection, breaker, config.listOutput)) {
      const message = { ...RED.util.cloneMessage(msg), payload: 'payload' in found ? found.payload : found.native };
      if ('error' in found) node.error(found.error, message);
      else emit(message);
    }
  }
}

function policiesOf(config: OperationDef): Policies {
  return {
    onMissingCustomer: config.onMissingCustomer ?? 'refuse', onMissingItem: config.onMissingItem ?? 'refuse',
    ...(config.defaultCustomer ? { defaultCustomer: config.defaultCustomer } : {}), ...(config.defaultItem ? { defaultItem: config.defaultItem } : {}),
    matchCustomersBy: config.matchCustomersBy ?? ['number', 'taxId', 'email', 'phone'], matchItemsBy: config.matchItemsBy ?? ['xref', 'sku', 'gtin'],
  };
}
