import type { Auth } from '../contract';

/**
 * A token that does not change, in a header: `fixedToken(token)` sends `authorization: Bearer …`,
 * `fixedToken(token, 'x-shopify-access-token')` sends the bare token.
 */
export function fixedToken(token: string, header = 'authorization'): Auth {
  const name = header.toLowerCase();
  const value = name === 'authorization' ? `Bearer ${token}` : token;
  return { apply: (request) => { request.headers = { ...request.headers, [name]: value }; } };
}
