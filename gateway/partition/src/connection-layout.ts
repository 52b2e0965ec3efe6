import { getNamedType, getNullableType, isListType, type FieldNode, type GraphQLField, type GraphQLObjectType, type GraphQLOutputType } from 'graphql';
import { shapeOf } from './answer-shape.js';
import { partsOf, withMergeFields, type ConnectionPart, type RowList } from './connection-parts.js';
import { keysFirstLayout, type KeysFirstLayout } from './keys-first-layout.js';
import type { PartitionPlan } from './partition-plan.js';
import { fieldNode, flattenSelection } from './selections.js';

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
    this.keysFirst = keysFirstLayout(plan, field, node, this.rowLists);
  }
}

function itemType(type: GraphQLOutputType): GraphQLOutputType {
  const list = getNullableType(type);
  return isListType(list) ? list.ofType : list;
}
