import {
  getNamedType,
  getNullableType,
  isAbstractType,
  Kind,
  parseType,
  type ArgumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
} from 'graphql';
import { shapeOf, type AnswerShape } from './answer-shape.js';
import { partsOf, withMergeFields, type RowList } from './connection-parts.js';
import type { PartitionPlan } from './partition-plan.js';
import { fieldNode, flattenSelection, responseKey } from './selections.js';

/** Two steps instead of one: where each row lies first, the rows of the page after. */
export interface KeysFirstLayout {
  /** The keys of a page as large as the client asked, for one without a size. */
  keysNode: FieldNode;
  /** For pages from the front and from the back; absent when the field does not take the arguments. */
  forward: KeyPages | undefined;
  backward: KeyPages | undefined;
  /** The list that the client asked, and what it asked of each node. */
  list: RowList;
  /** `undefined` when the list is `nodes`. */
  edge: { nodeKey: string; cursorKeys: readonly string[]; typenameKeys: readonly string[]; typename: string } | undefined;
  nodeType: string;
  /** The nodes' type when there is only one; members are asked for it otherwise. */
  concreteType: string | undefined;
  nodeSelection: SelectionSetNode;
  nodeShape: AnswerShape;
  /** Response keys of the id and of the type, when the client asked for nothing else: no member needs to be asked for them. */
  onlyKeys: { ids: readonly string[]; typenames: readonly string[] } | undefined;
}

/** Keys of a part of the page, whose size and beginning are variables. */
export interface KeyPages {
  /** With all else that the client asked of the connection. */
  firstNode: FieldNode;
  /** The keys alone. */
  moreNode: FieldNode;
  sizeVariable: string;
  cursorVariable: string;
  variableDefinitions: readonly VariableDefinitionNode[];
}

/** Only for the usual form: one list of entities, with nothing on the edges that the entity itself cannot answer. */
export function keysFirstLayout(
  { schema, keys }: PartitionPlan,
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  lists: readonly RowList[],
): KeysFirstLayout | undefined {
  const [list] = lists;
  if (!list || lists.length > 1 || list.conditions.some((conditions) => conditions.length > 0) || !list.selectionSet) return undefined;
  const connection = getNamedType(field.type) as GraphQLObjectType;
  const edgeType = getNamedType(connection.getFields()['edges']!.type) as GraphQLObjectType;
  const nodeType = getNamedType(edgeType.getFields()['node']!.type);
  const objectNames = isAbstractType(nodeType) ? schema.getPossibleTypes(nodeType).map(({ name }) => name) : [nodeType.name];
  const isById = (name: string): boolean => keys.get(name)?.some(({ fields }) => fields === 'id') ?? false;
  if (!objectNames.every(isById) || !('getFields' in nodeType)) return undefined;
  const edge = list.field === 'edges' ? edgeSelection(list.selectionSet, edgeType.name) : undefined;
  if (list.field === 'edges' && !edge) return undefined;

  const concreteType = isAbstractType(nodeType) ? undefined : nodeType.name;
  const nodeSelection = edge?.nodeSelection ?? list.selectionSet;
  const others = withoutKey(node.selectionSet?.selections ?? [], list.key);
  const row = [fieldNode('cursor'), ...(concreteType ? [] : [fieldNode('node', { selections: [fieldNode('__typename')] })])];
  const keysNode = withMergeFields(node, others, row);
  return {
    keysNode,
    forward: keyPages(field, keysNode, withMergeFields(node, [], row), 'first', 'after'),
    backward: keyPages(field, keysNode, withMergeFields(node, [], row), 'last', 'before'),
    list,
    edge,
    nodeType: nodeType.name,
    concreteType,
    nodeSelection,
    nodeShape: shapeOf(schema, getNullableType(nodeType) as GraphQLOutputType, nodeSelection),
    onlyKeys: onlyKeys(nodeSelection),
  };
}

function keyPages(field: GraphQLField<unknown, unknown>, keysNode: FieldNode, moreNode: FieldNode, size: string, cursor: string): KeyPages | undefined {
  const typeOf = (name: string): string | undefined => field.args.find((argument) => argument.name === name)?.type.toString();
  const [sizeType, cursorType] = [typeOf(size), typeOf(cursor)];
  if (sizeType === undefined || cursorType === undefined) return undefined;
  const variableName = (name: string): string => `_partition_${name}_${responseKey(keysNode)}`;
  const asVariable = (name: string): ArgumentNode => ({ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variableName(name) } } });
  const paged = (node: FieldNode): FieldNode => ({
    ...node,
    arguments: [...(node.arguments ?? []).filter(({ name }) => name.value !== size && name.value !== cursor), asVariable(size), asVariable(cursor)],
  });
  const definition = (name: string, type: string): VariableDefinitionNode => ({
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variableName(name) } },
    type: parseType(type, { noLocation: true }),
  });
  return {
    firstNode: paged(keysNode),
    moreNode: paged(moreNode),
    sizeVariable: variableName(size),
    cursorVariable: variableName(cursor),
    variableDefinitions: [definition(size, sizeType), definition(cursor, cursorType)],
  };
}

function onlyKeys(selectionSet: SelectionSetNode): KeysFirstLayout['onlyKeys'] {
  const fields = flattenSelection(selectionSet);
  const isKey = fields.every(({ node, conditions, typeConditions }) => (node.name.value === 'id' || node.name.value === '__typename') && conditions.length === 0 && typeConditions.length === 0);
  if (!isKey) return undefined;
  const keysOf = (name: string): string[] => fields.filter(({ node }) => node.name.value === name).map(({ node }) => responseKey(node));
  return { ids: keysOf('id'), typenames: keysOf('__typename') };
}

function edgeSelection(selectionSet: SelectionSetNode, typename: string): (NonNullable<KeysFirstLayout['edge']> & { nodeSelection: SelectionSetNode }) | undefined {
  const parts = partsOf(flattenSelection(selectionSet));
  const nodes = parts.filter(({ field }) => field === 'node');
  const isUsual = parts.every(({ field, conditions }) => ['cursor', 'node', '__typename'].includes(field) && conditions.every((list) => list.length === 0));
  const [node] = nodes;
  if (!isUsual || nodes.length !== 1 || !node?.selectionSet) return undefined;
  const keysOf = (field: string): string[] => parts.filter((part) => part.field === field).map(({ key }) => key);
  return { nodeKey: node.key, cursorKeys: keysOf('cursor'), typenameKeys: keysOf('__typename'), typename, nodeSelection: node.selectionSet };
}

function withoutKey(selections: readonly SelectionNode[], key: string): SelectionNode[] {
  return selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return responseKey(selection) === key ? [] : [selection];
    if (selection.kind !== Kind.INLINE_FRAGMENT) return [selection];
    const inner = withoutKey(selection.selectionSet.selections, key);
    return inner.length > 0 ? [{ ...selection, selectionSet: { ...selection.selectionSet, selections: inner } }] : [];
  });
}
