import type { FieldChange } from '../documents/changes';
import type { CheckReport } from '../check';
import type { Entity, Verb } from '../documents/event';
import type { ErrorDetails, SyncError } from '../errors';
import type { Headers } from '../http/headers';
import type { Limits } from '../http/limits/account';

export type { FieldChange };

export type Vendor =
  | 'shopify' | 'magento' | 'sap-s4hana' | 'sap-business-one'
  | 'dynamics-bc' | 'dynamics-fo' | 'netsuite' | 'odoo' | 'custom';

/** A document in the vendor's own shape. */
export type Native = Record<string, unknown>;
/** A document of `lib/documents`. */
export type Canonical = Record<string, unknown>;

export interface ExternalId { system: string; type: string; id: string; number?: string; url?: string }

/**
 * One field of a vendor's settings: drives the edit form, the validation and the documentation table.
 * `secret` fields live in Node-RED credentials, all others in the node's `settings` object.
 */
export interface SettingField {
  name: string;
  type: 'text' | 'number' | 'boolean' | 'select' | 'secret' | 'table';
  required?: boolean;
  default?: string | number | boolean;
  options?: string[];
  /** A regular expression the value must match (`${ENV}` references are checked after they are resolved). */
  pattern?: string;
  /** Of a table: what each row holds, text or select. */
  columns?: SettingField[];
  min?: number;
  max?: number;
  /** The heading this field and those after it stand under in a form: a key of the node's `section` texts. */
  section?: string;
  /** Shown only when another field has one of these values, e.g. `{ auth: ['basic'] }`. */
  when?: Record<string, string[]>;
  /** One line for the documentation table, in English; forms show the locale's text. */
  doc: string;
}

/** A row of a table among the settings, by the names of its columns. */
export type SettingRow = Partial<Record<string, string>>;
export type SettingValue = string | number | boolean | SettingRow[];
export type Settings = Partial<Record<string, SettingValue>>;

/** Names every secret may have: Node-RED wants credentials declared statically. */
export const secretNames = [
  'accessToken', 'clientSecret', 'webhookSecret', 'previousWebhookSecret', 'password',
] as const;
export type SecretName = typeof secretNames[number];

/** `link` and `unlink` are between systems: every connector whose records can be read takes part in them. */
export type Operation = 'get' | 'list' | 'find' | 'create' | 'upsert' | 'update' | 'cancel' | 'link' | 'unlink';

export interface EntitySupport {
  operations: Operation[];
  verbs?: Verb[];
  /** Records carry no time of change: whoever wants to know what changed reads them all and compares. */
  snapshot?: true;
  /** Records that `upsertMany` takes in one go. */
  bulk?: number;
}

/** A vendor: data about it, and the way to connect. */
export interface Connector {
  vendor: Vendor;
  kind: 'commerce' | 'erp';
  settings: SettingField[];
  entities: Partial<Record<Entity, EntitySupport>>;
  /**
   * Checks settings and makes a connection; opens nothing until the first call.
   * Throws ConfigError naming the field.
   */
  connect(options: ConnectOptions): Connection;
}

export interface ConnectOptions {
  settings: Settings;
  secrets: Partial<Record<SecretName, string>>;
  /** Time-out of one call, ms. Default 30,000. */
  timeoutMs?: number;
  /** Calls in flight at once. Default: the vendor's. */
  concurrency?: number;
  /** Calls (or cost points) per second; default: the vendor's published limit. */
  rate?: number;
  /** Where the budget of the account is kept. Default: this process. */
  limits?: Limits;
  /** Node's TLS options (ca, cert, key, passphrase, servername, rejectUnauthorized) for private CAs and client certificates. */
  tls?: Record<string, unknown>;
  /** The sandbox answers on plain HTTP at this address instead of the vendor's. */
  baseUrl?: string;
  /** Injected for tests. Default Date.now. */
  now?: () => number;
}

