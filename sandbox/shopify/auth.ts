import { randomBytes } from 'node:crypto';
import { jsonAnswer, type SandboxAnswer } from '../answers';
import type { SandboxRequest } from '../server';
import type { ShopState } from './state';

export interface AuthOptions {
  clientId: string;
  clientSecret: string;
  /** A token that never ends, as old custom apps have. */
  accessToken: string;
  scopes: readonly string[];
  /** Default 24 h. */
  tokenLifetimeMs: number;
}

/** The app's tokens: issued by the client credentials grant, or the fixed one. */
export class Auth {
  issued = 0;
  readonly #state: ShopState;
  readonly #options: AuthOptions;
  readonly #now: () => number;
  /** Set when the fixed token was ordered to fail until it is fetched anew. */
  #fixedEnded = false;

  constructor(state: ShopState, options: AuthOptions, now: () => number) {
    this.#state = state;
    this.#options = options;
    this.#now = now;
  }

  /** `POST /admin/oauth/access_token`, form or JSON. */
  issue(request: SandboxRequest): SandboxAnswer {
    const fields = formOrJson(request);
    if (!fields) return refusal('invalid_request', 'The body could not be read');
    const grant = String(fields['grant_type']);
    if (grant !== 'client_credentials') return refusal('unsupported_grant_type', `Unsupported grant type '${grant}'`);
    const { clientId, clientSecret, scopes, tokenLifetimeMs } = this.#options;
    if (fields['client_id'] !== clientId || fields['client_secret'] !== clientSecret) return refusal(
      'application_cannot_be_found', 'Client id or secret is wrong',
    );
    const token = `shpat_${randomBytes(16).toString('hex')}`;
    this.#state.putToken({ token, expiresAt: this.#now() + tokenLifetimeMs });
    this.issued++;
    return jsonAnswer(200, { access_token: token, scope: scopes.join(','), expires_in: Math.floor(tokenLifetimeMs / 1000) - 1 });
  }

  accepts(token: string | string[] | undefined): boolean {
    if (typeof token !== 'string') return false;
    if (token === this.#options.accessToken) return !this.#fixedEnded;
    const known = this.#state.tokens.get(token);
    return known !== undefined && known.expiresAt > this.#now();
  }

  /** Ends all issued tokens. */
  expire(): void { this.#state.deleteTokens(); }

  /** Ends the fixed token as well: the app is gone. */
  revoke(): void { this.#fixedEnded = true; this.expire(); }
}

function formOrJson({ body, headers }: SandboxRequest): Record<string, unknown> | undefined {
  if (!headers['content-type']?.includes('json')) return Object.fromEntries(new URLSearchParams(body));
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function refusal(error: string, description: string): SandboxAnswer { return jsonAnswer(400, { error, error_description: description }); }
