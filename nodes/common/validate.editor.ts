import type { EditedNode } from './text.editor';

/** `${NAME}` anywhere in a value: filled in when the flow starts, so it cannot be judged here. */
export function hasReference(value: unknown): boolean { return typeof value === 'string' && value.includes('${'); }

export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

type Check<T> = (this: EditedNode & T, value: unknown, options?: unknown) => true | string;

/**
 * Makes an editor validator of a check that returns true or the reason. Node-RED shows the reason only if the function
 * declares exactly two parameters; @types/node-red knows only the boolean form, hence the cast.
 */
export function validator<T = object>(check: Check<T>): (value: string) => boolean {
  return function (this: EditedNode & T, value: unknown, options: unknown): true | string {
    return hasReference(value) || check.call(this, value, options);
  } as unknown as (value: string) => boolean;
}

/** A whole number from min to max; with `blank`, nothing is right too. */
export function whole(min: number, max: number, blank: 'blank' | 'required' = 'required'): (value: string) => boolean {
  return validator(numberCheck((number) => Number.isInteger(number), 'wholeNumber', min, max, blank));
}

/** A number from min to max; with `blank`, nothing is right too. */
export function decimal(min: number, max: number, blank: 'blank' | 'required' = 'required'): (value: string) => boolean {
  return validator(numberCheck((number) => Number.isFinite(number), 'number', min, max, blank));
}

function numberCheck(isRight: (n: number) => boolean, rule: string, min: number, max: number, blank: 'blank' | 'required'): Check<object> {
  return function (value) {
    if (isBlank(value)) return blank === 'blank' || this._('common.validate.required');
    const number = Number(value);
    return (isRight(number) && number >= min && number <= max) || this._(`common.validate.${rule}`, { min, max });
  };
}

/** Anything but blank. */
export function notBlank(): (value: string) => boolean {
  return validator(function (value) { return !isBlank(value) || this._('common.validate.required'); });
}

/** A config node must be chosen, still be there and be set up without errors. */
export function chosen(find: (id: string) => { valid?: boolean } | undefined, kind: 'system' | 'broker' = 'system'): (value: string) => boolean {
  return validator(function (value) {
    const reason = (key: string): string => this._(`common.validate.${kind}.${key}`);
    if (isBlank(value) || value === '_ADD_') return reason('none');
    const node = find(String(value));
    if (!node) return reason('gone');
    return node.valid !== false || reason('invalid');
  });
}

/** An http(s) address without query, or nothing. */
export function address(): (value: string) => boolean {
  return validator(function (value) {
    return isBlank(value) || /^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/.test(String(value)) || this._('common.validate.address');
  });
}
