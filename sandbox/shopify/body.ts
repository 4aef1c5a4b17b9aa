/** A document on its way out. */
export type Json = Record<string, unknown>;

/** Private-use character in front of digits that are to become a bare number. */
const mark = '\ue000';
const marked = new RegExp(`"${mark}(\\d+)"`, 'g');

/** An id that `toBody` writes as a JSON number digit for digit, also where a JavaScript number would lose some. */
export function numericId(digits: string): number | string {
  const id = Number(digits);
  return Number.isSafeInteger(id) ? id : mark + digits;
}

/** The bytes of a payload. */
export function toBody(payload: Json): Buffer {
  const text = JSON.stringify(payload);
  return Buffer.from(text.includes(mark) ? text.replace(marked, '$1') : text);
}
