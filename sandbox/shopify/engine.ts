import {
  execute, getOperationAST, GraphQLError, Kind, OperationTypeNode, parse, validate,
  type DocumentNode, type FragmentDefinitionNode, type GraphQLResolveInfo, type GraphQLSchema, type OperationDefinitionNode,
} from 'graphql';
import { requireScope } from './access';
import type { CostBucket } from './bucket';
import { bulkMutations, bulkQueries, type BulkContext } from './bulk-mutations';
import { companyMutations } from './company-mutations';
import { actualCost, requestedCost, type Costed } from './cost';
import { customerMutations } from './customer-mutations';
import { fulfillmentMutations } from './fulfillment-mutations';
import { inventoryMutations, type InventoryContext } from './inventory-mutations';
import { editMutations } from './edit-mutations';
import { mutations, type MutationContext } from './mutations';
import { paymentMutations, type PaymentContext } from './payment-mutations';
import { priceMutations } from './price-mutations';
import { productMutations } from './product-mutations';
import { placesMutations, placesQueries, type PlacesContext } from './product-places';
import { queries } from './queries';
import { adminSchema } from './schema';
import { shopQueries, type ShopContext } from './shop-queries';
import { subscriptionMutations, subscriptionQueries, type SubscriptionContext } from './subscriptions';

export interface GraphqlRequest { query: string; operationName?: string | null; variables?: Record<string, unknown> | null }

export type EngineContext = Omit<MutationContext & InventoryContext & PaymentContext & PlacesContext & SubscriptionContext & ShopContext, 'warn'> & Pick<BulkContext, 'bulk'>;

export interface EngineOptions {
  bucket: CostBucket;
  /** Most points one query may ask for. Default 1,000. */
  maxQueryCost?: number;
  /** Show the bucket in `extensions.cost`. Default true. */
  throttleStatus?: boolean;
  /** Called per root field that runs. */
  onField?: (kind: 'query' | 'mutation', field: string) => void;
}

type Field = (args: never, context: never, info: GraphQLResolveInfo) => unknown;
const fields: Record<string, Field> = {
  ...queries, ...bulkQueries, ...subscriptionQueries, ...shopQueries, ...placesQueries, ...mutations, ...editMutations, ...paymentMutations, ...inventoryMutations,
  ...fulfillmentMutations, ...productMutations, ...placesMutations, ...priceMutations, ...companyMutations, ...customerMutations, ...subscriptionMutations, ...bulkMutations,
};

interface Answer { data?: Record<string, unknown> | null; errors?: object[]; extensions?: object }

interface Prepared { document?: DocumentNode; errors?: object[]; fragments: Record<string, FragmentDefinitionNode> }

/** Answers GraphQL requests the vendor's way: always 200, cost on each answer, throttled when the bucket is empty. */
export class Engine {
  readonly #options: EngineOptions;
  /** Parsed and validated queries; the oldest go first. */
  readonly #prepared = new Map<string, Prepared>();

