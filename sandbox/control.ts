import type { IncomingMessage } from 'node:http';
import { jsonAnswer, type SandboxAnswer } from './answers';
import type { Fault } from './contract';
import type { SandboxServer } from './server';

/** What a simulator shows under `GET /__sandbox/<name>`, by name. */
export type ControlViews = Record<string, (query: URLSearchParams) => unknown>;

/** What a simulator does on `POST /__sandbox/<name>` with the JSON body, by name; what it returns is the answer. */
export type ControlActions = Record<string, (order: unknown) => unknown>;

/**
 * A fault as JSON: `method` and `path` (a regular expression over path and query) take the place of `match`,
 * `times: "forever"` that of Infinity.
 */
export type FaultOrder = Omit<Fault, 'match' | 'times'> & { method?: string; path?: string; times?: number | 'forever' };

/** Makes the fault that an order in JSON describes. */
export function faultOf({ method, path, times, ...fault }: FaultOrder): Fault {
  const pattern = path === undefined ? undefined : new RegExp(path);
  return {
    ...fault,
    ...(times === undefined ? {} : { times: times === 'forever' ? Infinity : times }),
    ...(method === undefined && !pattern ? {} : {
      match: (request) => (method === undefined || request.method === method) && (!pattern || pattern.test(request.url ?? '')),
    }),
  };
}

/**
 * Answers `/__sandbox/…`: `GET counters`, `GET requests`, `POST faults` (one order or a list), `DELETE faults`,
 * `POST latency` (`{"ms": 50}`), and the simulator's own views and actions.
 */
export function controlAnswer(
  message: IncomingMessage, body: string, views: ControlViews, server: SandboxServer, actions: ControlActions = {},
): SandboxAnswer {
  const url = new URL(message.url ?? '/', 'http://sandbox');
  const name = url.pathname.slice('/__sandbox/'.length);
  switch (`${message.method ?? 'GET'} ${name}`) {
    case 'GET counters': return jsonAnswer(200, server.log.counters);
    case 'GET requests': return jsonAnswer(200, server.log.requests);
    case 'POST faults': {
      const orders = JSON.parse(body) as FaultOrder | FaultOrder[];
      for (const order of Array.isArray(orders) ? orders : [orders]) server.faults.add(faultOf(order));
      return { status: 204 };
    }
    case 'DELETE faults': server.faults.clear(); return { status: 204 };
    case 'POST latency': server.latencyMs = (JSON.parse(body) as { ms: number }).ms; return { status: 204 };
  }
  if (message.method === 'POST' && Object.hasOwn(actions, name)) return jsonAnswer(200, actions[name]?.(JSON.parse(body === '' ? '{}' : body)) ?? {});
  const view = message.method === 'GET' && Object.hasOwn(views, name) ? views[name] : undefined;
  return view ? jsonAnswer(200, view(url.searchParams)) : jsonAnswer(404, { error: `No control endpoint ${name}` });
}
