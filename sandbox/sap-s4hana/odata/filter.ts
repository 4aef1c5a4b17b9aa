import { framework } from './errors';
import { msOf, withoutZeros, type EntityType, type Property, type Row } from './model';

type Predicate = (row: Row) => boolean;

/** A compiled `$filter`, with what every match must meet, for an index to start from. */
export interface Filter {
  test: Predicate;
  /** Properties that have one of these values. */
  equal: ReadonlyMap<string, readonly unknown[]>;
  /** Texts that are at or after this value. */
  from: ReadonlyMap<string, string>;
}

const unsure = { equal: new Map<string, unknown[]>(), from: new Map<string, string>() };

/** No `$filter` at all. */
export const everything: Filter = { ...unsure, test: () => true };

const token = /\s*(?:(datetimeoffset|datetime|guid|time)?'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)[mMdDfFlL]?(?=[\s),]|$)|([A-Za-z_][\w/]*)|([(),]))/y;

type Token = { kind: 'text' | 'number' | 'name' | 'mark' | 'end'; text: string };

/** Compiles eq, ne, gt, ge, lt, le, and, or, not, parentheses, substringof, startswith, endswith. Throws ODataError. */
export function compileFilter(text: string, type: EntityType): Filter {
  const tokens = tokenize(text);
  let at = 0;
  const peek = (): Token => tokens[at] ?? { kind: 'end', text: '' };
  const next = (): Token => { const found = peek(); at++; return found; };
  const mark = (wanted: string): void => { if (next().text !== wanted) throw framework.malformed(`'${wanted}' expected in $filter`); };

  const or = (): Filter => {
    let left = and();
    while (peek().kind === 'name' && peek().text === 'or') { next(); left = either(left, and()); }
    return left;
  };
  const and = (): Filter => {
    let left = term();
    while (peek().kind === 'name' && peek().text === 'and') { next(); left = both(left, term()); }
    return left;
  };
  const term = (): Filter => {
    if (peek().text === '(' && peek().kind === 'mark') { next(); const inner = or(); mark(')'); return inner; }
    const name = next();
    if (name.kind !== 'name') throw framework.malformed('property expected in $filter');
    if (name.text === 'not') { const { test } = term(); return { ...unsure, test: (row) => !test(row) }; }
    if (name.text in functions) return { ...unsure, test: call(name.text as keyof typeof functions) };
    return comparison(propertyOf(type, name.text, 'filterable'), next().text, next());
  };
  const call = (name: keyof typeof functions): Predicate => {
    mark('(');
    const first = next();
    mark(',');
    const second = next();
    mark(')');
    const [property, literal] = name === 'substringof' ? [second, first] : [first, second];
    const field = propertyOf(type, property.text, 'filterable').name;
    const test = functions[name];
    // The function may be compared: `substringof('x',Name) eq true`.
    if (peek().text === 'eq') { next(); next(); }
    return (row) => test(String(row[field] ?? ''), literal.text);
  };

  const filter = or();
  if (peek().kind !== 'end') throw framework.malformed(`'${peek().text}' in $filter`);
  return filter;
}

function comparison(property: Property, operator: string, literal: Token): Filter {
  const value = literalValue(property, literal);
  const { name } = property;
  const compare = comparisons[operator];
  if (!compare) throw framework.malformed(`operator '${operator}' in $filter`);
  return {
    test: (row) => compare(comparable(property, row[name] ?? null), value),
    equal: operator === 'eq' && typeof value !== 'number' ? new Map([[name, [value]]]) : unsure.equal,
    from: (operator === 'gt' || operator === 'ge') && typeof value === 'string' ? new Map([[name, value]]) : unsure.from,
  };
}

function both(a: Filter, b: Filter): Filter {
  const from = new Map(a.from);
  for (const [name, value] of b.from) if (value > (from.get(name) ?? '')) from.set(name, value);
  return { test: (row) => a.test(row) && b.test(row), equal: new Map([...b.equal, ...a.equal]), from };
}

/** Only what both sides say of the same property is sure. */
function either(a: Filter, b: Filter): Filter {
  const equal = [...a.equal].flatMap(([name, values]): [string, unknown[]][] => {
    const others = b.equal.get(name);
    return others ? [[name, [...values, ...others]]] : [];
  });
  return { test: (row) => a.test(row) || b.test(row), equal: new Map(equal), from: unsure.from };
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (text.slice(token.lastIndex).trim() !== '') {
    const found = token.exec(text);
    if (!found) throw framework.malformed('$filter cannot be read');
    const [, , quoted, number, name, sign] = found;
    if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.replace(/''/g, "'") });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'mark', text: sign ?? '' });
  }
  return tokens;
}

/** A property that $filter or $orderby names. Throws ODataError for one that is not there, or not for that. */
export function propertyOf(type: EntityType, name: string, use: 'filterable' | 'sortable'): Property {
  const property = type.properties.get(name);
  if (!property) throw framework.noProperty(name, `${type.set}Type`);
  if (!property[use]) throw framework.badValue(name, `is not ${use}`);
  return property;
}

type Comparable = string | number | boolean | null;

/** A stored value in a form that `<` understands. */
export function comparable(property: Property, value: string | boolean | null): Comparable {
  if (value === null || typeof value === 'boolean') return value;
  if (property.type === 'Edm.Decimal') return Number(value);
  if (property.type === 'Edm.DateTime' || property.type === 'Edm.DateTimeOffset') return msOf(value);
  return value;
}

function literalValue(property: Property, literal: Token): Comparable {
  if (literal.kind === 'name') {
    if (literal.text === 'null') return null;
    if (literal.text === 'true' || literal.text === 'false') return literal.text === 'true';
    throw framework.malformed(`'${literal.text}' in $filter`);
  }
  switch (property.type) {
    case 'Edm.Decimal': return Number(literal.text);
    case 'Edm.DateTime': case 'Edm.DateTimeOffset': {
      const ms = Date.parse(/Z|[+-]\d\d:\d\d$/.test(literal.text) ? literal.text : `${literal.text}Z`);
      if (Number.isNaN(ms)) throw framework.badValue(property.name, 'has an invalid date in $filter');
      return ms;
    }
    default:
      if (literal.kind === 'number') throw framework.badValue(property.name, 'is compared with a number in $filter');
      return property.alpha ? withoutZeros(literal.text) : literal.text;
  }
}

const ordered = (test: (a: string | number, b: string | number) => boolean) => (a: Comparable, b: Comparable): boolean =>
  a !== null && b !== null && typeof a !== 'boolean' && typeof b !== 'boolean' && test(a, b);

const comparisons: Record<string, (a: Comparable, b: Comparable) => boolean> = {
  eq: (a, b) => a === b, ne: (a, b) => a !== b,
  gt: ordered((a, b) => a > b), ge: ordered((a, b) => a >= b), lt: ordered((a, b) => a < b), le: ordered((a, b) => a <= b),
};

const functions = {
  substringof: (value: string, part: string) => value.includes(part),
  startswith: (value: string, part: string) => value.startsWith(part),
  endswith: (value: string, part: string) => value.endsWith(part),
};
