import type { EditorRED } from 'node-red';
declare const RED: EditorRED;

/** What every node instance and every definition has: its texts. */
export type Translate = (key: string, variables?: Record<string, string | number>) => string;
/** The part of an editor node that the shared code needs. */
export interface EditedNode { id: string; type: string; name?: string | undefined; _: Translate }

/** The text of a key, filled with `values`, or `fallback` where the catalogue has none. */
export function textOr(node: EditedNode, key: string, fallback: string, values: Record<string, string> = {}): string {
  const text = node._(key, { ...values, defaultValue: fallback });
  return text === key || text.endsWith(`:${key}`) ? fallback : text;
}

/** An editor node by its id, with the properties it was saved with. */
export function nodeById<T extends object>(id: string): (EditedNode & Partial<T>) | undefined {
  return (RED.nodes.node(id) ?? undefined) as (EditedNode & Partial<T>) | undefined;
}
