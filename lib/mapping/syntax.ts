/** A path or condition cannot be read; `position` counts characters from 1. */
export class MappingSyntaxError extends Error {
  constructor(message: string, readonly position: number) { super(`${message} at character ${position}`); }
}

export type Literal = string | number | boolean | null;

/** What a path consists of: names, `[2]` or `[-1]` for an item, `[condition]` for the first item that meets it. */
export type Segment = { name: string } | { index: number } | { first: Condition };

export interface Path { start: 'scope' | 'root' | 'parent' | 'context' | 'index' | 'position'; segments: Segment[]; text: string }

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'contains';

export type Condition =
  | { kind: 'and' | 'or'; parts: Condition[] }
  | { kind: 'not'; part: Condition }
  | { kind: 'state'; path: Path; is: 'present' | 'absent' | 'null' }
  | { kind: 'compare'; left: Path; operator: Operator; right: Path | { literal: Literal } }
  | { kind: 'in'; left: Path; list: Literal[] };

const starts = ['root', 'parent', 'context', 'index', 'position'] as const;
const nameCharacter = /[\p{L}\p{N}_$@-]/u;
const operators = ['!=', '<=', '>=', '=', '<', '>'] as const;

/** Reads the path of a `from`, `each` or condition, such as `item.sku`, `lines[0].id`, `externalIds[type = 'Order'].id`. */
export function parsePath(text: string): Path {
  const reader = new Reader(text);
  const path = reader.path();
  reader.end();
  return path;
}

/**
 * Reads a condition: `lineKind = 'product' and not (quantity.value <= 0)`. Comparisons `= != < <= > >=`, `in (…)`, `contains`,
 * the states `present`, `absent`, `null`, joined by `not`, `and`, `or` in this order of precedence.
 */
export function parseCondition(text: string): Condition {
  const reader = new Reader(text);
  const condition = reader.condition();
  reader.end();
  return condition;
}

class Reader {
  #at = 0;
  constructor(private readonly text: string) {}

