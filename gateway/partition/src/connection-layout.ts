import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  Kind,
  type DirectiveNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { shapeOf, type AnswerShape } from './answer-shape.js';
import type { PartitionPlan } from './partition-plan.js';
import { fieldNode, flattenSelection, isIncluded, responseKey, type FlatField } from './selections.js';

/** Aliases of what the merge itself needs; stripped from the answer. */
export const ROWS_ALIAS = '_partition_edges';
export const PAGE_INFO_ALIAS = '_partition_pageInfo';

/** One response key of the connection; several occurrences in the document are one here. */
interface ConnectionPart {
  key: string;
  field: string;
  selectionSet: SelectionSetNode | undefined;
  /** One list of conditions for each occurrence: the part is there when any of them holds. */
  conditions: (readonly DirectiveNode[])[];
}

export interface RowList extends ConnectionPart {
  itemShape: AnswerShape;
}

/** Two steps instead of one: where each row lies first, the rows of the page after. */
export interface KeysFirstLayout {
  /** The connection with `cursor` and the key of each node only. */
  keysNode: FieldNode;
  /** The list that the client asked, and what it asked of each node. */
  list: RowList;
  /** `undefined` when the list is `nodes`. */
  edge: { nodeKey: string; cursorKeys: readonly string[]; typenameKeys: readonly string[]; typename: string } | undefined;
  nodeType: string;
  nodeSelection: SelectionSetNode;
  nodeShape: AnswerShape;
}

/** Where in a connection's selection the rows, the page info and the total are. */
export class ConnectionLayout {
  readonly rowLists: readonly RowList[];
  readonly pageInfos: readonly ConnectionPart[];
  readonly totals: readonly ConnectionPart[];
  readonly typenames: readonly ConnectionPart[];
  readonly typename: string;
  readonly pageInfoTypename: string;
  /** The field with the private aliases added. */
  readonly fullNode: FieldNode;
  readonly keysFirst: KeysFirstLayout | undefined;

  constructor(plan: PartitionPlan, field: GraphQLField<unknown, unknown>, node: FieldNode) {
    const { schema } = plan;
    const type = getNamedType(field.type) as GraphQLObjectType;
    const parts = partsOf(flattenSelection(node.selectionSet));
    this.typename = type.name;
    this.pageInfoTypename = getNamedType(type.getFields()['pageInfo']!.type).name;
    this.rowLists = parts
      .filter((part) => part.field === 'edges' || part.field === 'nodes')
      .map((part) => ({ ...part, itemShape: shapeOf(schema, itemType(type.getFields()[part.field]!.type), part.selectionSet) }));
    this.pageInfos = parts.filter((part) => part.field === 'pageInfo');
    this.totals = parts.filter((part) => part.field === 'totalCount');
    this.typenames = parts.filter((part) => part.field === '__typename');
    this.fullNode = withMergeFields(node, node.selectionSet?.selections ?? [], [fieldNode('cursor')]);
    this.keysFirst = keysFirstLayout(plan, type, node, this.rowLists);
  }
}

export function isPartIncluded({ conditions }: ConnectionPart, variables: Record<string, unknown>): boolean {
  return conditions.some((conditionsOfOne) => isIncluded(conditionsOfOne, variables));
}

function partsOf(fields: readonly FlatField[]): ConnectionPart[] {
  const parts = new Map<string, ConnectionPart>();
  for (const { node, conditions } of fields) {
    const key = responseKey(node);
    const known = parts.get(key);
    if (!known) {
      parts.set(key, { key, field: node.name.value, selectionSet: conditional(node.selectionSet, conditions), conditions: [conditions] });
    } else {
      known.conditions.push(conditions);
      const selections = [...(known.selectionSet?.selections ?? []), ...(conditional(node.selectionSet, conditions)?.selections ?? [])];
      if (known.selectionSet) known.selectionSet = { kind: Kind.SELECTION_SET, selections };
    }
  }
  return [...parts.values()];
}

/** One occurrence may be left out while another of the same key is there: what it selects is optional then. */
function conditional(selectionSet: SelectionSetNode | undefined, conditions: readonly DirectiveNode[]): SelectionSetNode | undefined {
  if (!selectionSet || conditions.length === 0) return selectionSet;
  return { kind: Kind.SELECTION_SET, selections: [{ kind: Kind.INLINE_FRAGMENT, directives: conditions.slice(0, 1), selectionSet }] };
}

function withMergeFields(node: FieldNode, selections: readonly SelectionNode[], row: readonly FieldNode[]): FieldNode {
  const mergeFields = [
    fieldNode('edges', { alias: ROWS_ALIAS, selections: row }),
    fieldNode('pageInfo', { alias: PAGE_INFO_ALIAS, selections: [fieldNode('hasNextPage'), fieldNode('hasPreviousPage')] }),
  ];
  return { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: [...selections, ...mergeFields] } };
}

/** Only for the usual form: one list of entities, with nothing on the edges that the entity itself cannot answer. */
function keysFirstLayout({ schema, keys }: PartitionPlan, connection: GraphQLObjectType, node: FieldNode, lists: readonly RowList[]): KeysFirstLayout | undefined {
  const [list] = lists;
  if (!list || lists.length > 1 || list.conditions.some((conditions) => conditions.length > 0) || !list.selectionSet) return undefined;
  const edgeType = itemNamedType(connection, 'edges') as GraphQLObjectType;
  const nodeType = getNamedType(edgeType.getFields()['node']!.type);
  const objectNames = isAbstractType(nodeType) ? schema.getPossibleTypes(nodeType).map(({ name }) => name) : [nodeType.name];
  const isById = (name: string): boolean => keys.get(name)?.some(({ fields }) => fields === 'id') ?? false;
  if (!objectNames.every(isById) || !('getFields' in nodeType) || !('id' in nodeType.getFields())) return undefined;

  const edge = list.field === 'edges' ? edgeSelection(list.selectionSet, edgeType.name) : undefined;
  if (list.field === 'edges' && !edge) return undefined;
  const nodeSelection = edge?.nodeSelection ?? list.selectionSet;
  if (flattenSelection(nodeSelection).every(({ node: { name } }) => name.value === 'id' || name.value === '__typename')) return undefined;

  const others = withoutKey(node.selectionSet?.selections ?? [], list.key);
  const row = [fieldNode('cursor'), fieldNode('node', { selections: [fieldNode('__typename'), fieldNode('id')] })];
  return {
    keysNode: withMergeFields(node, others, row),
    list,
    edge,
    nodeType: nodeType.name,
    nodeSelection,
    nodeShape: shapeOf(schema, getNullableType(nodeType) as GraphQLOutputType, nodeSelection),
  };
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

function itemType(type: GraphQLOutputType): GraphQLOutputType {
  const list = getNullableType(type);
  return isListType(list) ? list.ofType : list;
}

function itemNamedType(connection: GraphQLObjectType, field: string): unknown {
  return getNamedType(connection.getFields()[field]!.type);
}
