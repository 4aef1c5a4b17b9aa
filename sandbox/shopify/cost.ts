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
  const cost = root(query, (type, field) => ofField(query, type, field, data?.[keyOf(field)], true));
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
  const node = nodeType(query, type.name);
  if (!node) return 2;
  return listsOf(query, field, value as Value).reduce((sum, { set, rows }) => {
    const items = found ? rows : [undefined];
    if (items.length === 0) return sum;
    const each = items.reduce<number>((total, item) => total + 1 + ofSelection(query, node, set, item, found), 0) / items.length;
    return sum + Math.floor(scale(found ? rows.length : sizeOf(query, field)) * each);
  }, 2);
}

/** What is selected of a connection's items, as `nodes` and as `edges { node }`, and which were found. */
function listsOf(query: Costed, connection: FieldNode, value: Value): { set: SelectionSetNode; rows: Value[] }[] {
  return fieldsOf(query, connection.selectionSet).flatMap(({ field: list }) => {
    const rows = (value?.[keyOf(list)] ?? []) as Value[];
    if (list.name.value === 'nodes' && list.selectionSet) return [{ set: list.selectionSet, rows }];
    if (list.name.value !== 'edges') return [];
    return fieldsOf(query, list.selectionSet).flatMap(({ field: node }) => {
      if (node.name.value !== 'node' || !node.selectionSet) return [];
      return [{ set: node.selectionSet, rows: rows.map((row) => row?.[keyOf(node)] as Value) }];
    });
  });
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
    const result = value?.[keyOf(field)];
    if (!isCompositeType(narrowed)) common += ofField(query, type, field, result, found);
    else if (!found || result !== undefined) {
      byType.set(narrowed.name, (byType.get(narrowed.name) ?? 0) + ofField(query, narrowed, field, result, found));
    }
  }
  return common + Math.max(0, ...byType.values());
}

/** The name of a field in the answer. */
function keyOf(field: FieldNode): string { return field.alias?.value ?? field.name.value; }

function fieldsOf(query: Costed, set: SelectionSetNode | undefined, on?: string): { field: FieldNode; on: string | undefined }[] {
  return (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [{ field: selection, on }];
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? query.fragments[selection.name.value] : selection;
    return fragment ? fieldsOf(query, fragment.selectionSet, fragment.typeCondition?.name.value ?? on) : [];
  });
}
