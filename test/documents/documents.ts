import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { checkDocument, type DocumentKind } from '../../lib/documents/validate';
import type { Documents } from '../../lib/documents/types';

/** A shipped example, e.g. `order` or `order.multicurrency`, made anew. */
export function example<K extends DocumentKind>(kind: K, variant = ''): Documents[K] {
  return JSON.parse(readFileSync(`lib/documents/examples/${kind}${variant}.example.json`, 'utf8')) as Documents[K];
}

/** A copy with other values at some paths (`lines[0].quantity.value`); undefined takes the field out. */
export function changed<T>(document: T, changes: Record<string, unknown>): T {
  const copy = structuredClone(document);
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.match(/[^.[\]]+/g) ?? [];
    const last = steps.pop() ?? '';
    const holder = steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], copy) as Record<string, unknown> | unknown[];
    assert.ok(typeof holder === 'object', `there is no ${path}`);
    if (value === undefined && Array.isArray(holder)) holder.splice(Number(last), 1);
    else if (value === undefined) Reflect.deleteProperty(holder, last);
    else Object.assign(holder, { [last]: value });
  }
  return copy;
}

/** What a document breaks: `<rule> <path>`. */
export function broken(kind: DocumentKind, document: unknown): string[] {
  return checkDocument(kind, document).map(({ path, rule }) => `${rule} ${path}`);
}
