import { createHash, timingSafeEqual } from 'node:crypto';
import { header, type Headers } from './headers';

/** What whoever posts to us must show. */
export type Credentials =
  | { kind: 'basic'; user: string }
  /** The secret is the header's value; in `authorization` it may stand behind `Bearer`. */
  | { kind: 'header'; name: string };

/**
 * Tells in constant time whether a request shows one of the secrets (the one of now, and the one before a change). Blank
 * secrets open nothing.
 */
export function credentialCheck(credentials: Credentials, secrets: readonly string[]): (headers: Headers) => boolean {
  const name = credentials.kind === 'basic' ? 'authorization' : credentials.name.toLowerCase();
  const expected = secrets.filter((secret) => secret.trim() !== '')
    .map((secret) => digest(credentials.kind === 'basic' ? Buffer.from(`${credentials.user}:${secret}`).toString('base64') : secret));
  const scheme = credentials.kind === 'basic' ? /^basic +/i : /^bearer +/i;
  return (headers) => {
    const shown = header(headers, name) ?? '';
    const given = digest(name === 'authorization' ? shown.replace(scheme, '') : shown);
    // All are compared, whichever fits.
    return expected.map((one) => timingSafeEqual(one, given)).includes(true);
  };
}

/** Of one length, whatever the secret's. */
function digest(text: string): Buffer { return createHash('sha256').update(text).digest(); }
