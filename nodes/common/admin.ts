import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { toError } from '../../lib/errors';

const served = new WeakMap<object, Set<string>>();

/**
 * Serves `<method> <httpAdmin root>/b2b/<path>` for users with the permission, answering what `handle` resolves to as
 * JSON. Asked for twice it serves once, so every node that needs a route may ask for it.
 */
export function adminRoute(
  RED: NodeAPI, method: 'get' | 'post', path: string, permission: `b2b.${string}.${'read' | 'write'}`,
  handle: (body: unknown, parameters: Partial<Record<string, string>>) => Promise<unknown>,
): void {
  let routes = served.get(RED.httpAdmin);
  if (!routes) served.set(RED.httpAdmin, routes = new Set());
  const name = `${method} ${path}`;
  if (routes.has(name)) return;
  routes.add(name);
  RED.httpAdmin[method](`/b2b/${path}`, RED.auth.needsPermission(permission), (request: Request, response: Response) => {
    const answer = async (): Promise<unknown> => await handle(request.body, request.params as Partial<Record<string, string>>);
    answer().then(
      (found) => { response.json(found); },
      (reason: unknown) => { response.status(500).json({ message: toError(reason).message }); },
    );
  });
}