/** How one record of a write ended. */
export interface WriteResult {
  entity: Entity;
  /** `stale`: a newer state of the record had been written before. `skipped`: there was nothing to write to, `reason` says why. */
  outcome: 'created' | 'updated' | 'existing' | 'unchanged' | 'cancelled' | 'stale' | 'skipped';
  /** With `skipped`. */
  reason?: string;
  /** The record's id and human-readable number in that system; where nothing was to be created there, those it came with. */
  externalId: ExternalId;
  /** Warnings the system gave although it accepted the write. */
  warnings?: string[];
  /**
   * Of a write whose answer does not say what the record is now, such as a 204: `confirmed`, it was read back and is as written;
   * `assumed`, only the answer says so. Absent where the answer itself shows the record, or nothing was written.
   */
  confirmation?: 'confirmed' | 'assumed';
  /** Written with care because not everything was known: the same document again may give another result. */
  provisional?: true;
  /** The record as it is after the write; with `updated` also as it was read before: by both our own change is known when it comes back. */
  state?: { record: Native; before?: Native };
}

/**
 * Quantities that an order's lines may have in a system by what we wrote there, by line id: one, or several after a write
 * that was cut off. A line with another quantity was changed by somebody else.
 */
export type LineQuantities = Record<string, string[]>;

/** Orders of a shop that an ERP's stock figures may not know of yet. */
export interface PendingOrders {
  /** No order placed before this time (ISO 8601 UTC) is among them. Looks through what waits: ask only if there is need. */
  since(): Promise<string>;
  /** Did the ERP have this order of the shop at the time its figures are of (ISO 8601 UTC)? */
  included(orderId: string, asOf: string): Promise<boolean>;
}

/** How one record of a bulk write ended. */
export type BulkOutcome = { result: WriteResult } | { error: SyncError };

export interface Page {
  records: Native[];
  /** Where to go on; undefined after the last page. */
  cursor?: string;
}

export interface ListOptions {
  /** Records changed at or after this time (ISO 8601 UTC). */
  updatedSince?: string;
  /** Go on from an earlier page's cursor. */
  cursor?: string;
  /** Records a page; default: the vendor's best. */
  pageSize?: number;
  signal?: AbortSignal;
}

/** What a look-up for a party may go by, in this order: number, link, tax id, e-mail, phone. */
export interface PartyKeys {
  number?: string; taxId?: string; email?: string; phone?: string; name?: string;
  /** Only customers of this kind are wanted. Default: either. */
  customerType?: 'company' | 'person';
}

/** What a look-up for an item may go by. */
export interface ItemKeys { sku?: string; gtin?: string }

/** A live connection to one system. All methods throw the classes of lib/errors.ts. */
export interface Connection {
  /** SystemId of the canonical documents, e.g. `shopify:acme.myshopify.com`. Stable over restarts. */
  readonly system: string;
  readonly vendor: Vendor;
  /**
   * Learns once what `toCanonical` needs of the system, e.g. a shop's time zone; await it before converting what was not
   * listed or got by this connection. list() and get() do it themselves.
   */
  ready?(): Promise<void>;
  /** Tries address, TLS, credentials and permissions; never throws. */
  check(): Promise<CheckReport>;
  /** Pages of native records, oldest change first. */
  list(entity: Entity, options?: ListOptions): AsyncIterable<Page>;
  /** About how many records list() would tell of, for nothing but to show progress: one cheap call; undefined where there is none. */
  count?(entity: Entity, options?: Pick<ListOptions, 'updatedSince'>): Promise<number | undefined>;
  get(entity: Entity, id: string): Promise<Native | undefined>;
  /** Records that carry our reference (e.g. the web order number). More than one is the caller's conflict. */
  findByReference(entity: Entity, reference: string, hints?: { party?: string }): Promise<WriteResult[]>;
  /** Customers matching the first key that matches any; more than one means ambiguous. */
  findParty?(keys: PartyKeys): Promise<WriteResult[]>;
  findItem?(keys: ItemKeys): Promise<WriteResult[]>;
  create(entity: Entity, document: Native): Promise<WriteResult>;
  /** Creates, or updates what `id` names. */
  upsert(entity: Entity, document: Native, id?: string): Promise<WriteResult>;
  /**
   * Upserts several records in as few calls as the vendor allows, and tells of each how it ended, in their order. Throws
   * what concerns all of them: an answer that does not tell which record it minds, an outage, throttling.
   */
  upsertMany?(entity: Entity, documents: Native[], pending?: PendingOrders): Promise<BulkOutcome[]>;
  /** `before`: of an order, what is known of it; what others changed since stays, or is a conflict (ConflictError) if the document changes it too. */
  update(entity: Entity, id: string, document: Native, before?: LineQuantities): Promise<WriteResult>;
  /**
   * What writing this would change, field by field, writing nothing; `id`: of the record that is there. Undefined where the
   * connector leaves it to be told from the record itself.
   */
  preview?(entity: Entity, document: Native, id?: string): Promise<FieldChange[] | undefined>;
  cancel(entity: Entity, id: string, reason?: string): Promise<WriteResult>;
  /** What names a native record that came from list(), get() or a webhook: its id and when it changed (ISO 8601 UTC). */
  identify(entity: Entity, native: Native): { id: string; time: string };
  /** The vendor's record as canonical document, by schema and money rules a good one; throws DataError with every issue if it cannot be one. */
  toCanonical(entity: Entity, native: Native): Canonical;
  fromCanonical(entity: Entity, document: Canonical): Native;
  /**
   * The document that tells of a record which a full read no longer found, made of its id: `time` is when that was noticed
   * (ISO 8601 UTC). Undefined for records whose absence says nothing.
   */
  gone?(entity: Entity, id: string, time: string): Canonical | undefined;
  /** The reference a document will be found by again, e.g. `PurchaseOrderByCustomer` of a sales order. */
  referenceOf(entity: Entity, document: Native): { reference: string; party?: string } | undefined;
  /** Puts a resolved customer number into a native document before it is written. */
  setParty?(document: Native, number: string): void;
  /** Replaces item numbers in a native document: what the shop calls `key` is `value` here. */
  setItems?(document: Native, numbers: ReadonlyMap<string, string>): void;
  webhooks?: Webhooks;
  close(): Promise<void>;
}

