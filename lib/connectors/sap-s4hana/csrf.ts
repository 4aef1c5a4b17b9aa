import { headerOf } from '../../http/body';
import type { Auth, HttpRequest, HttpResponse } from '../../http/contract';

/**
 * The CSRF protocol of SAP's OData services: a token, valid only with the session's cookies, goes with every write. One
 * cookie jar and one token a connection; however many writes wait, one request fetches the token. A 403 with
 * `x-csrf-token: Required` means token or session have ended; any other 403 is a missing permission and not ours.
 * Cookies go with reads, too: otherwise each read would open a session of its own.
 */
export function csrfAuth(fetchToken: (servicePath: string) => Promise<HttpResponse>): Auth {
  const cookies = new Map<string, string>();
  let token: string | undefined;
  let pending: Promise<string> | undefined;
  const jar = (): string => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

  function renew(path: string): Promise<string> {
    return pending ??= fetchFresh(path).finally(() => { pending = undefined; });
  }

  async function fetchFresh(path: string): Promise<string> {
    token = undefined;
    cookies.clear();
    const response = await fetchToken(serviceOf(path));
    // A service that is not protected sends no token: the writes then go without one.
    return token = headerOf(response.headers, 'x-csrf-token') ?? '';
  }

  return {
    async apply(request) {
      const write = isWrite(request);
      if (write) token ??= await renew(request.path);
      const cookie = jar();
      request.headers = { ...request.headers, ...(cookie && { cookie }), ...(write && token && { 'x-csrf-token': token }) };
    },
    async refused(response, request) {
      if (response.status !== 403 || !isWrite(request) || headerOf(response.headers, 'x-csrf-token')?.toLowerCase() !== 'required') return false;
      if (pending || request.headers?.['x-csrf-token'] === token) await renew(request.path);
      return true;
    },
    answered(response, request) {
      // Answers to requests of an earlier session must not overwrite the cookies that the token belongs to.
      if ((request.headers?.['cookie'] ?? '') !== jar()) return;
      const set = response.headers['set-cookie'] ?? [];
      for (const line of Array.isArray(set) ? set : [set]) keep(cookies, line);
    },
  };
}

const isWrite = ({ method }: HttpRequest): boolean => method !== 'GET' && method !== 'HEAD';

/** `/sap/opu/odata/sap/API_X/` of a path below it. */
function serviceOf(path: string): string { return /^.*?\/sap\/opu\/odata\/sap\/[^/?]+\//.exec(path)?.[0] ?? path; }

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';');
  const at = pair.indexOf('=');
  const name = pair.slice(0, at).trim();
  if (at < 1) return;
  const ended = attributes.some((attribute) => /^\s*max-age\s*=\s*0\s*$/i.test(attribute)) || pair.slice(at + 1).trim() === 'deleted';
  if (ended) cookies.delete(name); else cookies.set(name, pair.slice(at + 1).trim());
}
