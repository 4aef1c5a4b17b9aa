import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../../examples');

export type FlowNodes = (Record<string, unknown> & { id: string; type: string })[];

/** Names of all example flows, e.g. `order sync/Shopify to SAP S4HANA`. */
export const exampleNames = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.json')).map((f) => f.slice(0, -5)).sort();

/** An example flow; `changes` go over the properties of each node of a type. */
export function example(name: string, changes: Record<string, Record<string, unknown>> = {}): FlowNodes {
  const nodes = JSON.parse(readFileSync(join(root, `${name}.json`), 'utf8')) as FlowNodes;
  return nodes.map((node) => ({ ...node, ...changes[node.type] }));
}