/** What a webhook says of itself. Plain data, kept beside its body. */
export interface Delivery {
  topic: string;
  entity: Entity;
  verb: Verb;
  /** The same on every retry of one delivery; without it, equal bodies are one delivery. */
  key?: string;
  /** ISO 8601 UTC */
  sentAt?: string;
}

/** Which record a webhook tells of. */
export interface Incoming {
  /** The id of the record in the source, e.g. a Shopify gid. */
  id: string;
  /** When it changed, ISO 8601 UTC. */
  time: string;
  /** The body only tells of the record: read the record itself with get(), or take it for deleted. */
  partial?: true;
}

export interface Subscription { topic: string; id: string; address: string }

export interface SubscriptionReport {
  kept: Subscription[];
  created: Subscription[];
  /** Subscriptions that had been there (by our record) and were gone. */
  lost: string[];
}

export interface Webhooks {
  /** Constant-time check, over the raw bytes where they are signed, against the secret and the previous secret; false also without any secret. */
  verify(body: Buffer, headers: Headers): boolean;
  /** What a delivery says of itself; undefined for a topic that is not understood. Throws DataError for what is none at all. */
  delivery(headers: Headers, text: string): Delivery | undefined;
  /** The id that {@link read} will find, where it can be seen without parsing the text: thousands may wait for their answer. */
  glance(text: string, delivery: Delivery): string | undefined;
  /** Reads a verified, parsed and masked body. Throws DataError if it lacks what identifies it. */
  read(body: Native, delivery: Delivery): Incoming;
  /** The record that a partial delivery tells of, where its id is not what get() takes, or list() would not tell of every record. Default: get(). */
  current?(entity: Entity, id: string): Promise<Native | undefined>;
  /** The system asks before it sends: who does, and whether they may; undefined if nobody asks. */
  handshake?(headers: Headers): { origin: string; allowed: boolean } | undefined;
  /** Subscriptions are made by hand at the vendor: ensure() and remove() do nothing. */
  readonly byHand?: true;
  /** Makes sure the subscriptions for these entities and verbs exist at this address, and no other of ours. */
  ensure(address: string, wanted: { entity: Entity; verbs: Verb[] }[]): Promise<SubscriptionReport>;
  /** Removes what `ensure` made. */
  remove(address: string): Promise<void>;
}

/** An operation of a connection failed on one record: which one, for errors and logs. */
export interface RecordError { index: number; error: { code: string; message: string; details: ErrorDetails } }
