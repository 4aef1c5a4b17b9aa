import { createHash } from 'node:crypto';

/**
 * What does not belong to the content of a document: who holds it, under which number, and when it was last touched. A
 * write-back of an ERP number changes only these, so it makes no new content (and no echo).
 */
const leftOut: ReadonlySet<string> = new Set(['version', 'updatedAt', 'schemaVersion', 'externalIds', 'erpDocuments', 'asOf', 'openOrderCutoff']);

/**
 * `sha256:<hex>` over the canonical JSON of a document (keys sorted, absent and undefined alike) without `version`,
 * `updatedAt`, `schemaVersion`, `erpDocuments`, `asOf`, `openOrderCutoff` and the document's own `externalIds`; those of lines and parties count.
 * Equal for equal content, whatever the order of keys. The order of lists counts.
 */
export function contentHash(document: object): string {
  return `sha256:${createHash('sha256').update(canonicalJson(document, leftOut)).digest('hex')}`;
}

/** JSON with sorted keys and without blanks; `except` names keys of the outermost object to leave out. */
export function canonicalJson(value: unknown, except?: ReadonlySet<string>): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return value === undefined ? 'null' : JSON.stringify(value);
  if (Array.isArray(value)) {
    let list = '';
    for (const item of value) list += list === '' ? canonicalJson(item) : `,${canonicalJson(item)}`;
    return `[${list}]`;
  }
  const object = value as Record<string, unknown>;
  let text = '';
  for (const key of Object.keys(object).sort()) {
    const item = object[key];
    if (item === undefined || except?.has(key)) continue;
    text += `${text === '' ? '' : ','}${quoted(key)}:${canonicalJson(item)}`;
  }
  return `{${text}}`;
}

/** What of a document {@link contentHash} looks at. */
export function contentOf(document: object): object { return Object.fromEntries(Object.entries(document).filter(([name]) => !leftOut.has(name))); }

const needsEscape = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Most texts need no escape, and to look for that takes a fraction of what JSON.stringify takes for one. */
function quoted(text: string): string { return needsEscape.test(text) ? JSON.stringify(text) : `"${text}"`; }
