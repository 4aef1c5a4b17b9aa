import { hasCheckDigit } from './codes';

/** Number ranges of card issuers: first and last prefix, and the lengths cards of the range have. */
const issuers: readonly (readonly [from: string, to: string, lengths: readonly number[]])[] = [
  ['4', '4', [13, 16, 19]], // Visa
  ['51', '55', [16]], ['2221', '2720', [16]], // Mastercard
  ['34', '34', [15]], ['37', '37', [15]], // American Express
  ['300', '305', [14, 16, 19]], ['3095', '3095', [14, 16, 19]], ['36', '36', [14, 16, 19]], ['38', '39', [14, 16, 19]], // Diners Club
  ['6011', '6011', [16, 17, 18, 19]], ['644', '659', [16, 17, 18, 19]], // Discover
  ['3528', '3589', [16, 17, 18, 19]], // JCB
  ['62', '62', [16, 17, 18, 19]], ['810', '817', [16, 17, 18, 19]], ['8172', '8201', [16]], // UnionPay, RuPay
  ['5018', '5020', [13, 14, 15, 16, 17, 18, 19]], ['5038', '5038', [13, 14, 15, 16, 17, 18, 19]], ['5893', '5893', [13, 14, 15, 16, 17, 18, 19]],
  ['6304', '6304', [13, 14, 15, 16, 17, 18, 19]], ['6759', '6763', [13, 14, 15, 16, 17, 18, 19]], // Maestro, Dankort
  ['2200', '2205', [16, 17, 18, 19]], ['9792', '9792', [16]], // Mir, Troy
  ['506', '508', [16, 18, 19]], ['6062', '6062', [16]], ['6069', '6085', [16]], // Verve, Elo, Hipercard, RuPay
];

/** What people put between the digits: blanks of all kinds, dashes, dots, invisible characters; at most three in a row. */
const between = String.raw`[\s.\p{Pd}\u2212\u00b7\u00ad\u200b-\u200d\u2060]{0,3}`;
const candidate = new RegExp(String.raw`\p{Nd}(?:${between}\p{Nd}){12,}`, 'gu');
const anyCandidate = new RegExp(String.raw`\p{Nd}(?:${between}\p{Nd}){12}`, 'u');
const longest = 19;
const longestAddress = 500;
/** How card numbers are printed; needed where further digits (date, check code) stand around one. */
const printed = /^(?:\d{13,19}|4(?: 4){3}(?: [1-3])?|4 6 [45])$/;

/**
 * Masks card numbers in free text (rule PCI-1): 13 to 19 digits of an issuer's range and length that pass the Luhn test.
 * The last four digits and all separators stay.
 *
 * One in ten numbers passes Luhn by chance, so some are left alone by what stands around them: digits inside a URL or a gid,
 * behind a `+` (phone), in a longer row without separators (tracking number), and 13 or 18 digits in a row with a
 * valid GS1 check digit (GTIN, SSCC; cards of these lengths are hardly issued). Of all other 13 to 19 digit numbers in
 * an issuer's range a tenth is masked needlessly: that is the price of letting no card through.
 */
export function maskCards(text: string): { text: string; masked: number } {
  if (text.length < 13 || !anyCandidate.test(text)) return { text, masked: 0 };
  let masked = 0;
  const result = text.replace(candidate, (run: string, at: number) => {
    if (isPhoneOrAddress(text, at)) return run;
    return maskRun(run, () => { masked++; });
  });
  return { text: result, masked };
}

/**
 * Masks card numbers in every string of a plain JSON value. Returns the value itself if nothing was masked, else a copy
 * that shares what did not change. Numbers are left alone: what people type arrives as text, and ids are numbers.
 */
export function maskCardsIn<T>(value: T): { value: T; masked: number } {
  const count = { masked: 0 };
  return { value: walk(value, count) as T, masked: count.masked };
}

/**
 * {@link maskCardsIn} for JSON text. Text that cannot hold a card, as nearly all, is not parsed: that would cost more than
 * everything else that is done with it. Text that is no JSON is masked as free text.
 */
export function maskCardsInJson(json: string): { text: string; masked: number } {
  if (!mayHoldCards(json)) return { text: json, masked: 0 };
  try {
    const { value, masked } = maskCardsIn(JSON.parse(json) as unknown);
    return { text: masked > 0 ? JSON.stringify(value) : json, masked };
  } catch {
    return maskCards(json);
  }
}

/** Escapes that may be decimal digits. */
const escapedDigit = /\\u(?:003\d|0[6-9a-f]|[1-9a-f])/i;
/** Escapes that may be separators. */
const escapedSeparator = /\\(?:[nrtf]|u[\da-f]{4})/gi;
const shortest = 13;

