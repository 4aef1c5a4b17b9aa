import {
  isAbstractType, isCompositeType, isLeafType, getNamedType, Kind, valueFromASTUntyped,
  type FieldNode, type FragmentDefinitionNode, type GraphQLCompositeType, type GraphQLSchema, type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** A query with what its cost depends on. */
export interface Costed {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: Record<string, FragmentDefinitionNode>;
  variables: Record<string, unknown>;
}

type Value = Record<string, unknown> | null | undefined;

/**
 * How much `size` items of a connection count: the vendor scales connections by logarithm (a connection of 250 was
 * measured at 11 times its items), besides 2 for the connection itself.
 */
function scale(size: number): number { return size <= 0 ? 0 : Math.floor(2 * Math.log(Math.max(2, Math.min(size, 250)))); }

/** Points a query asks for before it runs: object 1, scalar 0, connection by its size, mutation 10 whatever it returns. */
export function requestedCost(query: Costed): number {
  return root(query, (type, field) => ofField(query, type, field, undefined, false));
}

/** Points a query has used by what it has found; never more than it asked for. */
export function actualCost(query: Costed, data: Value): number {
  const cost = root(query, (type, field) => ofField(query, type, field, data?.[field.alias?.value ?? field.name.value], true));
  return Math.min(cost, requestedCost(query));
}

function root(query: Costed, cost: (type: GraphQLCompositeType, field: FieldNode) => number): number {
  const type = query.schema.getRootType(query.operation.operation);
  if (!type) return 0;
  return fieldsOf(query, query.operation.selectionSet).reduce((sum, { field }) => {
    return sum + (type === query.schema.getMutationType() ? 10 : cost(type, field));
  }, 0);
}

function ofField(query: Costed, parent: GraphQLCompositeType, field: FieldNode, value: unknown, found: boolean): number {
  const definition = 'getFields' in parent ? parent.getFields()[field.name.value] : undefined;
  const type = definition && getNamedType(definition.type);
  if (!type || isLeafType(type) || !isCompositeType(type) || type.name === 'PageInfo' || !field.selectionSet) return 0;
  if (type.name.endsWith('Connection')) return ofConnection(query, type, field, value, found);
  const item = (Array.isArray(value) ? value[0] : value) as Value;
  if (found && !item) return 1;
  return 1 + ofSelection(query, type, field.selectionSet, item, found);
}

function ofConnection(query: Costed, type: GraphQLCompositeType, field: FieldNode, value: unknown, found: boolean): number {
  const items = fieldsOf(query, field.selectionSet).filter((selected) => ['nodes', 'edges'].includes(selected.field.name.value)).map((selected) => selected.field);
  const perItem = items.map((list) => {
    const wrapped = list.name.value === 'edges' ? fieldsOf(query, list.selectionSet).find((selected) => selected.field.name.value === 'node')?.field : list;
    const node = 'getFields' in type ? nodeType(query, type.name) : undefined;
    if (!wrapped?.selectionSet || !node) return { total: 0, count: 0 };
    if (!found) return { total: 1 + ofSelection(query, node, wrapped.selectionSet, undefined, false), count: 1 };
    const rows = ((value as Value)?.[list.alias?.value ?? list.name.value] ?? []) as Value[];
    const nodes = list === wrapped ? rows : rows.map((row) => row?.[wrapped.alias?.value ?? 'node'] as Value);
    const set = wrapped.selectionSet;
    return { total: nodes.reduce((sum, one) => sum + 1 + ofSelection(query, node, set, one, true), 0), count: nodes.length };
  });
  return 2 + perItem.reduce((sum, { total, count }) => sum + (count === 0 ? 0 : Math.floor(scale(found ? count : sizeOf(query, field)) * total / count)), 0);
}

function nodeType(query: Costed, connection: string): GraphQLCompositeType | undefined {
  const type = query.schema.getType(connection.slice(0, -'Connection'.length));
  return isCompositeType(type) ? type : undefined;
}

function sizeOf(query: Costed, field: FieldNode): number {
  const size = (field.arguments ?? []).find((argument) => argument.name.value === 'first' || argument.name.value === 'last');
  const value = size && valueFromASTUntyped(size.value, query.variables);
  return typeof value === 'number' ? value : 1;
}

/** Common fields add up; of the fragments on different types only the dearest counts. */
function ofSelection(query: Costed, type: GraphQLCompositeType, set: SelectionSetNode, value: Value, found: boolean): number {
  let common = 0;
  const byType = new Map<string, number>();
  for (const { field, on } of fieldsOf(query, set)) {
    const narrowed = on !== undefined && isAbstractType(type) && on !== type.name ? query.schema.getType(on) : undefined;
    const owner = isCompositeType(narrowed) ? narrowed : type;
    const cost = ofField(query, owner, field, value?.[field.alias?.value ?? field.name.value], found);
    if (narrowed) byType.set(narrowed.name, (byType.get(narrowed.name) ?? 0) + (found && value?.[field.alias?.value ?? field.name.value] === undefined ? 0 : cost));
    else common += cost;
  }
  return common + Math.max(0, ...byType.values());
}

function fieldsOf(query: Costed, set: SelectionSetNode | undefined, on?: string): { field: FieldNode; on: string | undefined }[] {
  return (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [{ field: selection, on }];
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? query.fragments[selection.name.value] : selection;
    return fragment ? fieldsOf(query, fragment.selectionSet, fragment.typeCondition?.name.value ?? on) : [];
  });
}
