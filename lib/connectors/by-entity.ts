import type { Entity } from '../documents/event';
import { ConfigError } from '../errors';
import type { BulkOutcome, Canonical, Connection, FieldChange, LineQuantities, ListOptions, Native, Page, PendingOrders, WriteResult } from './contract';

/** What a connector does with the records of one entity; see {@link Connection} for each. What is missing is refused, saying so. */
export interface EntityHandler {
  list?(options?: ListOptions): AsyncIterable<Page>;
  count?(options?: Pick<ListOptions, 'updatedSince'>): Promise<number | undefined>;
  get?(id: string): Promise<Native | undefined>;
  find?(reference: string, hints?: { party?: string }): Promise<WriteResult[]>;
  create?(document: Native): Promise<WriteResult>;
  upsert?(document: Native, id?: string): Promise<WriteResult>;
  upsertMany?(documents: Native[], pending?: PendingOrders): Promise<BulkOutcome[]>;
  update?(id: string, document: Native, before?: LineQuantities): Promise<WriteResult>;
  cancel?(id: string, reason?: string): Promise<WriteResult>;
  preview?(document: Native, id?: string): Promise<FieldChange[] | undefined>;
  identify?(native: Native): { id: string; time: string };
  toCanonical?(native: Native): Canonical;
  fromCanonical?(document: Canonical): Native;
  gone?(id: string, time: string): Canonical | undefined;
  referenceOf?(document: Native): { reference: string; party?: string } | undefined;
}

type ByEntity = Pick<Connection, 'list' | 'count' | 'get' | 'findByReference' | 'create' | 'upsert' | 'upsertMany' | 'update' | 'cancel' | 'preview' | 'identify' | 'toCanonical' | 'fromCanonical' | 'gone' | 'referenceOf'>;

/** The part of a connection that goes by entity. `vendor` is its name in messages. */
export function byEntity(vendor: string, system: string, handlers: Partial<Record<Entity, EntityHandler>>): ByEntity {
  const unsupported = (operation: string, entity: Entity): ConfigError =>
    new ConfigError('CONFIG_NOT_SUPPORTED', `The ${vendor} connector cannot ${operation} ${entity} records.`, { system });
  /** The handler, known to have the method. */
  const able = <M extends keyof EntityHandler>(entity: Entity, method: M, operation: string): EntityHandler & Required<Pick<EntityHandler, M>> => {
    const handler = handlers[entity];
    if (handler?.[method] === undefined) throw unsupported(operation, entity);
    return handler as EntityHandler & Required<Pick<EntityHandler, M>>;
  };
  return {
    list: (entity, options) => able(entity, 'list', 'list').list(options),
    count: async (entity, options) => handlers[entity]?.count?.(options),
    get: async (entity, id) => able(entity, 'get', 'read').get(id),
    findByReference: async (entity, reference, hints) => able(entity, 'find', 'find').find(reference, hints),
    create: async (entity, document) => able(entity, 'create', 'create').create(document),
    async upsert(entity, document, id) {
      const handler = handlers[entity];
      if (handler?.upsert) return handler.upsert(document, id);
      return id === undefined ? able(entity, 'create', 'create').create(document) : able(entity, 'update', 'update').update(id, document);
    },
    upsertMany: async (entity, documents, pending) => able(entity, 'upsertMany', 'write').upsertMany(documents, pending),
    update: async (entity, id, document, before) => able(entity, 'update', 'update').update(id, document, before),
    cancel: async (entity, id, reason) => able(entity, 'cancel', 'cancel').cancel(id, reason),
    preview: async (entity, document, id) => handlers[entity]?.preview?.(document, id),
    identify: (entity, native) => able(entity, 'identify', 'read').identify(native),
    toCanonical: (entity, native) => able(entity, 'toCanonical', 'convert').toCanonical(native),
    fromCanonical: (entity, document) => able(entity, 'fromCanonical', 'write').fromCanonical(document),
    gone: (entity, id, time) => handlers[entity]?.gone?.(id, time),
    referenceOf: (entity, document) => handlers[entity]?.referenceOf?.(document),
  };
}

/** The result of a bulk write of one record. Throws its error. */
export function only([outcome]: BulkOutcome[]): WriteResult {
  if (outcome && 'result' in outcome) return outcome.result;
  throw outcome?.error ?? new ConfigError('CONFIG_NOTHING_WRITTEN', 'Nothing was given to write.');
}
