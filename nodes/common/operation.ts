import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import type { Native, Operation } from '../../lib/connectors/contract';
import type { FlowCompletion } from '../../lib/delivery/flow-completion';
import type { Entity, EventAttributes } from '../../lib/documents/event';
import { linkByHand } from '../../lib/sync/link-by-hand';
import { read, type ReadRequest } from '../../lib/sync/reading';
import { BulkCreator } from '../../lib/sync/bulk-creator';
import { BulkWriter } from '../../lib/sync/bulk-writer';
import { forEachOf } from '../../lib/sync/many';
import { isCanonical, skipReason, write, type Services, type Written } from '../../lib/sync/operation';
import { respectOwner, type OwnershipRule } from '../../lib/sync/ownership';
import type { Policies } from '../../lib/sync/parties';
import { preview, type Preview } from '../../lib/sync/preview';
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
  /** Everything but the write, of all messages and not only of those whose event says so; absent in flows saved before it was there. */
  dryRun?: boolean;
  onMissingCustomer?: Policies['onMissingCustomer'];
  defaultCustomer?: string;
  onMissingItem?: Policies['onMissingItem'];
  defaultItem?: string;
  matchCustomersBy?: Policies['matchCustomersBy'];
  matchItemsBy?: Policies['matchItemsBy'];
}

/** `bulk`: what arrives is gathered and written many at a time. */
type Parts = Services & { owns: OwnershipRule[]; completion: FlowCompletion; bulk?: BulkWriter | BulkCreator };

/** A document of a message, and what became of it. */
interface Ended { document: unknown; ended: Preview | Written }

type Message = NodeMessageInFlow & { event?: Partial<EventAttributes> } & Record<string, unknown>;

/** The runtime of `b2b-commerce` and `b2b-erp`: one operation of one system on what arrives. */
export function makeOperationNode(RED: NodeAPI, node: Node, config: OperationDef): void {
  const status = new OperationStatus(RED, node);
  const policies = policiesOf(config);
  let opened: Promise<Parts> | undefined;
  const open = async (): Promise<Parts> => {
    const system = systemOf(RED, config.system);
    const [runtime, connection] = await Promise.all([services(RED), system.connection()]);
    const breaker = runtime.breaker(connection.system);
    status.watch(breaker);
    const parts = { owns: system.owns, completion: runtime.completion, connection, ledger: runtime.ledger, links: runtime.links, breaker };
    const { bulk: most, operations = [] } = config.operation === 'upsert' && !config.dryRun ? connectorFor(connection.vendor).entities[config.entity] ?? {} : {};
    if (most === undefined) return parts;
    // What has no life of its own, such as a price, is never created but always set.
    const Bulk = operations.includes('create') ? BulkCreator : BulkWriter;
    return { ...parts, bulk: new Bulk(config.entity, most, { ...parts, store: runtime.store }) };
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
      // A broker may have made a text of it.
      const isDry = config.dryRun === true || Boolean(msg.event?.dryrun);
      if (isDry && (config.operation === 'link' || config.operation === 'unlink')) {
        done();
        send(msg);
        return;
      }
      if (config.operation === 'link' || config.operation === 'unlink') {
        const linked = await linkByHand({ operation: config.operation, entity: config.entity, document, event: msg.event }, parts);
        RED.util.setMessageProperty(msg, config.property, linked.payload, true);
        done(linked);
        send(msg);
        return;
      }
      // What an earlier node found out of its own write says nothing of this one's.
      delete msg['confirmation'];
      const native = RED.util.getMessageProperty(msg, config.native) as Native | undefined;
      const operation = config.operation;
      const one = async (document: unknown): Promise<Ended> => {
        const request = respectOwner({ operation, entity: config.entity, document, native, event: msg.event, policies }, parts.owns, parts.connection.system);
        return { document, ended: isDry ? await preview(request, parts) : await (parts.bulk?.write(request) ?? write(request, parts)) };
      };
      const isList = Array.isArray(document) && native === undefined;
      const all = isList ? await forEachOf(document, one, { together: parts.bulk !== undefined }) : [await one(document)];
      for (const { ended } of all) if ('result' in ended && !ended.repeated) for (const warning of ended.result.warnings ?? []) node.warn(warning);
      for (const { ended } of all) if ('result' in ended) parts.completion.noted(msg, recordReason(ended));
      const [only] = all;
      if (!isList && only && 'result' in only.ended && only.ended.result.confirmation) msg['confirmation'] = only.ended.result.confirmation;
      // A mapper's document is for this system only; the next node must not take it for its own.
      if (native !== undefined) RED.util.setMessageProperty(msg, config.native, undefined);
      const told = all.map(({ ended }) => ended);
      if (isDry) msg['preview'] = isList ? told : told[0];
      else RED.util.setMessageProperty(msg, config.property, isList ? all.map(sentOn) : sentOn(all[0] as Ended), true);
      done(told.at(-1));
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

/** What a node sends on of a document: what the owner kept for itself was not written, but is still in the message. */
function sentOn({ document, ended }: Ended): unknown {
  if ('dryRun' in ended) return document;
  return isCanonical(document) ? { ...document, externalIds: ended.payload['externalIds'] } : ended.payload;
}

/** Why a record was left, as it is found later. What is in step already is as good as written. */
function recordReason(ended: Written): string | undefined {
  const reason = skipReason(ended);
  return reason === 'unchanged' ? undefined : reason;
}

function policiesOf(config: OperationDef): Policies {
  return {
    onMissingCustomer: config.onMissingCustomer ?? 'refuse', onMissingItem: config.onMissingItem ?? 'refuse',
    ...(config.defaultCustomer ? { defaultCustomer: config.defaultCustomer } : {}), ...(config.defaultItem ? { defaultItem: config.defaultItem } : {}),
    matchCustomersBy: config.matchCustomersBy ?? ['number', 'taxId', 'email', 'phone'], matchItemsBy: config.matchItemsBy ?? ['xref', 'sku', 'gtin'],
  };
}
