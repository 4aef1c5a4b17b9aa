import type { Auth } from '../contract';

/** User and password in every request (RFC 7617, UTF-8). */
export function basicAuth(user: string, password: string): Auth {
  const value = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return { apply: (request) => { request.headers = { ...request.headers, authorization: value }; } };
}
