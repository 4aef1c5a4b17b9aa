import type { SandboxAnswer } from '../answers';
import type { SandboxRequest } from '../server';
import type { Transaction } from './odata/database';
import { batchAnswer, readBatch, type Part } from './odata/batch';
import { errorAnswer, framework, ODataError } from './odata/errors';
import { metadata } from './odata/metadata';
import { changedRow, msOf, stamp } from './odata/model';
import { serve, type Call, type ServiceOptions } from './service';
import type { WriteRules } from './system';

export interface DeskOptions extends Omit<ServiceOptions, 'rules'> {
  /** By service; undefined for one that is read only. */
  rules: Record<string, WriteRules | undefined>;
  /** Function imports that write, by service and name: what one gives back is a list. Throws ODataError to refuse. */
  actions: Partial<Record<string, Record<string, Action>>>;
  forbidden: string[];
  now: () => number;
}

/** Gets its parameters by name. */
export type Action = (to: Transaction, parameters: ReadonlyMap<string, string>) => Record<string, string>[];

const base = '/sap/opu/odata/sap';

/** Takes a request to its service, commits what it wrote, and turns refusals into answers. */
export class Desk {
  readonly #options: DeskOptions;
  readonly #metadata = new Map<string, string>();
  constructor(options: DeskOptions) { this.#options = options; }

  /** 403 for services the user may not use; unlike a CSRF refusal it has no `x-csrf-token`. */
  refuse(request: SandboxRequest): SandboxAnswer | undefined {
    const { service } = place(request);
    if (!this.#options.forbidden.includes(service)) return undefined;
    return this.#error(new ODataError(403, { code: '/IWFND/CM_CONSUMER/101', message: `No authorization to access service '${service}'` }), request, service);
  }

  answer(request: SandboxRequest): SandboxAnswer {
    const { service, path } = place(request);
    try {
      if (!Object.hasOwn(this.#options.rules, service)) throw new ODataError(403, { code: '/IWFND/MED/170', message: `No service found for namespace '', name '${service}', version '0001'` });
      const rules = this.#options.rules[service];
      const root = `http://${request.headers.host ?? '127.0.0.1'}${base}`;
      if (path === '') return this.#serviceDocument(service);
      if (path === '$metadata') return { status: 200, headers: { 'content-type': 'application/xml; charset=utf-8' }, body: this.#metadataOf(service) };
      if (path === '$batch') return this.#batch(request, service, root, rules);
      if (request.fault('internal-error')) throw framework.dump();
      if (request.method !== 'GET' && request.method !== 'HEAD') this.#disturb(path, request);
      const action = this.#options.actions[service]?.[path];
      if (action) return this.#act(action, request, path);
      const call: Call = { method: request.method, path, query: request.query, headers: request.headers, body: request.body };
      const answer = this.#carryOut(request, (to) => serve(call, service, root, to, { ...this.#options, rules }));
      if (request.method === 'GET' && !wantsJson(request) && String(answer.headers?.['content-type']).includes('json')) {
        throw new ODataError(406, { code: '/IWFND/CM_BEC/026', message: 'The sandbox has no Atom: send Accept: application/json' });
      }
      return answer;
    } catch (error) {
      if (error instanceof ODataError) return this.#error(error, request, service);
      if (error instanceof URIError) return this.#error(framework.malformed('the address cannot be decoded'), request, service);
      throw error;
    }
  }

  #act(action: Action, { method, query }: SandboxRequest, path: string): SandboxAnswer {
    if (method !== 'POST') throw framework.notAllowed(method, path);
    const parameters = new Map([...new URLSearchParams(query)].map(([name, value]) => [name, value.replace(/^'|'$/g, '').replace(/''/g, "'")]));
    const results = this.#commit((to) => action(to, parameters));
    return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8', dataserviceversion: '2.0' }, body: JSON.stringify({ d: { results } }) };
  }

  #commit<T>(work: (to: Transaction) => T): T {
    const to = this.#options.database.begin();
    const result = work(to);
    to.commit();
    return result;
  }

  /** `ignored-write`: answers as if it were done. */
  #carryOut<T>(request: SandboxRequest, work: (to: Transaction) => T): T {
    return request.method !== 'GET' && request.fault('ignored-write') ? work(this.#options.database.begin()) : this.#commit(work);
  }

  #batch(request: SandboxRequest, service: string, root: string, rules: WriteRules | undefined): SandboxAnswer {
    if (request.method !== 'POST') throw framework.notAllowed(request.method, '$batch');
    const run = (part: Part, to: Transaction): SandboxAnswer => {
      if (part.method !== 'GET') this.#disturb(part.path, request);
      const answer = serve(part, service, root, to, { ...this.#options, rules });
      return part.contentId === undefined ? answer : { ...answer, headers: { ...answer.headers, 'content-id': part.contentId } };
    };
    const dump = request.fault('internal-error');
    return batchAnswer(readBatch(request.headers['content-type'], request.body).map((step, index) => {
      if (dump && index >= (dump.after ?? 0)) throw framework.dump();
      try {
        if ('changeset' in step) return this.#carryOut(request, (to) => step.changeset.map((part) => run(part, to)));
        if (step.read.method !== 'GET') throw framework.malformed('writes must be in a changeset');
        return run(step.read, this.#options.database.begin());
      } catch (error) {
        // A changeset that fails answers with one part: its error.
        if (error instanceof ODataError) return this.#error(error, request, service, true);
        throw error;
      }
    }));
  }

  #error(error: ODataError, request: SandboxRequest, service: string, json = wantsJson(request)): SandboxAnswer {
    return errorAnswer(error, json ? 'application/json' : undefined, service, this.#options.now());
  }

  /** `stale-etag`: somebody else changes the order just before this write. */
  #disturb(path: string, request: SandboxRequest): void {
    const key = /^A_SalesOrder\('0*(\d+)'\)$/.exec(decodeURIComponent(path))?.[1];
    const row = key === undefined ? undefined : this.#options.database.table('A_SalesOrder').rows.get(key);
    if (!row || !request.fault('stale-etag')) return;
    this.#commit((to) => to.put('A_SalesOrder', changedRow(row, { LastChangeDateTime: stamp(Math.max(this.#options.now(), msOf(String(row.LastChangeDateTime)) + 1)) })));
  }

  #serviceDocument(service: string): SandboxAnswer {
    const sets = this.#options.database.types.filter((type) => type.service === service).map(({ set }) => set);
    return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8', dataserviceversion: '2.0' }, body: JSON.stringify({ d: { EntitySets: sets } }) };
  }

  #metadataOf(service: string): string {
    const known = this.#metadata.get(service) ?? metadata(service, this.#options.database.types.filter((type) => type.service === service));
    this.#metadata.set(service, known);
    return known;
  }
}

/** Service and what follows it; a service may carry its version (`;v=0002`). */
function place({ path }: SandboxRequest): { service: string; path: string } {
  const rest = path.slice(base.length + 1);
  const slash = rest.indexOf('/');
  const service = (slash < 0 ? rest : rest.slice(0, slash)).replace(/;.*$/, '');
  return { service, path: slash < 0 ? '' : rest.slice(slash + 1) };
}

const wantsJson = ({ headers, query }: SandboxRequest): boolean => headers.accept?.includes('json') === true || /(?:^|&)(?:\$|%24)format=json(?:&|$)/.test(query);
