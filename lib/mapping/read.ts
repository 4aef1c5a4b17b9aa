import Big from 'big.js';
import { parsePath, type Condition, type Literal, type Operator, type Path, type Segment } from './syntax';
import type { Get, Scope } from './scope';

type Fields = Record<string, unknown>;

/** A getter for a path. Throws MappingSyntaxError. */
export function compilePath(path: Path | string): Get {
  const { start, segments } = typeof path === 'string' ? parsePath(path) : path;
  if (start === 'index') return (scope) => (scope.index < 0 ? undefined : scope.index);
  if (start === 'position') return (scope) => (scope.index < 0 ? undefined : scope.index + 1);
  if (start === 'scope' && segments.every(isPlain)) return plain(segments.map(({ name }) => name));
  const from = origin[start];
  if (segments.length === 0) return from;
  return segments.map(step).reduce<Get>((get, next) => (scope) => next(get(scope), scope), from);
}

const origin: Record<'scope' | 'root' | 'parent' | 'context', Get> = {
  scope: (scope) => scope.value, root: (scope) => scope.run.root, parent: (scope) => scope.parent?.value, context: (scope) => scope.run.context,
};

function isPlain(segment: Segment): segment is { name: string } { return 'name' in segment && !(segment.name in Array.prototype); }

function isFields(value: unknown): value is Fields { return typeof value === 'object' && value !== null; }

/** Most paths have one to three names: reading these without a loop is what makes mappings fast. */
function plain(names: string[]): Get {
  const [a = '', b = '', c = ''] = names;
  switch (names.length) {
    case 0: return origin.scope;
    case 1: return ({ value }) => (isFields(value) ? value[a] : undefined);
    case 2: return ({ value }) => {
      if (!isFields(value)) return undefined;
      const inner = value[a];
      return isFields(inner) ? inner[b] : undefined;
    };
    case 3: return ({ value }) => {
      if (!isFields(value)) return undefined;
      const inner = value[a];
      if (!isFields(inner)) return undefined;
      const innermost = inner[b];
      return isFields(innermost) ? innermost[c] : undefined;
    };
    default: return ({ value }) => {
      let inner = value;
      for (const name of names) {
        if (!isFields(inner)) return undefined;
        inner = inner[name];
      }
      return inner;
    };
  }
}

function step(segment: Segment): (value: unknown, scope: Scope) => unknown {
  if ('index' in segment) {
    const { index } = segment;
    return (value) => (Array.isArray(value) ? value.at(index) as unknown : undefined);
  }
  if ('first' in segment) {
    const meets = compileCondition(segment.first);
    return (value, scope) => (Array.isArray(value)
      ? value.find((item: unknown, index) => meets({ ...scope, value: item, index, parent: scope })) as unknown : undefined);
  }
  const { name } = segment;
  return (value) => (isFields(value) && !Array.isArray(value) ? value[name] : undefined);
}

/** A test for a condition. Throws MappingSyntaxError. */
export function compileCondition(condition: Condition): (scope: Scope) => boolean {
  switch (condition.kind) {
    case 'and': {
      const parts = condition.parts.map(compileCondition);
      return (scope) => parts.every((part) => part(scope));
    }
    case 'or': {
      const parts = condition.parts.map(compileCondition);
      return (scope) => parts.some((part) => part(scope));
    }
    case 'not': {
      const part = compileCondition(condition.part);
      return (scope) => !part(scope);
    }
    case 'state': return state(compilePath(condition.path), condition.is);
    case 'in': {
      const left = compilePath(condition.left);
      const tests = condition.list.map(equalTo);
      return (scope) => { const value = left(scope); return tests.some((test) => test(value)); };
    }
    case 'compare': return compare(compilePath(condition.left), condition.operator, condition.right);
  }
}

function state(get: Get, is: 'present' | 'absent' | 'null'): (scope: Scope) => boolean {
  if (is === 'null') return (scope) => get(scope) === null;
  if (is === 'absent') return (scope) => get(scope) === undefined;
  return (scope) => { const value = get(scope); return value !== undefined && value !== null; };
}

function compare(left: Get, operator: Operator, right: Path | { literal: Literal }): (scope: Scope) => boolean {
  if ('literal' in right && (operator === '=' || operator === '!=')) {
    const test = equalTo(right.literal);
    return operator === '=' ? (scope) => test(left(scope)) : (scope) => !test(left(scope));
  }
  const other = 'literal' in right ? (): unknown => right.literal : compilePath(right);
  return (scope) => test(left(scope), operator, other(scope));
}

/** A number equals the decimal strings of the same value (0 and "0.00"); everything else equals only itself. */
function equalTo(literal: Literal): (value: unknown) => boolean {
  if (typeof literal !== 'number') return (value) => value === literal;
  return (value) => value === literal || (isDecimal(value) && Number(value) === literal && new Big(value).eq(literal));
}

function test(left: unknown, operator: Operator, right: unknown): boolean {
  if (operator === 'contains') {
    return Array.isArray(left) ? left.includes(right) : typeof left === 'string' && typeof right === 'string' && left.includes(right);
  }
  const order = compareValues(left, right);
  switch (operator) {
    case '=': return order === 0;
    case '!=': return order !== 0;
    case '<': return order !== undefined && order < 0;
    case '<=': return order !== undefined && order <= 0;
    case '>': return order !== undefined && order > 0;
    case '>=': return order !== undefined && order >= 0;
  }
}

/** Decimals by value, other texts (ISO dates among them) by code unit; undefined for what has no order. */
function compareValues(left: unknown, right: unknown): number | undefined {
  if (left === right) return 0;
  if (isDecimal(left) && isDecimal(right)) return new Big(left).cmp(right);
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : 1;
  return undefined;
}

function isDecimal(value: unknown): value is string | number {
  return typeof value === 'number' ? Number.isFinite(value) : typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value);
}

