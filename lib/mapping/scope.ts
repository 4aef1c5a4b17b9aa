import type { Issue } from '../errors';

/** One run of a mapping: what all scopes share. */
export interface Run {
  root: unknown;
  context: Readonly<Record<string, unknown>>;
  issues: Issue[];
  /** Results of expressions on their way. */
  pending: Promise<void>[];
}

/** Where rules read: the document, or one item of a list or object within it. */
export interface Scope {
  value: unknown;
  run: Run;
  parent: Scope | undefined;
  /** Place in the source list, from 0; -1 outside of lists. */
  index: number;
  /** Place in the target list; -1 outside of lists. */
  at: number;
  /** Source and target path of the rule that opened the scope. */
  from: string;
  to: string;
}

/** Reads a value from a scope; undefined means absent. */
export type Get = (scope: Scope) => unknown;

export function sourcePath(scope: Scope | undefined, path: string): string {
  if (path.startsWith('$root')) return path.slice('$root.'.length);
  if (!scope?.parent) return path;
  if (path.startsWith('$parent')) return sourcePath(scope.parent, path.slice('$parent.'.length));
  if (path.startsWith('$')) return path;
  const here = sourcePath(scope.parent, scope.from) + (scope.index < 0 ? '' : `[${scope.index}]`);
  return path === '.' || path === '' ? here : path.startsWith('[') ? here + path : `${here}.${path}`;
}

export function targetPath(scope: Scope | undefined, path: string): string {
  if (!scope?.parent) return path;
  const list = scope.to.endsWith('[]') ? scope.to.slice(0, -2) : scope.to;
  return `${targetPath(scope.parent, list)}${scope.at < 0 ? '' : `[${scope.at}]`}.${path}`;
}
