/** An e-mail address for comparison: trimmed, lower case (also the part before the @: no mail host in use tells case apart). */
export function normaliseEmail(email: string): string | undefined {
  const text = email.normalize('NFKC').trim().replace(/^mailto:/i, '').toLowerCase();
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? text : undefined;
}

/**
 * A phone number in E.164 (`+4989123456`) for comparison, or undefined if it cannot be one: too short, too long, or national
 * without a `callingCode` (digits, e.g. `49`). An extension (`ext. 12`, `x12`) is left out. No numbering plan is consulted:
 * this tells whether two spellings mean the same number, not whether somebody answers.
 */
export function normalisePhone(phone: string, callingCode?: string): string | undefined {
  const text = phone.normalize('NFKC').trim().replace(/^tel:/i, '').replace(/\s*(?:;ext=|ext\.?|x|#)\s*\d{1,6}$/i, '');
  const international = /^(?:\+|00)/.test(text);
  // "+49 (0)89 …" is how the trunk zero is written beside the calling code: it is not dialled from abroad.
  const digits = (international ? text.replace('(0)', '') : text).replace(/[\s().\-/\u2010-\u2015\u00b7]/g, '').replace(/^(?:\+|00)/, '');
  if (!/^\d+$/.test(digits)) return undefined;
  const full = international ? digits : callingCode === undefined ? undefined : national(digits, callingCode);
  return full !== undefined && /^[1-9]\d{6,14}$/.test(full) ? `+${full}` : undefined;
}

/** Italy, San Marino and Vatican keep their leading zero, North America has a leading 1 as both trunk prefix and calling code. */
function national(digits: string, callingCode: string): string {
  if (['39', '378', '379'].includes(callingCode)) return callingCode + digits;
  if (callingCode === '1') return digits.length === 11 && digits.startsWith('1') ? digits : `1${digits}`;
  return callingCode + digits.replace(/^0/, '');
}
