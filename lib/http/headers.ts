/** Headers of a request that came in, as Node.js has them. */
export type Headers = Record<string, string | string[] | undefined>;

/** A header by its name (in small letters), in whatever case it came; undefined for an empty one. */
export function header(headers: Headers, name: string): string | undefined {
  const key = name in headers ? name : Object.keys(headers).find((one) => one.toLowerCase() === name);
  const value = key === undefined ? undefined : headers[key];
  const first = Array.isArray(value) ? value[0] : value;
  return first === '' ? undefined : first;
}
