import type { Issue } from '../errors';

/** One run of a mapping: what all scopes share. */
export interface Run {
  root: unknown;
  context: Readonly<Record<string, unknown>>;
  issues: Issue[];
  /** What the expressions gave, in the order in which they are met; absent while they are only being collected. */
  results?: readonly unknown[];
  /** Expressions met so far; in a run that collects them, their results to come. */
  expressions: Promise<unknown>[];
  met: number;
}

/** The rule that opened a scope. */
export interface Site { from: string; to: string }

/** Where rules read: the document, or one item of a list or object within it. */
export interface Scope {
  value: unknown;
  run: Run;
  parent: Scope | undefined;
  /** Place in the source list, from 0; -1 outside of lists. */
  index: number;
  /** Place in the target list; -1 outside of lists. */
  at: number;
  site: Site | undefined;
}

/** Makes a value from a scope; undefined means absent. */
export type Get = (scope: Scope) => unknown;

/** Notes an issue; its value is absent then. `to` is the target path within the scope. */
export function report(scope: Scope, to: string, rule: string, message: string): unknown {
  scope.run.issues.push({ path: targetPath(scope, to), rule, message });
  return undefined;
}

/** Names the source of a value in an issue. */
export function fromText(scope: Scope, path: string): string { return ` (from ${sourcePath(scope, path)})`; }

function sourcePath(scope: Scope, path: string): string {
  const { parent, site, index } = scope;
  if (path.startsWith('$root.')) return path.slice('$root.'.length);
  if (!parent || !site) return path;
  if (path.startsWith('$parent.')) return sourcePath(parent, path.slice('$parent.'.length));
  if (path.startsWith('$')) return path;
  const here = sourcePath(parent, site.from) + (index < 0 ? '' : `[${index}]`);
  return path === '.' ? here : here === '.' ? path : path.startsWith('[') ? here + path : `${here}.${path}`;
}

function targetPath(scope: Scope, path: string): string {
  const { parent, site, at } = scope;
  if (!parent || !site) return path;
  const list = site.to.endsWith('[]') ? site.to.slice(0, -2) : site.to;
  return `${targetPath(parent, list)}${at < 0 ? '' : `[${at}]`}.${path}`;
}
