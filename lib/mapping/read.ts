import Big from 'big.js';
import type { Fields } from './field';
import { internalized, type FieldFunctions } from './fresh';
import type { Get, Scope } from './scope';
import type { Condition, Literal, Operator, Path, Segment } from './syntax';

/** A getter for a path. Throws MappingSyntaxError. */
export function compilePath({ start, segments }: Path, fields: FieldFunctions): Get {
  if (start === 'index') return (scope) => (scope.index < 0 ? undefined : scope.index);
  if (start === 'position') return (scope) => (scope.index < 0 ? undefined : scope.index + 1);
  if (start === 'scope' && segments.every(isPlain)) return fields.readFields(segments.map(({ name }) => internalized(name)));
  const from = origin[start];
  if (segments.length === 0) return from;
  return segments.map((segment) => step(segment, fields)).reduce<Get>((get, next) => (scope) => next(get(scope), scope), from);
}

const origin: Record<'scope' | 'root' | 'parent' | 'context', Get> = {
  scope: (scope) => scope.value, root: (scope) => scope.run.root, parent: (scope) => scope.parent?.value, context: (scope) => scope.run.context,
};

function isPlain(segment: Segment): segment is { name: string } { return 'name' in segment && !(segment.name in Array.prototype); }

function step(segment: Segment, fields: FieldFunctions): (value: unknown, scope: Scope) => unknown {
  if ('index' in segment) {
    const { index } = segment;
    return (value) => (Array.isArray(value) ? value.at(index) as unknown : undefined);
  }
  if ('first' in segment) {
    const meets = compileCondition(segment.first, fields);
    return (value, scope) => (Array.isArray(value)
      ? value.find((item: unknown, index) => meets({ ...scope, value: item, index, parent: scope })) as unknown : undefined);
  }
  const { name } = segment;
  return (value) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields)[name] : undefined);
}

/** A test for a condition. Throws MappingSyntaxError. */
export function compileCondition(condition: Condition, fields: FieldFunctions): (scope: Scope) => boolean {
  switch (condition.kind) {
    case 'and': {
      const parts = condition.parts.map((part) => compileCondition(part, fields));
      return (scope) => parts.every((part) => part(scope));
    }
    case 'or': {
      const parts = condition.parts.map((part) => compileCondition(part, fields));
      return (scope) => parts.some((part) => part(scope));
    }
    case 'not': {
      const part = compileCondition(condition.part, fields);
      return (scope) => !part(scope);
    }
    case 'state': return state(compilePath(condition.path, fields), condition.is);
    case 'in': {
      const left = compilePath(condition.left, fields);
      const tests = condition.list.map(equalTo);
      return (scope) => { const value = left(scope); return tests.some((test) => test(value)); };
    }
    case 'compare': return compare(compilePath(condition.left, fields), condition.operator, 'literal' in condition.right ? condition.right : compilePath(condition.right, fields));
  }
}

function state(get: Get, is: 'present' | 'absent' | 'null'): (scope: Scope) => boolean {
  if (is === 'null') return (scope) => get(scope) === null;
  if (is === 'absent') return (scope) => get(scope) === undefined;
  return (scope) => { const value = get(scope); return value !== undefined && value !== null; };
}

function compare(left: Get, operator: Operator, right: Get | { literal: Literal }): (scope: Scope) => boolean {
  if ('literal' in right && (operator === '=' || operator === '!=')) {
    const test = equalTo(right.literal);
    return operator === '=' ? (scope) => test(left(scope)) : (scope) => !test(left(scope));
  }
  const other = 'literal' in right ? (): unknown => right.literal : right;
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

