import type { Auth } from '../contract';

/** Several schemes on one request, in this order, e.g. a login and a CSRF token. A refusal is offered to each until one renews. */
export function chainAuth(...parts: Auth[]): Auth {
  return {
    async apply(request) {
      for (const part of parts) await part.apply(request);
    },
    async refused(response, request) {
      for (const part of parts) if (await part.refused?.(response, request)) return true;
      return false;
    },
    answered(response, request) {
      for (const part of parts) part.answered?.(response, request);
    },
  };
}
