/** Fields of canonical documents that are a record's own number. */
const own = ['orderNumber', 'invoiceNumber', 'shipmentNumber', 'returnNumber', 'customerNumber', 'sku'] as const;
/** Fields that people know a record by. */
const fields = [...own, 'purchaseOrderNumber', 'number', 'name'] as const;

/** A number as it is looked up: without the leading `#` and blanks, in lower case, cut to 100 characters. */
export function normalNumber(number: string): string { return number.trim().replace(/^#/, '').toLowerCase().slice(0, 100); }

/** Everything a person may search a message by, each as {@link normalNumber}; `record` is that of an error, e.g. `order #1001`. */
export function businessNumbers(message: unknown, record?: string): string[] {
  const { payload, event } = (message ?? {}) as { payload?: unknown; event?: { subject?: unknown } };
  const document = (typeof payload === 'object' && payload !== null ? payload : {}) as Record<string, unknown>;
  const found: unknown[] = fields.map((field) => document[field]);
  for (const id of Array.isArray(document['externalIds']) ? document['externalIds'] as ({ id?: unknown; number?: unknown } | null)[] : []) {
    found.push(id?.id, id?.number);
  }
  if (typeof event?.subject === 'string') found.push(event.subject.slice(event.subject.indexOf('/') + 1));
  if (record !== undefined) found.push(record.slice(record.lastIndexOf(' ') + 1));
  const numbers = found.filter((number): number is string | number => typeof number === 'string' || typeof number === 'number').map((number) => normalNumber(String(number)));
  return [...new Set(numbers.filter((number) => number !== ''))];
}

/** A document's own number, or else that of the record it comes from. */
export function numberOf(document: Record<string, unknown>): string | undefined {
  const [home] = (document['externalIds'] ?? []) as { number?: string }[];
  return own.map((field) => document[field]).find((value): value is string => typeof value === 'string' && value !== '') ?? home?.number;
}

/** What a message is about, for errors: `order #1001`, or as much of it as is known. */
export function recordName(message: unknown): string | undefined {
  const { payload, event } = (message ?? {}) as { payload?: unknown; event?: { subject?: unknown } };
  const document = (typeof payload === 'object' && payload !== null ? payload : {}) as Record<string, unknown>;
  const number = fields.map((field) => document[field]).find((value) => typeof value === 'string' && value !== '');
  const subject = typeof event?.subject === 'string' ? event.subject : undefined;
  if (typeof number !== 'string') return subject;
  return subject === undefined ? number : `${subject.slice(0, subject.indexOf('/'))} ${number}`;
}