  constructor(options: EngineOptions) { this.#options = options; }

  /** The answer's body. `throttled` says so as if the bucket were empty. */
  async answer(request: GraphqlRequest, context: EngineContext, throttled = false): Promise<Answer> {
    const schema = adminSchema(context.apiVersion);
    const prepared = this.#prepare(schema, request.query, context.apiVersion);
    if (!prepared.document) return { errors: prepared.errors ?? [] };
    const operation = getOperationAST(prepared.document, request.operationName);
    if (!operation) return { errors: [{ message: 'An operation name is required' }] };
    const query: Costed = {
      schema, operation, fragments: prepared.fragments, variables: withDefaults(operation, request.variables ?? {}),
    };
    const requested = requestedCost(query);
    const { bucket, maxQueryCost = 1000 } = this.#options;
    if (requested > maxQueryCost) return { errors: [tooDear(requested, maxQueryCost)] };
    if (throttled) bucket.empty();
    if (!bucket.take(requested)) {
      return {
        errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED', documentation: 'https://shopify.dev/api/usage/rate-limits' } }],
        extensions: { cost: this.#cost(requested, null) },
      };
    }
    const { search, ...result } = await this.#execute(schema, prepared.document, request, context);
    const actual = result.data ? actualCost(query, result.data) : 0;
    bucket.giveBack(requested - actual);
    return { ...result, extensions: { cost: this.#cost(requested, actual), ...(search.length > 0 ? { search } : {}) } };
  }

  /** Runs one line of a bulk operation: it costs no points. */
  async perform(mutation: string, variables: Record<string, unknown>, context: EngineContext): Promise<Answer> {
    const schema = adminSchema(context.apiVersion);
    const { document, errors } = this.#prepare(schema, mutation, context.apiVersion);
    if (!document) return { errors: errors ?? [] };
    const { search: _, ...answer } = await this.#execute(schema, document, { query: mutation, variables }, context);
    return answer;
  }

  /** Why a text cannot be the mutation of a bulk operation; undefined if it can. */
  #unfit(mutation: string, apiVersion: string): string | undefined {
    const { document, errors = [] } = this.#prepare(adminSchema(apiVersion), mutation, apiVersion);
    if (!document) return errors.map((error) => (error as { message?: string }).message ?? '').join(' ');
    return getOperationAST(document)?.operation === OperationTypeNode.MUTATION ? undefined : 'The query must be a mutation';
  }

  async #execute(schema: GraphQLSchema, document: DocumentNode, request: GraphqlRequest, context: EngineContext): Promise<Answer & { search: object[] }> {
    const search: object[] = [];
    const contextValue = {
      ...context,
      perform: (mutation: string, variables: Record<string, unknown>) => this.perform(mutation, variables, context),
      unfit: (mutation: string) => this.#unfit(mutation, context.apiVersion),
      warn: (field: string, query: string, warnings: object[]) => { search.push({ path: [field], query, parsed: {}, warnings }); },
    };
    const { data, errors } = await execute({
      schema, document, variableValues: request.variables ?? {}, operationName: request.operationName ?? null, contextValue,
      fieldResolver: (source: Record<string, unknown> | undefined, args: object, _context, info) => {
        if (source === undefined) return this.#root(
          info.parentType === schema.getMutationType() ? 'mutation' : 'query', info, args, contextValue,
        );
        const value = source[info.fieldName];
        return typeof value === 'function' ? (value as (args: object) => unknown)(args) : value;
      },
    });
    return { ...(data === undefined ? {} : { data }), ...(errors ? { errors: errors.map(shown) } : {}), search };
  }

  #root(kind: 'query' | 'mutation', info: GraphQLResolveInfo, args: object, context: { scopes: readonly string[] }): unknown {
    const name = info.fieldName;
    requireScope(name, context.scopes);
    this.#options.onField?.(kind, name);
    const field = fields[name];
    if (!field) throw new GraphQLError(`The sandbox does not do ${name}`, { extensions: { code: 'INTERNAL_SERVER_ERROR' } });
    return field(args as never, context as never, info);
  }

  #prepare(schema: GraphQLSchema, query: string, apiVersion: string): Prepared {
    const key = `${apiVersion} ${query}`;
    let prepared = this.#prepared.get(key);
    if (!prepared) {
      prepared = prepare(schema, query);
      if (this.#prepared.size >= 500) this.#prepared.delete(this.#prepared.keys().next().value ?? '');
      this.#prepared.set(key, prepared);
    }
    return prepared;
  }

  #cost(requested: number, actual: number | null): object {
    const { bucket, throttleStatus } = this.#options;
    const status = { maximumAvailable: bucket.size, currentlyAvailable: Math.floor(bucket.available), restoreRate: bucket.restoreRate };
    return {
      requestedQueryCost: requested, actualQueryCost: actual,
      ...(throttleStatus === false ? {} : { throttleStatus: status }),
    };
  }
}

function prepare(schema: GraphQLSchema, query: string): Prepared {
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { errors: [{ message: error.message, locations: error.locations }], fragments: {} };
  }
  const errors = validate(schema, document);
  if (errors.length > 0) return { errors: errors.map(invalid), fragments: {} };
  const fragments: Prepared['fragments'] = {};
  for (const one of document.definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments[one.name.value] = one;
  return { document, fragments };
}

/** A refused query in the vendor's words, as far as they are known. */
function invalid(error: GraphQLError): object {
  const unknown = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(error.message);
  if (!unknown) return { message: error.message, locations: error.locations, extensions: { code: 'graphql' } };
  const [, fieldName, typeName] = unknown;
  return {
    message: `Field '${String(fieldName)}' doesn't exist on type '${String(typeName)}'`, locations: error.locations,
    extensions: { code: 'undefinedField', typeName, fieldName },
  };
}

function shown(error: GraphQLError): object {
  const ours = error.originalError && !(error.originalError instanceof GraphQLError);
  return { ...error.toJSON(), ...(ours ? { extensions: { code: 'INTERNAL_SERVER_ERROR' } } : {}) };
}

function tooDear(cost: number, maxCost: number): object {
  return {
    message: `Query cost is ${String(cost)}, which exceeds the single query max cost limit (${String(maxCost)}).`,
    extensions: { code: 'MAX_COST_EXCEEDED', cost, maxCost, documentation: 'https://shopify.dev/api/usage/rate-limits' },
  };
}

function withDefaults(operation: OperationDefinitionNode, given: Record<string, unknown>): Record<string, unknown> {
  const defaults: Record<string, unknown> = {};
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (defaultValue?.kind === Kind.INT) defaults[variable.name.value] = Number(defaultValue.value);
  }
  return { ...defaults, ...given };
}
