import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
  printSchema,
  visit,
  type ASTNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';

/**
 * The SDL document of a schema with the directives of its `astNode`s, which graphql-js does not print. The nodes are taken as they
 * are: going through values would turn enum arguments into strings.
 */
export function documentOfSchema(schema: GraphQLSchema): DocumentNode {
  let typeName = '';
  let fieldName = '';
  return visit(parse(printSchema(schema)), {
    enter(node) {
      switch (node.kind) {
        case 'ObjectTypeDefinition':
        case 'InterfaceTypeDefinition':
        case 'UnionTypeDefinition':
        case 'ScalarTypeDefinition':
        case 'EnumTypeDefinition':
        case 'InputObjectTypeDefinition':
          typeName = node.name.value;
          fieldName = '';
          return withDirectives(node, schema.getType(typeName)?.astNode);
        case 'FieldDefinition':
          fieldName = node.name.value;
          return withDirectives(node, fieldsOf(schema, typeName)[fieldName]?.astNode);
        case 'InputValueDefinition':
          return withDirectives(node, inputValueNode(schema, typeName, fieldName, node.name.value));
        case 'EnumValueDefinition': {
          const type = schema.getType(typeName);
          return withDirectives(node, isEnumType(type) ? type.getValue(node.name.value)?.astNode : undefined);
        }
        default:
          return undefined;
      }
    },
  });
}

/** Those that `printSchema` writes itself. */
const printed: ReadonlySet<string> = new Set(['deprecated', 'specifiedBy', 'oneOf']);

interface WithDirectives {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

function withDirectives<TNode extends ASTNode & WithDirectives>(node: TNode, source?: WithDirectives | null): TNode {
  const added = (source?.directives ?? []).filter((directive) => !printed.has(directive.name.value));
  return { ...node, directives: [...(node.directives ?? []), ...added] };
}

function fieldsOf(schema: GraphQLSchema, typeName: string) {
  const type = schema.getType(typeName);
  return isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
}

function inputValueNode(schema: GraphQLSchema, typeName: string, fieldName: string, name: string) {
  const type = schema.getType(typeName);
  if (isInputObjectType(type)) return type.getFields()[name]?.astNode;
  return fieldsOf(schema, typeName)[fieldName]?.args.find((argument) => argument.name === name)?.astNode;
}