  end(): void {
    this.#blanks();
    if (this.#at < this.text.length) throw this.#error(`unexpected "${this.text.slice(this.#at, this.#at + 12)}"`);
  }

  condition(): Condition { return this.#joined('or', () => this.#joined('and', () => this.#not())); }

  path(): Path {
    this.#blanks();
    const from = this.#at;
    const path: Path = { start: 'scope', segments: [], text: '' };
    if (this.text[this.#at] === '.') {
      this.#at++;
    } else {
      if (this.text[this.#at] !== '[') this.#name(path.segments, 'a path such as item.sku');
      const first = path.segments[0];
      const start = first && 'name' in first ? starts.find((name) => first.name === `$${name}`) : undefined;
      if (start) { path.start = start; path.segments = []; }
    }
    for (;;) {
      if (this.text[this.#at] === '[') this.#bracket(path.segments);
      else if (this.text[this.#at] === '.') { this.#at++; this.#name(path.segments, 'a name'); }
      else break;
    }
    if ((path.start === 'index' || path.start === 'position') && path.segments.length > 0) throw this.#error(`nothing can follow $${path.start}`);
    path.text = this.text.slice(from, this.#at);
    return path;
  }

  #name(segments: Segment[], expected: string): void {
    const from = this.#at;
    while (this.#at < this.text.length && nameCharacter.test(this.text[this.#at] ?? '')) this.#at++;
    if (this.#at === from) throw this.#error(`expected ${expected}`);
    segments.push({ name: this.#safe(this.text.slice(from, this.#at), from) });
  }

  #bracket(segments: Segment[]): void {
    this.#at++;
    const index = /^\s*(-?\d+)\s*\]/.exec(this.text.slice(this.#at));
    if (index) {
      segments.push({ index: Number(index[1]) });
      this.#at += index[0].length;
      return;
    }
    this.#blanks();
    const from = this.#at;
    if (this.#quote()) {
      segments.push({ name: this.#safe(this.#string(), from) });
    } else {
      segments.push({ first: this.condition() });
    }
    this.#blanks();
    this.#expect(']');
  }

  /** Names that every object has would reach code instead of data. */
  #safe(name: string, from: number): string {
    if (name in Object.prototype) throw new MappingSyntaxError(`"${name}" cannot be the name of a field`, from + 1);
    return name;
  }

  #joined(kind: 'and' | 'or', part: () => Condition): Condition {
    const parts = [part()];
    while (this.#word(kind)) parts.push(part());
    return parts.length === 1 ? parts[0] as Condition : { kind, parts };
  }

  #not(): Condition {
    if (this.#word('not')) return { kind: 'not', part: this.#not() };
    this.#blanks();
    if (this.text[this.#at] !== '(') return this.#comparison();
    this.#at++;
    const inner = this.condition();
    this.#blanks();
    this.#expect(')');
    return inner;
  }

  #comparison(): Condition {
    const left = this.path();
    for (const is of ['present', 'absent', 'null'] as const) if (this.#word(is)) return { kind: 'state', path: left, is };
    if (this.#word('in')) return { kind: 'in', left, list: this.#list() };
    if (this.#word('not')) {
      if (!this.#word('in')) throw this.#error('expected in (…)');
      return { kind: 'not', part: { kind: 'in', left, list: this.#list() } };
    }
    const operator = this.#word('contains') ? 'contains' : this.#operator();
    return { kind: 'compare', left, operator, right: this.#operand() };
  }

  #operator(): Operator {
    this.#blanks();
    const found = operators.find((operator) => this.text.startsWith(operator, this.#at));
    if (!found) throw this.#error('expected =, !=, <, <=, >, >=, in, contains, present, absent or null');
    this.#at += found.length;
    return found;
  }

  #list(): Literal[] {
    this.#blanks();
    this.#expect('(');
    const list: Literal[] = [];
    do {
      const operand = this.#operand();
      if (!('literal' in operand)) throw this.#error('a list holds only texts, numbers, true, false and null, not paths;');
      list.push(operand.literal);
      this.#blanks();
    } while (this.text[this.#at] === ',' && ++this.#at);
    this.#expect(')');
    return list;
  }

  #operand(): Path | { literal: Literal } {
    this.#blanks();
    if (this.#quote()) return { literal: this.#string() };
    const number = /^-?\d+(?:\.\d+)?(?![\w.])/.exec(this.text.slice(this.#at));
    if (number) {
      this.#at += number[0].length;
      return { literal: Number(number[0]) };
    }
    for (const [word, literal] of [['true', true], ['false', false], ['null', null]] as const) if (this.#word(word)) return { literal };
    return this.path();
  }

  #quote(): boolean { return this.text[this.#at] === "'" || this.text[this.#at] === '"'; }

  /** A text in quotes; the quote itself is written twice. */
  #string(): string {
    const from = this.#at;
    const quote = this.text[this.#at++] ?? '';
    let result = '';
    for (;;) {
      const end = this.text.indexOf(quote, this.#at);
      if (end < 0) throw new MappingSyntaxError(`the text that begins with ${quote} has no end`, from + 1);
      result += this.text.slice(this.#at, end);
      this.#at = end + 1;
      if (this.text[this.#at] !== quote) return result;
      result += quote;
      this.#at++;
    }
  }

  #word(word: string): boolean {
    this.#blanks();
    const end = this.#at + word.length;
    if (this.text.slice(this.#at, end).toLowerCase() !== word || nameCharacter.test(this.text[end] ?? '') || this.text[end] === '.') return false;
    this.#at = end;
    return true;
  }

  #expect(character: string): void {
    if (this.text[this.#at] !== character) throw this.#error(`expected ${character}`);
    this.#at++;
  }

  #blanks(): void { while (/\s/.test(this.text[this.#at] ?? '')) this.#at++; }

  #error(message: string): MappingSyntaxError { return new MappingSyntaxError(message, this.#at + 1); }
}