/** False only if no string of a JSON text holds a card; true may be wrong, as of numbers and addresses. */
function mayHoldCards(json: string): boolean {
  const isEscaped = json.includes('\\');
  if (isEscaped && escapedDigit.test(json)) return true;
  const text = isEscaped ? json.replace(escapedSeparator, ' ') : json;
  // A card and its separators fill 13 places or more: looking at every 13th is enough to meet each.
  for (let at = shortest - 1; at < text.length; at += shortest) {
    if (!mayBePart(text.charCodeAt(at))) continue;
    let [from, to] = [at, at + 1];
    while (from > 0 && mayBePart(text.charCodeAt(from - 1))) from--;
    while (to < text.length && mayBePart(text.charCodeAt(to))) to++;
    if (to - from >= shortest && holdsCard(text.slice(from, to))) return true;
    at = to;
  }
  return false;
}

/** Digits, what ASCII has of separators, and all beyond ASCII. */
function mayBePart(code: number): boolean {
  return code >= 48 ? code <= 57 || code > 127 : code === 32 || code === 45 || code === 46 || (code >= 9 && code <= 13);
}

function holdsCard(text: string): boolean {
  if (/^\d+$/.test(text)) return isCard(text, [{ text, digits: text }], true);
  let found = false;
  for (const [run] of text.matchAll(candidate)) maskRun(run, () => { found = true; });
  return found;
}

function walk(value: unknown, count: { masked: number }): unknown {
  if (typeof value === 'string') {
    if (value.length < 13) return value;
    const { text, masked } = maskCards(value);
    count.masked += masked;
    return text;
  }
  if (typeof value !== 'object' || value === null) return value;
  let copy: Record<string, unknown> | unknown[] | undefined;
  const object = value as Record<string, unknown>;
  for (const key in object) {
    const before = object[key];
    const after = walk(before, count);
    if (after === before) continue;
    copy ??= Array.isArray(value) ? [...value as unknown[]] : { ...object };
    (copy as Record<string, unknown>)[key] = after;
  }
  return copy ?? value;
}

function isPhoneOrAddress(text: string, at: number): boolean {
  if (/\+[\s(]*$/.test(text.slice(Math.max(0, at - 3), at))) return true;
  let from = at;
  while (from > 0 && at - from < longestAddress && !/\s/.test(text.charAt(from - 1))) from--;
  return text.slice(from, at).includes('://');
}

interface Group { text: string; digits: string }

/** Masks the cards among the groups of digits of a run; each try begins and ends at a group. */
function maskRun(run: string, found: () => void): string {
  const parts = run.split(/(\P{Nd}+)/u);
  const groups: Group[] = parts.filter((_, i) => i % 2 === 0).map((text) => ({ text, digits: toAscii(text) }));
  for (let start = 0; start < groups.length; start++) {
    for (let end = Math.min(groups.length, start + longest); end > start; end--) {
      const window = groups.slice(start, end);
      const digits = window.map((g) => g.digits).join('');
      if (digits.length < 13) break;
      if (!isCard(digits, window, window.length === groups.length)) continue;
      found();
      let left = digits.length - 4;
      for (const group of window) {
        group.text = Array.from(group.text, (c) => (left-- > 0 ? '*' : c)).join('');
      }
      start = end - 1;
      break;
    }
  }
  return parts.map((part, i) => (i % 2 === 0 ? groups[i / 2]?.text ?? part : part)).join('');
}

function isCard(digits: string, window: Group[], wholeRun: boolean): boolean {
  if (digits.length > longest || !luhn(digits) || !issuers.some((range) => within(digits, range))) return false;
  if (window.length === 1) return !((digits.length === 13 || digits.length === 18) && hasCheckDigit(digits));
  return wholeRun || printed.test(window.map((g) => g.digits.length).join(' '));
}

function within(digits: string, [from, to, lengths]: typeof issuers[number]): boolean {
  const prefix = digits.slice(0, from.length);
  return prefix >= from && prefix <= to && lengths.includes(digits.length);
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

/** Decimal digits of any script as 0-9: each script has ten in a row, beginning at a code that ends in 0 or 6. */
function toAscii(digits: string): string {
  return Array.from(digits.normalize('NFKC'), (c) => {
    const code = c.codePointAt(0) ?? 0;
    const low = code & 15;
    return String(/\p{Nd}/u.test(String.fromCodePoint(code - low)) ? low : low - 6);
  }).join('');
}
